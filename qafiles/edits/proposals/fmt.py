"""Formatting: the canonical text of every entity file, with the same data and all comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import EditRefusedError
from qafiles.layout import Kind, Place, classify
from qafiles.parsing import parse
from qafiles.processes import map_in_processes
from qafiles.sources import Source, SourceEntry
from qafiles.yaml_text import formatted

_Result = tuple[bytes | None, bytes | None, int, int, str] | None
"""(before, after, line, column, why it can't be formatted); None for a file that is gone."""


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
    for entry in source.entries():
        place = classify(entry.path)
        if isinstance(place, Place) and place.kind != "secret_value" and is_below(entry.path, paths):
            work.append((entry, place.kind))

    def share(part: Sequence[tuple[SourceEntry, Kind]]) -> Iterator[_Result]:
        contents = source.read([entry for entry, _ in part])
        for (_, kind), content in zip(part, contents, strict=True):
            if content is None or isinstance(content, bytes):
                yield None if content is None else _formatted(kind, content)
            else:
                yield None, None, 1, 1, content.message

    changes, left, looked_at = [], [], 0
    for (entry, _), result in zip(work, map_in_processes(share, work), strict=True):
        if result is None:
            continue
        before, after, line, column, reason = result
        if reason:
            left.append(Unformatted(entry.path, line, column, reason))
        elif after is not None:
            changes.append(FileChange(entry.path, before, after))
        looked_at += not reason
    return Formatting(tuple(changes), tuple(left), looked_at)


def _formatted(kind: Kind, content: bytes) -> _Result:
    """Return (content, formatted content) of a file that changes, and where and why it can't be formatted."""
    if refusals := parse(content).refusals:
        return None, None, refusals[0].span.line, refusals[0].span.column, refusals[0].message
    try:
        after = formatted(kind, content)
    except EditRefusedError as error:
        return None, None, 1, 1, str(error)
    return (None, None, 1, 1, "") if after == content else (content, after, 1, 1, "")


def is_below(path: str, places: Sequence[str] | None) -> bool:
    """Return whether a path is one of some files or lies in one of some folders; None stands for everywhere."""
    return places is None or any(
        place in {"", "."} or path == place or path.startswith(place.rstrip("/") + "/") for place in places
    )
