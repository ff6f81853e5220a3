"""stub."""


def main(words: list[str] | None = None) -> None:
    """Stub."""
