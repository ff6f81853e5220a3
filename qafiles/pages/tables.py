"""Tables as HTML."""

import re
from collections.abc import Iterable, Sequence
from typing import Any, Final

from markupsafe import Markup

from qafiles.pages.text import clean, printed

_LONGEST: Final = 14
"""Characters that are never broken; the words of eight columns of these fit a small screen and a sheet of paper."""

_PIECE: Final = re.compile(rf"[^/_.,:;=?&-]{{1,{_LONGEST}}}[/_.,:;=?&-]{{0,2}}|[/_.,:;=?&-]{{1,{_LONGEST}}}")
_BREAK: Final = Markup("<wbr>")


def breakable(text: str) -> Markup:
    """Return a text that a narrow column may break at the joints of handles, paths and names, and within long words."""
    return Markup(" ").join(map(_word, clean(text).split(" ")))


def _word(word: str) -> Markup:
    if len(word) <= _LONGEST:
        return printed(word)
    return _BREAK.join(map(printed, _PIECE.findall(word)))


def gap(text: str) -> Markup:
    """Return what a cell says is wrong; a few words stay in one line, so that they can be found on paper, too."""
    shown = breakable(text)
    return Markup('<span class="whole">{}</span>').format(shown) if len(text) <= _LONGEST + 4 else shown


def table(  # noqa: PLR0913  # one parameter for each choice
    headings: Sequence[str],
    rows: Iterable[Sequence[Any]],
    *,
    caption: str,
    numbers: Iterable[int] = (),
    gaps: Iterable[int] = (),
    show_caption: bool = False,
) -> Markup:
    """Return a table that scrolls by itself where it is too wide; cells are escaped unless they are Markup.

    `numbers` are the indexes of the columns to be aligned as numbers, `gaps` of those that say what is wrong. The caption
    names the table for screen readers; with `show_caption` everybody sees it.
    """
    styles = dict.fromkeys(gaps, ' class="gap"') | dict.fromkeys(numbers, ' class="number"')
    style = [styles.get(i, "") for i in range(len(headings))]
    head = "".join(f'<th scope="col"{style[i]}>{_text(name)}</th>' for i, name in enumerate(headings))
    body = "\n".join(
        f"<tr>{''.join(f'<td{style[i]}>{_text(cell)}</td>' for i, cell in enumerate(row))}</tr>"
        for row in rows
    )
    kind = "" if show_caption else ' class="visually-hidden"'
    return Markup(  # noqa: S704  # every part is escaped above
        f'<div class="scroll" role="region" aria-label="{_text(caption)}" tabindex="0">\n<table class="rows">'
        f"<caption{kind}>{_text(caption)}</caption>\n<thead><tr>{head}</tr></thead>\n<tbody>\n{body}\n</tbody>\n</table>\n</div>\n"
    )


def _text(value: Any) -> str:
    return str(printed(value))
