"""What an edit does to one file."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import NamedTuple

from qafiles.diagnostics import Diagnostic


class FileChange(NamedTuple):
    """The bytes of a file before and after an edit, by path relative to the data root; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None


class Proposal(NamedTuple):
    """What an edit is to change, before anybody has looked at the outcome: a title, the files, and what is moved.

    `moves` gives the old path of each new path that is a file moved; both are among the changes. `revealed` are files
    that could not be read in full before: what is found in them afterwards was there, and hidden. `discarded` are files
    whose bytes nothing keeps: they are deleted, or replaced as a whole. `notes` are sentences on what the edit could not look
    at, and `left` the findings that it was asked to mend and leaves. `origins` are the bytes of the file whose value the
    secret at a path gets, where these are not those that lie there. `afterwards` are lines that are told once it is written,
    also by who finishes it after an interruption.
    """

    title: str
    changes: tuple[FileChange, ...]
    moves: Mapping[str, str] = MappingProxyType({})
    revealed: frozenset[str] = frozenset()
    discarded: frozenset[str] = frozenset()
    notes: tuple[str, ...] = ()
    left: tuple[Diagnostic, ...] = ()
    origins: Mapping[str, bytes] = MappingProxyType({})
    afterwards: tuple[str, ...] = ()
