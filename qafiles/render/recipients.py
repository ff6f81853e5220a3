"""Who can decrypt, as a table and as JSON."""

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from qafiles.render.columns import table
from qafiles.render.document import dump
from qafiles.render.escape import escape

if TYPE_CHECKING:
    from qafiles.secrets.recipients import Listed

_HEADINGS = ("RECIPIENT", "TYPE", "WHO", "SECRETS", "RULE")


def as_text(recipients: "Sequence[Listed]") -> Iterator[str]:
    """Yield the lines of a table."""
    yield from table([_HEADINGS, *map(_cells, recipients)])


def _cells(listed: "Listed") -> tuple[str, ...]:
    rule = "not in .sops.yaml" if listed.rule is None else listed.rule.path_regex or "all paths"
    values = (listed.recipient[1], listed.recipient[0], who(listed), str(len(listed.secrets)), rule)
    return tuple(map(escape, values))


def who(listed: "Listed") -> str:
    """Return whose key it is: the users by handle and name, else the comment behind it in `.sops.yaml`."""
    users = [f"{user.handle} ({user.get('name')})" for user in listed.users]
    return ", ".join(users) or listed.comment or ""


def records(recipients: "Sequence[Listed]") -> list[dict[str, Any]]:
    """Return the recipients as records; `rule` counts from 0 and is null for a recipient that files name and `.sops.yaml` does not."""
    return [
        {
            "recipient": listed.recipient[1],
            "type": listed.recipient[0],
            "users": [
                {"id": user.id, "handle": user.handle, "name": user.get("name")} for user in listed.users
            ],
            "comment": listed.comment,
            "rule": None if listed.rule is None else listed.rule.pointer[-1],
            "path_regex": None if listed.rule is None else listed.rule.path_regex,
            "secrets": listed.secrets,
        }
        for listed in recipients
    ]


def as_json(recipients: "Sequence[Listed]") -> Iterator[str]:
    """Yield an array of records."""
    yield dump(records(recipients), indent=2) + "\n"
