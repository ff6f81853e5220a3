"""Text that a comment cuts off: `name: Bug #123` is `Bug` to YAML, which nobody who writes it means."""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING, NamedTuple

from qafiles.diagnostics import Pointer, Span
from qafiles.layout import is_id
from qafiles.parsing.reader import plainly_written
from qafiles.parsing.scalars import NumberOutOfRangeError, resolve
from qafiles.parsing.text import decode, lines_of

if TYPE_CHECKING:
    from qafiles.parsing.nodes import Node

_may_cut = re.compile(rb"#(?<=[ \t]#)[^\s#!]").search
# A line that may hold a value, with a comment behind it; where every line is plainly written, others are text in blocks.
_may_cut_a_value = re.compile(
    rb"(?m)^ *+(?:- |[A-Za-z][A-Za-z0-9_.-]*+: )[^\n]*[ \t]#(?<=[ \t]#)[^\s#!]"
).search
_cuts = re.compile(r"[ \t]+(#[^\s#!][^\r\n]*)").match


class CutText(NamedTuple):
    """A plain text with the comment that directly follows it, from its beginning to the end of the line."""

    pointer: Pointer
    span: Span
    comment: str


def cut_texts(content: bytes) -> list[CutText]:
    """Return the texts of a good file behind which a `#` without a space follows; a comment is written `# …`."""
    # One byte is searched for many times faster than two.
    if b"#" not in content or (b" #" not in content and b"\t#" not in content) or _may_cut(content) is None:
        return []
    if _may_cut_a_value(content) is None and plainly_written(content, len(content)) is not None:
        return []
    return _cut_texts_by_nodes(content)


def _cut_texts_by_nodes(content: bytes) -> list[CutText]:
    from qafiles.parsing.nodes import node_tree  # noqa: PLC0415  # PyYAML, which takes long to import

    text, problem = decode(content)
    root = None if problem else node_tree(text)
    return [*_cut(root, (), lines_of(text))] if root is not None else []


def _cut(root: "Node", pointer: Pointer, lines: list[str]) -> Iterator[CutText]:
    pending = [(root, pointer)]
    while pending:
        node, pointer = pending.pop()
        if isinstance(node.children, dict):
            pending += [(value, (*pointer, key)) for key, (_, value) in reversed(node.children.items())]
        elif isinstance(node.children, list):
            pending += [(item, (*pointer, index)) for index, item in reversed([*enumerate(node.children)])]
        elif not node.style and node.start.index < node.end.index:
            line = lines[node.end.line]
            match = _cuts(line, node.end.column)
            if match and _is_text(line[: node.end.column].rsplit(" ", 1)[-1]):
                start = (node.start.line + 1, node.start.column + 1)
                yield CutText(pointer, Span(*start, node.end.line + 1, len(line) + 1), match[1])


def _is_text(written: str) -> bool:
    """Return whether the last word of a plain value makes it a text, so that what follows may belong to it; no id is."""
    if is_id(written):
        return False
    try:
        return isinstance(resolve(written), str)
    except NumberOutOfRangeError:
        return False
