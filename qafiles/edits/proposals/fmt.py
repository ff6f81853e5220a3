"""Formatting: the canonical text of every entity file, with the same data and all comments."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qafiles.cache.asked_paths import AskedPaths
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.verdicts import (
    NO_VERDICTS,
    Verdicts,
    digest_of,
    keep_verdicts,
    read_verdicts,
)
from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import Kind
from qafiles.layout import Place, classify
from qafiles.loading.asked import kept_format_at
from qafiles.processes import map_in_processes
from qafiles.sources import FolderSource, Source, SourceEntry

if TYPE_CHECKING:
    from qafiles.declared_fields import DeclaredFields

_Work = tuple[SourceEntry, Kind]


class _Formatted(NamedTuple):
    """What formatting makes of a file: whether it is in order, the bytes before and after where it is not, or why neither.

    `digest` stands for the content where it was not known before; `is_read` is whether there was one.
    """

    is_in_order: bool = True
    digest: bytes | None = None
    before: bytes | None = None
    after: bytes | None = None
    line: int = 1
    column: int = 1
    reason: str = ""
    is_read: bool = True


@dataclass(frozen=True, slots=True)
class Unformatted:
    """A file that can't be formatted, the place in it that stands in the way, and why; `is_read` is whether it could be read."""

    path: str
    line: int
    column: int
    reason: str
    is_read: bool = True


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


@dataclass(frozen=True, slots=True)
class FormatCheck:
    """The paths of the files that formatting would change, those that it can't format, and how many were looked at."""

    paths: tuple[str, ...]
    unformatted: tuple[Unformatted, ...] = ()
    looked_at: int = 0


def formatting(source: Source, paths: Sequence[str] | None = None, *, cache: bool = False) -> Formatting:
    """Return what formatting would change in a source, or in those files and folders of it; nothing is written.

    Secrets' files are passed over, since they are signed as a whole. With `cache`, what an earlier run knew to be in order
    is not looked at again, and git's folder keeps it for the next one. Raises DataRootError as `load` does.
    """
    changes, left, looked_at = [], [], 0
    for path, result in _results(source, paths, cache=cache, texts=True):
        if result.reason:
            left.append(Unformatted(path, result.line, result.column, result.reason, result.is_read))
        elif not result.is_in_order:
            changes.append(FileChange(path, result.before, result.after))
        looked_at += not result.reason
    return Formatting(tuple(changes), tuple(left), looked_at)


def check_format(source: Source, paths: Sequence[str] | None = None, *, cache: bool = False) -> FormatCheck:
    """Return which files of a source formatting would change, and which it can't format; takes and raises what `formatting` does."""
    changed, left, looked_at = [], [], 0
    for path, result in _results(source, paths, cache=cache, texts=False):
        if result.reason:
            left.append(Unformatted(path, result.line, result.column, result.reason, result.is_read))
        elif not result.is_in_order:
            changed.append(path)
        looked_at += not result.reason
    return FormatCheck(tuple(changed), tuple(left), looked_at)


def check_folder(
    folder: str | Path, *, cache: bool = False, asked: KeptAnswer | AskedPaths | None = None
) -> tuple[Path, FormatCheck]:
    """Return the data root at or above a folder, and what `check_format` returns for its working tree.

    With `cache`, an answer of an earlier run is taken where nothing has changed since. `asked` is what git was asked of the
    folder already. Raises as `open_source` and `formatting`.
    """
    answer = None
    if cache:
        answer = asked if isinstance(asked, KeptAnswer) else kept_format_at(folder)
    plain = answer.read() if answer is not None else None
    if answer is not None and plain is not None:
        paths, left, looked_at = plain
        checked = FormatCheck(paths, tuple(Unformatted(*item) for item in left), looked_at)
        return Path(answer.tree.root), checked
    from qafiles.sources.data_root import open_source  # noqa: PLC0415  # an answer that is kept needs none

    if not cache:
        import qafiles.loading.settings  # noqa: PLC0415  # while git lists the tree, where it was asked already
        import qafiles.yaml_text.canonical  # noqa: F401, PLC0415  # as above

    source = open_source(folder, paths=asked if isinstance(asked, AskedPaths) else None)
    if not isinstance(source, FolderSource):
        raise UsageError("files are written in a working tree only")
    checked = check_format(source, cache=cache)
    # Why a file can't be read may be over without a trace in it.
    are_read = all(item.is_read for item in checked.unformatted)
    if answer is not None and source.repository is not None and are_read:
        left = tuple((item.path, item.line, item.column, item.reason) for item in checked.unformatted)
        answer.write(
            lambda: (checked.paths, left, checked.looked_at), [entry.path for entry in source.entries()]
        )
    return source.folder, checked


