"""The verdict on a snapshot whose rules have run."""

from collections import Counter
from collections.abc import Iterator, Sequence
from pathlib import Path

from qafiles.kinds import SECRET
from qafiles.layout import KINDS
from qafiles.snapshot import Snapshot
from qafiles.snapshot.row_lookups import kinds_of_faulty, paths_beside, paths_by_kind
from qafiles.snapshot.unread import nested
from qafiles.sources import FolderSource, GitObjectSource, Source
from qafiles.validation.verdict import Verdict


def verdict_of(snapshot: Snapshot, folder: str | Path = ".") -> Verdict:
    """Return what a checked snapshot came to; `folder` is where its data root was looked for."""
    entries, source = snapshot.entries, snapshot.source

    def read(paths: Sequence[str]) -> Iterator[bytes | None]:
        contents = source.read([entries[path] for path in paths if path in entries])
        for path in paths:
            content = next(contents) if path in entries else None
            yield content if isinstance(content, bytes) else None

    paths = paths_by_kind(snapshot.files)
    wrong = Counter(kinds_of_faulty(snapshot.files))
    return Verdict(
        snapshot.diagnostics,
        snapshot.undecided,
        (*source.unchecked, *nested(snapshot), *_of_secrets(len(paths[SECRET]))),
        str(_root_folder(source, Path(folder))),
        source.root,
        source.revision,
        paths,
        {kind: len(paths[kind]) - wrong[kind] for kind in KINDS},
        tuple(paths_beside(snapshot.files, entries)),
        read,
    )


def is_whole_in_git(source: Source) -> bool:
    """Return whether a source is a working tree, a commit or the index that git has told everything about."""
    if isinstance(source, GitObjectSource):
        return source.repository.top is not None and not source.unchecked
    return isinstance(source, FolderSource) and source.repository is not None and not source.unchecked


def _of_secrets(number: int) -> tuple[str, ...]:
    if not number:
        return ()
    whose = "the MAC of 1 secret" if number == 1 else f"the MACs of {number} secrets"
    return (
        f"{whose}, whose form and recipients are checked: that needs a key (`qafiles secret check` uses one)",
    )


def _root_folder(source: Source, folder: Path) -> Path:
    """Return where the data root lies on disk; for a bare repository, the repository itself."""
    if isinstance(source, FolderSource):
        return source.folder
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # few look at merges

    if isinstance(source, MergedSource):
        source = source.ours
    if isinstance(source, GitObjectSource) and source.repository.top is not None:
        return source.repository.top / source.folder
    return folder.absolute()
