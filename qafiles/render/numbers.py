"""Numbers as people read them."""


def counted(number: int, noun: str, plural: str = "") -> str:
    """Return a number with its noun: `1 error`, `2 errors`."""
    return f"{number} {noun if number == 1 else plural or noun + 's'}"
