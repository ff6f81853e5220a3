"""Values inside records by dotted paths: `url_route`, `browser_config.viewport.width`, `x-steps.title`."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from qafiles.errors import UsageError
from qafiles.layout import nearest


def values_at(value: Any, path: str) -> Iterator[Any]:
    """Yield every value that a dotted path leads to: into mappings by their keys, which may hold dots, and through lists."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            if key == path:
                yield inner
            elif path.startswith(f"{key}."):
                yield from values_at(inner, path[len(str(key)) + 1 :])
    elif isinstance(value, list | tuple):
        for item in value:
            yield from values_at(item, path)


def paths_in(value: Any, prefix: str = "") -> Iterator[str]:
    """Yield the dotted path of every value inside mappings, those in lists of mappings among them."""
    if isinstance(value, Mapping):
        for key, inner in value.items():
            yield f"{prefix}{key}"
            yield from paths_in(inner, f"{prefix}{key}.")
    elif isinstance(value, list | tuple):
        for item in value:
            yield from paths_in(item, prefix)


def picked(record: Mapping[str, Any], names: Sequence[str]) -> dict[str, Any]:
    """Return a record of these fields alone, in their order: null where there is none, a list where a path leads to several."""
    fields: dict[str, Any] = {}
    for name in names:
        if name in record:
            fields[name] = record[name]
        elif "." in name:
            values = [*values_at(record, name)]
            fields[name] = values[0] if len(values) == 1 else values or None
        else:
            fields[name] = None
    return fields


def checked_names(names: Sequence[str], records: Sequence[Mapping[str, Any]]) -> None:
    """Raise UsageError for a name that none of the records has, with the nearest one; without records nothing is known."""
    known = [*dict.fromkeys(path for record in records for path in paths_in(record))]
    for name in names:
        if records and name not in known:
            near = nearest(name, known)
            first = ", ".join(path for path in known if "." not in path)
            hint = f"did you mean `{near}`?" if near else f"known are {first}"
            raise UsageError(f"`{name}` is no field here; {hint}")
