"""Charts as SVG, drawn with the stylesheet's colours so that they follow light, dark and paper.

Every chart is one picture to a screen reader, with a name and a sentence; the figures behind it stand in a table or in
its titles. No text can be markup in it.
"""

from collections.abc import Mapping, Sequence
from typing import Any, Final

from markupsafe import Markup

from qafiles.pages.text import printed

_GAP: Final = 2
_STEPS: Final = 4


def columns(
    title: str, values: Sequence[tuple[str, int]], *, summary: str, labels: Mapping[int, str] | None = None
) -> Markup:
    """Return a chart with one column for each (name, value), and labels below the columns with these indexes."""
    width, height, base = 720.0, 152.0, 124.0
    top = max((value for _, value in values), default=0) or 1
    step = width / max(1, len(values))
    parts = [f'<line class="axis" x1="0" y1="{base:g}" x2="{width:g}" y2="{base:g}"/>']
    for index, (label, value) in enumerate(values):
        tall = round(value / top * (base - 22), 1)
        x = round(index * step, 1)
        if value:
            parts.append(
                f'<rect class="bar" x="{x:g}" y="{base - tall:g}" width="{max(1.0, round(step - _GAP, 1)):g}" '
                f'height="{tall:g}" rx="1.5"><title>{_text(label)}: {value}</title></rect>'
            )
        if labels is not None and index in labels:
            parts.append(f'<text x="{x:g}" y="{base + 18:g}">{_text(labels[index])}</text>')
    parts.append(f'<text x="{width:g}" y="12" text-anchor="end">{top}</text>')
    return _picture(title, summary, (width, height), parts, "chart")


def bars(title: str, values: Sequence[tuple[str, int]], *, summary: str, label_width: int = 185) -> Markup:
    """Return a chart with one horizontal bar for each (label, value), the value behind it."""
    width, row = 720.0, 27.0
    top = max((value for _, value in values), default=0) or 1
    room = width - label_width - 60
    parts = []
    for index, (label, value) in enumerate(values):
        y = index * row
        long = round(value / top * room, 1)
        parts.append(
            f'<text class="label" x="0" y="{y + 16:g}">{_text(_short(label, label_width // 8))}</text>'
            f'<rect class="bar" x="{label_width}" y="{y + 5:g}" width="{max(long, 1.0 if value else 0.0):g}" height="14" rx="2"/>'
            f'<text x="{label_width + long + 8:g}" y="{y + 16:g}">{value}</text>'
        )
    return _picture(title, summary, (width, max(row, len(values) * row)), parts, "chart")


def heat_map(
    title: str, rows: Sequence[str], heads: Sequence[str], values: Sequence[Sequence[int]], *, summary: str
) -> Markup:
    """Return a map of numbers, darker where they are larger: one row and one column for each name."""
    left, head, side, row = 176.0, 92.0, 38.0, 26.0
    width = max(560.0, left + len(heads) * side + 50)
    top = max((value for line in values for value in line), default=0) or 1
    parts = [
        f'<text transform="translate({left + index * side + 22:g} {head - 8:g}) rotate(-40)">{_text(_short(name, 15))}</text>'
        for index, name in enumerate(heads)
    ]
    for line, (name, numbers) in enumerate(zip(rows, values, strict=True)):
        y = head + line * row
        parts.append(f'<text class="label" x="0" y="{y + 17:g}">{_text(_short(name, 23))}</text>')
        for index, (column, value) in enumerate(zip(heads, numbers, strict=True)):
            x = left + index * side
            heat = -(-value * _STEPS // top)
            parts.append(
                f'<rect class="heat-{heat}" x="{x:g}" y="{y:g}" width="{side - _GAP:g}" height="{row - _GAP:g}" rx="3">'
                f"<title>{_text(name)}, {_text(column)}: {value}</title></rect>"
            )
            if value:
                shade = "on-dark" if heat > 2 else "on-light"
                parts.append(
                    f'<text class="{shade}" x="{x + side / 2 - 1:g}" y="{y + 16:g}" text-anchor="middle">{value}</text>'
                )
    return _picture(title, summary, (width, head + len(rows) * row), parts, "map")


def swatch(color: str | None) -> Markup:
    """Return a dot in a colour of CSS, `#rgb` or `#rrggbb`; nothing for a text that is none of these."""
    from qafiles.models.colors import COLOR_NAMES  # noqa: PLC0415  # not needed where no tag is shown

    text = color if isinstance(color, str) else ""
    digits = text[1:]
    is_hex = (
        text.startswith("#") and len(digits) in {3, 6} and all(c in "0123456789abcdefABCDEF" for c in digits)
    )
    if not is_hex and text.lower() not in COLOR_NAMES:
        return Markup("")
    return Markup(
        '<svg class="swatch" viewBox="0 0 12 12" aria-hidden="true" focusable="false">'
        '<circle cx="6" cy="6" r="5" fill="{}"/></svg>'
    ).format(text)


def _picture(title: str, summary: str, size: tuple[float, float], parts: Sequence[str], style: str) -> Markup:
    inner = "\n".join(parts)
    width, height = size
    return Markup(  # noqa: S704  # every text in the parts went through `_text`
        f'<figure class="picture {style}"><svg viewBox="0 0 {width:g} {height:g}" width="{width:g}" height="{height:g}" '
        f'role="img" aria-label="{_text(title)}. {_text(summary)}">\n{inner}\n</svg>'
        f"<figcaption>{_text(summary)}</figcaption></figure>\n"
    )


def _short(text: str, length: int) -> str:
    return text if len(text) <= length else text[: length - 1].rstrip() + "…"


def _text(value: Any) -> str:
    return str(printed(value))
