"""The values of a file as nodes: where each begins and ends, and how it is written."""

from collections.abc import Callable
from typing import Any, Final

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

from qafiles.parsing.look_ahead import hiding_place
from qafiles.parsing.refusals import MAX_DEPTH
from qafiles.parsing.text import to_yaml_1_2

_LAST: Final = frozenset({DocumentEndEvent, StreamEndEvent})


class Node:
    """A value in the file: its marks, and its items, or its (key, value) nodes by key.

    `style` is the first character of a quoted text or of a block scalar, empty for plain text; of a list or a mapping
    it is `[` or `{` where it is written with brackets.
    """

    __slots__ = ("children", "end", "start", "style")

    def __init__(self, event: Any) -> None:
        self.start = event.start_mark
        self.end = event.end_mark
        self.children: Any = None
        self.style: str = ""

    def child(self, part: str | int) -> "tuple[Node, Node] | None":
        """Return the (key node or item, value node) below this node, or None."""
        if isinstance(self.children, dict):
            return self.children.get(part)
        if isinstance(self.children, list) and isinstance(part, int) and 0 <= part < len(self.children):
            return self.children[part], self.children[part]
        return None


def node_tree(text: str) -> Node | None:
    """Return the first document as nodes, or as much of it as stands before an error."""
    readable, restore = to_yaml_1_2(text)
    root, end = _nodes(readable, restore)
    # As much of it as libyaml tells of whatever limit it has, and whatever is wrong behind levels that are too deep.
    return root if end is None else _nodes(readable[:end], restore)[0]


def _nodes(readable: str, restore: Callable[[str], str]) -> tuple[Node | None, int | None]:
    """Return the nodes of a text, and the end of its part that must be read instead, if any."""
    root: Node | None = None
    open_nodes: list[Node] = []
    # For each open node the key whose value comes next, with its text; that of other keys than text is None.
    keys: list[tuple[Node, str | None] | None] = []
    end: Any = None
    event_index = 0
    parser: Any = CParser(readable)
    try:
        while (event := parser.get_event()).__class__ not in _LAST:
            cls = event.__class__
            event_index = event.start_mark.index
            if cls is MappingEndEvent or cls is SequenceEndEvent:
                if event.start_mark.index < event.end_mark.index:
                    end = event.end_mark
                # A block ends where its last value does, and libyaml's mark is behind the comments that follow.
                open_nodes.pop().end = end
                keys.pop()
                continue
            if cls is StreamStartEvent or cls is DocumentStartEvent:
                continue
            node = Node(event)
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
            if cls is ScalarEvent:
                node.style = event.style or ""
            elif cls is MappingStartEvent or cls is SequenceStartEvent:
                if len(open_nodes) >= MAX_DEPTH:
                    break
                node.children = {} if cls is MappingStartEvent else []
                if event.flow_style:
                    node.style = "{" if cls is MappingStartEvent else "["
                open_nodes.append(node)
                keys.append(None)
    except (YAMLError, ValueError) as error:
        return root, hiding_place(readable, error, len(open_nodes), event_index)
    return root, None
