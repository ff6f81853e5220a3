import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles import __version__
from qafiles.cli.commands import COMMANDS
from tests.cli.conftest import Qafiles


@pytest.mark.parametrize("command", [*COMMANDS])
def test_the_help_of_every_command_is_as_recorded(
    command: str, qafiles: Qafiles, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    result = qafiles(command, "--help")
    assert result.code == 0
    golden(f"help-{command}.txt", result.out)


def test_the_help_of_qafiles_is_as_recorded(
    qafiles: Qafiles, golden: Callable[[str, str], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "100")
    golden("help.txt", qafiles("--help").out)


def test_the_line_of_a_command_is_the_beginning_of_its_own_help(qafiles: Qafiles) -> None:
    for command, line in COMMANDS.items():
        told = " ".join(qafiles(command, "--help").out.split())
        assert line.split()[0] in told


@pytest.mark.parametrize("option", [["--version"], ["-C", ".", "--version"]])
def test_the_version_is_printed(option: list[str]) -> None:
    found = subprocess.run(
        [sys.executable, "-m", "qafiles", *option], capture_output=True, text=True, check=True
    )
    assert found.stdout == f"qafiles {__version__}\n"


def _imported_by(*arguments: str) -> set[str]:
    code = (
        "import sys, contextlib, io\nfrom qafiles.__main__ import run\n"
        f"with contextlib.redirect_stdout(io.TextIOWrapper(io.BytesIO())): run({[*arguments]!r})\n"
        "print(*sys.modules)"
    )
    found = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(found.stdout.split())


@pytest.mark.parametrize(
    "arguments", [["--help"], ["validate", "--help"], ["list", "--help"], ["explain", "QF401"]]
)
def test_help_and_explain_import_nothing_heavy(arguments: list[str]) -> None:
    heavy = {"pydantic", "git", "jsonschema", "jsonschema_rs", "ruamel", "cuid2"}
    heavy |= {"rich", "markdown_it", "qafiles.manual", "qafiles.render.manual"}
    assert not heavy & _imported_by(*arguments)


@pytest.mark.parametrize(
    ("words", "needless"),
    [
        ("qafiles val", {"qafiles.cli.validate", "qafiles.layout", "pathlib"}),
        ("qafiles show acme/", {"qafiles.git", "qafiles.sources.folder", "subprocess", "dataclasses"}),
    ],
)
def test_completion_imports_what_it_needs_alone(
    words: str, needless: set[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("_QAFILES_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(words.count(" ")))
    imported = _imported_by()
    assert "qafiles.cli.bash" in imported
    assert not needless & imported


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "writes"),
    [
        (["validate"], False),
        (["list", "user"], False),
        (["set", "user:mei", "name=Mei", "--dry-run"], False),
        (["set", "user:mei", "name=Mei: the first", "--dry-run"], True),
    ],
)
def test_what_writes_yaml_is_imported_where_a_text_needs_quotes(
    arguments: list[str], *, writes: bool
) -> None:
    example = Path(__file__).parents[2] / "examples/acme-qa"
    assert ("ruamel" in _imported_by("-C", str(example), *arguments)) == writes


def test_a_misspelled_command_is_told_the_nearest_one(qafiles: Qafiles) -> None:
    result = qafiles("valdate")
    assert (result.code, result.out) == (2, "")
    assert "No such command 'valdate'. Did you mean 'validate'?" in result.err
