"""`qafiles fix`."""

from pathlib import Path

import click

from qafiles.cli.places import below, folder_source, shown


@click.command("fix")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@click.option("--dry-run", is_flag=True, help="Write nothing; print what would be mended, and the patch.")
@click.option(
    "--by-place", is_flag=True, help="Also add project_id and organization_id, which the folder implies."
)
@click.option("--commit", is_flag=True, help="Make one commit of exactly what is written; needs -m.")
@click.option("-m", "--message", metavar="MESSAGE", help="The message of the commit.")
@click.pass_obj
def command(
    folder: Path, paths: tuple[Path, ...], dry_run: bool, by_place: bool, commit: bool, message: str | None
) -> int:
    """Mend what has one right mend, and validate the outcome before it is written.

    Missing ids are minted, also for copied files; text that needs quotes gets them; references follow renamed handles;
    comments that name the handle of an id are brought up to date. PATHs limit it to these files and folders.
    """
    from qafiles.edits.fix import fix_files
    from qafiles.edits.transaction import Wishes
    from qafiles.render.escape import escape
    from qafiles.render.patch import as_patch

    if commit != (message is not None):
        raise click.UsageError("Write --commit -m MESSAGE, or neither.")
    if commit and dry_run:
        raise click.UsageError("--dry-run writes nothing that could be committed.")
    source = folder_source(folder)
    root = source.folder
    found, outcome = fix_files(
        folder, below(root, paths), Wishes(dry_run=dry_run, message=message), by_place=by_place
    )
    if outcome.recovered:
        click.echo(outcome.recovered, err=True)
    for mend in found.mends:
        click.echo(f"{shown(root, mend.path)}:{mend.line}: {escape(mend.done)}")
    if dry_run:
        prefix = "" if source.root == "." else source.root + "/"
        click.echo("".join(as_patch(found.changes, prefix)), nl=False)
    for left in found.left:
        place = f"{shown(root, left.path)}:{left.line}:{left.column}"
        click.echo(f"{place}: not mended: {left.code} {escape(left.message)}", err=True)
    count = len(found.changes)
    files = "file" if count == 1 else "files"
    click.echo(f"{'would mend' if dry_run else 'mended'} {len(found.mends)} in {count} {files}", err=True)
    if outcome.commit is not None:
        click.echo(f"committed {outcome.commit.name[:12]}", err=True)
    return int(bool(found.left))
