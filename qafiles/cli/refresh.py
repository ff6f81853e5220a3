"""`qafiles init --refresh`: what `init` wrote before, shown as it would change, and then written."""

import os
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.scaffold.refreshing import Refreshed


def refresh(target: Path, requirement: str | None, *, dry_run: bool, yes: bool) -> int:
    """Return the exit code of showing what is out of date beside the data root at or above a folder, and of writing it if wanted."""
    from qafiles.cli.places import folder_source, writing
    from qafiles.errors import UsageError
    from qafiles.loading.settings import required
    from qafiles.scaffold.refreshing import refreshed

    source = folder_source(target)
    required(source)
    files = refreshed(source.folder, requirement)
    changes = [file for file in files if file.why_left is None]
    _show(source.folder, changes, err=False)
    _tell_edited(source.folder, [file for file in files if file.why_left is not None])
    if not changes:
        click.echo("nothing to change")
        return 0
    if dry_run:
        return 0
    count = "this file" if len(changes) == 1 else f"these {len(changes)} files"
    if not yes and not (sys.stdin.isatty() and sys.stdout.isatty()):
        raise UsageError(f"nothing was written; `--yes` writes {count} where nobody can be asked")
    if not yes and not click.confirm(f"Write {count}?", err=True):
        click.echo("nothing was written", err=True)
        return 1
    for file in changes:
        with writing(file.place):
            _write(file)
        click.echo(f"wrote {os.path.relpath(file.place)}", err=True)
    return 0


def _write(file: "Refreshed") -> None:
    from qafiles.atomic_write import write_atomically

    file.place.parent.mkdir(parents=True, exist_ok=True)
    write_atomically(file.place, file.after)


def _tell_edited(root: Path, files: "Sequence[Refreshed]") -> None:
    """Show on stderr what would differ in files that are left as they are, and why they are."""
    from qafiles.render.escape import escape

    for file in files:
        if file.before is not None:
            _show(root, [file], err=True)
        reason, *lines = (file.why_left or "").split("\n")
        click.echo(f"kept {os.path.relpath(file.place)}: {escape(reason)}", err=True)
        for line in lines:
            click.echo(line, err=True)


def _show(root: Path, files: "Sequence[Refreshed]", *, err: bool) -> None:
    """Print the differences, with paths from git's top."""
    from qafiles.edits.proposal import FileChange
    from qafiles.render.patch import patch
    from qafiles.scaffold.companions import repository_top

    top = repository_top(root)
    for file in files:
        path = file.place.relative_to(top).as_posix()
        change = FileChange(path, file.before, file.after)
        for piece in patch(path, change, terminal=(sys.stderr if err else sys.stdout).isatty()):
            click.echo(piece, nl=False, err=err)
