"""Values of JSON taken for what a format says they are; what is something else counts as missing."""

from typing import Any

from qafiles.results.formats.text import well_formed
from qafiles.results.result import SourcePlace


def object_of(value: Any) -> dict[str, Any]:
    """Return the object, or an empty one."""
    return value if isinstance(value, dict) else {}


def dicts(value: Any) -> list[dict[str, Any]]:
    """Return the objects of an array."""
    if not value or not isinstance(value, list):
        return []
    if len(value) == 1:
        # As nearly all of them are, of which there are some for each test.
        return value if isinstance(value[0], dict) else []
    return [item for item in value if isinstance(item, dict)]


def list_of(value: Any) -> list[Any]:
    """Return the array, or an empty one."""
    return value if isinstance(value, list) else []


def string(value: Any) -> str:
    """Return the text, or a whole number's digits, or ""."""
    if isinstance(value, str):
        return value if value.isprintable() else well_formed(value)
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else ""


def strings(value: Any) -> list[str]:
    """Return the texts of an array that are not empty."""
    return [text for item in value if (text := string(item))] if value and isinstance(value, list) else []


def positive(value: Any) -> int | None:
    """Return a whole number from 1 up, or None."""
    return value if isinstance(value, int) and not isinstance(value, bool) and value > 0 else None


def location_of(value: Any) -> SourcePlace | None:
    """Return the place that an object with file, line and column names."""
    if not value:
        return None
    location = object_of(value)
    file = string(location.get("file"))
    return (
        SourcePlace(file, positive(location.get("line")), positive(location.get("column"))) if file else None
    )
