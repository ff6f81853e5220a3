"""What the references in blobs name after a commit, told from the states of all entities there."""

import json
from collections.abc import Callable, Mapping
from typing import Any, Final

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import Place, classify, is_id, looks_like_id, path_for, project_of
from qafiles.references import BY_PLACE, parents

IdAt = Callable[[str], str | None]
"""Gives the id of the file at a path, None where there is none."""

_NAMES: Final = frozenset(field.name for facts in KIND_FACTS.values() for field in facts.references)
_LONGEST: Final = 400
"""Characters that the text of a reference may have: no handle is longer."""


def may_refer(name: str, value: Any) -> bool:
    """Return whether a field may hold references: one of the kinds, or one that a data root may have declared."""
    if name in _NAMES:
        return True
    items = value if isinstance(value, list) else [value]
    return name.startswith("x-") and all(isinstance(item, str) and len(item) <= _LONGEST for item in items)


def project_folder(path: str) -> str:
    """Return the folder of the project that a file lies in, empty for one in none."""
    parts = path.split("/", 4)
    return "/".join(parts[:4]) if len(parts) == 5 and parts[0::2][:2] == ["organizations", "projects"] else ""


def identities(
    references: str, path: str, id_at: IdAt, declared: DeclaredFields = NOTHING_DECLARED
) -> Mapping[str, Any]:
    """Return what the reference fields of a file name, by field; what names nothing or what the folder says is left out.

    `references` is the JSON of fields that may refer, as they are written; `declared` says which `x-` keys among them do.
    """
    place = classify(path)
    if not isinstance(place, Place) or not references:
        return {}
    owners = parents(place.kind, place.handle)
    project = project_of(place.kind, place.handle)
    kinds = {field.name: field.target for field in declared.references(place.kind)}
    targets: dict[str, Any] = {}
    for name, value in json.loads(references).items():
        items = value if isinstance(value, list) else [] if value is None else [value]
        if name not in kinds or not all(isinstance(item, str) for item in items):
            targets[name] = value
            continue
        named = sorted(_identity(kinds[name], item, project, id_at) for item in items)
        if name in owners and name in BY_PLACE:
            kind, handle = owners[name]
            named = [item for item in named if item != _identity(kind, handle, None, id_at)]
        if named:
            targets[name] = named
    return targets


def _identity(kind: Kind, value: str, project: str | None, id_at: IdAt) -> str:
    for handle in () if looks_like_id(value) else (f"{project}/{value}" if project else "", value):
        try:
            path = path_for(kind, handle)
        except ValueError:
            continue
        if (target_id := id_at(path)) is not None:
            return f"id {target_id}"
    return f"id {value}" if is_id(value) else f"text {value}"
