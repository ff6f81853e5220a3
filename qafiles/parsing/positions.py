"""Where a value stands in its file: lines and columns by pointer, for the files that have findings."""

from functools import cached_property
from typing import TYPE_CHECKING, Literal

from qafiles.diagnostics import START, Pointer, Span
from qafiles.parsing.plain_spans import plain_fields
from qafiles.parsing.refusals import MAX_SECRET_SIZE, MAX_SIZE
from qafiles.parsing.text import decode, has_directive_flood, lines_of, span_at, span_of_marks

if TYPE_CHECKING:
    from qafiles.parsing.nodes import Node


class Positions:
    """The positions inside one file, as far as it can be read; never raises for any bytes."""

    def __init__(self, content: bytes) -> None:
        """Read the bytes of one file."""
        self._text, _ = decode(content[: MAX_SECRET_SIZE + 1])
        self._is_too_large = len(content) > MAX_SECRET_SIZE
        self._plain = plain_fields(content) if len(content) <= MAX_SIZE else None

    @cached_property
    def _root(self) -> "Node | None":
        if self._is_too_large or has_directive_flood(self._text):
            return None
        from qafiles.parsing.nodes import node_tree  # noqa: PLC0415  # PyYAML, which takes long to import

        return node_tree(self._text)

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
        plain = self._plain.span(pointer, at) if self._plain is not None and not within else None
        if plain is not None:
            return plain
        node, key = self._root, None
        if node is None:
            return START
        for part in pointer:
            child = node.child(part)
            if child is None:
                at = "key"
                break
            key, node = child
        if key is None:
            if isinstance(node.children, dict) and node.children:
                node = next(iter(node.children.values()))[0]
        elif at == "key" or node.start.index == node.end.index:
            node = key
        if within:
            start = node.start.index
            for _ in range(occurrence + 1):
                index = self._text.find(within, start, node.end.index)
                start = index + len(within)
                if index < 0:
                    break
            else:
                return span_at(self._text, index, start)
        return span_of_marks(self._text, node.start, node.end)
