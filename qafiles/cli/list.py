"""`qafiles list`."""

from pathlib import Path

import click

from qafiles.cli.completions import complete_fields
from qafiles.cli.options import KindType, complete_tags, format_option, open_data, source_options
from qafiles.kinds import Kind


@click.command("list")
@click.argument("kind", type=KindType(), is_eager=True)
@click.option(
    "--where",
    metavar="FIELD=VALUE",
    multiple=True,
    shell_complete=complete_fields,
    help="Only entities whose field has this value.",
)
@click.option(
    "--tag",
    "tags",
    metavar="TAG",
    multiple=True,
    shell_complete=complete_tags,
    help="Only test cases with this tag (repeatable: all).",
)
@click.option("--grep", metavar="TEXT", help="Only entities that contain this text, in whatever case.")
@click.option("--resolve", is_flag=True, help="In json and jsonl: references as {id, handle}.")
@click.option(
    "--derived",
    "with_derived",
    is_flag=True,
    help="In json, jsonl and csv: also what git's history gives, where a file does not write it.",
)
@source_options
@format_option("table", "json", "jsonl", "csv", "ids", "paths")
@click.pass_obj
def command(
    folder: Path,
    kind: Kind,
    where: tuple[str, ...],
    tags: tuple[str, ...],
    grep: str | None,
    resolve: bool,
    with_derived: bool,
    rev: str | None,
    staged: bool,
    format_: str,
) -> int:
    """List the entities of a KIND: test_case, tag, document and so on.

    Conditions are all to be met. A reference field is compared by id and by handle: --where document_id=pricing. Entities
    that can't be read, and so may meet them, are in json and jsonl, with `unread`.
    """
    from qafiles.cli.left_out import tell
    from qafiles.history.shared_ids import notes_on, settled
    from qafiles.loading.loader import load
    from qafiles.render.records import LISTINGS
    from qafiles.snapshot.records import select, undecided
    from qafiles.snapshot.unread import left_out

    snapshot = settled(load(open_data(folder, rev, staged=staged)))
    files = [*select(snapshot, kind, where=where, tags=tags, grep=grep)]
    if format_ in {"json", "jsonl"}:
        more = undecided(snapshot, kind, where, {file.path for file in files})
        files = sorted([*files, *more], key=lambda file: file.path)
    for note in notes_on(snapshot, *files):
        click.echo(f"note: {note}", err=True)
    given = {}
    without = left_out(snapshot)
    if with_derived:
        from qafiles.history import derived_of, history_of

        history = history_of(snapshot)
        found = derived_of(history, files, snapshot)
        if history.left_out.is_missing:
            without += history.left_out
        given = {path: values.record() for path, values in found.items()}
    for piece in LISTINGS[format_](snapshot, files, resolve, given):
        click.echo(piece, nl=False)
    return tell(without)
