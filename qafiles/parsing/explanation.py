"""The second and slower reading of a file: its data as far as it is legible, and every reason to refuse it."""

import re
from typing import Any

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
from yaml.scanner import ScannerError

from qafiles.diagnostics import START, Pointer
from qafiles.parsing.look_ahead import Levels, hiding_place
from qafiles.parsing.refusals import MAX_DEPTH, MAX_SIZE, Refusal, Refusals, text_of
from qafiles.parsing.scalars import NumberOutOfRangeError, no_text, resolve
from qafiles.parsing.strictness import (
    glued_comment,
    glued_question_mark,
    glued_to_header,
    property_at,
    swallowed_line,
)
from qafiles.parsing.syntax_errors import describe, shown_of
from qafiles.parsing.text import to_yaml_1_2

_DIRECTIVE = re.compile(r"(?:\A|[\r\n])(%[^\r\n]*)")
_TEMPLATE = re.compile(r"\{\{(?:[^\r\n]*?\}\})?[^\s,\[\]{}]*")


def explain(content: bytes, most: int = MAX_SIZE) -> tuple[Any, tuple[Refusal, ...]]:
    """Return the data of a file as far as it is legible (None if not at all) and all refusals in order."""
    text, refusals = text_of(content, most)
    if refusals:
        return None, refusals
    reading = _Reading(text)
    data = reading.data()
    levels = reading.levels
    place = hiding_place(text, reading.error, levels.count, levels.end) if reading.error else None
    if place is not None:
        before = _Reading(text, place)
        before.data()
        if before.is_wrong_before(place):
            reading = before
    return data, reading.refusals.in_order()


class _StopError(Exception):
    """Nothing that follows in this file can be relied on."""


