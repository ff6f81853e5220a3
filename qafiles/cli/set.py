"""`qafiles set`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.editing import EditFlags, edit_options, read_value, run_edit
from qafiles.cli.options import EntityType

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.snapshot import Snapshot


@click.command("set")
@click.argument("entity", type=EntityType())
@click.argument("fields", nargs=-1, required=True, metavar="FIELD=VALUE...")
@edit_options
@click.pass_obj
def command(folder: Path, entity: str, fields: tuple[str, ...], flags: EditFlags) -> None:
    """Change fields of one ENTITY, and no line of its file that need not change.

    `tags+=smoke` adds to a list, `tags-=wip` takes away, `a.b=1` goes into a mapping, `FIELD=` takes the field away,
    `content=@FILE` reads a file, `@-` stdin, and `@@` begins a text with an @. What would be an error is not written.
    """
    from functools import cache

    from qafiles.edits.proposals.assignments import assignments
    from qafiles.edits.proposals.set import refuse_secret, set_fields
    from qafiles.edits.proposals.shared_ids import named

    read = cache(read_value)

    def propose(snapshot: "Snapshot") -> "Proposal":
        file = named(snapshot, entity)
        refuse_secret(file.kind, file.handle)
        return set_fields(snapshot, file.path, assignments(file.kind, fields, read))

    run_edit(folder, flags, propose)
