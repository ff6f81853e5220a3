"""The text of one file that is to be edited: its nodes, its lines, and the splices that make a new text of it."""

import codecs
import re
from bisect import bisect_right
from collections.abc import Sequence
from functools import cached_property
from typing import Any, NamedTuple

from qafiles.diagnostics import Pointer, json_pointer
from qafiles.errors import EditRefusedError
from qafiles.kinds import HIDDEN_FIELDS
from qafiles.parsing import Refusal, parse
from qafiles.parsing.nodes import Node, node_tree
from qafiles.parsing.text import decode, lines_of
from qafiles.parsing.values import same

_BREAK = re.compile(r"\r\n|\r|\n")
_GAP = re.compile(r"(?:[ \t\r\n]|#[^\r\n]*)*")
_HEADER = re.compile(r"[|>][-+0-9]*")


class UnreadableTextError(EditRefusedError):
    """A file that can't be edited because it is refused as YAML, for what it says at a line and a column."""

    def __init__(self, refusal: Refusal) -> None:
        line, column = refusal.span.line, refusal.span.column
        super().__init__(
            f"the file can't be edited before line {line}, column {column} is mended: {refusal.message}"
        )
        self.refusal = refusal


class Splice(NamedTuple):
    """A part of a text and what takes its place."""

    start: int
    end: int
    text: str