def _results(
    source: Source, paths: Sequence[str] | None, *, cache: bool, texts: bool
) -> Iterator[tuple[str, _Formatted]]:
    """Yield the path of each file that is there and what formatting makes of it, with its `texts` where they are asked for."""
    entries = source.entries()
    known = read_verdicts(source, entries) if cache else NO_VERDICTS
    work: list[_Work] = []
    for entry in entries:
        place = classify(entry.path)
        if isinstance(place, Place) and not place.is_secret:
            work.append((entry, place.kind))
    if paths is not None:
        from qafiles.validation import is_below  # noqa: PLC0415  # it knows all rules

        work = [(entry, kind) for entry, kind in work if is_below(entry.path, paths)]
    formatter = _Formatter(source, entries, known, texts=texts)
    if not known:
        formatter.begin()  # in this process, not in each of those that it forks
    new: dict[bytes, bool] = {}
    results = map_in_processes(formatter.formatted, work, to_plain=tuple, from_plain=_Formatted._make)
    for (entry, _), result in zip(work, results, strict=True):
        if result is not None:
            if result.digest is not None:
                new[result.digest] = result.is_in_order
            yield entry.path, result
    if cache:
        keep_verdicts(source, known, new)


class _Formatter:
    """Formats files of a source; what that needs is imported and read for the first content that nobody knows."""

    def __init__(
        self, source: Source, entries: Sequence[SourceEntry], known: Verdicts, *, texts: bool
    ) -> None:
        self._source = source
        self._entries = entries
        self._known = known
        self._texts = texts

    def begin(self) -> None:
        """Read the settings. Raises DataRootError as `load` does."""
        _ = self._declared

    @cached_property
    def _declared(self) -> "DeclaredFields":
        from qafiles.loading.settings import load_settings  # noqa: PLC0415  # it imports the readers of YAML

        return load_settings(self._source, self._entries)[0].fields

    def formatted(self, share: Sequence[_Work]) -> Iterator[_Formatted | None]:
        """Yield what formatting makes of each file, None for one that is gone."""
        contents = self._source.read([entry for entry, _ in share])
        for (_, kind), content in zip(share, contents, strict=True):
            if content is None or isinstance(content, bytes):
                yield None if content is None else self._formatted(kind, content)
            else:
                yield _Formatted(reason=content.message, is_read=False)

    def _formatted(self, kind: Kind, content: bytes) -> _Formatted:
        digest = digest_of(kind, content)
        is_in_order = self._known.of(digest)
        if is_in_order or (is_in_order is False and not self._texts):
            return _Formatted(is_in_order)
        result = _format(kind, content, self._declared)
        if not self._texts:
            result = result._replace(before=None, after=None)
        return result if result.reason or is_in_order is not None else result._replace(digest=digest)


def _format(kind: Kind, content: bytes, declared: "DeclaredFields") -> _Formatted:
    """Return what formatting makes of a file's bytes."""
    from qafiles.yaml_text.canonical import formatted  # noqa: PLC0415  # it imports ruamel.yaml
    from qafiles.yaml_text.document import UnreadableTextError  # noqa: PLC0415  # it imports ruamel.yaml

    try:
        after = formatted(kind, content, declared)
    except UnreadableTextError as error:
        first = error.refusal
        return _Formatted(line=first.span.line, column=first.span.column, reason=first.message)
    except EditRefusedError as error:
        return _Formatted(reason=str(error))
    return _Formatted() if after == content else _Formatted(is_in_order=False, before=content, after=after)
