"""The baseline of `qafiles validate`: which one counts, and what is said of it on stderr."""

from pathlib import Path
from typing import TYPE_CHECKING, Final

import click

if TYPE_CHECKING:
    from qafiles.diagnostics import Diagnostic
    from qafiles.validation import Verdict
    from qafiles.validation.baseline import Baseline

_MOST: Final = 10


def read_known(folder: Path, file: Path, revision: str | None) -> "Baseline":
    """Return the entries of a baseline: those that a revision has, where one is compared with, else those on disk."""
    from qafiles.render.escape import escape
    from qafiles.validation.baseline import baseline_at, read_baseline

    if revision is None:
        return read_baseline(folder / file)
    entries = baseline_at(folder / file, folder, revision)
    if entries is None:
        message = f"no baseline: {escape(revision)} holds no {escape(str(file))}, and its baseline is the one that counts"
        click.echo(message, err=True)
    return entries or {}


def without_known(
    verdict: "Verdict",
    diagnostics: "tuple[Diagnostic, ...]",
    known: "Baseline",
    file: Path,
    *,
    is_whole: bool,
) -> "tuple[Diagnostic, ...]":
    """Return the diagnostics that a baseline leaves to be reported, and say what it hides and what it does not.

    What is stale can be told only where all is looked for, as `is_whole` says.
    """
    from qafiles.render.escape import escape
    from qafiles.render.numbers import counted
    from qafiles.validation.baseline import without

    compared = without(verdict, diagnostics, known)
    name = escape(str(file))
    click.echo(f"{counted(compared.known, 'finding')} not reported: in the baseline {name}", err=True)
    _print("reported, though in the baseline", compared.ineffective)
    stale = without(verdict, verdict.diagnostics, known).stale if is_whole else ()
    _print("no longer found, though in the baseline", stale)
    if stale:
        entries = counted(len(stale), "entry fits no finding", "entries fit no finding")
        click.echo(f"{entries} any more; `--write-baseline {name}` drops them", err=True)
    return compared.new


def write_known(
    verdict: "Verdict", diagnostics: "tuple[Diagnostic, ...]", file: Path
) -> "tuple[Diagnostic, ...]":
    """Write a baseline, and return the diagnostics that are left to report: those that no baseline hides."""
    from qafiles.errors import UsageError
    from qafiles.render.escape import escape
    from qafiles.render.numbers import counted
    from qafiles.validation.baseline import about_commits, never_hidden, read_baseline, write_baseline

    never = never_hidden(verdict, diagnostics)
    left = tuple(item for item in diagnostics if item.fingerprint in never)
    hidden = [item for item in diagnostics if item.fingerprint not in never]
    try:
        earlier = read_baseline(file)
    except UsageError:
        earlier = {}
    number = write_baseline(file, hidden, earlier)
    name = escape(str(file))
    click.echo(f"wrote {counted(number, 'finding')} to {name}", err=True)
    if left:
        reason = "not written: a baseline never hides what whoever can read the files can use"
        click.echo(f"{counted(len(left), 'finding')} {reason}", err=True)
    if any(item.code in about_commits() for item in hidden):
        click.echo(
            f'what is about commits is hidden once {name} gives it a "reason" and an "until"', err=True
        )
    return left


def _print(what: str, texts: tuple[str, ...]) -> None:
    """Say something of the first few of some entries, and how many more there are."""
    from qafiles.render.escape import escape

    for text in texts[:_MOST]:
        click.echo(f"{what}: {escape(text)}", err=True)
    if len(texts) > _MOST:
        click.echo(f"{what}: {len(texts) - _MOST} more", err=True)
