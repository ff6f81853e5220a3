"""`qafiles fmt`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.asked import STORED
from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.options import cache_option
from qafiles.cli.places import below, folder_source, refuse_empty, shown, shown_all

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.edits.proposal import Proposal
    from qafiles.edits.proposals.fmt import FormatCheck, Formatting, Unformatted
    from qafiles.snapshot import Snapshot


@click.command("fmt")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--check", is_flag=True, help="Write nothing, list the files; exit with 1 if there are any.")
@click.option("--diff", is_flag=True, help="The same as --dry-run.")
@edit_options
@cache_option
@click.pass_obj
def command(
    folder: Path, paths: tuple[Path, ...], check: bool, diff: bool, flags: EditFlags, no_cache: bool
) -> int:
    """Write entity files in their canonical form: the order of fields, block scalars, two spaces a level.

    What the files say stays the same, and so do comments. PATHs limit it to these files and folders. Secrets are left
    alone, and files with syntax errors are named.
    """
    from qafiles.cache.asked_paths import AskedPaths
    from qafiles.cache.kept_answer import KeptAnswer
    from qafiles.edits.proposals.fmt import check_folder, check_format, formatting
    from qafiles.layout import Place, classify
    from qafiles.sources.enclosing import folder_of

    if flags.message is not None and (check or diff):
        raise click.UsageError("--check and --diff write nothing that could be committed.")
    if check and not diff and not flags.dry_run and not paths:
        asked = click.get_current_context().meta.get(STORED)
        known = asked if isinstance(asked, KeptAnswer | AskedPaths) else None
        return _report(*check_folder(folder, cache=not no_cache, asked=known))
    folder = folder_of(folder, paths)
    source = folder_source(folder)
    places = below(source.folder, paths)
    if places:
        entries = (entry.path for entry in source.entries())
        refuse_empty(places, (path for path in entries if isinstance(classify(path), Place)))
    if check and not diff and not flags.dry_run:
        return _report(source.folder, check_format(source, places, cache=not no_cache))
    plans: list[Formatting] = []

    def propose(snapshot: "Snapshot") -> "Proposal":
        plans.append(formatting(snapshot.source, places, cache=not no_cache))
        return plans[-1].proposal

    flags = flags._replace(dry_run=flags.dry_run or diff)
    run_edit(folder, flags, propose)
    plan = plans[-1]
    verb = "would format" if flags.dry_run else "formatted"
    _tell(source.folder, plan.unformatted, len(plan.changes), plan.looked_at, verb)
    return int(bool(plan.unformatted or (check and plan.changes)))


def _report(root: Path, checked: "FormatCheck") -> int:
    """Print the paths of the files that formatting would change, and return the exit code."""
    click.echo("".join(f"{path}\n" for path in shown_all(root, checked.paths)), nl=False)
    _tell(root, checked.unformatted, len(checked.paths), checked.looked_at, "would format")
    return int(bool(checked.unformatted or checked.paths))


def _tell(root: Path, unformatted: "Sequence[Unformatted]", changed: int, looked_at: int, verb: str) -> None:
    """Say on stderr what could not be formatted, and sum up."""
    from qafiles.render.escape import escape

    for left in unformatted:
        place = f"{shown(root, left.path)}:{left.line}:{left.column}"
        click.echo(f"{place}: not formatted: {escape(left.reason)}", err=True)
    rest = looked_at - changed
    click.echo(
        f"{verb} {changed} {'file' if changed == 1 else 'files'}; {rest} {'is' if rest == 1 else 'are'} in order",
        err=True,
    )
