"""The site of a data root, made anew where an earlier run did not make the same one."""

import os
from collections.abc import Callable, Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from qafiles.cache.store import Store
from qafiles.diagnostics import LeftOut
from qafiles.site.inputs import inputs
from qafiles.site.kept import Site, keep, left_before
from qafiles.site.kept_inputs import KeptInputs
from qafiles.site.output import Written, check_folder
from qafiles.sources import FolderSource, GitObjectSource
from qafiles.sources.data_root import open_source

if TYPE_CHECKING:
    from qafiles.results.result import ResultFile
    from qafiles.snapshot import Snapshot
    from qafiles.sources import Source


def _silent(what: str, done: int, total: int) -> None:
    """Tell nobody."""


def site(  # noqa: PLR0913  # one parameter for each choice of the command line
    data: "str | Path | Source | Snapshot",
    folder: str | Path,
    rev: str | None = None,
    *,
    staged: bool = False,
    name: str | None = None,
    environment: str | None = None,
    result_files: "Iterable[ResultFile] | None" = None,
    tools: Sequence[str] = (),
    progress: Callable[[str, int, int], None] = _silent,
    cache: bool = False,
) -> Written:
    """Write the site of a data root into a folder and return what was done; the same data gives the same bytes.

    Only files that changed are written, and those that an earlier run wrote and that are not needed any more are removed.
    `name` is shown on every page, by default that of the only organization. `environment` is one of qafiles.yaml, whose URLs and
    secrets are shown. With `result_files`, those of a run whose tests name test cases by the keys of `tools`, lists and reports tell
    how the test cases ended. With `cache`, nothing is made where an earlier run had the same data, history, options and program,
    and every file is as it left it; git's folder keeps what tells that. Raises UsageError for a folder that holds something else or
    lies among the entities, SiteError where it can't be written, and what `qafiles.load` raises.
    """
    place = Path(folder).absolute()
    check_folder(place)
    source = open_source(data, rev=rev, staged=staged) if isinstance(data, str | Path) else data
    is_kept = cache and result_files is None
    lasting = source if is_kept and isinstance(source, FolderSource | GitObjectSource) else None
    store = _store(lasting) if lasting is not None else None
    kept = _kept_inputs(source) if store is not None and isinstance(source, FolderSource) else None
    digest = kept.read() if kept is not None else None
    known = inputs(lasting) if lasting is not None and digest is None else None
    digest = known.digest if known is not None else digest
    wanted = Site(str(place), digest, name, environment) if digest is not None else None
    if store is not None and wanted is not None:
        left = left_before(store, wanted)
        if left is not None:
            if kept is not None and known is not None and known.is_lasting:
                kept.write(known.digest, known.paths)
            return Written(left.files, 0, 0, LeftOut(left.sentences))
    from qafiles.site.build import build  # noqa: PLC0415  # it imports what makes pages

    done, digests = build(
        source,
        place,
        name=name,
        environment=environment,
        result_files=result_files,
        tools=tools,
        progress=progress,
    )
    # Something that changed meanwhile may be in some of the pages alone.
    if lasting is not None and store is not None and wanted is not None and not done.left_out.is_missing:
        after = inputs(lasting)
        if after is not None and after.digest == wanted.inputs:
            keep(store, wanted, digests, done.left_out.sentences)
            if kept is not None and known is not None and known.is_lasting and after.is_lasting:
                kept.write(known.digest, known.paths)
    return done


def _store(source: FolderSource | GitObjectSource) -> Store | None:
    return Store.of(source.repository.common_dir) if source.repository is not None else None


def _kept_inputs(source: FolderSource) -> KeptInputs | None:
    """Return what is kept of the inputs of a working tree; None where git can't vouch for its files."""
    kept = KeptInputs.at(source.folder)
    return kept if kept is not None and kept.tree.root == os.fspath(source.folder) else None
