"""`qafiles access recipients`."""

from pathlib import Path

import click

from qafiles.cli.options import format_option, open_data, source_options
from qafiles.cli.shape import Shape, shape_options


@click.command("recipients")
@shape_options
@source_options
@format_option("text", "json")
@click.pass_obj
def recipients(folder: Path, shape: Shape, rev: str | None, staged: bool, format_: str) -> None:
    """List who can decrypt against who is a member, both ways. No key is needed.

    Roles say who may write, recipients who may read: a key that is no member's reads all the same, and a member whom no
    secret is encrypted for reads none.
    """
    from qafiles.loading.loader import load
    from qafiles.render.columns import table
    from qafiles.render.escape import escape
    from qafiles.render.records import as_json
    from qafiles.reports.decryption import decryption

    rows = shape.first([*decryption(load(open_data(folder, rev, staged=staged)))])

    def records() -> list[dict[str, object]]:
        return [
            {
                "organization": row.organization,
                "who": row.who,
                "user": row.user,
                "role": row.role,
                "decrypts": [*row.decrypts],
                "lacks": [*row.lacks],
                "what": row.what,
            }
            for row in rows
        ]

    if shape.counted(rows) or shape.records(records, format_):
        return
    if format_ == "json":
        click.echo(as_json(records()), nl=False)
        return
    cells = [
        tuple(
            map(
                escape,
                (
                    row.organization,
                    row.who,
                    row.role or "none",
                    f"{len(row.decrypts)} of {len(row.decrypts) + len(row.lacks)}",
                    row.what,
                ),
            )
        )
        for row in rows
    ]
    for line in table([("ORGANIZATION", "WHO", "ROLE", "DECRYPTS", ""), *cells]) if cells else ():
        click.echo(line, nl=False)
