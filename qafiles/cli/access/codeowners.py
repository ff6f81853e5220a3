"""`qafiles access codeowners`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.options import NearestChoice, open_data, source_options

if TYPE_CHECKING:
    from qafiles.access.codeowners import Forge


@click.command("codeowners")
@click.option(
    "--forge",
    type=NearestChoice(["github", "gitlab", "gitea"]),
    default="github",
    show_default=True,
    help="Whose syntax.",
)
@click.option(
    "--check", "is_check", is_flag=True, help="Compare with the file that is there; exit 1 where they differ."
)
@source_options
@click.pass_obj
def codeowners(folder: Path, forge: "Forge", is_check: bool, rev: str | None, staged: bool) -> int:
    """Print CODEOWNERS, made from the members: organizations belong to their admins, test data also to their members.

    With --check, what lacks in the file of the repository, and what should not be there, is printed. A file with lines of your
    own keeps them: what stands between `# qafiles: begin` and `# qafiles: end` is compared.
    """
    from qafiles.access.codeowners import PLACES, drift
    from qafiles.access.codeowners import codeowners as made
    from qafiles.access.policy import policy_of
    from qafiles.errors import UsageError
    from qafiles.loading.loader import load
    from qafiles.render.escape import escape
    from qafiles.scaffold.companions import repository_top
    from qafiles.sources.enclosing import enclosing_root

    snapshot = load(open_data(folder, rev, staged=staged))
    owners = made(snapshot, policy_of(snapshot), forge)
    for note in owners.notes:
        click.echo(escape(f"note: {note}"), err=True)
    if not is_check:
        click.echo(owners.text, nl=False)
        return 0
    top = repository_top(enclosing_root(folder.absolute()) or folder.absolute())
    place = next((top / path for path in PLACES[forge] if (top / path).is_file()), None)
    if place is None:
        raise UsageError(
            f"there is no CODEOWNERS: `qafiles access codeowners --forge {forge} > {PLACES[forge][0]}` writes it"
        )
    differences = drift(owners, place.read_text(encoding="utf-8", errors="replace"))
    for line in differences:
        click.echo(escape(line))
    if differences:
        click.echo(f"{place.relative_to(top).as_posix()} differs from the members", err=True)
    return int(bool(differences))
