"""Where a value stands in its file: lines and columns by pointer, for the files that have findings."""

from typing import Any, Final, Literal

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # a public class that the stubs do not export
from yaml.events import (
    DocumentEndEvent,
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
    StreamStartEvent,
)

from qafiles.diagnostics import START, Pointer, Span
from qafiles.parsing.refusals import MAX_DEPTH, MAX_SIZE
from qafiles.parsing.text import decode, has_directive_flood, lines_of, span_at, span_of_marks, to_yaml_1_2

_LAST: Final = frozenset({DocumentEndEvent, StreamEndEvent})


class _Node:
    """A value in the file: its marks, and its items, or its (key, value) nodes by key."""

    __slots__ = ("children", "end", "start")

    def __init__(self, event: Any) -> None:
        self.start = event.start_mark
        self.end = event.end_mark
        self.children: Any = None


class Positions:
    """The positions inside one file, as far as it can be read; never raises for any bytes."""

    def __init__(self, content: bytes) -> None:
        """Read the bytes of one file."""
        self._text, _ = decode(content[: MAX_SIZE + 1])
        self._root = None
        if len(content) <= MAX_SIZE and not has_directive_flood(self._text):
            self._root = _tree(self._text)

    @property
    def lines(self) -> list[str]:
        """The lines of the file without their breaks."""
        return lines_of(self._text)

    def span(
        self, pointer: Pointer, at: Literal["value", "key"] = "value", within: str = "", occurrence: int = 0
    ) -> Span:
        """Return the span of the value at the pointer, or of its key; of the nearest parent where it does not exist.

        An absent or empty value has the span of its key, and the whole file that of its first key. `within` narrows
        the value to the occurrence with that number, from 0, of a text inside it.
        """
        node, key = self._root, None
        if node is None:
            return START
        for part in pointer:
            found = _child(node, part)
            if found is None:
                at = "key"
                break
            key, node = found
        if key is None:
            if isinstance(node.children, dict) and node.children:
                node = next(iter(node.children.values()))[0]
        elif at == "key" or node.start.index == node.end.index:
            node = key
        if within:
            start = node.start.index
            for _ in range(occurrence + 1):
                found_at = self._text.find(within, start, node.end.index)
                start = found_at + len(within)
                if found_at < 0:
                    break
            else:
                return span_at(self._text, found_at, start)
        return span_of_marks(self._text, node.start, node.end)


def _child(node: _Node, part: str | int) -> tuple[_Node, _Node] | None:
    """Return the (key node or item, value node) below a node."""
    if isinstance(node.children, dict):
        return node.children.get(part)
    if isinstance(node.children, list) and isinstance(part, int) and part < len(node.children):
        return node.children[part], node.children[part]
    return None


def _tree(text: str) -> _Node | None:
    """Return the first document as nodes, or as much of it as stands before an error."""
    readable, restore = to_yaml_1_2(text)
    root: _Node | None = None
    open_nodes: list[_Node] = []
    # For each open node the key whose value comes next, with its text; that of other keys than text is None.
    keys: list[tuple[_Node, str | None] | None] = []
    end: Any = None
    parser: Any = CParser(readable)
    try:
        while (event := parser.get_event()).__class__ not in _LAST:
            cls = event.__class__
            if cls is MappingEndEvent or cls is SequenceEndEvent:
                if event.start_mark.index < event.end_mark.index:
                    end = event.end_mark
                # A block ends where its last value does, and libyaml's mark is behind the comments that follow.
                open_nodes.pop().end = end
                keys.pop()
                continue
            if cls is StreamStartEvent or cls is DocumentStartEvent:
                continue
            node = _Node(event)
            end = node.end
            if not open_nodes:
                root = node
            elif (children := open_nodes[-1].children).__class__ is list:
                children.append(node)
            elif (waiting := keys[-1]) is None:
                keys[-1] = node, restore(event.value) if cls is ScalarEvent else None
            else:
                keys[-1] = None
                if waiting[1] is not None:
                    children.setdefault(waiting[1], (waiting[0], node))
            if cls is MappingStartEvent or cls is SequenceStartEvent:
                if len(open_nodes) >= MAX_DEPTH:
                    break
                node.children = {} if cls is MappingStartEvent else []
                open_nodes.append(node)
                keys.append(None)
    except (YAMLError, ValueError):
        pass
    return root
