"""Declared fields in editors: what is known of a key, and which keys and values may be written at a place."""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from qafiles.declared_fields import DeclaredField
from qafiles.diagnostics import Span
from qafiles.kinds import Kind, ReferenceField
from qafiles.lsp.context import Slot, field_at, slot_at
from qafiles.lsp.positions import Document, Point
from qafiles.parsing import parse
from qafiles.schema.declared_words import choice_texts
from qafiles.schema.values_in_words import schema_words, value_words
from qafiles.snapshot import Snapshot

_KEY: Final = re.compile(r"( *(?:- +)?)(['\"]?)([A-Za-z_][\w-]*)\2[ \t]*:(?=[ \t]|$)")
_BEGUN: Final = re.compile(r"( *)((?:- +)?)([\w-]*)$")
_REST: Final = re.compile(r"[\w-]*(:?)")


class Known(NamedTuple):
    """A key that is declared, whether an entity or mapping must have it, what its values are and what it is for."""

    name: str
    required: bool
    values: str
    description: str

    @property
    def summary(self) -> str:
        """What is known of the key in one line."""
        return f"{'required' if self.required else 'optional'}: {self.values}"


class Choice(NamedTuple):
    """A value that may be written at a place, as it is written there."""

    text: str
    written: str
    span: Span


class Keys(NamedTuple):
    """Keys that may be written in the place of a span; `colon` is whether one follows it already."""

    known: tuple[Known, ...]
    span: Span
    colon: bool


def key_at(snapshot: Snapshot, kind: Kind, document: Document, point: Point) -> tuple[Known, Span] | None:
    """Return the declared key under the cursor, and its span; None elsewhere."""
    match = _KEY.match(document.line(point.line))
    if match is None or not match.start(3) < point.column <= match.end(3) + 1:
        return None
    span = Span(point.line, match.start(3) + 1, point.line, match.end(3) + 1)
    inside = field_at(document, point)
    fields = snapshot.settings.fields.of(kind)
    known = (_top(fields) if inside is None else _inner(fields.get(inside[0]))).get(match[3])
    is_top = inside is None and len(match[1]) == _indent(document)
    return (known, span) if known is not None and (is_top or inside is not None) else None


def keys_at(snapshot: Snapshot, kind: Kind, document: Document, point: Point) -> Keys | None:
    """Return the declared keys that may be written where the cursor is, those that must be there first."""
    line = document.line(point.line)
    begun = _BEGUN.match(line[: point.column - 1])
    rest = _REST.match(line, point.column - 1)
    if begun is None or rest is None:
        return None
    fields = snapshot.settings.fields.of(kind)
    above = field_at(document, Point(point.line, begun.start(3) + 1))
    is_top = not begun[2] and len(begun[1]) == _indent(document, but=point.line)
    if is_top:
        known, there = (
            _top(fields),
            {name for name, _ in _keys(document, but=point.line, indent=len(begun[1]))},
        )
    elif above is not None and (begun[1] or begun[2]):
        field = fields.get(above[0])
        known, there = _inner(field), set(_siblings(document, point.line, begun.start(3)))
    else:
        return None
    fitting = [
        key for key in known.values() if key.name not in there and begun[3].casefold() in key.name.casefold()
    ]
    span = Span(point.line, begun.start(3) + 1, point.line, rest.end() + 1 - len(rest[1]))
    return Keys(tuple(sorted(fitting, key=lambda key: not key.required)), span, bool(rest[1]))


