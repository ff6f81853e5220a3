"""The settings of a data root as they are loaded: the defaults where their file has errors."""

from collections.abc import Iterable, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.diagnostics import Diagnostic, Pointer
from qafiles.errors import DataRootError
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.one_file import LoadedFile, load_file
from qafiles.loading.requirement import meet
from qafiles.models.settings import Settings, settings_of
from qafiles.parsing import MAX_SIZE, parse
from qafiles.schema.validators import MAX_PROBLEMS
from qafiles.sources import Content, GitObjectSource, Source, SourceEntry
from qafiles.sources.enclosing import enclosing_root
from qafiles.sources.overlay import OverlaySource

_DEPTHS: Final[Mapping[object, int]] = MappingProxyType({"fields": 3, "environments": 2})
"""How deep the parts of a setting lie that count without those that have problems."""


def load_settings(source: Source, entries: Iterable[SourceEntry]) -> tuple[Settings, list[Diagnostic]]:
    """Return the settings, which are the defaults where the file has errors, and its diagnostics.

    Raises DataRootError when the source has no qafiles.yaml, or one that asks for another release.
    """
    entry = next((entry for entry in entries if entry.path == SETTINGS_FILE), None)
    content = next(iter(source.read([entry]))) if entry else None
    if content is None:
        raise DataRootError(f"there is no {SETTINGS_FILE} in this data root; `qafiles init` makes one")
    file = _read(content, source.revision, unmerged=entry is not None and entry.unmerged)
    return _settings(file), [problem.diagnostic(SETTINGS_FILE, None) for problem in file.problems]


def faultless_settings(content: Content, commit: str | None) -> dict[str, Any] | None:
    """Return what a qafiles.yaml says, from which `settings_of` makes settings; None where it has problems.

    `commit` is where it comes from. Raises DataRootError for one that asks for another release.
    """
    file = _read(content, commit)
    return file.data if isinstance(file.data, dict) and not file.problems else None


def _read(content: Content, commit: str | None, *, unmerged: bool = False) -> LoadedFile:
    file = load_file("settings", content, unmerged=unmerged) or LoadedFile({})
    if isinstance(content, bytes):
        meet(file.data, content, commit)
    return file


def required(source: Source) -> None:
    """Raise DataRootError where the settings of a source ask for another release; no other file is read or listed."""
    while isinstance(source, OverlaySource) and SETTINGS_FILE not in source.buffers:
        source = source.base
    content: Content
    if isinstance(source, GitObjectSource):
        path = f"{source.folder}/{SETTINGS_FILE}" if source.folder else SETTINGS_FILE
        content = next(iter(source.repository.blobs([f"{source.revision or ''}:{path}"], MAX_SIZE + 1)), None)
    else:
        content = next(iter(source.read([SourceEntry(SETTINGS_FILE)])), None)
    if isinstance(content, bytes):
        meet(parse(content, MAX_SIZE).data, content, source.revision)


def settings_in(content: bytes) -> Settings:
    """Return what the bytes of a qafiles.yaml set, as far as it can be read."""
    return _settings(load_file("settings", content) or LoadedFile({}))


def settings_near(folder: Path) -> Settings | None:
    """Return the settings of the data root that an absolute folder is or lies in; None where there is none to be read."""
    root = enclosing_root(folder)
    try:
        return settings_in((root / SETTINGS_FILE).read_bytes()) if root is not None else None
    except OSError:
        return None


def declared_near(folder: Path) -> DeclaredFields:
    """Return the custom fields of the data root that an absolute folder is or lies in; none where there is none to be read."""
    settings = settings_near(folder)
    return settings.fields if settings is not None else NOTHING_DECLARED


def _settings(file: LoadedFile) -> Settings:
    """Return what a file sets: of a setting with a problem the default, of custom fields and environments all but those with one."""
    if any(problem.code.startswith("QF1") for problem in file.problems) or len(file.problems) >= MAX_PROBLEMS:
        return Settings()
    data = file.data if isinstance(file.data, dict) else {}
    for place in {
        problem.pointer[: _DEPTHS.get((*problem.pointer, None)[0], 1)] for problem in file.problems
    }:
        data = _without(data, place)
    return settings_of(data)


def _without(data: dict[Any, Any], pointer: Pointer) -> dict[Any, Any]:
    """Return a mapping without the entry at a pointer, through mappings alone."""
    inner = data.get(pointer[0]) if pointer else None
    if len(pointer) > 1 and isinstance(inner, dict):
        return {**data, pointer[0]: _without(inner, pointer[1:])}
    return {key: value for key, value in data.items() if key != (*pointer, None)[0]}
