"""The list of secrets, as a table and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING

from qafiles.render.columns import columns
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.listing import Listed

_HEADINGS = ("NAME", "PROJECT", "VERSION", "DAYS", "RECIPIENTS", "USED BY")


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
        file.handle.rpartition("/")[2],
        str(file.project),
        str(file.data.get("version", "")),
        age,
        ", ".join(secret.recipients),
        ", ".join(secret.used_by),
    )
    return tuple(map(escape, values))


def as_json(secrets: "Sequence[Listed]") -> Iterator[str]:
    """Yield an array of objects; ages are in days."""
    found = [
        {
            "name": secret.file.handle.rpartition("/")[2],
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