class Document:
    """One file as text, nodes and data; breaks in what is spliced in become those of the file."""

    def __init__(self, content: bytes) -> None:
        """Read the bytes. Raises EditRefusedError for a file with errors, for a secret's, and for one that is no mapping."""
        parsed = parse(content)
        if parsed.refusals:
            raise UnreadableTextError(parsed.refusals[0])
        self.data: Any = parsed.data
        if not isinstance(self.data, dict):
            raise EditRefusedError(
                "the file holds no fields, so that none can be edited; write `key: value` lines"
            )
        if HIDDEN_FIELDS & self.data.keys():
            raise EditRefusedError(
                "this is a secret's file, which is signed as a whole; `qafiles secret` writes it"
            )
        self.bom = content.startswith(codecs.BOM_UTF8)
        self.text = decode(content)[0]
        first_break = _BREAK.search(self.text)
        self.eol = first_break.group() if first_break else "\n"
        self.ended = self.text.endswith(("\n", "\r"))
        if not self.ended:
            self.text += self.eol
        root = node_tree(self.text)
        if root is None or root.children is None:
            raise EditRefusedError("the file can't be read as YAML; `qafiles validate` names the place")
        self.root: Node = root

    @cached_property
    def list_offset(self) -> int:
        """How much deeper than their keys the lists of the file stand: 2 where it has none."""
        pending = [self.root]
        while pending:
            node = pending.pop()
            if not node.children:
                continue
            is_list = isinstance(node.children, list)
            values = [*node.children] if is_list else [value for _, value in node.children.values()]
            if not is_list and not node.style:
                for value in values:
                    if isinstance(value.children, list) and value.children and not value.style:
                        return 0 if value.start.column == node.start.column else 2
            pending += reversed(values)
        return 2

    def find(self, pointer: Pointer) -> tuple[Node, Node, Node] | None:
        """Return (parent, key or item, value) at a pointer, which is not empty, or None."""
        parent, key, node = self.root, self.root, self.root
        for part in pointer:
            child = node.child(part)
            if child is None:
                return None
            parent, (key, node) = node, child
        return parent, key, node

    @cached_property
    def _starts(self) -> list[int]:
        return [0, *(match.end() for match in _BREAK.finditer(self.text))]

    def line_start(self, index: int) -> int:
        """Return where the line of an index begins."""
        # The break between `\r` and `\n` belongs to the line that it ends.
        return self._starts[bisect_right(self._starts, index) - 1]

    def next_line(self, index: int) -> int:
        """Return where the line behind that of an index begins."""
        line_break = _BREAK.search(self.text, index)
        return line_break.end() if line_break else len(self.text)

    def line_end(self, index: int) -> int:
        """Return the index of the break that ends the line of an index."""
        line_break = _BREAK.search(self.text, index)
        return line_break.start() if line_break else len(self.text)

    def token_after(self, index: int) -> int:
        """Return where the next character stands that is neither white space nor in a comment."""
        match = _GAP.match(self.text, index)
        return match.end() if match else index

    def header(self, node: Node) -> str:
        """Return the indicators of a block scalar, `|2-`."""
        match = _HEADER.match(self.text, node.start.index)
        return match.group() if match else ""

    def anchor(self, parent: Node, key: Node, node: Node) -> int:
        """Return the index behind the `:` or the dash of an entry of a block. Raises EditRefusedError."""
        if isinstance(parent.children, dict):
            at, expected = self.token_after(key.end.index), ":"
        else:
            at, expected = self.dash(parent, node), "-"
        if self.text[at : at + 1] != expected:
            raise EditRefusedError(
                f"the value on line {node.start.line + 1} is written in a way that can't be edited"
            )
        return at + 1

    @cached_property
    def _numbers(self) -> dict[int, int]:
        """The number of each item of a list that was asked for, by the identity of its node."""
        return {}

    def dash(self, parent: Node, item: Node) -> int:
        """Return where the dash of an item of a block list stands."""
        if id(item) not in self._numbers:
            self._numbers.update({id(child): number for number, child in enumerate(parent.children)})
        number = self._numbers[id(item)]
        return self.token_after(parent.children[number - 1].end.index) if number else int(parent.start.index)

    def stop(self, node: Node) -> int:
        """Return where the line behind a value of a block begins; the blank lines behind it are not a part of it."""
        last = node
        while last.children and not last.style:
            last = last.children[-1] if isinstance(last.children, list) else [*last.children.values()][-1][1]
        if last.children is not None or last.style not in {"|", ">"}:
            return self.next_line(int(last.end.index))
        begin = self.next_line(last.start.index)
        end: int = max(min(last.end.index, len(self.text)), begin)
        if "+" in self.header(last):
            return end
        # A blank line that is deeper than the text is a part of the text.
        margin = self.indentation(last)
        while end > begin:
            line = self.text[(above := self.line_above(end)) : end].rstrip("\r\n")
            if line.strip(" ") or len(line) > margin:
                break
            end = above
        return end

    def indentation(self, node: Node, column: int | None = None) -> int:
        """Return how deep the lines of a block scalar are indented, whose key or dash stands in a column.

        Without the column, that of the least deep line where the header says by how much the text is indented.
        """
        digit = re.search("[1-9]", self.header(node))
        if digit and column is not None:
            return column + int(digit.group())
        lines = lines_of(self.text[self.next_line(node.start.index) : node.end.index])
        depths = [len(line) - len(line.lstrip(" ")) for line in lines if line.strip(" ")]
        return min(depths, default=0) if digit else next(iter(depths), 0)

    def is_comment(self, start: int) -> bool:
        """Return whether the line that begins at an index is a comment."""
        return self.text[start : self.line_end(start)].lstrip(" \t").startswith("#")

    def line_above(self, line: int) -> int:
        """Return where the line above the one that begins at an index begins."""
        return self.line_start(line - 1)

    def joined(self, lines: Sequence[str]) -> str:
        """Return lines, each with the file's line break."""
        return "".join(line + self.eol for line in lines)

    def below(self, start: int, end: int, lines: Sequence[str]) -> Splice:
        """Return the splice that writes lines; behind a text that keeps its last blank lines no others may follow."""
        if lines and not lines[-1]:
            while end < len(self.text) and not self.text[end : self.line_end(end)].strip(" "):
                end = self.next_line(end)
        return Splice(start, end, self.joined(lines))

    def result(self, splices: Sequence[Splice], expected: Any, pointer: Pointer = ()) -> bytes:
        """Return the bytes with the splices made. Raises EditRefusedError when they then say anything but `expected`."""
        pieces, at = [], 0
        for start, end, text in sorted(splices):
            if start < at:
                break
            pieces += [self.text[at:start], text]
            at = end
        else:
            text = "".join([*pieces, self.text[at:]])
            if (content := self.checked(text, expected)) is not None:
                return content
        where = f" at {json_pointer(pointer)}" if pointer else ""
        raise EditRefusedError(f"the text{where} can't be changed safely; write it in a simpler style first")

    def checked(self, text: str, expected: Any) -> bytes | None:
        """Return the bytes of a text, with the mark and the last line end of this file, if they say what is expected."""
        mark = codecs.BOM_UTF8 if self.bom else b""
        # A block scalar that keeps its blank lines may need the line end that the file did not have.
        for body in [text] if self.ended else [text.removesuffix(self.eol), text]:
            try:
                content = mark + body.encode()
            except UnicodeEncodeError:
                return None
            parsed = parse(content)
            if not parsed.refusals and same(parsed.data, expected):
                return content
        return None


def entries_of(parent: Node) -> list[tuple[Node, Node]]:
    """Return the (key or item, value) nodes of a mapping or list in their order."""
    if isinstance(parent.children, dict):
        return [*parent.children.values()]
    return [(item, item) for item in parent.children]
