"""`qafiles new`."""

from pathlib import Path

import click
from click.shell_completion import CompletionItem

from qafiles.cli.completions import complete_fields, complete_organizations, complete_projects
from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.options import EntityType, KindType
from qafiles.cli.proposed import OF_NEW, new_entity
from qafiles.kinds import KIND_FACTS, Kind


def _complete_parents(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the handles of what a new entity of the kind may lie in, each with a `/` behind it."""
    facts = KIND_FACTS.get(ctx.params.get("kind") or "")
    if facts is None or facts.within == "root":
        return []
    parents = (complete_organizations if facts.within == "organization" else complete_projects)(
        ctx, param, incomplete
    )
    return [
        CompletionItem(f"{item.value}/", type="plain")
        for item in parents
        if facts.within == "organization" or "/" in item.value
    ]


@click.command("new")
@click.argument("kind", type=KindType())
@click.argument("handle", shell_complete=_complete_parents)
@click.argument("fields", nargs=-1, shell_complete=complete_fields, metavar="[FIELD=VALUE]...")
@click.option(
    "--from", "original", metavar="ENTITY", type=EntityType(), help="Copy this entity, with a fresh id."
)
@edit_options
@click.pass_obj
def command(
    folder: Path, kind: Kind, handle: str, fields: tuple[str, ...], original: str | None, flags: EditFlags
) -> None:
    """Write the file of a new entity of a KIND, called HANDLE, with a fresh id.

    Lists are written with commas, `content=@FILE` reads a file, `@-` stdin. What would be an error is not written.
    """
    run_edit(folder, flags, new_entity(kind, handle, fields, original), modules=OF_NEW)
