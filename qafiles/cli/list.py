"""`qafiles list`."""

from pathlib import Path

import click

from qafiles.cli.completions import complete_fields
from qafiles.cli.options import (
    KindType,
    cache_option,
    complete_tags,
    env_option,
    environment_of,
    format_option,
    load_data,
    source_options,
)
from qafiles.cli.shape import NO_SHAPE, Shape, shape_options
from qafiles.kinds import Kind


@click.command("list")
@click.argument("kind", type=KindType(), is_eager=True)
@click.option(
    "--where",
    metavar="FIELD=VALUE",
    multiple=True,
    shell_complete=complete_fields,
    help="Only entities whose field has this value; FIELD!=VALUE: has not; FIELD~PATTERN: fits a regular expression.",
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
@click.option(
    "--raw", is_flag=True, help="In csv: no apostrophe before what a spreadsheet would take for a formula."
)
@env_option
@shape_options
@source_options
@format_option("table", "json", "jsonl", "csv", "ids", "paths")
@cache_option
@click.pass_obj
def command(
    folder: Path,
    kind: Kind,
    where: tuple[str, ...],
    tags: tuple[str, ...],
    grep: str | None,
    resolve: bool,
    with_derived: bool,
    raw: bool,
    env: str | None,
    shape: Shape,
    rev: str | None,
    staged: bool,
    format_: str,
    no_cache: bool,
) -> int:
    """List the entities of a KIND: test_case, tag, document and so on.

    Conditions are all to be met. A field may be a dotted path into a mapping, such as browser_config.viewport.width or a
    key of your own, x-source.key. A reference is compared by id and by handle: --where document_id=pricing. A list fits
    by any of its items, and != by none; a field that is not there is an empty text: --where document_id= lists what has
    none. Patterns are those of Python, found anywhere: --where 'url_route~^/cart'. Entities that can't be read, and so
    may meet the conditions, are in json and jsonl, with `unread`. With --env, projects and test cases are listed with the
    URL at which they begin in that environment.
    """
    from qafiles.cli.left_out import tell
    from qafiles.cli.pieces import echo_pieces
    from qafiles.history.shared_ids import notes_on, settled
    from qafiles.layout import LABELS
    from qafiles.render import terminal
    from qafiles.render.list_output import list_output
    from qafiles.render.records import FIELDS_OF_ENVIRONMENT, FIELDS_OF_EVERY_RECORD, LISTINGS, Listed
    from qafiles.snapshot.selection import checked_fields, select, undecided
    from qafiles.snapshot.unread import left_out

    if shape.fields is not None and format_ in {"ids", "paths"}:
        raise click.UsageError(f"--fields shapes table, json, jsonl and csv; {format_} has one field.")
    loaded = load_data(folder, rev, staged=staged, no_cache=no_cache)
    is_plain = not (where or tags or resolve or with_derived or raw) and grep is None and env is None
    if shape == NO_SHAPE and is_plain:
        cached = not no_cache
        output = list_output(loaded, kind, format_=format_, cached=cached, width=terminal.width())
        output.write()
        return output.code
    snapshot = settled(loaded, cached=not no_cache)
    environment = environment_of(snapshot, env)
    files = [*select(snapshot, kind, where=where, tags=tags, grep=grep)]
    if format_ in {"json", "jsonl"}:
        more = undecided(snapshot, kind, where, {file.path for file in files})
        files = sorted([*files, *more], key=lambda file: file.path)
    without = left_out(snapshot)
    if not files and not shape.only_count:
        fits = "fits" if where or tags or grep is not None else "is there"
        click.echo(f"note: no {LABELS[kind]} {fits}", err=True)
    files = [*shape.first(files)]
    if shape.counted(files):
        return tell(without)
    for note in notes_on(snapshot, *files):
        click.echo(f"note: {note}", err=True)
    given = {}
    if with_derived:
        from qafiles.history import derived_of, history_of

        history = history_of(snapshot, cached=not no_cache)
        derived_by_path = derived_of(history, files, snapshot)
        if history.left_out.is_missing:
            without += history.left_out
        given = {path: values.record() for path, values in derived_by_path.items()}
    if shape.fields is not None:
        derived = {f"derived.{name}" for values in given.values() for name in values}
        there = FIELDS_OF_ENVIRONMENT if environment is not None else ()
        checked_fields(snapshot, kind, shape.fields, (*FIELDS_OF_EVERY_RECORD, *derived, *there))
    listed = Listed(snapshot, kind, files, resolve, given, shape.fields, terminal.width(), raw, environment)
    echo_pieces(LISTINGS[format_](listed))
    return tell(without)
