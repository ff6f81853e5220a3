"""Formatting: the canonical text of every entity file, with the same data and all comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from qafiles.declared_fields import DeclaredFields
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.layout import Place, classify
from qafiles.loading.settings import load_settings
from qafiles.processes import map_in_processes
from qafiles.sources import Source, SourceEntry
from qafiles.validation import is_below
from qafiles.yaml_text import UnreadableTextError, formatted


class _Formatted(NamedTuple):
    """The bytes of a file that formatting changes, or where and why it can't be formatted."""

    before: bytes | None = None
    after: bytes | None = None
    line: int = 1
    column: int = 1
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Unformatted:
    """A file that can't be formatted, the place in it that stands in the way, and why."""

    path: str
    line: int
    column: int
    reason: str


@dataclass(frozen=True, slots=True)
class Formatting:
    """What formatting comes to: the files that it changes, those that it can't format, and how many it looked at."""

    changes: tuple[FileChange, ...]
    unformatted: tuple[Unformatted, ...] = ()
    looked_at: int = 0

    @property
    def proposal(self) -> Proposal:
        """The changes as one edit."""
        count = len(self.changes)
        return Proposal(f"format {count} {'file' if count == 1 else 'files'}", self.changes)


def formatting(source: Source, paths: Sequence[str] | None = None) -> Formatting:
    """Return what formatting would change in a source, or in those files and folders of it; nothing is written.

    Secrets' files are passed over, since they are signed as a whole.
    """
    work: list[tuple[SourceEntry, Kind]] = []
    entries = source.entries()
    declared = load_settings(source, entries)[0].fields
    for entry in entries:
        place = classify(entry.path)
        if isinstance(place, Place) and not place.is_secret and is_below(entry.path, paths):
            work.append((entry, place.kind))

    def share(part: Sequence[tuple[SourceEntry, Kind]]) -> Iterator[_Formatted | None]:
        contents = source.read([entry for entry, _ in part])
        for (_, kind), content in zip(part, contents, strict=True):
            if content is None or isinstance(content, bytes):
                yield None if content is None else _formatted(kind, content, declared)
            else:
                yield _Formatted(reason=content.message)

    changes, left, looked_at = [], [], 0
    results = map_in_processes(share, work, to_plain=tuple, from_plain=_Formatted._make)
    for (entry, _), result in zip(work, results, strict=True):
        if result is None:
            continue
        if result.reason:
            left.append(Unformatted(entry.path, result.line, result.column, result.reason))
        elif result.after is not None:
            changes.append(FileChange(entry.path, result.before, result.after))
        looked_at += not result.reason
    return Formatting(tuple(changes), tuple(left), looked_at)


def _formatted(kind: Kind, content: bytes, declared: DeclaredFields) -> _Formatted:
    """Return what formatting makes of a file's bytes."""
    try:
        after = formatted(kind, content, declared)
    except UnreadableTextError as error:
        first = error.refusal
        return _Formatted(line=first.span.line, column=first.span.column, reason=first.message)
    except EditRefusedError as error:
        return _Formatted(reason=str(error))
    return _Formatted() if after == content else _Formatted(content, after)
