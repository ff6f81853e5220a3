"""`qafiles show`."""

from pathlib import Path

import click

from qafiles.cli.options import (
    EntityType,
    cache_option,
    env_option,
    environment_of,
    format_option,
    load_data,
    source_options,
    split_revision,
)


@click.command("show")
@click.argument("entity", type=EntityType())
@click.option("--resolve", is_flag=True, help="References as {id, handle} instead of ids.")
@env_option
@source_options
@format_option("text", "json")
@cache_option
@click.pass_obj
def command(  # one parameter for each option
    folder: Path,
    entity: str,
    resolve: bool,
    env: str | None,
    rev: str | None,
    staged: bool,
    format_: str,
    no_cache: bool,
) -> int:
    """Show one ENTITY with its fields: an id, the beginning of one, a handle, or a path.

    ENTITY@REV shows it as it was at a revision, under its present handle or the one that it had. What git's history
    gives, where the file does not write it, stands under `derived`; with --env, the URL and the
    secrets of that environment under `environment`. The exit code is 1 for an entity whose file has errors.
    """
    from qafiles.cli.left_out import tell
    from qafiles.history import derived, find_in, history_of, settled
    from qafiles.history.shared_ids import notes_on
    from qafiles.render.records import as_json
    from qafiles.snapshot.records import record
    from qafiles.snapshot.unread import left_out_around

    asked = "--rev" if rev is not None else "ENTITY@REV"
    entity, rev = split_revision(entity, rev)
    loaded = load_data(folder, rev, staged=staged, no_cache=no_cache, asked=asked)
    history = history_of(loaded, cached=not no_cache)
    snapshot = settled(loaded, history)
    environment = environment_of(snapshot, env)
    file = find_in(snapshot, entity, folder)
    for note in notes_on(snapshot, file):
        click.echo(f"note: {note}", err=True)
    given = derived(history, file, snapshot)
    entity_record = record(snapshot, file, resolve=resolve, derived=given.record(), environment=environment)
    without = left_out_around(snapshot, file)
    if given.reason is not None and history.left_out.is_missing:
        without += history.left_out
    if without.sentences:
        entity_record["notes"] = [*without.sentences]
    if format_ == "json":
        click.echo(as_json(entity_record), nl=False)
    else:
        from qafiles.render.record_text import as_text

        click.echo(as_text(entity_record), nl=False)
    return tell(without) or int(not file.valid)
