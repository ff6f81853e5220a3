"""`qafiles access who` and `qafiles access can`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.options import EntityType, format_option, open_data, source_options
from qafiles.cli.shape import Shape, shape_options

if TYPE_CHECKING:
    from qafiles.access.policy import Policy
    from qafiles.snapshot import Snapshot


def _state(folder: Path, rev: str | None, *, staged: bool) -> "tuple[Snapshot, Policy]":
    """Return a snapshot and its policy, and say on stderr what can't be read of it."""
    from qafiles.access.policy import policy_of
    from qafiles.loading.loader import load
    from qafiles.render.escape import escape

    snapshot = load(open_data(folder, rev, staged=staged))
    policy = policy_of(snapshot)
    for fault in policy.faults:
        click.echo(escape(f"note: the access settings can't be read, {fault}"), err=True)
    return snapshot, policy


@click.command("who")
@click.argument("place", metavar="PATH|ENTITY", type=EntityType())
@click.option(
    "--operation",
    "operations",
    metavar="OPERATION",
    multiple=True,
    help="Only this: create, change, change:FIELD, rename or delete (repeatable).",
)
@shape_options
@source_options
@format_option("text", "json")
@click.pass_obj
def who(
    folder: Path,
    place: str,
    operations: tuple[str, ...],
    shape: Shape,
    rev: str | None,
    staged: bool,
    format_: str,
) -> None:
    """Say who may do what to an entity or a path, and why. A new one is named by its path, or as kind:handle."""
    from qafiles.access.answers import operation_named, rights
    from qafiles.access.matrix import OPERATIONS
    from qafiles.access.named import path_meant
    from qafiles.render.columns import table
    from qafiles.render.escape import escape
    from qafiles.render.records import as_json

    for word in operations:
        operation_named(word)
    snapshot, policy = _state(folder, rev, staged=staged)
    path = path_meant(snapshot, place)
    rows = shape.first(rights(snapshot, policy, path, operations or OPERATIONS))

    def records() -> list[dict[str, object]]:
        return [{"user": row.user, "operations": [*row.operations], "why": row.why} for row in rows]

    if shape.counted(rows) or shape.records(records, format_):
        return
    if format_ == "json":
        click.echo(as_json(records()), nl=False)
        return
    if not rows:
        click.echo(escape(f"note: nobody may do this to {path}"), err=True)
        return
    cells = [(escape(row.user), escape(" ".join(row.operations)), escape(row.why)) for row in rows]
    for line in table([("USER", "MAY", "WHY"), *cells]):
        click.echo(line, nl=False)


@click.command("can")
@click.argument("user")
@click.argument("operation")
@click.argument("place", metavar="ENTITY|PATH", type=EntityType())
@source_options
@format_option("text", "json")
@click.pass_obj
def can(
    folder: Path, user: str, operation: str, place: str, rev: str | None, staged: bool, format_: str
) -> int:
    """Say whether a USER may do an OPERATION to an entity or a path, and why; the exit code is 1 where not.

    Operations are create, change, change:FIELD, rename and delete. A new entity is named by its path, or as kind:handle.
    """
    from qafiles.access.answers import operation_named, operation_on, rights
    from qafiles.access.matrix import verdict
    from qafiles.access.named import path_meant, user_meant
    from qafiles.render.document import dump
    from qafiles.render.escape import escape

    operation_named(operation)
    snapshot, policy = _state(folder, rev, staged=staged)
    handle, path = user_meant(snapshot, user), path_meant(snapshot, place)
    answer = verdict(policy, handle, operation_on(snapshot, path, operation))
    others = [right.user for right in rights(snapshot, policy, path, [operation])]
    if format_ == "json":
        record = {
            "user": handle,
            "operation": operation,
            "path": path,
            "allowed": answer.is_allowed,
            "why": answer.why,
            "who": others,
        }
        click.echo(dump(record, 2))
    else:
        word = "yes" if answer.is_allowed else "no"
        click.echo(escape(f"{word}: {answer.why}"))
        if not answer.is_allowed:
            click.echo(escape(f"who may: {', '.join(others) or 'nobody'}"))
    return 0 if answer.is_allowed else 1
