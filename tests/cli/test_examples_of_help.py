"""What the help of each command ends with: its examples work, and its page is there."""

import os
import shlex
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Final

import click
import pytest

import qafiles.validation  # noqa: F401  # loaded before this process is copied
from qafiles.cli.commands import COMMANDS, cli
from qafiles.cli.examples import ENDINGS
from qafiles.manual import TOPICS
from tests.conftest import PINNED, committed, git, write
from tests.forked import answer

_EXAMPLE: Final = Path(__file__).parents[2] / "examples" / "acme-qa"
_PARSED_ALONE: Final = {
    "access",
    "access check",
    "lsp",
    "secret get",
    "secret init",
    "secret resolve",
    "secret recipients add",
    "secret recipients remove",
}
"""A server that waits for an editor, what prints a value on a terminal, and what needs a conflict, other keys or none."""


def commands() -> Iterator[tuple[str, click.Command]]:
    """Yield each command with those that it belongs to in front, as `secret set`."""
    context = click.Context(cli)
    pending = [(name, cli.get_command(context, name)) for name in COMMANDS]
    while pending:
        path, command = pending.pop(0)
        assert command is not None
        yield path, command
        if isinstance(command, click.Group):
            pending[:0] = [(f"{path} {name}", part) for name, part in command.commands.items()]


def test_the_help_of_every_command_ends_with_two_examples_of_it_and_its_page() -> None:
    assert {*ENDINGS} == {path for path, _ in commands()}, (
        "qafiles/cli/examples.py has a line for each command"
    )
    for path, command in commands():
        ending = ENDINGS[path]
        shown = command.get_help(click.Context(command, info_name="qafiles"))
        assert shown.endswith(
            f"  Examples:\n    qafiles {ending.first}\n    qafiles {ending.second}\n\n  `qafiles help {ending.topic}` says more."
        )
        for example in (ending.first, ending.second):
            assert example.removeprefix("-C qa ").startswith(path)
        assert ending.topic in TOPICS
        assert ending.first != ending.second


@pytest.fixture(scope="module")
def repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of the example, with a commit behind the tag v1, a branch and what examples name."""
    folder = tmp_path_factory.mktemp("examples") / "qa"
    shutil.copytree(_EXAMPLE, folder)
    committed(folder, {"card.txt": "4242", "requirements-qa.txt": f"qafiles==1 --hash=sha256:{'a' * 64}\n"})
    git(folder, "tag", "v1")
    written = {"playwright-report/index.html": "<p>all green", "test-results/trace.txt": "ok"}
    write(folder, {**written, ".env": "NEW_TOKEN=4242-canary\n"})
    git(folder, "switch", "-qc", "work")
    case = folder / "organizations/acme/projects/swag-labs/test_cases/cart/add-two-products.yaml"
    case.write_text(case.read_text("utf-8").replace("badge says 2", "badge says two"), "utf-8")
    git(folder, "commit", "-qam", "Say two")
    programs = write(folder.parent / "bin", dict.fromkeys(("npx", "pytest"), "#!/bin/sh\n"))
    for program in programs.iterdir():
        program.chmod(0o755)
    return folder


@pytest.mark.slow
@pytest.mark.parametrize(
    "example",
    [example for path, ending in ENDINGS.items() if path not in _PARSED_ALONE for example in ending[1:]],
)
def test_an_example_works(example: str, repository: Path, tmp_path: Path) -> None:
    folder = tmp_path / "qa"
    shutil.copytree(repository, folder)
    environment = {
        **os.environ,
        **PINNED,
        "HOME": str(tmp_path),
        "PATH": f"{repository.parent / 'bin'}{os.pathsep}{os.environ['PATH']}",
        "SOPS_AGE_KEY_FILE": str(folder / "demo-key.txt"),
    }
    # Data roots do not nest.
    place = tmp_path if example == "init my-qa" or example.startswith("-C qa ") else folder
    result = answer(shlex.split(example), b"a better value", environment, folder=place)
    assert result.returncode == 0, result.stderr.decode()


@pytest.mark.parametrize("path", sorted(_PARSED_ALONE))
def test_the_arguments_of_an_example_that_is_not_run_are_its_commands(path: str) -> None:
    command = dict(commands())[path]
    for example in ENDINGS[path][1:]:
        words = shlex.split(example.removeprefix("-C qa "))[len(path.split()) :]
        command.make_context("qafiles", words, resilient_parsing=False)