class _Reading:
    """One reading of a text, event by event, that goes on after everything but wrong syntax."""

    def __init__(self, text: str, end: int | None = None) -> None:
        """Begin to read a text, or what stands before its index `end`."""
        self._text = text
        readable, self._restore = to_yaml_1_2(text)
        self._parser = CParser(readable[:end])
        self._text_end = end
        self.levels = Levels()
        self.error: MarkedYAMLError | None = None
        self._stopped = False
        self._may_hold_comments = "#" in text
        self._may_hold_questions = "?" in text
        self.refusals = Refusals(text)

    def data(self) -> Any:
        """Return the data of the first document, or None where the syntax is wrong."""
        try:
            return self._document()
        except _StopError:
            self._stopped = True
            return None
        except (YAMLError, ValueError) as error:
            self.error = error if isinstance(error, MarkedYAMLError) else None
            fault = describe(self._text, self.error, self._text_end)
            before = self.refusals.last
            # An unquoted `{{ … }}` or `*text` with something behind it: the same mistake met again.
            if before is None or before.pointer is None or before.span.end_line != fault.span.line:
                self.refusals.add(fault.code, fault.message, fault.span, fault.hint, fixable=fault.fixable)
            return None

    def is_wrong_before(self, place: int) -> bool:
        """Return whether a text that was cut at a place is wrong before it, and not only because it was cut."""
        mark: Any = self.error.problem_mark if self.error else None
        # What is missing at the end of the text the parser misses; the scanner, a `:` without which no line begins so.
        return (
            self._stopped or isinstance(self.error, ScannerError) or (mark is not None and mark.index < place)
        )

    def _next_event(self) -> Any:
        if self.refusals.full:
            raise _StopError
        event: Any = self._parser.get_event()
        if self._may_hold_comments:
            self.refusals.add_comment(glued_comment(self._text, self.levels.end, event.start_mark.index))
        self.levels.take(event)
        return event

    def _document(self) -> Any:
        self._next_event()
        start = self._next_event()
        if not isinstance(start, DocumentStartEvent):
            self.refusals.add(
                "QF108",
                "the file is empty",
                START,
                "write its fields (in qafiles.yaml: `version: 1`), or delete the file",
            )
            return None
        if start.version is not None or start.tags:
            hint = "delete it: every file is read as YAML 1.2"
            match = _DIRECTIVE.search(self._text)
            place = slice(*match.span(1)) if match else START
            self.refusals.add("QF110", "YAML directives are not allowed", place, hint)
        data = self._node(self._next_event(), (), 0, -1)
        self._next_event()
        if not isinstance(after := self._next_event(), StreamEndEvent):
            hint = "delete the line `---`, or move the second document into a file of its own"
            self.refusals.add("QF109", "a file holds one entity, but a second one begins here", after, hint)
        return data

    def _node(self, event: Any, pointer: Pointer, depth: int, column: int | None) -> Any:
        """Return the data of a node; `column` is that of the block around it, and None inside `[…]` and `{…}`."""
        if isinstance(event, AliasEvent):
            shown = shown_of(f"*{event.anchor}", pointer)
            hint = f"write the value itself; if the text `{shown}` is meant, put it in quotes"
            self.refusals.add("QF111", f"alias `{shown}` is not allowed", event, hint, pointer)
            return None
        self._properties(event, pointer)
        if isinstance(event, ScalarEvent):
            return self._scalar(event, pointer, column)
        if depth >= MAX_DEPTH:
            self.refusals.add_depth(event.start_mark.index, self.levels.flow)
            raise _StopError
        inner = None if event.flow_style else event.start_mark.column
        read = self._sequence if isinstance(event, SequenceStartEvent) else self._mapping
        data, end = read(event, pointer, depth, inner)
        if inner is None and column is not None:
            self._refuse_swallowed(event.start_mark, end.end_mark.index, column)
        return data

    def _properties(self, event: Any, pointer: Pointer) -> None:
        """Refuse the anchor and the tag of a node, and an unquoted `?` at its front, which libyaml takes for a key."""
        begin = event.start_mark.index
        if event.anchor is not None:
            place = property_at(self._text, begin, "&")
            shown = shown_of(self._text[place], pointer)
            hint = f"delete `{shown}`; if the text is meant, put it in quotes"
            self.refusals.add("QF111", f"anchor `{shown}` is not allowed", place, hint, pointer)
        if event.tag is not None:
            place = property_at(self._text, begin, "!")
            shown = shown_of(self._text[place], pointer)
            hint = "delete the tag; if the text is meant, put it in quotes"
            self.refusals.add("QF112", f"tag `{shown}` is not allowed", place, hint, pointer)
        question = glued_question_mark(self._text, begin) if self._may_hold_questions else None
        if question is not None:
            shown = shown_of(self._text[question], pointer)
            self.refusals.add("QF117", f"`{shown}` needs quotes", question, f"write '{shown}'", fixable=True)
            raise _StopError

    def _scalar(self, event: Any, pointer: Pointer, column: int | None) -> Any:
        if not event.implicit[0]:
            if event.style in "|>":
                self.refusals.add_comment(glued_to_header(self._text, event.start_mark.index))
            elif column is not None:
                self._refuse_swallowed(event.start_mark, event.end_mark.index, column)
            return self._restore(event.value)
        try:
            value = resolve(event.value)
        except NumberOutOfRangeError:
            shown = shown_of(event.value if len(event.value) <= 24 else event.value[:20] + "…", pointer)
            message = f"`{shown}` is a number that JSON and 64 bits can't hold"
            hint = "put it in quotes if it is text"
            self.refusals.add("QF116", message, event, hint, pointer, fixable=True)
            return None
        return self._restore(value) if isinstance(value, str) else value

    def _refuse_swallowed(self, start: Any, end: int, column: int) -> None:
        swallowed = swallowed_line(self._text, start, end, column)
        if swallowed is not None:
            related = ((swallowed.opened_at, "opened here"),)
            self.refusals.add(
                "QF106", f"{swallowed.opened} goes on here", swallowed.line, swallowed.hint, related=related
            )
            raise _StopError

    def _sequence(
        self, start: Any, pointer: Pointer, depth: int, column: int | None
    ) -> tuple[list[Any], Any]:
        """Return the items and the event that ends them."""
        del start
        items: list[Any] = []
        while not isinstance(event := self._next_event(), SequenceEndEvent):
            items.append(self._node(event, (*pointer, len(items)), depth + 1, column))
        return items, event

    def _mapping(
        self, start: Any, pointer: Pointer, depth: int, column: int | None
    ) -> tuple[dict[str, Any], Any]:
        """Return the fields and the event that ends them."""
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
                message = "merge key `<<` is not allowed"
                self.refusals.add("QF111", message, event, "write the merged fields out")
            elif key in data:
                self.refusals.add_duplicate(key, event, first_uses[key])
            else:
                data[key] = value
                first_uses[key] = event
        return data, event

    def _key(self, event: Any, text: str) -> str | None:
        """Return the text of a key, or refuse what is none."""
        if not event.implicit[0]:
            return text
        kind = no_text(event.value)
        if kind is None:
            return text
        message = f"key `{text[:60]}` is {kind}, and keys are text"
        self.refusals.add("QF114", message, event, f"put it in quotes: '{text[:60]}'", fixable=True)
        return None

    def _complex_key(self, start: Any, event: Any, pointer: Pointer, depth: int) -> None:
        """Refuse a key that is a mapping, a list or an alias; an unquoted `{{ … }}` is read as one."""
        begin = start.start_mark.index
        if match := _TEMPLATE.match(self._text, begin):
            shown = shown_of(match.group(), pointer)
            hint = f"write '{shown}', or use a block scalar (`|`)"
            self.refusals.add(
                "QF117", f"`{shown}` needs quotes", slice(*match.span()), hint, pointer, fixable=True
            )
        else:
            message = "a key is a mapping, list or alias, and keys are text"
            self.refusals.add("QF114", message, event, "use a plain key", pointer)
        before = len(self.refusals.listed)
        if isinstance(event, CollectionStartEvent):
            self._node(event, pointer, depth + 1, None)
        self._node(self._next_event(), pointer, depth + 1, None)
        # What is inside the refused key is not a second problem.
        del self.refusals.listed[before:]
