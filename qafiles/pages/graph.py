"""The neighbourhood of one thing in a graph, as an SVG picture: what names it, itself, and what it names."""

from collections.abc import Sequence
from functools import lru_cache
from typing import Final, NamedTuple

from markupsafe import Markup

from qafiles.pages.text import clean, printed

_MOST: Final = 7
"""Neighbours drawn on one side; of more, the last box says how many."""
_BOX: Final = 200.0
_ROW: Final = 46.0
_WIDTH: Final = 760.0
_LETTERS: Final = 27


class Node(NamedTuple):
    """A box: two lines of text, and the address that it leads to, or None."""

    title: str
    kind: str
    address: str | None = None


def neighbourhood(center: Node, before: Sequence[Node], after: Sequence[Node]) -> Markup:
    """Return the picture; beside it the same links must stand as text, since screen readers are kept out of it."""
    left, right = _fitting(before), _fitting(after)
    height = max(len(left), len(right), 1) * _ROW
    middle = (_WIDTH - _BOX) / 2
    parts = []
    for nodes, x, start, end in (
        (left, 0.0, _BOX, middle),
        (right, _WIDTH - _BOX, middle + _BOX, _WIDTH - _BOX),
    ):
        top = (height - len(nodes) * _ROW) / 2
        for index, node in enumerate(nodes):
            y = top + index * _ROW
            ends = (y + _ROW / 2, height / 2) if nodes is left else (height / 2, y + _ROW / 2)
            parts.append(_edge(start, ends[0], end, ends[1]) + _box(node, x, y, "node"))
    parts.append(_box(center, middle, height / 2 - _ROW / 2, "self"))
    inner = "\n".join(parts)
    return Markup(  # noqa: S704  # every text in the parts is escaped
        f'<figure class="picture graph"><svg viewBox="0 0 {_WIDTH:g} {height:g}" width="{_WIDTH:g}" height="{height:g}" aria-hidden="true" focusable="false">\n'
        f"{inner}\n</svg></figure>\n"
    )


def _fitting(nodes: Sequence[Node]) -> list[Node]:
    if len(nodes) <= _MOST:
        return [*nodes]
    return [*nodes[: _MOST - 1], Node(f"and {len(nodes) - _MOST + 1} more", "", None)]


@lru_cache(maxsize=2_000)
def _edge(x: float, y: float, to_x: float, to_y: float) -> str:
    bend = (x + to_x) / 2
    return (
        f'<path class="edge" d="M{x:g} {y:g}C{bend:g} {y:g} {bend:g} {to_y:g} {to_x - 5:g} {to_y:g}"/>'
        f'<path class="arrow" d="M{to_x:g} {to_y:g}l-7 -3.5v7z"/>'
    )


@lru_cache(maxsize=5_000)
def _box(node: Node, x: float, y: float, style: str) -> str:
    title_class = ' class="label"'
    texts = _line(node.title, title_class, x, y + (19 if node.kind else 27))
    if node.kind:
        texts += _line(node.kind, "", x, y + 34)
    box = f'<rect class="{style}" x="{x:g}" y="{y + 4:g}" width="{_BOX:g}" height="{_ROW - 8:g}" rx="5"/>{texts}'
    if node.address is None:
        return box
    return f'<a href="{printed(node.address)}" tabindex="-1">{box}</a>'


def _line(text: str, style: str, x: float, y: float) -> str:
    return f'<text{style} x="{x + 11:g}" y="{y:g}">{printed(_short(clean(text)))}</text>'


@lru_cache(maxsize=5_000)
def _short(text: str) -> str:
    line = " ".join(text.split())
    return line if len(line) <= _LETTERS else line[: _LETTERS - 1].rstrip() + "…"
