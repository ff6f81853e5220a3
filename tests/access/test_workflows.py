"""What `init --access` writes: workflows that treat a change as data, and the server's hook."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from tests.access.repository import CASE, Keys, case, files, repository
from tests.cli.conftest import Qafiles
from tests.conftest import git, write

_REQUIREMENT = f"qafiles==1.0 --hash=sha256:{'a' * 64}"
_FILES = {
    "github": [".github/workflows/qafiles-access.yml"],
    "gitlab": [".gitlab/qafiles-access.yml", ".qafiles/pre-receive"],
    "gitea": [".gitea/workflows/qafiles-access.yml", ".qafiles/pre-receive"],
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root in a repository, which is the current folder."""
    write(tmp_path, files({}))
    git(tmp_path, "init", "-q")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize("forge", [*_FILES])
def test_what_enforces_is_written_and_nothing_else(forge: str, root: Path, qafiles: Qafiles) -> None:
    before = {path for path in root.rglob("*") if ".git/" not in f"{path}/" and path.is_file()}
    result = qafiles("init", "--access", forge, "--requirement", _REQUIREMENT)
    assert result.code == 0, result.err
    after = {path for path in root.rglob("*") if ".git/" not in f"{path}/" and path.is_file()}
    assert sorted(path.relative_to(root).as_posix() for path in after - before) == sorted(_FILES[forge])
    assert qafiles("init", "--access", forge, "--requirement", _REQUIREMENT).code == 3


@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_a_workflow_runs_from_the_base_and_takes_the_change_for_data(
    forge: str,
    root: Path,
    qafiles: Qafiles,
) -> None:
    qafiles("init", "--access", forge, "--requirement", _REQUIREMENT)
    text = (root / _FILES[forge][0]).read_text()
    workflow = yaml.safe_load(text)
    assert [*workflow[True]] == ["pull_request_target"]
    assert workflow["permissions"] == {}
    (job,) = workflow["jobs"].values()
    assert {*job["permissions"].values()} == {"read"}
    assert "checkout" not in text
    for step in job["steps"]:
        assert re.fullmatch(r"[\w/-]+@[0-9a-f]{40}", step.get("uses", "a@" + "0" * 40))
        # Nothing that somebody outside chose is put into a script.
        assert "${{" not in step.get("run", "")
    assert job["steps"][2]["working-directory"] == "base"


def test_gitlabs_file_checks_nothing_out(root: Path, qafiles: Qafiles) -> None:
    qafiles("init", "--access", "gitlab", "--requirement", _REQUIREMENT)
    job = yaml.safe_load((root / _FILES["gitlab"][0]).read_text())["qafiles-access"]
    assert job["variables"] == {"GIT_STRATEGY": "none"}


@pytest.mark.slow
def test_the_scripts_of_a_workflow_judge_a_change_as_data(
    tmp_path: Path,
    qafiles: Qafiles,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    keys = Keys(tmp_path)
    repo = repository(tmp_path / "server", keys, files({}, "access: {require_signed: platform}\n"))
    repo.commit({CASE: case(text="By a fork")})
    head = repo.git("rev-parse", "feature")
    repo.git("update-ref", "refs/pull/7/head", head)
    monkeypatch.chdir(repo.folder)
    qafiles("init", "--access", "github", "--requirement", _REQUIREMENT)
    (job,) = yaml.safe_load((repo.folder / _FILES["github"][0]).read_text())["jobs"].values()
    scripts = [step["run"] for step in job["steps"] if "run" in step]
    programs = tmp_path / "bin"
    reviews = (
        r"printf 'bob-l\tCHANGES_REQUESTED\t%s\nbob-l\tAPPROVED\t%s\ngus-l\tAPPROVED\told\n'"
        f" {head} {head}"
    )
    write(
        programs,
        {
            "gh": f"#!/bin/sh\n{reviews}\n",
            "qafiles": f'#!/bin/sh\nexec {sys.executable} -m qafiles "$@"\n',
        },
    )
    for program in programs.iterdir():
        program.chmod(0o755)
    work = tmp_path / "work"
    work.mkdir()
    environment = {
        **os.environ,
        "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}",
        "TOKEN": "x",
        "URL": str(repo.folder),
        "BASE": "main",
        "HEAD": head,
        "NUMBER": "7",
        "REPOSITORY": "a/b",
        "ACTOR": "gus-l",
    }

    def run(script: str) -> subprocess.CompletedProcess[str]:
        command = ["bash", "-euo", "pipefail", "-c", script]
        return subprocess.run(command, cwd=work, env=environment, capture_output=True, text=True, check=False)

    fetched = run(scripts[0])
    assert fetched.returncode == 0, fetched.stderr
    assert run(scripts[2]).returncode == 0
    write(programs, {"gh": "#!/bin/sh\nprintf 'bob-l\\tAPPROVED\\told\\n'\n"})
    refused = run(scripts[2])
    assert refused.returncode == 1
    assert "QF801" in refused.stdout


@pytest.mark.slow
@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_zizmor_finds_nothing_in_a_workflow(forge: str, root: Path, qafiles: Qafiles) -> None:
    program = Path(sys.executable).with_name("zizmor")
    qafiles("init", "--access", forge, "--requirement", _REQUIREMENT)
    place = write(root / "linted", {".github/workflows/access.yml": (root / _FILES[forge][0]).read_text()})
    command: list[str | Path] = [program, "--offline", "--no-progress", place]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
