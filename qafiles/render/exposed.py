"""Values that somebody could read who is no recipient any more, as a table and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qafiles.git.dates import day_text
from qafiles.render.columns import table
from qafiles.render.document import dump
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.exposed import Exposed

_HEADINGS = ("NAME", "PROJECT", "VERSION", "COULD BE READ BY", "LAST IN")


def as_text(secrets: "Sequence[Exposed]") -> Iterator[str]:
    """Yield the lines of a table, with one for each reader of each secret."""
    rows = [
        (
            item.file.name_part,
            str(item.file.project),
            str(item.file.data.get("version", "")),
            reader.description,
            f"{reader.commit.name[:10]} {day_text(reader.commit.authored)}",
        )
        for item in secrets
        for reader in item.readers
    ]
    if rows:
        yield from table([_HEADINGS, *(tuple(map(escape, row)) for row in rows)])


def records(secrets: "Sequence[Exposed]") -> list[dict[str, Any]]:
    """Return the secrets as records, each with who could read it."""
    return [
        {
            "name": item.file.name_part,
            "project": item.file.project,
            "path": item.file.path,
            "version": item.file.data.get("version"),
            "readers": [
                {
                    "recipient": reader.recipient[1],
                    "type": reader.recipient[0],
                    "who": reader.description,
                    "commit": reader.commit.name,
                }
                for reader in item.readers
            ],
        }
        for item in secrets
    ]


def as_json(secrets: "Sequence[Exposed]") -> Iterator[str]:
    """Yield an array of records."""
    yield dump(records(secrets), indent=2) + "\n"
