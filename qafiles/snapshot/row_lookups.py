"""Which files there are and what was found in them, looked up in rows that an earlier run kept where there are such."""

from collections.abc import Iterable, Mapping
from typing import Final

from qafiles.cache.file_rows import FLAGS, HAS_FINDINGS, IS_EXAMINED, KIND, VALID
from qafiles.kinds import Kind
from qafiles.layout import KINDS
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import RowFiles

_LOOKED_AT: Final = HAS_FINDINGS | IS_EXAMINED


def with_findings(files: Mapping[str, EntityFile]) -> Iterable[EntityFile]:
    """Return the files in which rules found something, or at which none has looked, sorted by path."""
    if isinstance(files, RowFiles):
        rows = files.rows.items()
        return [files[path] for path, row in rows if row[FLAGS] & _LOOKED_AT != IS_EXAMINED]
    return (file for file in files.values() if file.findings is None or file.findings)


def paths_by_kind(files: Mapping[str, EntityFile]) -> Mapping[Kind, tuple[str, ...]]:
    """Return the paths of the files of each kind, sorted."""
    paths: dict[Kind, list[str]] = {kind: [] for kind in KINDS}
    if isinstance(files, RowFiles):
        for path, row in files.rows.items():
            paths[row[KIND]].append(path)
    else:
        for path, file in files.items():
            paths[file.kind].append(path)
    return {kind: tuple(of_kind) for kind, of_kind in paths.items()}


def kinds_of_faulty(files: Mapping[str, EntityFile]) -> Iterable[Kind]:
    """Return the kind of each file that has errors."""
    if isinstance(files, RowFiles):
        return [row[KIND] for row in files.rows.values() if not row[FLAGS] & VALID]
    return (file.kind for file in files.values() if not file.valid)


def paths_beside(files: Mapping[str, EntityFile], paths: Iterable[str]) -> list[str]:
    """Return those of some paths that are of none of the files."""
    known = files.rows if isinstance(files, RowFiles) else files
    return [path for path in paths if path not in known]
