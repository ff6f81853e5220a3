"""The history of an entity as its page tells it: commits with the fields that each changed, as old and new."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, NamedTuple

from markupsafe import Markup, escape

from qafiles.diff.words import word_diff
from qafiles.git.dates import day, day_text
from qafiles.history import LogEntry
from qafiles.layout import is_id
from qafiles.pages import clean
from qafiles.parsing.values import ABSENT, leftovers
from qafiles.schema.shown import dotted
from qafiles.site.content import Content
from qafiles.snapshot import EntityFile
from qafiles.snapshot.field_changes import FieldChange, items_of

MOST_ENTRIES: Final = 50
"""Commits that a page tells; it says how many there are besides."""

_UNCOMMITTED: Final = "Not committed"
_MOST_FIELDS: Final = 20
_LONGEST: Final = 300
_AROUND: Final = 48
"""Characters of unchanged text that are shown on either side of a change."""


class ShownField(NamedTuple):
    """A field with its change as HTML."""

    name: str
    html: Markup


class ShownEntry(NamedTuple):
    """A commit in the history of an entity; `date` is that of the author."""

    date: str
    subject: str
    author: str
    commit: str
    what: str
    fields: tuple[ShownField, ...]


def shown_log(content: Content, log: Sequence[LogEntry]) -> list[ShownEntry]:
    """Return the newest commits of an entity."""
    return [_entry(content, entry) for entry in log[:MOST_ENTRIES]]


def _entry(content: Content, entry: LogEntry) -> ShownEntry:
    when = day(entry.commit.authored)
    fields = _first([shown for item in entry.fields for shown in _change(content, item, entry.secret)])
    if entry.old_path is not None and entry.old_handle is not None:
        fields.insert(
            0, ShownField("handle", _old_and_new(entry.old_handle, entry.handle or entry.path or ""))
        )
    return ShownEntry(
        when.isoformat() if when is not None else day_text(entry.commit.authored),
        entry.commit.subject or "(no message)",
        entry.commit.author_name,
        entry.commit.name[:10],
        ", ".join(entry.what).capitalize(),
        tuple(fields),
    )


def pending_entry(content: Content, file: EntityFile) -> ShownEntry | None:
    """Return what no commit holds of an entity as the newest entry of its history; None where there is nothing."""
    change = content.pending.get(file.path)
    if change is None:
        if file.path not in (content.origin.uncommitted or ()):
            return None
        return ShownEntry("", _UNCOMMITTED, "", "", "Another text of the file, with the same data", ())
    if change.before is None:
        return ShownEntry("", _UNCOMMITTED, "", "", "New, in no commit", ())
    fields = _first([shown for item in change.fields for shown in _change(content, item, change.secret)])
    if change.before.handle != file.handle:
        fields.insert(0, ShownField("handle", _old_and_new(change.before.handle, file.handle)))
    what = "Changed since the last commit" if fields else "Written in another way, with the same meaning"
    return ShownEntry("", _UNCOMMITTED, "", "", what, tuple(fields))


def _first(fields: list[ShownField]) -> list[ShownField]:
    """Return the fields that are shown, with a word about the others."""
    left = len(fields) - _MOST_FIELDS
    if left <= 0:
        return fields
    return [*fields[:_MOST_FIELDS], ShownField("…", escape(f"and {left:,} more; `qafiles log` tells all"))]


def _change(content: Content, change: FieldChange, secret: str | None) -> Iterator[ShownField]:
    if change.form == "secret":
        yield ShownField(change.name, escape(secret or ""))
    elif change.form == "mapping":
        for part in change.parts:
            yield ShownField(dotted(part.pointer), _value(content, part.old, part.new))
    else:
        yield ShownField(change.name, _value(content, change.old, change.new))


def _value(content: Content, old: Any, new: Any) -> Markup:
    before, after = (None if value is ABSENT else value for value in (old, new))
    if isinstance(before, list) or isinstance(after, list):
        return _items(content, items_of(before), items_of(after))
    if isinstance(before, str) and isinstance(after, str) and max(len(before), len(after)) > 40:
        return _prose(before, after)
    return _old_and_new(_text(content, before), _text(content, after))


def _items(content: Content, before: list[Any], after: list[Any]) -> Markup:
    removed, added = leftovers(before, after)
    shown = [Markup("<del>{}</del>").format(_text(content, item)) for item in removed[:_MOST_FIELDS]]
    shown += [Markup("<ins>+ {}</ins>").format(_text(content, item)) for item in added[:_MOST_FIELDS]]
    left = max(0, len(removed) - _MOST_FIELDS) + max(0, len(added) - _MOST_FIELDS)
    if left:
        shown.append(escape(f"and {left:,} more"))
    return Markup("\n").join(shown) if shown else escape("another order")


def _old_and_new(old: str, new: str) -> Markup:
    parts = []
    if old:
        parts.append(Markup("<del>{}</del>").format(clean(old)))
    if new:
        parts.append(Markup("<ins>{}</ins>").format(clean(new)))
    return Markup(" → ").join(parts)


def _prose(before: str, after: str) -> Markup:
    """Return the words that changed, each with a little of what stands around them."""
    shown, length = [], 0
    pieces = word_diff(before, after)
    for index, piece in enumerate(pieces):
        text = piece.text
        if piece.sign == "=":
            start, end = index == 0, index == len(pieces) - 1
            if len(text) > 2 * _AROUND or ((start or end) and len(text) > _AROUND):
                head = "" if start else text[:_AROUND].partition("\n")[0].rpartition(" ")[0]
                tail = "" if end else text[-_AROUND:].rpartition("\n")[2]
                text = f"{head} … {tail}"
            shown.append(escape(clean(text)))
        else:
            mark = Markup("<ins>{}</ins>") if piece.sign == "+" else Markup("<del>{}</del>")
            shown.append(mark.format(clean(_cut(text))))
        length += len(text)
        if length > 4 * _LONGEST:
            shown.append(escape(" …"))
            break
    return Markup("").join(shown).strip()


def _text(content: Content, value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and is_id(value):
        target = content.named(value)
        return _cut(f"{target.title} ({value[:8]}…)" if target is not None else value)
    return _cut(clean(value if isinstance(value, str) else repr_of(value)))


def repr_of(value: Any) -> str:
    """Return a value that is no text in one line, numbers of any length in hexadecimal where they are long."""
    if isinstance(value, dict):
        return "{" + ", ".join(f"{key}: {repr_of(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ", ".join(map(repr_of, value)) + "]"
    if isinstance(value, int) and not isinstance(value, bool) and value.bit_length() > 256:
        return hex(value)
    return "null" if value is None else str(value)


def _cut(text: str) -> str:
    return text if len(text) <= _LONGEST else text[: _LONGEST - 1] + "…"
