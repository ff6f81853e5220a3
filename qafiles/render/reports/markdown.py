"""Reports as Markdown, for comments on GitHub, summaries of jobs and release notes.

Text from files is plain where it is nothing but words, and else a code span: there no markup, link, image, HTML,
mention, reference to an issue or emoji is read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from qafiles.render.markdown import code_span
from qafiles.render.numbers import counted
from qafiles.render.reports.cells import heading, parts, shown_parts
from qafiles.reports.report import Cell, Report, Table

LIMIT: Final = 65_536
"""How many characters GitHub takes for a comment; bytes are counted here, of which there are never fewer."""

_RESERVE: Final = 400
_WIDTH: Final = 300
_ITEMS: Final = 20
"""How many items of a list stand in a cell."""

_WORDS: Final = re.compile(r"""[\w ,;'’()?!%"./×-]+""")  # noqa: RUF001  # the sign of a product
# Names of hosts, of commits and of issues, which GitHub links; and underscores, which can be markup.
_LINKED: Final = re.compile(r"_|[\w/][./]\w|(?i:gh)-\d|[0-9a-f]{7}|^\W|\s$|/$")


def render(report: Report) -> Iterator[str]:
    """Yield headings, figures and tables; what does not fit into a comment is counted below each table."""
    head = "".join(_head(report))
    yield head
    sections = [_section(table) for table in report.tables]
    sizes = [sum(len(row.encode()) for row in rows) for _, rows in sections]
    fixed = sum(len(begin.encode()) for begin, _ in sections) + _RESERVE * len(sections)
    shares = _shares(sizes, LIMIT - len(head.encode()) - fixed)
    for table, (begin, rows), share in zip(report.tables, sections, shares, strict=True):
        yield begin
        left = share
        for number, row in enumerate(rows):
            left -= len(row.encode())
            if left < 0:
                more = counted(len(rows) - number, "row")
                command = f"qafiles report {report.name} --format csv --table {table.name}"
                yield f"\n{more} left out here; `{command}` lists all of them.\n"
                break
            yield row


def _shares(sizes: Sequence[int], room: int) -> list[int]:
    """Return how many bytes each table gets: small ones what they need, large ones the same."""
    shares = [0] * len(sizes)
    order = sorted(range(len(sizes)), key=sizes.__getitem__)
    for number, index in enumerate(order):
        shares[index] = min(sizes[index], room // (len(order) - number))
        room -= shares[index]
    return shares


def _head(report: Report) -> Iterator[str]:
    yield f"## {_title(report.title)}\n\n"
    about = (
        f"{name} {text(value[:12] if name == 'state' and report.revision else value)}"
        for name, value in heading(report)
    )
    yield ", ".join(about) + "\n\n"
    if report.figures:
        yield "| figure | value |\n|---|--:|\n"
        for figure in report.figures:
            yield f"| {figure.title} | {_cell(figure.value) or '–'} |\n"  # noqa: RUF001  # a dash for nothing
    for note in report.notes:
        yield f"\nNote: {text(note)}\n"


def _title(title: str) -> str:
    first, space, rest = title.partition(" ")
    return f"{first} {code_span(rest)}" if space else first


def _section(table: Table) -> tuple[str, list[str]]:
    """Return what begins a table, and its rows; columns without any cell are left out."""
    if table.name == "changes" and table.rows:
        return "", [*_release_notes(table)]
    begin = f"\n### {table.title}\n\n"
    if not table.rows:
        return f"{begin}None: {table.empty}.\n", []
    indexes = table.filled()
    columns = [table.columns[index] for index in indexes]
    begin += f"| {' | '.join(column.title for column in columns)} |\n"
    begin += f"|{'|'.join('--:' if column.form == 'number' else '---' for column in columns)}|\n"
    rows = (
        [_cell(row[index]) or shown_parts(row[index], table.columns[index]) for index in indexes]
        for row in table.rows
    )
    return begin, [f"| {' | '.join(''.join(cell) for cell in cells)} |\n" for cells in rows]


def _release_notes(table: Table) -> Iterator[str]:
    """Yield the changes as items of lists, one list for each project: release notes are read, and not compared."""
    project: Cell = ""
    for row in table.rows:
        cells = {column.name: cell for column, cell in zip(table.columns, row, strict=True)}
        item = ""
        if cells["project"] != project:
            project = cells["project"]
            item = f"\n### {_cell(project) or 'Everywhere'}\n\n"
        was = f", was {_cell(cells['was'])}" if cells["was"] else ""
        fields = f", in {_cell(cells['fields'])}" if cells["fields"] else ""
        what = f"**{cells['what']}** {cells['kind']} {_cell(cells['entity'])}"
        on = f", {_cell(cells['date'])}" if cells["date"] else ""
        yield f"{item}- {what}: {_cell(cells['title'])}{was}{fields} ({_cell(cells['authors'])}{on})\n"


def _cell(cell: Cell) -> str:
    if isinstance(cell, int | float):
        return parts(cell)[0]
    texts = parts(cell)
    more = f" and {len(texts) - _ITEMS} more" if len(texts) > _ITEMS else ""
    return ", ".join(map(text, texts[:_ITEMS])) + more


def text(value: str) -> str:
    """Return untrusted text for a cell or a line."""
    short = value if len(value) <= _WIDTH else value[: _WIDTH - 1] + "…"
    plain = short.isprintable() and _WORDS.fullmatch(short) and not _LINKED.search(short)
    return short if plain else code_span(short)
