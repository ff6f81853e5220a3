"""`qafiles export playwright`."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from qafiles.cli.completions import complete_projects
from qafiles.cli.options import env_option, environment_of, open_data, source_options

if TYPE_CHECKING:
    from qafiles.playwright.project import RunnableProject
    from qafiles.snapshot import EntityFile, Snapshot


@click.command("playwright")
@click.argument("project", required=False, shell_complete=complete_projects)
@click.option(
    "-o",
    "--output",
    metavar="FILE",
    type=click.Path(dir_okay=False, path_type=Path),
    help="Write the module into this file instead of stdout.",
)
@click.option(
    "--check", is_flag=True, help="Write nothing; exit with 1 where FILE is not what would be written."
)
@env_option
@source_options
@click.pass_obj
def playwright(
    folder: Path,
    project: str | None,
    output: Path | None,
    check: bool,
    env: str | None,
    rev: str | None,
    staged: bool,
) -> int:
    """Write a TypeScript module for Playwright's tests of a PROJECT, which may be left out where there is one.

    It has a Playwright project for each browser config that a test case lists, which runs the test cases that list it and no
    others; `qa("HANDLE")`, which names the test case of a test, so that a wrong handle is an error of the compiler; its
    URL; and the secrets, as variables of the environment. What Playwright has no place for is named and left out.
    """
    from qafiles.cli.left_out import tell
    from qafiles.history.shared_ids import settled
    from qafiles.loading.loader import load
    from qafiles.playwright.module import module
    from qafiles.playwright.project import NotRunnableError, runnable_project
    from qafiles.render.escape import escape
    from qafiles.snapshot.unread import left_out

    if check and output is None:
        raise click.UsageError("--check compares the file that -o names.")
    snapshot = settled(load(open_data(folder, rev, staged=staged)))
    needed = [
        *snapshot.of_kind("project"),
        *snapshot.of_kind("test_case"),
        *snapshot.of_kind("browser_config"),
    ]
    without = left_out(snapshot, needed)
    if without.is_missing:
        return tell(without)
    try:
        runnable = runnable_project(snapshot, _project(snapshot, project), environment_of(snapshot, env))
    except NotRunnableError as error:
        for place in error.places:
            click.echo(escape(place), err=True)
        raise
    text = "".join(module(runnable))
    _say(runnable)
    if output is None:
        click.echo(text, nl=False)
        return 0
    return _check(output, text, runnable) if check else _write(output, text)


def _project(snapshot: "Snapshot", argument: str | None) -> "EntityFile":
    from qafiles.snapshot.projects import find_project

    if argument is not None:
        return find_project(snapshot, argument)
    projects = snapshot.of_kind("project")
    if len(projects) != 1:
        listed = ", ".join(file.handle for file in projects) or "none"
        raise click.UsageError(f"Name a PROJECT; there are {len(projects)}: {listed}.")
    return projects[0]


def _say(project: "RunnableProject") -> None:
    """Say on stderr what the module is without."""
    from qafiles.playwright.module import NO_CONFIG
    from qafiles.render.escape import escape

    for config in project.configs:
        for key, reason in config.placed.left_out:
            click.echo(escape(f"note: browser config {config.handle}: left out: {key} ({reason})"), err=True)
    cases = project.without_config
    if cases:
        named = cases[0].name + (f" and {len(cases) - 1} more" if len(cases) > 1 else "")
        what = "1 test case lists" if len(cases) == 1 else f"{len(cases)} test cases list"
        click.echo(
            f"note: {what} no browser config: {named}; the project `{NO_CONFIG}` runs them (`noConfig`)",
            err=True,
        )


def _check(output: Path, text: str, project: "RunnableProject") -> int:
    """Return 1 where a file is not there or holds another text; its line ends may be those of a checkout on Windows."""
    from qafiles.render.escape import escape

    try:
        content = output.read_bytes()
    except FileNotFoundError:
        content = None
    if content is not None and content.replace(b"\r\n", b"\n") == text.encode():
        click.echo(escape(f"{output} is as the data say"), err=True)
        return 0
    state = "is not there" if content is None else "is not as the data say"
    env = f" --env {project.environment}" if project.environment is not None else ""
    again = f"qafiles export playwright {project.handle}{env} -o {output}"
    click.echo(escape(f"{output} {state}; `{again}` writes it"), err=True)
    return 1


def _write(output: Path, text: str) -> int:
    from qafiles.atomic_write import write_atomically
    from qafiles.render.escape import escape

    write_atomically(output, text.encode(), follow_links=True)
    click.echo(escape(f"{output} written"), err=True)
    return 0
