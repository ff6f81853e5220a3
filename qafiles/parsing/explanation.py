"""The second and slower reading of a file: its data as far as it is legible, and every reason to refuse it."""

import re
from typing import Any, Final

from yaml import MarkedYAMLError, YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # a public class that the stubs do not export
from yaml.events import (
    AliasEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    MappingEndEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from qafiles.diagnostics import START, Pointer, Span
from qafiles.parsing.refusals import MAX_DEPTH, MAX_REFUSALS, Refusal, text_of
from qafiles.parsing.scalars import NumberOutOfRangeError, resolve
from qafiles.parsing.strictness import glued_comment, glued_question_mark, glued_to_header, swallowed_line
from qafiles.parsing.syntax_errors import SECRET_FIELDS, describe
from qafiles.parsing.text import span_at, span_of_marks, to_yaml_1_2

_KEY_TYPES: Final = {int: "a number", float: "a number", bool: "a truth value", type(None): "null"}
_PROPERTY = re.compile(r"[&!][^\s,\[\]{}]*")
_TEMPLATE = re.compile(r"\{\{(?:[^\r\n]*?\}\})?[^\s,\[\]{}]*")


def explain(content: bytes) -> tuple[Any, tuple[Refusal, ...]]:
    """Return the data of a file as far as it is legible (None if not at all) and all refusals in order."""
    text, refusals = text_of(content)
    if refusals:
        return None, refusals
    reading = _Reading(text)
    data = reading.data()
    return data, tuple(sorted(reading.refusals, key=lambda refusal: refusal.span))


class _StopError(Exception):
    """Nothing that follows in this file can be relied on."""


class _Reading:
    """One reading of a text, event by event, that goes on after everything but wrong syntax."""

    def __init__(self, text: str) -> None:
        self._text = text
        readable, self._restore = to_yaml_1_2(text)
        self._parser = CParser(readable)
        self._end = 0
        self.refusals: list[Refusal] = []

    def data(self) -> Any:
        """Return the data of the first document, or None where the syntax is wrong."""
        try:
            return self._document()
        except _StopError:
            return None
        except (YAMLError, ValueError) as error:
            found = describe(self._text, error if isinstance(error, MarkedYAMLError) else None)
            before = self.refusals[-1] if self.refusals else None
            # An unquoted `{{ … }}` or `*text` with something behind it: the same mistake met again.
            if before is None or before.pointer is None or before.span.end_line != found.span.line:
                self._refuse(found.code, found.message, found.span, found.hint, fixable=found.fixable)
            return None

    def _refuse(
        self,
        code: str,
        message: str,
        place: Any,
        hint: str | None = None,
        pointer: Pointer | None = None,
        **more: Any,
    ) -> None:
        """Add a refusal at a span, at a slice of the text or at an event."""
        if len(self.refusals) >= MAX_REFUSALS:
            return
        self.refusals.append(Refusal(code, message, self._span(place), hint, pointer=pointer, **more))

    def _span(self, place: Any) -> Span:
        if isinstance(place, Span):
            return place
        if isinstance(place, slice):
            return span_at(self._text, place.start, place.stop)
        return span_of_marks(self._text, place.start_mark, place.end_mark)

    def _next_event(self) -> Any:
        event: Any = self._parser.get_event()
        self._refuse_comment(glued_comment(self._text, self._end, event.start_mark.index))
        self._end = max(self._end, event.end_mark.index)
        return event

    def _refuse_comment(self, place: slice | None) -> None:
        if place is not None:
            hint = "write a space before `#`; if text is meant, put the whole value in quotes"
            self._refuse("QF106", "a comment needs a space before its `#`", place, hint)

    def _document(self) -> Any:
        self._next_event()
        start = self._next_event()
        if not isinstance(start, DocumentStartEvent):
            hint = "write the entity's fields, or delete the file"
            self._refuse("QF108", "the file is empty", START, hint)
            return None
        if start.version is not None or start.tags:
            hint = "delete it: every file is read as YAML 1.2"
            begin = self._text.index("%", start.start_mark.index)
            self._refuse("QF110", "YAML directives are not allowed", slice(begin, begin + 1), hint)
        data = self._node(self._next_event(), (), 0, -1)
        self._next_event()
        after = self._next_event()
        if not isinstance(after, StreamEndEvent):
            hint = "delete the line `---`, or move the second document into a file of its own"
            message = "a file holds one entity, but a second document begins here"
            self._refuse("QF109", message, after, hint)
        return data

    def _node(self, event: Any, pointer: Pointer, depth: int, column: int | None) -> Any:
        """Return the data of a node; `column` is that of the block around it, and None inside `[…]` and `{…}`."""
        if isinstance(event, AliasEvent):
            shown = self._shown(f"*{event.anchor}", pointer)
            hint = f"write the value itself; if the text `{shown}` is meant, put it in quotes"
            self._refuse("QF111", f"alias `{shown}` is not allowed", event, hint, pointer)
            return None
        self._properties(event, pointer)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, pointer, column)
        if depth >= MAX_DEPTH:
            place = slice(event.start_mark.index, event.start_mark.index + 1)
            self._refuse("QF115", f"more than {MAX_DEPTH} levels of nesting", place, "flatten the value")
            raise _StopError
        inner = None if event.flow_style else event.start_mark.column
        read = self._sequence if isinstance(event, SequenceStartEvent) else self._mapping
        data = read(event, pointer, depth, inner)
        if inner is None and column is not None:
            self._refuse_swallowed(event.start_mark, self._end, column)
        return data

    def _properties(self, event: Any, pointer: Pointer) -> None:
        """Refuse the anchor and the tag of a node, and an unquoted `?` at its front, which libyaml takes for a key."""
        begin = event.start_mark.index
        if event.anchor is not None:
            place = self._property(begin, "&")
            shown = self._shown(self._text[place], pointer)
            hint = f"delete `{shown}`; if the text is meant, put it in quotes"
            self._refuse("QF111", f"anchor `{shown}` is not allowed", place, hint, pointer)
        if event.tag is not None:
            place = self._property(begin, "!")
            shown = self._shown(self._text[place], pointer)
            hint = "delete the tag; if the text is meant, put it in quotes"
            self._refuse("QF112", f"tag `{shown}` is not allowed", place, hint, pointer)
        place = glued_question_mark(self._text, begin)
        if place is not None:
            shown = self._shown(self._text[place], pointer)
            self._refuse("QF117", f"`{shown}` needs quotes", place, f"write '{shown}'", fixable=True)
            raise _StopError

    def _property(self, begin: int, indicator: str) -> slice:
        match = _PROPERTY.search(self._text, self._text.find(indicator, begin))
        return slice(*match.span()) if match else slice(begin, begin + 1)

    def _shown(self, text: str, pointer: Pointer) -> str:
        return "…" if SECRET_FIELDS.intersection(pointer) else text if len(text) <= 60 else text[:57] + "…"

    def _scalar(self, event: Any, pointer: Pointer, column: int | None) -> Any:
        if not event.implicit[0]:
            if event.style in "|>":
                self._refuse_comment(glued_to_header(self._text, event.start_mark.index))
            elif column is not None:
                self._refuse_swallowed(event.start_mark, event.end_mark.index, column)
            return self._restore(event.value)
        try:
            value = resolve(event.value)
        except NumberOutOfRangeError:
            shown = self._shown(event.value if len(event.value) <= 24 else event.value[:20] + "…", pointer)
            message = f"`{shown}` is a number that JSON and 64 bits can't hold"
            hint = "put it in quotes if it is text"
            self._refuse("QF116", message, event, hint, pointer, fixable=True)
            return None
        return self._restore(value) if isinstance(value, str) else value

    def _refuse_swallowed(self, start: Any, end: int, column: int) -> None:
        found = swallowed_line(self._text, start, end, column)
        if found is not None:
            related = ((found.opened_at, "opened here"),)
            self._refuse("QF106", f"{found.opened} goes on here", found.line, found.hint, related=related)
            raise _StopError

    def _sequence(self, start: Any, pointer: Pointer, depth: int, column: int | None) -> list[Any]:
        del start
        items: list[Any] = []
        while not isinstance(event := self._next_event(), SequenceEndEvent):
            items.append(self._node(event, (*pointer, len(items)), depth + 1, column))
        return items

    def _mapping(self, start: Any, pointer: Pointer, depth: int, column: int | None) -> dict[str, Any]:
        data: dict[str, Any] = {}
        first_uses: dict[str, Any] = {}
        while not isinstance(event := self._next_event(), MappingEndEvent):
            if not isinstance(event, ScalarEvent):
                self._complex_key(start, event, pointer, depth)
                continue
            text = self._restore(event.value)
            self._properties(event, (*pointer, text))
            key = self._key(event, text)
            value = self._node(self._next_event(), (*pointer, text), depth + 1, column)
            if key is None:
                continue
            if key == "<<":
                self._refuse("QF111", "merge key `<<` is not allowed", event, "write the merged fields out")
            elif key in data:
                self._duplicate_key(key, event, first_uses[key])
            else:
                data[key] = value
                first_uses[key] = event
        return data

    def _key(self, event: Any, text: str) -> str | None:
        """Return the text of a key, or refuse what is none."""
        if not event.implicit[0]:
            return text
        try:
            kind = _KEY_TYPES.get(type(resolve(event.value)))
        except NumberOutOfRangeError:
            kind = "a number"
        if kind is None:
            return text
        if text:
            message, hint = (
                f"key `{text[:60]}` is {kind}, and keys are text",
                f"put it in quotes: '{text[:60]}'",
            )
        else:
            message, hint = "a key is missing before the `:`", "write the key"
        self._refuse("QF114", message, event, hint, fixable=bool(text))
        return None

    def _duplicate_key(self, key: str, event: Any, first_use: Any) -> None:
        first = self._span(first_use)
        message = f"duplicate key `{key[:60]}`, first used on line {first.line}"
        related = ((first, f"`{key[:60]}` is first used here"),)
        self._refuse("QF113", message, event, "keep one of the two", related=related)

    def _complex_key(self, start: Any, event: Any, pointer: Pointer, depth: int) -> None:
        """Refuse a key that is a mapping, a list or an alias; an unquoted `{{ … }}` is read as one."""
        begin = start.start_mark.index
        if match := _TEMPLATE.match(self._text, begin):
            shown = self._shown(match.group(), pointer)
            hint = f"write '{shown}', or use a block scalar (`|`)"
            self._refuse(
                "QF117", f"`{shown}` needs quotes", slice(*match.span()), hint, pointer, fixable=True
            )
        else:
            message = "a key is a mapping, list or alias, and keys are text"
            self._refuse("QF114", message, event, "use a plain key", pointer)
        before = len(self.refusals)
        if isinstance(event, CollectionStartEvent):
            self._node(event, pointer, depth + 1, None)
        self._node(self._next_event(), pointer, depth + 1, None)
        # What is inside the refused key is not a second problem.
        del self.refusals[before:]
