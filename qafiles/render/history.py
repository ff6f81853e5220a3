"""History for people and programs: the log of an entity, and who gave each of its values."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qafiles.diagnostics import json_pointer
from qafiles.git.dates import date_text, day_text
from qafiles.git.log import LoggedCommit
from qafiles.history import BlamedValue, LogEntry
from qafiles.kinds import SECRET
from qafiles.layout import LABELS
from qafiles.parsing.values import ABSENT, leftovers
from qafiles.render.columns import columns, cut
from qafiles.render.document import dump
from qafiles.render.escape import escape, first_in_line
from qafiles.render.numbers import counted
from qafiles.schema.shown import dotted
from qafiles.snapshot.field_changes import FieldChange
from qafiles.snapshot.key_owners import NOBODY
from qafiles.sops_files.recipients import Recipient

_SHORT: Final = 12
_WIDTH: Final = 60


def log_as_text(
    entries: Sequence[LogEntry], users: Mapping[Recipient, str] = NOBODY, *, terminal: bool = False
) -> Iterator[str]:
    """Yield each commit with what it did to the entity, newest first; on a terminal, long values are cut.

    `users` are those whose keys came to read a secret, or no longer do.
    """
    width = _WIDTH if terminal else None
    for number, entry in enumerate(entries):
        if number:
            yield "\n"
        commit = entry.commit
        yield f"commit {commit.name[:_SHORT]}  {_date(commit)}  {escape(commit.author_name)}\n"
        yield first_in_line(f"    {escape(commit.subject)}") + "\n"
        for line in [
            _headline(entry),
            *_illegible(entry),
            *_readers(entry, users),
            *_fields(entry, width),
            *_copies(entry),
        ]:
            yield first_in_line(f"  {line}") + "\n"


def log_records(entries: Sequence[LogEntry], users: Mapping[Recipient, str] = NOBODY) -> list[dict[str, Any]]:
    """Return the log as records, newest first; `users` are those whose keys came to read a secret, or no longer do."""
    return [
        {
            **_commit(entry.commit),
            "what": [*entry.what],
            "kind": entry.kind,
            "handle": entry.handle,
            "path": entry.path,
            "old_handle": entry.old_handle,
            "old_path": entry.old_path,
            "fields": [_field_record(change, entry.secret) for change in entry.fields],
            "copies": [*entry.copies],
            **({"illegible": [*entry.illegible]} if entry.illegible else {}),
            **(_reader_records(entry, users) if entry.kind == SECRET else {}),
        }
        for entry in entries
    ]


def blame_as_text(values: Sequence[BlamedValue], *, terminal: bool = False) -> Iterator[str]:
    """Yield a table: commit, date, author, and the field with its value; on a terminal, long texts are cut."""
    width = _WIDTH if terminal else None
    rows = [(*_origin(value, width), _name(value, width), _shown(value, width)) for value in values]
    widths = [max((columns(row[index]) for row in rows), default=0) for index in range(4)]
    for row in rows:
        cells = [cell + " " * (width - columns(cell)) for cell, width in zip(row, widths, strict=False)]
        yield first_in_line("  ".join([*cells, row[4]]).rstrip()) + "\n"


def blame_records(values: Sequence[BlamedValue], *, secret: bool = False) -> list[dict[str, Any]]:
    """Return the values as records in the order of the file."""
    return [
        {
            "pointer": json_pointer(value.pointer),
            **({} if secret and value.pointer == ("secret_value",) else {"value": value.value}),
            "commit": _commit(value.commit) if value.commit is not None else None,
            "known": value.known,
        }
        for value in values
    ]


def _commit(commit: LoggedCommit) -> dict[str, Any]:
    return {
        "commit": commit.name,
        "author": commit.author,
        "email": commit.email,
        "date": date_text(commit.authored),
        "subject": commit.subject,
    }


def _date(commit: LoggedCommit) -> str:
    return date_text(commit.authored) or "at no legible date"


def _headline(entry: LogEntry) -> str:
    words = " and ".join(entry.what)
    label = LABELS[entry.kind] if entry.kind is not None else "entity"
    if entry.what == ("held",):
        return f"{label} {escape(entry.handle or '')} was there; what was before is not in this clone"
    if entry.old_path is not None and entry.path is not None:
        if entry.handle == entry.old_handle:
            return f"{words}: {escape(entry.old_path)} → {escape(entry.path)}"
        return f"{words}: {label} {escape(entry.old_handle or '')} → {escape(entry.handle or '')}"
    return f"{words} {label} {escape(entry.handle or entry.old_handle or '')}"


def _illegible(entry: LogEntry) -> Iterator[str]:
    if len(entry.illegible) == 2:
        yield "the file can be read neither before nor after it"
    elif entry.illegible:
        yield f"the file {'could not be read before' if 'before' in entry.illegible else 'cannot be read any more'}"


def _readers(entry: LogEntry, users: Mapping[Recipient, str]) -> Iterator[str]:
    is_new = entry.what[:1] in {("created",), ("restored",), ("held",)}
    for words, recipients in (
        ("can be read by" if is_new else "can now be read by", entry.gained),
        ("can no longer be read by", entry.lost),
    ):
        for recipient in recipients:
            owner = f"{users[recipient]}: " if recipient in users else ""
            yield f"{words} {escape(owner + recipient[1])}"


def _reader_records(entry: LogEntry, users: Mapping[Recipient, str]) -> dict[str, Any]:
    sides = {"gained": entry.gained, "lost": entry.lost}
    return {
        side: [{"recipient": key[1], "type": key[0], "user": users.get(key)} for key in recipients]
        for side, recipients in sides.items()
    }


def _copies(entry: LogEntry) -> Iterator[str]:
    for path in entry.copies:
        yield f"the same id stood in {escape(path)}, too"


def _fields(entry: LogEntry, width: int | None) -> Iterator[str]:
    for change in entry.fields:
        if change.form == "secret":
            yield f"{escape(change.name)}: {entry.secret}"
        elif change.form == "mapping":
            for part in change.parts:
                yield _field(dotted(part.pointer), part.old, part.new, width)
        elif change.form == "items":
            shown = [
                *(f"+{_value(item, width)}" for item in change.added),
                *(f"-{_value(item, width)}" for item in change.removed),
            ]
            yield f"{escape(change.name)}: {cut(', '.join(shown), width and 2 * width) or 'another order'}"
        elif change.form == "value":
            # Of a reference, what it names.
            old, new = change.removed or (ABSENT,), change.added or (ABSENT,)
            yield _field(change.name, old[0], new[0], width)
        else:
            yield _field(change.name, change.old, change.new, width)


def _field(field: str, before: Any, after: Any, width: int | None) -> str:
    name = escape(field)
    if isinstance(before, list) and isinstance(after, list):
        removed, new = leftovers(before, after)
        shown = ", ".join(
            [*(f"+{_value(item, width)}" for item in new), *(f"-{_value(item, width)}" for item in removed)]
        )
        return f"{name}: {cut(shown, width and 2 * width) or 'another order'}"
    if before is ABSENT:
        return f"{name}: added {_value(after, width)}"
    if after is ABSENT:
        return f"{name}: removed {_value(before, width)}"
    if any(isinstance(value, str) and "\n" in value for value in (before, after)):
        return f"{name}: {_lines(str(before), str(after))}"
    return f"{name}: {_value(before, width)} → {_value(after, width)}"


def _lines(before: str, after: str) -> str:
    removed, new = map(len, leftovers(before.splitlines(), after.splitlines()))
    return f"{counted(new, 'line')} added, {removed} removed" if new or removed else "lines in another order"


def _value(value: Any, width: int | None) -> str:
    text = value if isinstance(value, str) else dump(value)
    return cut(escape(text), width) or "''"


def _field_record(change: FieldChange, secret: str | None) -> dict[str, Any]:
    if change.form == "secret":
        return {"field": change.name, "note": secret}
    inside = [
        {"pointer": json_pointer(part.pointer), "before": _json(part.old), "after": _json(part.new)}
        for part in change.parts
    ]
    return {
        "field": change.name,
        "before": _json(change.old),
        "after": _json(change.new),
        **({"parts": inside} if inside else {}),
    }


def _json(value: Any) -> Any:
    return None if value is ABSENT else value


def _origin(value: BlamedValue, width: int | None) -> tuple[str, str, str]:
    if value.commit is None:
        return "-" * _SHORT, "not committed" if value.known else "unknown", ""
    mark = "" if value.known else "^"
    date = day_text(value.commit.authored)
    return (
        f"{mark}{value.commit.name[: _SHORT - len(mark)]}",
        date,
        cut(escape(value.commit.author_name), width and 24),
    )


def _name(value: BlamedValue, width: int | None) -> str:
    return cut(escape(".".join(str(part) for part in value.pointer)), width)


def _shown(value: BlamedValue, width: int | None) -> str:
    if value.pointer == ("secret_value",) and value.value is None:
        return "(encrypted)"
    return _value(value.value, width)
