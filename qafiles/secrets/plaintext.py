"""A value that no traceback, log, comparison or pickle shows."""

from typing import NoReturn


class Plaintext:
    """Bytes that are given away by `reveal` alone."""

    __slots__ = ("_value",)

    def __init__(self, value: bytes) -> None:
        self._value = value

    def reveal(self) -> bytes:
        """Return the bytes."""
        return self._value

    def __repr__(self) -> str:
        """Return a text without the value and without its length."""
        return "Plaintext(…)"

    def __reduce__(self) -> NoReturn:
        """Refuse to be copied or pickled."""
        raise TypeError("a plaintext can't be pickled or copied")
