"""What is wrong at one place of a file."""

from typing import NamedTuple

from qafiles.diagnostics import Pointer


class Flaw(NamedTuple):
    """A sentence about the value at a pointer (about its key with `at_key`), and what to do; no text of a value is in it."""

    message: str
    pointer: Pointer
    hint: str
    at_key: bool = False
