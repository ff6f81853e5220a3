"""The JSON Schemas as they are committed, so that a run need not generate them from the models."""

import json
from collections.abc import Mapping
from functools import cache
from pathlib import Path
from typing import Any, Final

_PACKAGE: Final = Path(__file__).parents[1]
_FOLDERS: Final = (_PACKAGE / "schema_files", _PACKAGE.parent / "schemas")
"""Where an installed package and a checkout have them; a test compares them with the models."""


@cache
def stored_schema(name: str) -> Mapping[str, Any]:
    """Return the JSON Schema of a kind, or of qafiles.yaml for `settings`, in draft 2020-12.

    Raises KeyError for any other name.
    """
    for folder in _FOLDERS:
        place = folder / f"{name}.schema.json"
        if place.is_file():
            schema: dict[str, Any] = json.loads(place.read_text(encoding="utf-8"))
            return schema
    from qafiles.schema.generated import json_schema  # noqa: PLC0415  # generating takes as long as validating thousands of files

    return json_schema(name)
