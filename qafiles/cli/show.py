"""`qafiles show`."""

from pathlib import Path

import click

from qafiles.cli.options import (
    EntityType,
    cache_option,
    env_option,
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
    from qafiles.render.show_output import show_output

    asked = "--rev" if rev is not None else "ENTITY@REV"
    entity, rev = split_revision(entity, rev)
    loaded = load_data(folder, rev, staged=staged, no_cache=no_cache, asked=asked)
    output = show_output(
        loaded, entity, folder, resolve=resolve, env=env, format_=format_, cached=not no_cache
    )
    output.write()
    return output.code
