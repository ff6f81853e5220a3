"""The one function through which commands load a data root: what earlier runs have kept of its files is taken from there."""

import os
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qafiles.cache.asked_git import data_root_at
from qafiles.cache.working_tree import WorkingTree

if TYPE_CHECKING:
    from qafiles.loading.row_loading import Progress
    from qafiles.snapshot import Snapshot
    from qafiles.snapshot.entity_file import Examine

_NOTHING_NAMED: Final[Mapping[str, str]] = MappingProxyType({})


def load_data_root(  # noqa: PLR0913  # as `open_source` and `load`
    folder: str | Path = ".",
    rev: str | None = None,
    *,
    staged: bool = False,
    no_cache: bool = False,
    examine: "Examine | None" = None,
    progress: "Progress | None" = None,
    named: Mapping[str, str] = _NOTHING_NAMED,
    asked: str = "--rev",
    tree: WorkingTree | None = None,
) -> "Snapshot":
    """Return the snapshot of the data root that a folder lies in: its working tree, its index or a revision.

    With `no_cache` nothing is taken that an earlier run kept, and nothing is kept; the snapshot is the same. `tree` is a working
    tree that git was asked about, perhaps this one. Parameters and errors are those of `open_source` and `load`.
    """
    if rev is None and not staged and not no_cache:
        snapshot = load_as_kept(folder, examine, progress=progress, named=named, tree=tree)
        if snapshot is not None:
            return snapshot
    from qafiles.sources import GitObjectSource  # noqa: PLC0415  # a working tree is found without it
    from qafiles.sources.data_root import open_source  # noqa: PLC0415  # as above

    source = open_source(folder, rev=rev, staged=staged, asked=asked)
    if isinstance(source, GitObjectSource) and not no_cache:
        from qafiles.loading.kept_files import load_objects  # noqa: PLC0415  # as above

        snapshot = load_objects(source, examine, progress, named)
        if snapshot is not None:
            return snapshot
    from qafiles.loading.loader import load  # noqa: PLC0415  # what is kept of files is read without it

    return load(source, progress, examine, named)


def load_as_kept(  # noqa: PLR0913  # as `load_data_root`
    folder: str | Path,
    examine: "Examine | None" = None,
    *,
    progress: "Progress | None" = None,
    named: Mapping[str, str] = _NOTHING_NAMED,
    meanwhile: Callable[[], object] = lambda: None,
    tree: WorkingTree | None = None,
) -> "Snapshot | None":
    """Return the same of a working tree for which only files are read that differ from what earlier runs have kept.

    None where loading as a whole is needed to tell. `meanwhile` is called while git is at work. `tree` is as for `load_data_root`.
    """
    if tree is None or tree.root != data_root_at(os.fspath(folder)):
        tree = WorkingTree.asked(os.fspath(folder))
    if tree is None:
        return None
    tree.walk()
    from qafiles.loading.kept_files import load_kept  # noqa: PLC0415  # as `meanwhile`

    meanwhile()
    return load_kept(tree, examine, progress, named)
