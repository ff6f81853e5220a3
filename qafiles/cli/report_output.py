"""What `qafiles report` says beside a table, and how what it shows is shaped and written."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

from qafiles.cli.shape import Shape

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qafiles.reports import Report

_BATCH: Final = 2**16
"""Characters that are printed at once."""


def say_besides(report: "Report", table: str | None) -> None:
    """Say on stderr what a single table can't: the state, where no commit holds it, notes, and the other tables."""
    from qafiles.render.escape import escape

    origin = report.origin
    if origin.is_dirty or (origin.commit is not None and origin.uncommitted is None):
        click.echo(f"state: {escape(report.state)}", err=True)
    for note in report.notes:
        if note not in report.left_out.sentences:
            click.echo(f"note: {escape(note)}", err=True)
    others = [item.name for item in report.tables[1:]]
    if table is None and others:
        message = f"this is the table {report.tables[0].name}; --table has {', '.join(others)}, too"
        click.echo(message, err=True)


def shaped(made: "Report", table: str | None, shape: Shape) -> "tuple[Report, str | None]":
    """Return a report with the columns and rows that are asked for: columns are those of one table."""
    if shape.fields is not None:
        table = made.chosen(table).name
        made = made.with_tables((made.chosen(table).shaped(shape.fields, None),))
    for shown_table in made.tables if table is None else [made.chosen(table)]:
        shape.first(shown_table.rows, of=f"table {shown_table.name}: ")
    return made.with_tables(tuple(each.shaped(None, shape.limit) for each in made.tables)), table


def echo(pieces: "Iterable[str | bytes]") -> None:
    """Print pieces, many at a time: to print one costs more than to make it."""
    texts: list[str] = []
    size = 0
    for piece in pieces:
        if isinstance(piece, bytes):
            click.echo(piece, nl=False)
            continue
        texts.append(piece)
        size += len(piece)
        if size > _BATCH:
            click.echo("".join(texts), nl=False)
            texts, size = [], 0
    if texts:
        click.echo("".join(texts), nl=False)


def write(output: Path, pieces: "Iterable[str | bytes]") -> None:
    """Write a file when all of it is known, in one step: nobody sees half of it."""
    from qafiles.atomic_write import write_atomically
    from qafiles.errors import QafilesError
    from qafiles.render.escape import well_formed

    content = bytearray()  # grows in place: a report may be large
    for piece in pieces:
        content += piece if isinstance(piece, bytes) else well_formed(piece).encode()
    try:
        write_atomically(output, bytes(content), follow_links=True)
    except OSError as error:
        raise QafilesError(
            f"{output} can't be written: {error.strerror}; name another file with -o FILE"
        ) from error


def ended(made: "Report", fail_on: tuple[str, ...], *, shows_notes: bool = False) -> int:
    """Say what a report is made without and what it fails on; return 3 where something could not be read, else 1 where it fails.

    `shows_notes` is whether stdout showed the notes: where it is the terminal on which stderr is read, too, once is enough.
    """
    from qafiles.cli.left_out import tell
    from qafiles.reports.results import reasons_to_fail

    if shows_notes and sys.stdout.isatty() and sys.stderr.isatty():
        code = 3 if made.left_out.is_missing else 0
    else:
        code = tell(made.left_out)
    reasons = reasons_to_fail(made, fail_on) if fail_on else ()
    for reason in reasons:
        click.echo(f"qafiles: fails on {reason}", err=True)
    return code or int(bool(reasons))
