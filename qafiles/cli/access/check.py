"""`qafiles access check`."""

import sys
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import RevisionType
from qafiles.cli.options import NearestChoice
from qafiles.render.color import wants_color
from qafiles.render.validation import FORMATS, Findings

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qafiles.access.check import AccessCheck


@click.command("check")
@click.argument("revisions", metavar="A..B", required=False, type=RevisionType())
@click.option(
    "--pre-receive",
    is_flag=True,
    help="Check a push, as git's hook pre-receive is told of it on stdin, in place of A..B.",
)
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
    revisions: str | None,
    pre_receive: bool,
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

    With --pre-receive, roles are those of the branch that HEAD names, which may not be deleted or lose commits.
    """
    from qafiles.access.check import check_access
    from qafiles.access.makers import Word
    from qafiles.access.push import check_push, ref_updates

    approvers = tuple(name.strip() for part in approved_by for name in part.split(",") if name.strip())
    word = Word(actor.strip() if actor else None, approvers)
    if pre_receive:
        if revisions is not None:
            raise click.UsageError("--pre-receive reads from stdin what is pushed; leave A..B out.")
        stdin = sys.stdin.buffer.read().decode("utf-8", "surrogateescape")
        checks = check_push(
            folder,
            ref_updates(stdin.removesuffix("\n").split("\n") if stdin else ()),
            word,
            is_bootstrap=bootstrap,
        )
    elif revisions is None:
        raise click.UsageError("Write A..B: what B adds to A, such as main..HEAD.")
    else:
        checks = [check_access(folder, revisions, word, is_bootstrap=bootstrap)]
    return _tell(checks, format_, is_explained=explain) if checks else 0


def _tell(checks: "Sequence[AccessCheck]", format_: str, *, is_explained: bool) -> int:
    """Print what checks came to, and return the exit code."""
    from qafiles.access.findings import explained, findings_of, not_proven
    from qafiles.render.escape import escape
    from qafiles.render.numbers import counted
    from qafiles.validation import verdict_of

    commits, paths = (sum(getattr(each, name) for each in checks) for name in ("commits", "paths"))
    findings = Findings(
        tuple(diagnostic for each in checks for diagnostic in findings_of(each)),
        verdict_of(checks[-1].snapshot),
        tuple(dict.fromkeys(sentence for each in checks for sentence in not_proven(each))),
        root=checks[-1].snapshot.source.root,
        color=wants_color(),
        subject=f"{counted(commits, 'commit')}, {counted(paths, 'changed path')}",
    )
    for piece in FORMATS[format_](findings):
        click.echo(piece, nl=False)
    if format_ in {"concise", "github", "gitlab", "rdjson", "badge"}:
        for sentence in findings.unchecked:
            click.echo(f"not checked: {escape(sentence)}", err=True)
    if is_explained:
        for line in (line for each in checks for line in explained(each)):
            click.echo(escape(line), err=format_ != "text")
    return int(findings.counts["error"] > 0)
