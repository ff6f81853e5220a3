"""Tables as HTML."""

from collections.abc import Iterable, Sequence
from typing import Any

from markupsafe import Markup

from qafiles.pages.text import printed


def table(
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    caption: str,
    numbers: Iterable[int] = (),
    show_caption: bool = False,
) -> Markup:
    """Return a table that scrolls by itself where it is too wide; cells are escaped unless they are Markup.

    `numbers` are the indexes of the columns to be aligned as numbers. The caption names the table for screen readers;
    with `show_caption` everybody sees it.
    """
    right = frozenset(numbers)
    head = "".join(
        f'<th scope="col"{_number(i, right)}>{_text(name)}</th>' for i, name in enumerate(headings)
    )
    body = "\n".join(
        f"<tr>{''.join(f'<td{_number(i, right)}>{_text(cell)}</td>' for i, cell in enumerate(row))}</tr>"
        for row in rows
    )
    kind = "" if show_caption else ' class="visually-hidden"'
    return Markup(  # noqa: S704  # every part is escaped above
        f'<div class="scroll" role="region" aria-label="{_text(caption)}" tabindex="0">\n<table class="rows">'
        f"<caption{kind}>{_text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
    )


def _number(index: int, right: frozenset[int]) -> str:
    return ' class="number"' if index in right else ""


def _text(value: Any) -> str:
    return str(printed(value))
