"""The names that filters of reports are given by: handles, and what people copy in their place."""

from dataclasses import replace
from typing import Final

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import PROJECT_FOLDERS, SUITE_KINDS, Place, classify
from qafiles.reports.filters import Filters
from qafiles.snapshot.naming import kind_and_handle

_SUITE_FOLDERS: Final = frozenset(name for name, kind in PROJECT_FOLDERS.items() if kind in SUITE_KINDS)


def with_handles(filters: Filters) -> Filters:
    """Return filters in which paths of files and folders, and handles with their kind in front, are handles."""
    return replace(
        filters,
        organizations=tuple(_handle("organization", name) for name in filters.organizations),
        projects=tuple(_handle("project", name) for name in filters.projects),
        suites=tuple(map(_suite, filters.suites)),
        tags=tuple(_handle("tag", name) for name in filters.tags),
    )


def _handle(kind: Kind, name: str) -> str:
    """Return the handle of an entity of a kind that a path or `kind:handle` names; another text as it is."""
    path = name.removeprefix("./").rstrip("/")
    file = KIND_FACTS[kind].file
    for text in (path, f"{path}/{file}" if file is not None else path):
        place = classify(text)
        if isinstance(place, Place) and place.kind == kind:
            return place.handle
    named, handle = kind_and_handle(path)
    return handle if named == kind else path


def _suite(name: str) -> str:
    """Return a suite as `organization/project/folders` where its folder's path is given; another text as it is."""
    parts = name.removeprefix("./").strip("/").split("/")
    if len(parts) > 5 and parts[::2][:2] == ["organizations", "projects"] and parts[4] in _SUITE_FOLDERS:
        return "/".join([parts[1], parts[3], *parts[5:]])
    return name
