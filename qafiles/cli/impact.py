"""`qafiles impact`."""

from pathlib import Path

import click

from qafiles.cli.completions import RevisionType
from qafiles.cli.options import format_option, one_range

_JSON = "json"


@click.command("impact")
@click.argument("revisions", nargs=-1, metavar="[A..B]", type=RevisionType())
@click.option("--staged", is_flag=True, help="Compare with git's index: what the next commit will hold.")
@format_option("text", "ids", "handles", "playwright", "pytest", _JSON)
@click.pass_obj
def command(folder: Path, revisions: tuple[str, ...], staged: bool, format_: str) -> int:
    """Name the test cases that a change concerns, to run them, and why: HEAD and the working tree, or A..B as in `diff`.

    A test case is concerned where it changed itself, or what it runs with did: its document, tags, browser configs,
    traversals and secrets, the URL at which it begins, in any environment, and what its custom fields refer to. Nothing is printed
    where nothing is concerned. What was deleted is told on stderr.
    """
    from qafiles.cli.left_out import tell
    from qafiles.diff.impact import impact
    from qafiles.render.escape import escape
    from qafiles.render.impact import LONGEST_ARGUMENT, RENDERINGS, as_json
    from qafiles.sources.revisions import states

    before, after = states(folder, one_range(revisions), staged=staged)
    concerned = impact(before, after)
    if format_ == _JSON:
        names = {"root": after.root, "before": before.revision, "after": after.revision}
        pieces = as_json(concerned, names)
    else:
        pieces = RENDERINGS[format_](concerned)
    text = "".join(pieces)
    click.echo(text, nl=False)
    if format_ == "playwright" and len(text.encode()) > LONGEST_ARGUMENT:
        click.echo(
            f"note: {len(text.encode()):,} bytes are more than one argument of a program may have; "
            "read the ids into `grep` of playwright.config.ts instead",
            err=True,
        )
    if format_ != _JSON:
        for file in concerned.deleted:
            click.echo(escape(f"note: deleted: {file.handle}"), err=True)
    return tell(concerned.left_out)
