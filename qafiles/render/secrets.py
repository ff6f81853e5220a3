"""The list of secrets, as a table and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qafiles.render.columns import columns
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.listing import Listed

_HEADINGS = ("NAME", "PROJECT", "VERSION", "DAYS", "RECIPIENTS", "USED BY")
_MOST_RECIPIENTS = 4
_MOST_USES = 2
"""How many names stand in a cell of the table; JSON has all."""


def as_text(secrets: "Sequence[Listed]") -> Iterator[str]:
    """Yield the lines of a table."""
    rows = [_HEADINGS, *map(_cells, secrets)]
    widths = [max(map(columns, column)) for column in zip(*rows, strict=True)]
    for row in rows:
        cells = (cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=True))
        yield "  ".join(cells).rstrip() + "\n"


def _cells(secret: "Listed") -> tuple[str, ...]:
    file = secret.file
    age = "" if secret.age is None else str(secret.age)
    values = (
        file.name_part,
        str(file.project),
        str(file.data.get("version", "")),
        age,
        _few(secret.recipients, _MOST_RECIPIENTS),
        _few([handle.removeprefix(f"{file.project}/") for handle in secret.used_by], _MOST_USES),
    )
    return tuple(map(escape, values))


def _few(names: Sequence[str], most: int) -> str:
    more = len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def as_json(secrets: "Sequence[Listed]") -> Iterator[str]:
    """Yield an array of objects; ages are in days."""
    found = [
        {
            "name": secret.file.name_part,
            "project": secret.file.project,
            "path": secret.file.path,
            "version": secret.file.data.get("version"),
            "age": secret.age,
            "recipients": secret.recipients,
            "used_by": secret.used_by,
        }
        for secret in secrets
    ]
    yield json.dumps(found, indent=2, ensure_ascii=True) + "\n"
