"""`qafiles validate`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.asked import STORED
from qafiles.cli.baseline import read_known, without_known, write_known
from qafiles.cli.completions import complete_projects, complete_revisions
from qafiles.cli.options import NearestChoice, cache_option, complete_codes, source_options
from qafiles.cli.report_parameters import complete_conditions
from qafiles.cli.result_options import complete_tools
from qafiles.render.color import wants_color
from qafiles.render.validation import FORMATS, JUNIT_DIALECTS, Findings
from qafiles.render.validation.findings import NOT_WHOLE, where_it_lies

if TYPE_CHECKING:
    from qafiles.validation import Verdict


@click.command("validate")
@click.argument("paths", nargs=-1, metavar="[PATH]...", type=click.Path(path_type=Path))
@source_options
@click.option(
    "--format",
    "format_",
    type=NearestChoice([*FORMATS]),
    default=next(iter(FORMATS)),
    show_default=True,
    help="Output format.",
)
@click.option(
    "--junit-dialect",
    type=NearestChoice(JUNIT_DIALECTS),
    default=JUNIT_DIALECTS[0],
    show_default=True,
    help="Variant of the format junit.",
)
@click.option(
    "--select",
    metavar="CODES",
    multiple=True,
    shell_complete=complete_codes,
    help="Report only these rules: codes or prefixes, QF401,QF6.",
)
@click.option(
    "--ignore",
    metavar="CODES",
    multiple=True,
    shell_complete=complete_codes,
    help="Do not report these rules.",
)
@click.option(
    "--since",
    metavar="REV",
    shell_complete=complete_revisions,
    help="Report only what this revision does not have, and bad changes.",
)
@click.option(
    "--merge",
    metavar="REV",
    shell_complete=complete_revisions,
    help="Check what merging this revision into HEAD would give.",
)
@click.option(
    "--tests",
    metavar="FILES",
    multiple=True,
    type=click.Path(),
    help="Check the links of the tests that these files list.",
)
@click.option(
    "--automated",
    metavar="FIELD=VALUE",
    multiple=True,
    shell_complete=complete_conditions,
    help="Test cases that should have a test.  [default: `automated` of qafiles.yaml, else x-automated=true]",
)
@click.option(
    "--project",
    "projects",
    metavar="NAME",
    multiple=True,
    shell_complete=complete_projects,
    help="Tests name test cases of this project by their keys.",
)
@click.option(
    "--tool",
    "tools",
    metavar="TOOL",
    multiple=True,
    shell_complete=complete_tools,
    help="Tests name test cases by the keys of this tool alone.",
)
@click.option(
    "--baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Do not report the findings in this file.",
)
@click.option(
    "--write-baseline",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the findings into this file instead of reporting them.",
)
@click.option("--strict", is_flag=True, help="Exit with 1 for warnings, too.")
@cache_option
@click.pass_obj
def command(
    folder: Path,
    paths: tuple[Path, ...],
    rev: str | None,
    staged: bool,
    format_: str,
    junit_dialect: str,
    select: tuple[str, ...],
    ignore: tuple[str, ...],
    since: str | None,
    merge: str | None,
    tests: tuple[str, ...],
    automated: tuple[str, ...],
    projects: tuple[str, ...],
    tools: tuple[str, ...],
    baseline: Path | None,
    write_baseline: Path | None,
    strict: bool,
    no_cache: bool,
) -> int:
    """Report everything that is wrong, each problem in its place.

    PATHs limit what is reported to these files and folders; everything is checked all the same. With --since and
    --merge the settings and the baseline of that revision decide. Nothing is written but what --write-baseline names.
    """
    from qafiles.cli.places import refuse_empty
    from qafiles.render.progress import progress
    from qafiles.sources.enclosing import folder_of
    from qafiles.validation.kept import KeptVerdict, KeptVerdictOfCommit
    from qafiles.validation.selection import selected, unchecked, undecided

    if rev is not None and staged:
        raise click.UsageError("--rev and --staged exclude each other.")
    current, folder = folder, folder_of(folder, paths)
    known = read_known(current, baseline, merge or since) if baseline is not None else {}
    compared = (since, merge, *tests, *automated, *projects, *tools)
    stored: KeptVerdict | KeptVerdictOfCommit | None = None
    if not no_cache and all(choice is None for choice in compared):
        asked = click.get_current_context().meta.get(STORED)
        is_of_commit = rev is not None or staged
        if isinstance(asked, KeptVerdictOfCommit if is_of_commit else KeptVerdict):
            stored = asked
        else:
            stored = KeptVerdictOfCommit.at(folder, rev) if is_of_commit else KeptVerdict.at(folder)
    verdict = stored.read() if stored is not None else None
    if verdict is None:
        from qafiles.validation.again import verdict_again
        from qafiles.validation.parts import is_partial

        with progress() as on_progress:
            if isinstance(stored, KeptVerdict) and is_partial():
                verdict = verdict_again(stored, folder, on_progress)
            if verdict is None:
                from qafiles.validation import load, verdict_of
                from qafiles.validation.of_snapshot import is_whole_in_git

                snapshot = load(
                    folder,
                    rev,
                    staged=staged,
                    since=since,
                    merge=merge,
                    progress=on_progress,
                    tests=tests,
                    automated=automated,
                    projects=projects,
                    tools=tools,
                )
                verdict = verdict_of(snapshot, folder)
                if stored is not None and is_whole_in_git(snapshot.source):
                    stored.write(verdict, snapshot.entries)
    below = [_below(verdict, path) for path in paths] or None
    if below:
        refuse_empty(below, [*verdict.entity_paths, *(item.path for item in verdict.diagnostics)])
    diagnostics = selected(verdict.diagnostics, select=_codes(select), ignore=_codes(ignore), below=below)
    if baseline is not None:
        is_whole = since is None and merge is None
        diagnostics = without_known(verdict, diagnostics, known, baseline, is_whole=is_whole)
    unknown = undecided(verdict, select=_codes(select), ignore=_codes(ignore))
    if write_baseline is not None:
        diagnostics = write_known(verdict, diagnostics, current / write_baseline)
    prefix, current_folder = where_it_lies(verdict.folder)
    findings = Findings(
        diagnostics,
        verdict,
        (*unchecked(verdict, since, _codes(select)), *unknown),
        prefix=prefix,
        current_folder=current_folder,
        root=verdict.root,
        color=wants_color(),
        dialect=junit_dialect if format_ == "junit" else "",
        is_whole=not unknown,
    )
    for piece in FORMATS[format_](findings):
        click.echo(piece, nl=False)
    if format_ == "github":
        _append_summary(findings)
    if format_ in {"concise", "github", "gitlab", "junit", "rdjson"}:
        for sentence in findings.unchecked:
            click.echo(f"not checked: {sentence}", err=True)
    if unknown:
        click.echo(NOT_WHOLE, err=True)
        return 3
    failing = {"error", "warning"} if strict else {"error"}
    return int(any(diagnostic.severity in failing for diagnostic in diagnostics))


def _append_summary(findings: Findings) -> None:
    """Append the summary to the file that GitHub Actions shows for the step, if it names one."""
    file = os.environ.get("GITHUB_STEP_SUMMARY")
    if not file:
        return
    try:
        with Path(file).open("a", encoding="utf-8", errors="backslashreplace") as stream:
            stream.writelines(FORMATS["summary"](findings))
    except OSError as error:
        click.echo(f"qafiles: the summary can't be written to {file}: {error.strerror}", err=True)


def _codes(values: tuple[str, ...]) -> list[str]:
    from qafiles.codes import NAMES

    by_name = {name: code for code, name in NAMES.items()}
    words = [word.strip() for value in values for word in value.split(",") if word.strip()]
    return [by_name.get(word.lower(), word.upper()) for word in words]


def _below(verdict: "Verdict", path: Path) -> str:
    """Return a PATH argument relative to the data root; fail when nothing is there."""
    from qafiles.errors import UsageError
    from qafiles.layout import SETTINGS_FILE, nearest

    root, known = Path(verdict.folder).resolve(), verdict.paths
    given = path.as_posix().rstrip("/").removeprefix("./")
    if not (root / SETTINGS_FILE).exists() and any(at == given or at.startswith(f"{given}/") for at in known):
        return given  # a bare repository has no folders, so that paths begin at the data root
    # The last part may be a symbolic link among the entities, which is reported as itself.
    wanted = (
        (Path.cwd() / path).parent.resolve() / path.name if path.name not in {"", ".."} else path.resolve()
    )
    if wanted == root or wanted.is_relative_to(root):
        relative = wanted.relative_to(root).as_posix()
        is_known = relative in known or any(at.startswith(relative + "/") for at in known)
        if relative == "." or is_known or wanted.is_dir():
            return relative
    near = nearest(given, sorted(known))
    hint = f"; did you mean `{near}`?" if near else ""
    raise UsageError(f"`{path}` is no file of the data root {root}{hint}")
