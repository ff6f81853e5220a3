"""The format `text` of `diff`, for people at a terminal."""

from collections.abc import Iterator
from typing import Final, NamedTuple

from qafiles.diagnostics import json_pointer
from qafiles.diff.changes import Diff, EntityChange, What
from qafiles.diff.words import Piece
from qafiles.parsing.values import ABSENT
from qafiles.render.diff.parts import (
    MOST_ITEMS,
    MOST_LINES,
    changed_lines,
    fields,
    is_prose,
    label,
    lines_of,
    listed,
    name,
    notes,
    readers,
    rule_name,
    says,
    some,
    summary,
    text_of,
)
from qafiles.render.escape import escape, first_in_line
from qafiles.snapshot.field_changes import FieldChange

_COLORS: Final[dict[What, str]] = {
    "added": "32",
    "removed": "31",
    "renamed": "36",
    "moved": "36",
    "changed": "33",
}
_SIGNS: Final = {"-": ("31", "[-", "-]"), "+": ("32", "{+", "+}")}
_WIDTH: Final = 200
_LONGEST: Final = 2_000
"""Characters of a line of a new text that are shown."""


class _Look(NamedTuple):
    """How it is shown: with colour, and in full where it is no terminal that shows it."""

    color: bool
    whole: bool

    def most(self, number: int) -> int | None:
        """Return how much of something is shown, None for all."""
        return None if self.whole else number


def render(diff: Diff, *, color: bool = False, terminal: bool = False) -> Iterator[str]:
    """Yield each change with its fields, and at the end how many there are; on a terminal, what is long is cut."""
    look = _Look(color, not terminal)
    for item in diff.settings:
        yield from _lines("changed", "settings qafiles.yaml", [item], (), look=look)
    for line in _rules(diff, look):
        yield first_in_line(line + "\n")
    for change in listed(diff):
        sentences = [*notes(change), *_readers(change, look)]
        yield from _lines(change.what, _heading(change, look), [*fields(change)], tuple(sentences), look=look)
        for item in says(change):
            for line in _said(item, look=look):
                yield first_in_line(f"  {line}".rstrip() + "\n")
    sentence = summary(diff)
    yield f"{sentence[0].upper()}{sentence[1:]}.\n"


def _rules(diff: Diff, look: _Look) -> Iterator[str]:
    """Yield the lines on `.sops.yaml`: each rule with those who come to decrypt, or no longer do."""
    if diff.rules:
        yield f"{_painted('changed', _COLORS['changed'], look=look)} recipients .sops.yaml"
    for rule in diff.rules:
        yield (
            f"  {escape(rule_name(rule))}:"
            if rule.readers
            else "  its text; nobody gains or loses access by it"
        )
        for item in rule.readers:
            sign = "-" if item.what == "lost" else "+"
            yield f"    {_painted(f'{sign} {escape(item.who)}', _SIGNS[sign][0], look=look)}"


def _readers(change: EntityChange, look: _Look) -> Iterator[str]:
    for item, (words, who) in zip(
        change.readers, readers(change.readers, new=change.before is None), strict=True
    ):
        yield f"{words} {_painted(escape(who), _SIGNS['-' if item.what == 'lost' else '+'][0], look=look)}"


def _heading(change: EntityChange, look: _Look) -> str:
    handle = escape(change.file.handle)
    if change.before is not None and change.before.handle != change.file.handle:
        handle = f"{escape(change.before.handle)} → {handle}"
    called = name(change) if change.what in {"added", "removed"} else ""
    more = f" ({escape(text_of(called, look.most(80)))})" if called else ""
    return f"{label(change)} {handle}{more}"


def _lines(
    what: What,
    heading: str,
    items: list[FieldChange],
    sentences: "Iterator[str] | tuple[str, ...]",
    *,
    look: _Look,
) -> Iterator[str]:
    yield first_in_line(f"{_painted(what, _COLORS[what], look=look)} {heading}\n")
    for sentence in sentences:
        yield f"  {sentence}\n"
    for item in items:
        for line in _field(item, look=look):
            yield first_in_line(f"  {line}\n")


def _field(item: FieldChange, *, look: _Look) -> Iterator[str]:
    key = escape(item.name)
    if item.form == "prose":
        yield f"{key}:"
        lines, more = changed_lines(item, look.most(MOST_LINES))
        for line in lines:
            yield "    " + ("".join(_piece(piece, look=look) for piece in line) or "…")
        if more:
            yield f"    … and {more} more lines"
    elif item.form == "mapping":
        parts, more = some(item.parts, look.most(MOST_ITEMS))
        for part in parts:
            pointer = escape(json_pointer(part.pointer)[1:].replace("/", "."))
            yield f"{pointer}: {_from_to(part.old, part.new, look=look)}"
        if more:
            yield f"{key}: … and {more} more changes"
    elif item.form == "items":
        yield f"{key}: {_items(item, look=look)}"
    else:
        old, new = (values[0] if values else ABSENT for values in (item.removed, item.added))
        yield f"{key}: {_from_to(old, new, look=look)}"


def _said(item: FieldChange, *, look: _Look) -> Iterator[str]:
    """Yield the lines of a field of an entity that is new."""
    key = escape(item.name)
    if is_prose(item):
        yield f"{key}:"
        lines, more = lines_of(item.new, look.most(MOST_LINES))
        for line in lines:
            yield _painted(
                f"    {escape(text_of(line, look.most(_LONGEST)))}", _SIGNS["+"][0], look=look
            ).rstrip()
        if more:
            yield f"    … and {more} more lines"
        return
    values, more = some(item.added, look.most(MOST_ITEMS))
    shown = ", ".join(_painted(_value(value, look), _SIGNS["+"][0], look=look) for value in values)
    yield f"{key}: {shown}{f' … ({more} more)' if more else ''}"


def _items(item: FieldChange, *, look: _Look) -> str:
    shown = []
    for sign, values in (("-", item.removed), ("+", item.added)):
        items, more = some(values, look.most(MOST_ITEMS))
        for value in items:
            text = f"{sign}{escape(text_of(value, look.most(_WIDTH)))}"
            shown.append(_painted(text, _SIGNS[sign][0], look=look))
        if more:
            shown.append(f"{sign}… ({more} more)")
    return " ".join(shown) or "other order"


def _from_to(old: object, new: object, *, look: _Look) -> str:
    was, now = (_painted(_value(value, look), code, look=look) for value, code in ((old, "31"), (new, "32")))
    return f"{was} → {now}"


def _value(value: object, look: _Look) -> str:
    if value is ABSENT:
        return "(none)"
    return escape(text_of(value, look.most(_WIDTH))) or "''"


def _piece(piece: Piece, *, look: _Look) -> str:
    text = escape(text_of(piece.text, look.most(_WIDTH)))
    if piece.sign == "=":
        return text
    code, begin, end = _SIGNS[piece.sign]
    return _painted(f"{begin}{text}{end}", code, look=look)


def _painted(text: str, code: str, *, look: _Look) -> str:
    return f"\x1b[{code}m{text}\x1b[0m" if look.color else text
