"""`qafiles diff`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import RevisionType
from qafiles.cli.options import format_option, one_range
from qafiles.render.color import wants_color

if TYPE_CHECKING:
    from qafiles.sources import Source


@click.command("diff")
@click.argument("given", nargs=-1, metavar="[A..B]", type=RevisionType())
@click.option("--staged", is_flag=True, help="Compare with git's index instead of the working tree.")
@format_option("text", "json", "markdown")
@click.pass_obj
def command(folder: Path, given: tuple[str, ...], staged: bool, format_: str) -> int:
    """Show what differs between two states, in entities and fields: HEAD and the working tree.

    A alone compares revision A with the working tree, A..B two revisions, and A...B what B did since it left A. An
    entity is known by its id, wherever its file lies. The exit code is 0 whether there are differences or not.
    """
    from qafiles.cli.left_out import tell

    revisions = one_range(given)
    from qafiles.diff.comparison import diff
    from qafiles.render.diff import json as diff_json
    from qafiles.render.diff import markdown as diff_markdown
    from qafiles.render.diff import text as diff_text
    from qafiles.sources.revisions import states

    before, after = states(folder, revisions, staged=staged)
    differences = diff(before, after)
    if format_ == "json":
        pieces = diff_json.render(
            differences, {"root": after.root, "before": before.revision, "after": _after(after)}
        )
    elif format_ == "markdown":
        pieces = diff_markdown.render(differences)
    else:
        pieces = diff_text.render(differences, color=wants_color(), terminal=sys.stdout.isatty())
    for piece in pieces:
        click.echo(piece, nl=False)
    return tell(differences.left_out)


def _after(source: "Source") -> str | None:
    """Return the second commit; None for the index and the working tree."""
    return source.revision
