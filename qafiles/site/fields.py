"""The fields of an entity that pages may show."""

from collections.abc import Iterable, Mapping
from typing import Any

from qafiles.kinds import CLEAR_FIELDS
from qafiles.references import BY_PLACE
from qafiles.snapshot import EntityFile


def shown_fields(file: EntityFile) -> Mapping[str, Any]:
    """Return the fields that pages may show: of a secret only those that are meant to be read."""
    if file.is_secret:
        return {
            name: value
            for name, value in file.data.items()
            if name in CLEAR_FIELDS and file.get(name) == value
        }
    return file.data


def own_fields(file: EntityFile, without: Iterable[str] = ()) -> Mapping[str, Any]:
    """Return the fields that pages may show, without those that the place says and those named."""
    left = {"id", *BY_PLACE, *without}
    return {name: value for name, value in shown_fields(file).items() if name not in left}
