"""`qafiles init`."""

import os
import shlex
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.options import NearestChoice
from qafiles.cli.refresh import refresh

if TYPE_CHECKING:
    from qafiles.scaffold.access_files import Forge
    from qafiles.scaffold.companions import CiSystem
    from qafiles.sops_files.age_keys import OwnKey


@click.command("init")
@click.argument("folder", metavar="[DIR]", required=False, type=click.Path(file_okay=False, path_type=Path))
@click.option(
    "--ci",
    multiple=True,
    type=NearestChoice(["github", "gitlab"]),
    help="Also write a workflow that validates each change; for a data root that is there already, write that alone.",
)
@click.option(
    "--access",
    multiple=True,
    type=NearestChoice(["github", "gitlab", "gitea"]),
    help="Also write what makes the forge enforce roles: a workflow that a change can't alter, and a hook for the server; for "
    "a data root that is there already, write that alone.",
)
@click.option(
    "--requirement",
    metavar="REQUIREMENT",
    help="What the workflow installs: a requirements file of the repository with hashes, 'qafiles==VERSION --hash=…', or "
    "'git+https://…@COMMIT'; by default the commit that this qafiles was installed from.",
)
@click.option(
    "--refresh",
    "is_refresh",
    is_flag=True,
    help="Bring what init wrote beside a data root up to date: show it as a diff, ask, and write it.",
)
@click.option("--dry-run", is_flag=True, help="With --refresh: show the diff, and write nothing.")
@click.option(
    "--yes", is_flag=True, help="With --refresh: write without asking, as where there is no terminal."
)
@click.pass_obj
def command(  # one for each option
    current: Path,
    folder: Path | None,
    ci: "tuple[CiSystem, ...]",
    access: "tuple[Forge, ...]",
    requirement: str | None,
    *,
    is_refresh: bool,
    dry_run: bool,
    yes: bool,
) -> int:
    """Make a working data root in DIR (default: the current folder), with an example project to replace.

    Beside it come schemas and settings for editors, git's attributes, a hook for pre-commit, and .sops.yaml for your age
    key, which is made where you have none. Files that are there already are never overwritten: when one of the tree or
    of --ci or --access is in the way, nothing is written.

    With --refresh, schemas are those of this version and of the custom fields, what editors' settings and git's attributes
    lack is added, and hooks and workflows are replaced unless somebody has edited them. What people changed or deleted stays.
    """
    if is_refresh:
        if ci or access:
            option = "--ci" if ci else "--access"
            raise click.UsageError(
                f"--refresh takes no {option}; a workflow that is not there yet is written by {option} alone."
            )
        if dry_run and yes:
            raise click.UsageError("--dry-run and --yes exclude each other.")
        return refresh(current / folder if folder else current, requirement, dry_run=dry_run, yes=yes)
    if dry_run or yes:
        raise click.UsageError(f"{'--dry-run' if dry_run else '--yes'} is an option of --refresh.")
    from qafiles.cli.places import writing
    from qafiles.loading.settings import required
    from qafiles.scaffold.access_files import access_files
    from qafiles.scaffold.companions import TEXTCONV, ci_files, companions, write_new
    from qafiles.scaffold.starter import write_starter
    from qafiles.sources.data_root import open_source
    from qafiles.sources.enclosing import enclosing_root

    target = current / folder if folder else current
    root = target.resolve() if ".." in target.parts else target.absolute()
    outer = enclosing_root(root) if ci or access else None
    if outer is not None:
        required(open_source(outer))
    if requirement is not None and not (ci or access):
        raise click.UsageError("--requirement is what the workflow of --ci installs; give --ci, too.")
    texts = {
        **ci_files(outer or root, ci, requirement),
        **access_files(outer or root, access, requirement),
    }
    if outer is None:
        with writing(target):
            starter = write_starter(target)
        _tell("wrote", [target / path for path in starter])
        key = _key(root)
        texts = {**companions(root, recipient=key.recipient if key else None), **texts}
    with writing(target):
        written, existing = write_new(texts, outer or root)
    _tell("wrote", written)
    _tell("kept, as it was there already:", existing)
    _tell_what_they_lack({place: texts[place] for place in existing})
    place = "" if target == Path() else f" -C {shlex.quote(os.fspath(target))}"
    if outer is None:
        if key is not None:
            click.echo(f"For `git diff` of secrets, once in each clone: {TEXTCONV}", err=True)
        click.echo(
            f"Next: `qafiles{place} validate`, then put your own data in the place of the example.", err=True
        )
    return 0


def _key(root: Path) -> "OwnKey | None":
    """Return the age key of the user, made where there is none, and say on stderr which it is or why there is none."""
    from qafiles.scaffold.companions import repository_top
    from qafiles.sops_files.age_keys import key_file, made_key, own_key
    from qafiles.sops_files.config import CONFIG_FILE

    if os.path.lexists(root / CONFIG_FILE):
        return None
    key = own_key()
    place = key_file()
    shown = _from_home(place)
    if key is not None:
        where = shown if key.place == os.fspath(place) else f"the variable {key.place}"
        click.echo(f"secrets: for your age key in {where}", err=True)
        return key
    if place.resolve().is_relative_to(repository_top(root).resolve()):
        why = f"{shown} lies in the repository, which is no place for a key"
    elif os.path.lexists(place):
        why = f"{shown} holds no age key that can be read"
    else:
        key = made_key(place)
        why = f"there is no age key in {shown}; `pip install pyrage` lets init make one here, `age-keygen` elsewhere"
    if key is not None:
        click.echo(f"made your age key in {shown}; keep a copy: nobody can restore it", err=True)
    else:
        click.echo(
            f"left out secrets: {why}. With a key, write {CONFIG_FILE} as `qafiles explain QF505` shows",
            err=True,
        )
    return key


def _from_home(place: Path) -> str:
    """Return a path as people write it, with `~` for their folder."""
    home = Path.home()
    return f"~/{place.relative_to(home).as_posix()}" if place.is_relative_to(home) else os.fspath(place)


def _tell_what_they_lack(texts: dict[Path, str]) -> None:
    """Say on stderr what is to be added to files of editors and of hooks that were there already."""
    from qafiles.scaffold.companions import HOOKS_FILE
    from qafiles.scaffold.editors import to_be_added

    for place, ours in texts.items():
        text = place.read_text(encoding="utf-8", errors="replace") if place.is_file() else None
        if place.parent.name == ".vscode" and text is not None:
            lacking = to_be_added(ours, text)
            if lacking:
                click.echo(f"to be added to {os.path.relpath(place)}:\n{lacking}", err=True)
        elif place.name == HOOKS_FILE and text is not None and "qafiles" not in text:
            click.echo(
                f"{os.path.relpath(place)} has no hook of qafiles yet: `qafiles help pre-commit` says what to add",
                err=True,
            )


def _tell(verb: str, places: list[Path]) -> None:
    """Name files on stderr, the schemas in one line."""
    from qafiles.scaffold.editors import SCHEMA_FOLDER

    for place in dict.fromkeys(
        place.parent if place.parent.as_posix().endswith(SCHEMA_FOLDER) else place for place in places
    ):
        shown = os.path.relpath(place) + (os.sep if place.is_dir() else "")
        click.echo(f"{verb} {shown}", err=True)
