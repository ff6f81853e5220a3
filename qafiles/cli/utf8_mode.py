"""Text in and out of the process: documents are UTF-8 in every locale, what is said to people is in their encoding.

Python reads arguments and opens paths in the encoding of the locale. Git's paths, the files and what qafiles writes are
UTF-8 everywhere, so that the command line runs in Python's UTF-8 mode: https://peps.python.org/pep-0540/
"""

import codecs
import io
import os
import sys
from collections.abc import Iterable
from typing import TextIO


def enter() -> None:
    """Start this process anew in Python's UTF-8 mode, where it would read arguments and open paths in another encoding."""
    if os.name != "posix" or sys.getfilesystemencoding() == "utf-8" or not sys.executable:
        return
    if sys.flags.utf8_mode or getattr(sys, "frozen", False):
        return
    try:
        os.execv(sys.executable, [sys.executable, "-X", "utf8", *sys.orig_argv[1:]])  # noqa: S606  # this very program
    except OSError:
        return  # what it can do without, it does


def encode_streams() -> None:
    """Make stdout UTF-8 with plain line ends unless it is a terminal, and let no character make stdout or stderr fail."""
    for stream in (sys.stdout, sys.stderr):
        if not isinstance(stream, io.TextIOWrapper):
            continue
        # A path may hold bytes that are no UTF-8; what can't be encoded is shown as an escape.
        if stream is sys.stdout and not stream.isatty():
            stream.reconfigure(encoding="utf-8", errors="backslashreplace", newline="\n")
        else:
            stream.reconfigure(encoding=_of_talk(stream), errors="backslashreplace")


def _of_talk(stream: TextIO) -> str:
    """Return the encoding for people: the locale's, also where UTF-8 mode hides it; ASCII says that nothing was chosen."""
    if "utf8" not in sys._xoptions or "PYTHONIOENCODING" in os.environ:  # noqa: SLF001  # documented
        return stream.encoding
    encoding = _of_locale()
    return stream.encoding if encoding == "ascii" else encoding


def _of_locale() -> str:
    import locale  # where Python reads UTF-8 it is not needed

    try:
        return codecs.lookup(locale.getencoding()).name
    except LookupError:
        return "ascii"


def texts(arguments: Iterable[str]) -> list[str]:
    """Return arguments as texts: those that are no UTF-8 are in the encoding of the locale, unless they name a file."""
    return [_text(argument) for argument in arguments]


def _text(argument: str) -> str:
    if argument.isascii() or not any("\udc80" <= char <= "\udcff" for char in argument):
        return argument
    encoding = _of_locale()
    if encoding in {"ascii", "utf-8"} or os.path.lexists(argument):
        return argument
    try:
        return os.fsencode(argument).decode(encoding)
    except UnicodeDecodeError:
        return argument
