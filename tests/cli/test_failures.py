import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.validation import run
from tests.cli.conftest import Qafiles


def test_a_bug_gives_a_report_to_paste_and_exit_4(
    root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(*arguments: object, **named: object) -> None:
        del arguments, named
        raise RuntimeError("the boundary is tested")

    monkeypatch.setattr(run, "load_source", broken)
    result = qafiles("validate")
    assert (result.code, result.out) == (4, "")
    assert "this is a bug in qafiles" in result.err
    assert "RuntimeError" in result.err
    assert root.is_dir()


def test_arguments_that_mean_nothing_exit_with_2(root: Path, qafiles: Qafiles) -> None:
    assert qafiles("validate", "--nonsense").code == 2
    assert qafiles("show").code == 2
    assert qafiles("validate", "--format", "xml").code == 2
    assert root.is_dir()


def test_outside_a_data_root_the_exit_code_is_3_and_the_next_step_is_named(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = qafiles("validate")
    assert (result.code, result.out) == (3, "")
    assert "there is no qafiles.yaml in" in result.err
    assert "`qafiles init` makes a data root" in result.err


def test_data_roots_that_git_knows_are_named(
    root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    inner = root / "qa"
    inner.mkdir()
    (root / "qafiles.yaml").rename(inner / "qafiles.yaml")
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    monkeypatch.chdir(root)
    assert "git knows these data roots, from its top: `qa`" in qafiles("validate").err


@pytest.mark.parametrize(
    "command", [["-m", "qafiles", "--help"], ["-c", "from qafiles.__main__ import main; main()"]]
)
def test_the_module_and_the_console_script_start(command: list[str]) -> None:
    assert subprocess.run([sys.executable, *command], capture_output=True, check=False).returncode in {0, 2}


@pytest.mark.slow
@pytest.mark.parametrize("closed", [">&-", "2>&-", ">&- 2>&-", "<&-", "<&- >&- 2>&-"])
def test_a_closed_stream_is_no_bug(root: Path, closed: str) -> None:
    command = f"{sys.executable} -m qafiles validate {closed}; echo $?"
    found = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "0"
    assert found.stderr == ""


@pytest.mark.slow
@pytest.mark.parametrize(("arguments", "code"), [("lsp", 1), ("secret set new", 2), ("import csv -", 2)])
def test_a_closed_stdin_is_an_empty_one(root: Path, arguments: str, code: int) -> None:
    def run(stdin: str) -> tuple[int, str]:
        command = f"{sys.executable} -m qafiles {arguments} <{stdin}"
        ended = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=False)
        return ended.returncode, ended.stderr

    assert run("&-") == run("/dev/null")
    assert run("&-")[0] == code


@pytest.mark.parametrize(
    "arguments",
    [
        "validate",
        "validate --format json",
        "list tag",
        "show acme/shop/smoke",
        "report inventory",
        "set acme/shop/smoke color=blue --dry-run",
        "new tag acme/shop/quick name=quick color=red --dry-run",
        "secret list",
        "schema tag",
        "completion bash",
        "--help",
        "--version",
    ],
)
def test_a_full_disk_is_told_as_such_and_whose_it_is(root: Path, arguments: str) -> None:
    command = f"{sys.executable} -m qafiles {arguments} > /dev/full; echo $?"
    found = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout == "3\n"
    assert found.stderr.splitlines()[-1] == "qafiles: No space left on device: stdout"


def test_a_file_that_does_not_fit_on_the_disk_is_named(root: Path) -> None:
    # With -B, since Python would leave the modules cut off that it compiles.
    command = (
        f"ulimit -f 1; {sys.executable} -B -m qafiles report inventory --format html -o there.html; echo $?"
    )
    found = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout == "3\n"
    assert found.stderr.splitlines()[-1].startswith("qafiles: there.html can't be written: File too large")
    assert not (root / "there.html").exists()
