"""Reports as one page of HTML that needs nothing beside it and runs no script."""

from collections.abc import Iterator

from markupsafe import Markup, escape

from qafiles.pages import clean, standalone, table
from qafiles.render.reports.cells import heading, parts
from qafiles.reports.report import Report, Table


def render(report: Report) -> Iterator[str]:
    """Yield the page, in the look of the site."""
    pieces = [_head(report), *map(_table, report.tables)]
    yield standalone(report.title, Markup("").join(pieces))


def _head(report: Report) -> Markup:
    about = Markup("").join(
        Markup("<dt>{}</dt><dd>{}</dd>").format(name, clean(value)) for name, value in heading(report)
    )
    figures = table(
        ("figure", "value"),
        [(figure.title, ", ".join(parts(figure.value)) or "-") for figure in report.figures],
        caption="Figures",
        numbers=(1,),
    )
    notes = Markup("").join(Markup("<p>Note: {}</p>\n").format(clean(note)) for note in report.notes)
    title = escape(clean(report.title))
    return Markup("<h1>{}</h1>\n<dl>{}</dl>\n{}{}").format(title, about, figures, notes)


def _table(shown: Table) -> Markup:
    heading_ = Markup('<h2 id="{}">{}</h2>\n').format(shown.name, f"{shown.title} ({len(shown.rows)})")
    if not shown.rows:
        return heading_ + Markup("<p>None: {}.</p>\n").format(shown.empty)
    return heading_ + table(
        [column.title for column in shown.columns],
        [[", ".join(parts(cell)) for cell in row] for row in shown.rows],
        caption=shown.title,
        numbers=[index for index, column in enumerate(shown.columns) if column.form == "number"],
    )