def choices_at(snapshot: Snapshot, kind: Kind, document: Document, point: Point) -> tuple[Choice, ...]:
    """Return the values that may be written where the cursor is, of a field that allows these alone."""
    fields = snapshot.settings.fields.of(kind)
    listed = {name: _choices(field.schema) for name, field in fields.items() if _choices(field.schema)}
    slot = slot_at(
        document,
        point,
        [ReferenceField(name, kind, fields[name].many or _is_list(fields[name])) for name in listed],
    )
    if slot is not None:
        return (*_proposed(slot, listed[slot.field.name]),)
    inside, match = field_at(document, point), _KEY.match(document.line(point.line))
    if inside is None or match is None or point.column <= match.end() + 1 or inside[1].line == point.line:
        return ()
    part = _properties(fields.get(inside[0])).get(match[3], {})
    line = document.line(point.line)
    alone = Document("\n" * (point.line - 1) + " " * match.start(3) + line[match.start(3) :])
    slot = slot_at(alone, point, [ReferenceField(match[3], kind, part.get("type") == "array")])
    return (*_proposed(slot, _choices(part)),) if slot is not None else ()


def _top(fields: Mapping[str, DeclaredField]) -> dict[str, Known]:
    return {
        name: Known(name, field.required, value_words(field), field.description)
        for name, field in fields.items()
    }


def _properties(field: DeclaredField | None) -> Mapping[str, Any]:
    """Return the schemas of the keys inside a field that holds a mapping, or a list of such."""
    schema = field.schema if field is not None else {}
    properties: Mapping[str, Any] = schema.get("items", schema).get("properties", {})
    return properties


def _inner(field: DeclaredField | None) -> dict[str, Known]:
    if field is None:
        return {}
    needed = field.schema.get("items", field.schema).get("required", ())
    return {
        name: Known(name, name in needed, schema_words(part), str(part.get("description", "")))
        for name, part in _properties(field).items()
    }


def _is_list(field: DeclaredField) -> bool:
    return field.type == "array"


def _choices(schema: Mapping[str, Any]) -> tuple[Any, ...]:
    """Return the values that a field, or an item of its list, may have; none where others are allowed, too."""
    inner = schema.get("items", schema)
    if inner.get("type") == "boolean" and "enum" not in inner and "const" not in inner:
        return (True, False)
    return (*inner.get("enum", ()), *((inner["const"],) if "const" in inner else ()))


def _proposed(slot: Slot, choices: tuple[Any, ...]) -> Iterator[Choice]:
    for choice, text in zip(choices, choice_texts(choices), strict=True):
        if slot.typed.casefold() not in text.casefold() or text in slot.others:
            continue
        if isinstance(choice, str):
            written = text.replace("'", "''") if slot.quote == "'" else text if slot.quote else _quoted(text)
        elif slot.quote:
            continue  # in quotes it is a text
        else:
            written = text
        yield Choice(text, f"[{written}]" if slot.bare else written, slot.span)


def _quoted(text: str) -> str:
    """Return a text as YAML takes it for this text, also in a list between brackets."""
    is_plain = parse(f"[{text}]".encode("utf-8", "surrogatepass")).data == [text]
    return text if is_plain else "'" + text.replace("'", "''") + "'"


def _keys(document: Document, *, but: int, indent: int | None = None) -> Iterator[tuple[str, int]]:
    """Yield the keys of the other lines with their indentation."""
    for number, line in enumerate(document.lines, 1):
        match = _KEY.match(line)
        if match is not None and number != but and (indent is None or len(match[1]) == indent):
            yield match[3], len(match[1])


def _indent(document: Document, but: int = 0) -> int:
    """Return how far the top-level keys are indented."""
    return min((indent for _, indent in _keys(document, but=but)), default=0)


def _siblings(document: Document, line: int, indent: int) -> Iterator[str]:
    """Yield the keys around a line that are indented as it is."""
    for step in (-1, 1):
        number = line + step
        while 1 <= number <= len(document.lines):
            match = _KEY.match(document.line(number))
            blank = not document.line(number).strip()
            if not blank and (match is None or len(match[1]) < indent):
                break
            if match is not None and len(match[1]) == indent:
                if step == 1 and "-" in match[1]:
                    break
                yield match[3]
                if step == -1 and "-" in match[1]:
                    break
            number += step
