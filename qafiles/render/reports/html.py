"""Reports as one page of HTML that needs nothing beside it and runs no script."""

from collections.abc import Iterator

from markupsafe import Markup

from qafiles.pages import breakable, clean, gap, standalone, table
from qafiles.render.reports.cells import heading, heading_of, parts, project_of, shown_columns, shown_parts
from qafiles.render.reports.pictures import picture
from qafiles.reports.report import Cell, Column, Figure, Report, Table


def render(report: Report) -> Iterator[str]:
    """Yield the page, in the look of the site."""
    pieces = [_head(report), picture(report), *map(_table, report.tables)]
    yield standalone(report.title, Markup("").join(pieces))


def _head(report: Report) -> Markup:
    about = "; ".join(f"{name} {value}" for name, value in heading(report))
    figures = Markup("").join(map(_figure, report.figures))
    notes = Markup("").join(Markup('<p class="note">{}</p>\n').format(clean(note)) for note in report.notes)
    lines = Markup('<p class="eyebrow">Report</p>\n<h1>{}</h1>\n<p class="lead">{}</p>\n').format(
        clean(report.title), clean(about[:1].upper() + about[1:])
    )
    return lines + Markup('<dl class="figures">\n{}</dl>\n{}').format(figures, notes)


def _figure(figure: Figure) -> Markup:
    value = f"{figure.value:,}" if isinstance(figure.value, int) else ", ".join(parts(figure.value)) or "-"
    words = Markup("") if isinstance(figure.value, int | float) else Markup(' class="words"')
    return Markup("<div><dt>{}</dt><dd{}>{}</dd></div>\n").format(figure.title, words, clean(value))


def _table(shown: Table) -> Markup:
    title, indexes = shown_columns(shown)
    heading_ = Markup('<h2 id="{}">{} <span class="muted">{}</span></h2>\n').format(
        shown.name, clean(title), f"{len(shown.rows):,}"
    )
    if not shown.rows:
        return heading_ + Markup('<p class="empty">None: {}.</p>\n').format(shown.empty)
    columns = [shown.columns[index] for index in indexes]
    return heading_ + table(
        [*map(heading_of, columns)],
        [
            [_cell(row[index], shown.columns[index], project_of(shown, row)) for index in indexes]
            for row in shown.rows
        ],
        caption=shown.title,
        numbers=[place for place, column in enumerate(columns) if column.form == "number"],
        gaps=[place for place, column in enumerate(columns) if column.form == "gap"],
    )


def _cell(cell: Cell, column: Column, project: str) -> Markup:
    texts = shown_parts(cell, column, project)
    return Markup(", ").join(map(gap if column.form == "gap" else breakable, texts))
