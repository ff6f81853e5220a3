"""What the cursor is at, read from the lines of a text that need not be YAML yet."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from typing import Final

from qafiles.diagnostics import Span
from qafiles.kinds import Kind, ReferenceField
from qafiles.lsp.positions import Document, Point
from qafiles.references import PLACEHOLDER_FIELDS

_KEY: Final = re.compile(r"( *)(['\"]?)([A-Za-z_][\w-]*)\2[ \t]*:(?=[ \t]|$)")
_ITEM: Final = re.compile(r"[ \t]*-[ \t]+")
_OPEN: Final = re.compile(r"\{\{[ \t]*[A-Za-z0-9_.]*$")
_CLOSE: Final = re.compile(r"[A-Za-z0-9_.]*(?:[ \t]*\}\}|\}(?=[ \t]*$))?")


@dataclass(frozen=True, slots=True)
class Slot:
    """The place of one reference: its field, the text there now, what of it stands before the cursor, and its quote.

    `others` are the further entries of the same list; `bare` says that the field takes a list and the text is none.
    """

    field: ReferenceField
    span: Span
    text: str
    typed: str
    quote: str = ""
    others: tuple[str, ...] = ()
    bare: bool = False


@dataclass(frozen=True, slots=True)
class PlaceholderSlot:
    """The inside of a `{{ … }}`: the span from behind the braces to its end, and what is typed of `secret.NAME`."""

    span: Span
    typed: str


def field_at(document: Document, point: Point) -> tuple[str, Point] | None:
    """Return the top-level field whose value the cursor is in, and where its value begins."""
    keys = [(number, match) for number, line in enumerate(document.lines, 1) if (match := _KEY.match(line))]
    if not keys:
        return None
    indent = min(len(match[1]) for _, match in keys)
    above = [(number, match) for number, match in keys if number <= point.line and len(match[1]) == indent]
    if not above:
        return None
    number, match = above[-1]
    if number == point.line and point.column <= match.end():
        return None
    return match[3], Point(number, match.end() + 1)


def slot_at(document: Document, point: Point, fields: Iterable[ReferenceField]) -> Slot | None:
    """Return the reference that the cursor is in or could begin, of the fields that hold one; None elsewhere."""
    name_and_start = field_at(document, point)
    field = next(
        (field for field in fields if name_and_start and field.name == name_and_start[0]),
        None,
    )
    if name_and_start is None or field is None:
        return None
    start = name_and_start[1]
    before = document.slice(Span(*start, *point))
    stripped = before.lstrip()
    if not before:
        return None  # right behind the colon, where YAML wants a space
    line = document.line(point.line)
    if stripped.startswith("["):
        return _in_flow(document, field, start, point)
    item = _ITEM.match(line)
    if item and point.line > start.line and item.end() < point.column:
        others = tuple(text for number, text in _items(document, start.line) if number != point.line)
        return _with(_token(field, line, item.end(), point), others=others)
    if "\n" in stripped or stripped.startswith(("|", ">", "{", "&", "*", "!", "-")):
        return None
    begin = start.column - 1 if point.line == start.line else 0
    return _with(_token(field, line, begin, point), bare=field.many)


def _with(slot: Slot | None, *, others: tuple[str, ...] = (), bare: bool = False) -> Slot | None:
    return None if slot is None else replace(slot, others=others, bare=bare)


def _items(document: Document, first: int) -> Iterator[tuple[int, str]]:
    """Yield the number and text of each item in the block list below a key."""
    for number in range(first + 1, len(document.lines) + 1):
        line = document.line(number)
        match = _ITEM.match(line)
        if match:
            yield number, _plain(line[match.end() :])
        elif _KEY.match(line):
            return


def _plain(text: str) -> str:
    """Return a scalar's text without a comment and quotes."""
    text = re.sub(r"(?:^|[ \t]+)#.*", "", text).strip()
    return text[1:-1] if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"" else text


def _in_flow(document: Document, field: ReferenceField, start: Point, point: Point) -> Slot | None:
    """Return the item of `[a, b]` that the cursor is in; the list may go over several lines and need not be closed."""
    before = document.slice(Span(*start, *point))
    depth, quote, begin, comment = 0, "", 0, False
    for index, char in enumerate(before):
        if comment:
            comment = char != "\n"
        elif quote:
            quote = "" if char == quote else quote
        elif char in "'\"" and before[begin:index].strip() == "":
            quote = char
        elif char == "#" and before[index - 1 : index].isspace():
            comment = True
        elif char in "[,":
            depth += char == "["
            begin = index + 1
        elif char == "]":
            return None
    if comment or depth != 1:
        return None
    others = tuple(text for text in map(_plain, _flow_items(document, start, point)) if text)
    above = before.rfind("\n") + 1
    column = max(begin - above, 0) if above else begin + start.column - 1
    return _with(_token(field, document.line(point.line), column, point, ends=",]"), others=others)


def _flow_items(document: Document, start: Point, point: Point) -> Iterator[str]:
    """Yield the texts of the items around the cursor's own."""
    before = document.slice(Span(*start, *point)).partition("[")[2]
    yield from before.split(",")[:-1]
    rest = [document.line(point.line)[point.column - 1 :]]
    for number in range(point.line + 1, len(document.lines) + 1):
        if _KEY.match(document.line(number)):
            break
        rest.append(document.line(number))
    inside, closed, _ = "\n".join(rest).partition("]")
    if closed:
        yield from inside.split(",")[1:]


def _token(field: ReferenceField, line: str, begin: int, point: Point, ends: str = "") -> Slot | None:
    """Return the slot of the scalar that begins at or after an index of a line, and that the cursor is in or before."""
    cursor = point.column - 1
    while begin < cursor and line[begin] in " \t":
        begin += 1
    quote = line[begin] if begin < cursor and line[begin] in "'\"" else ""
    begin += len(quote)
    typed = line[begin:cursor]
    if (quote and quote in typed) or (not quote and re.search(r"(?:^|[ \t])#", typed)):
        return None
    end = cursor
    while end < len(line) and line[end] != quote and (quote or not _ends(line, end, ends)):
        end += 1
    if not quote:
        end = max(cursor, begin + len(line[begin:end].rstrip()))
    span = Span(point.line, begin + 1, point.line, end + 1)
    return Slot(field, span, line[begin:end], typed, quote)


def _ends(line: str, index: int, ends: str) -> bool:
    return line[index] in ends or (line[index] == "#" and (index == 0 or line[index - 1] in " \t"))


def placeholder_at(document: Document, point: Point, kind: Kind) -> PlaceholderSlot | None:
    """Return the `{{ …` that the cursor is in, in a field whose texts may name secrets, or None."""
    line = document.line(point.line)
    match = _OPEN.search(line[: point.column - 1])
    name_and_start = field_at(document, point) if match else None
    if match is None or name_and_start is None or name_and_start[0] not in PLACEHOLDER_FIELDS.get(kind, ()):
        return None
    inside = match.start() + 2
    closing = _CLOSE.match(line, point.column - 1)
    end = closing.end() if closing else point.column - 1
    typed = line[inside : point.column - 1].lstrip()
    return PlaceholderSlot(Span(point.line, inside + 1, point.line, end + 1), typed)
