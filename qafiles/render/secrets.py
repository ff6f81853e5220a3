"""The list of secrets, as a table and as JSON."""

import json
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qafiles.render.columns import table
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.listing import Listed

_HEADINGS = ("NAME", "PROJECT", "VERSION", "DAYS", "RECIPIENTS", "USED BY")
_MOST_RECIPIENTS = 4
_MOST_USES = 2
"""How many names stand in a cell of the table; JSON has all."""


def as_text(secrets: "Sequence[Listed]", *, terminal: bool = False) -> Iterator[str]:
    """Yield the lines of a table; on a terminal only a few names stand in a cell."""
    yield from table([_HEADINGS, *(_cells(secret, terminal=terminal) for secret in secrets)])


def _cells(secret: "Listed", *, terminal: bool) -> tuple[str, ...]:
    file = secret.file
    age = "" if secret.age is None else str(secret.age)
    values = (
        file.name_part,
        str(file.project),
        str(file.data.get("version", "")),
        age,
        _few(secret.recipients, _MOST_RECIPIENTS if terminal else None),
        _few(
            [handle.removeprefix(f"{file.project}/") for handle in secret.used_by],
            _MOST_USES if terminal else None,
        ),
    )
    return tuple(map(escape, values))


def _few(names: Sequence[str], most: int | None) -> str:
    more = 0 if most is None else len(names) - most
    return ", ".join(names[:most]) + (f" and {more} more" if more > 0 else "")


def records(secrets: "Sequence[Listed]") -> list[dict[str, Any]]:
    """Return the secrets as records; ages are in days."""
    return [
        {
            "name": secret.file.name_part,
            "project": secret.file.project,
            "path": secret.file.path,
            "version": secret.file.data.get("version"),
            "age": secret.age,
            "recipients": secret.recipients,
            "keys": secret.keys,
            "used_by": secret.used_by,
        }
        for secret in secrets
    ]


def as_json(secrets: "Sequence[Listed]") -> Iterator[str]:
    """Yield an array of records."""
    yield json.dumps(records(secrets), indent=2, ensure_ascii=True) + "\n"
