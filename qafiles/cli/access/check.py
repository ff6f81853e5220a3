"""`qafiles access check`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.color import wants_color
from qafiles.cli.completions import RevisionType
from qafiles.cli.options import NearestChoice
from qafiles.render.validation import FORMATS, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.access.check import AccessCheck


@click.command("check")
@click.argument("revisions", metavar="A..B", type=RevisionType())
@click.option(
    "--actor",
    metavar="LOGIN",
    help="Who made the change, by the platform's word; believed where `access.require_signed` is `platform`.",
)
@click.option(
    "--approved-by",
    metavar="LOGIN",
    multiple=True,
    help="Who approved the change, by the platform's word (repeatable, or several with commas).",
)
@click.option(
    "--bootstrap", is_flag=True, help="Take the first members as they come, where A has no member yet."
)
@click.option(
    "--format",
    "format_",
    type=NearestChoice([*FORMATS]),
    default=next(iter(FORMATS)),
    show_default=True,
    help="Output format.",
)
@click.option("--explain", is_flag=True, help="Also print what was decided about each path, and why.")
@click.pass_obj
def check(
    folder: Path,
    revisions: str,
    actor: str | None,
    approved_by: tuple[str, ...],
    bootstrap: bool,
    format_: str,
    explain: bool,
) -> int:
    """Report what commits change that the roles of whoever made them do not allow.

    Every commit that B adds to A is judged, and the change as a whole. Roles, keys and settings are those of the merge base,
    never of the change. Who made a commit is said by its signature or, where `access.require_signed` is `platform`, by
    --actor and --approved-by.
    """
    from qafiles.access.check import check_access
    from qafiles.access.makers import Word

    approvers = tuple(name.strip() for part in approved_by for name in part.split(",") if name.strip())
    word = Word(actor.strip() if actor else None, approvers)
    return tell(
        [check_access(folder, revisions, word, is_bootstrap=bootstrap)], format_, is_explained=explain
    )


def tell(checks: "Sequence[AccessCheck]", format_: str, *, is_explained: bool = False) -> int:
    """Print what checks came to, and return the exit code."""
    from qafiles.access.findings import explained, findings_of, not_proven
    from qafiles.render.escape import escape
    from qafiles.render.numbers import counted

    code = 0
    for check_ in checks:
        diagnostics = findings_of(check_)
        findings = Findings(
            diagnostics,
            check_.snapshot,
            tuple(not_proven(check_)),
            root=check_.snapshot.source.root,
            color=wants_color(),
            subject=f"{counted(check_.commits, 'commit')}, {counted(check_.paths, 'changed path')}",
        )
        for piece in FORMATS[format_](findings):
            click.echo(piece, nl=False)
        if format_ in {"concise", "github", "gitlab", "rdjson"}:
            for sentence in findings.unchecked:
                click.echo(f"not checked: {escape(sentence)}", err=True)
        if is_explained:
            for line in explained(check_):
                click.echo(escape(line), err=format_ != "text")
        code = max(code, int(any(diagnostic.severity == "error" for diagnostic in diagnostics)))
    return code
