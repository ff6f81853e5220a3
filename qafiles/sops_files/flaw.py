"""What is wrong at one place of a file."""

from typing import NamedTuple

from qafiles.diagnostics import Pointer, Span


class Flaw(NamedTuple):
    """A sentence about the value at a pointer (about its key with `at_key`), and what to do; no text of a value is in it.

    `of_recipients` is whether only the recipients are other than they should be, which encrypting anew mends. `span` is
    the place of what no pointer names, such as a comment.
    """

    message: str
    pointer: Pointer
    hint: str
    at_key: bool = False
    of_recipients: bool = False
    span: Span | None = None
