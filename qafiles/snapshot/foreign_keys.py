"""Entities by the keys that they have in other tools: `C123`, and `testrail:C123` where several tools know that key."""

from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple

from qafiles.declared_fields import ORIGIN
from qafiles.snapshot.entity_file import EntityFile


class ForeignKey(NamedTuple):
    """The key of an entity in the tool that had it before."""

    tool: str
    key: str

    def __str__(self) -> str:
        return f"{self.tool}:{self.key}"


def foreign_key(file: EntityFile) -> ForeignKey | None:
    """Return the key that an entity has in another tool, None where its `x-source` names none that is legible."""
    return None if file.is_secret else key_in(file.data)


def key_in(data: Mapping[str, Any]) -> ForeignKey | None:
    """Return the key that the data of a file names, None where it names none that is legible."""
    origin = data.get(ORIGIN)
    if not isinstance(origin, dict):
        return None
    tool, key = origin.get("tool"), origin.get("key")
    return ForeignKey(tool, key) if isinstance(tool, str) and isinstance(key, str) and tool and key else None


def files_by_key(files: Iterable[EntityFile]) -> Mapping[str, tuple[EntityFile, ...]]:
    """Return the files that have each key, by the key alone and by `TOOL:KEY`."""
    groups: dict[str, list[EntityFile]] = {}
    for file in files:
        key = foreign_key(file)
        if key is not None:
            groups.setdefault(key.key, []).append(file)
            groups.setdefault(str(key), []).append(file)
    return {name: tuple(group) for name, group in groups.items()}
