"""What `init --access` writes: workflows that treat a change as data, and the server's hook."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from qafiles.scaffold.unedited import with_checksum
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


@pytest.fixture
def nested(tmp_path: Path, qafiles: Qafiles) -> Path:
    """A repository whose data root lies in `team/q a`, with the files of all forges."""
    write(tmp_path, {f"team/q a/{path}": text for path, text in files({}).items()})
    git(tmp_path, "init", "-q")
    forges = [word for forge in _FILES for word in ("--access", forge)]
    assert qafiles("-C", tmp_path / "team/q a", "init", *forges, "--requirement", _REQUIREMENT).code == 0
    return tmp_path


def _written(top: Path) -> dict[str, bytes]:
    return {path: (top / path).read_bytes() for path in {path for paths in _FILES.values() for path in paths}}


def test_the_files_name_the_folder_of_the_data_root(nested: Path) -> None:
    for path, text in _written(nested).items():
        folder = "./team/q a" if path == ".qafiles/pre-receive" else "data.git/team/q a"
        assert f"qafiles -C '{folder}' access check" in text.decode()


@pytest.mark.slow
def test_refresh_brings_what_nobody_has_edited_up_to_date(nested: Path, qafiles: Qafiles) -> None:
    refresh = ("-C", nested / "team/q a", "init", "--refresh", "--yes")
    written = _written(nested)
    qafiles(*refresh)
    assert _written(nested) == written
    for path, text in written.items():
        older = with_checksum(
            text.decode().rpartition("# qafiles init")[0].replace("access check", "access chk")
        )
        (nested / path).write_bytes(
            older.replace("\n", "\r\n").encode() if path.endswith("yml") else older.encode()
        )
    (nested / ".qafiles/pre-receive").chmod(0o755)
    assert qafiles(*refresh).code == 0
    assert {path: text.replace(b"\r\n", b"\n") for path, text in _written(nested).items()} == written
    assert b"\r\n" in (nested / _FILES["github"][0]).read_bytes()
    assert os.access(nested / ".qafiles/pre-receive", os.X_OK)
    newer = _REQUIREMENT.replace("a" * 64, "b" * 64)
    assert qafiles(*refresh, "--requirement", newer).code == 0
    assert all((b"b" * 64 in text) == path.endswith("yml") for path, text in _written(nested).items())


@pytest.mark.slow
def test_refresh_leaves_what_somebody_has_edited_deleted_or_linked(nested: Path, qafiles: Qafiles) -> None:
    github, gitlab, gitea = (_FILES[forge][0] for forge in _FILES)
    (nested / github).write_text(
        (nested / github).read_text().replace("branches: [main, master]", "branches: [trunk]")
    )
    (nested / gitlab).unlink()
    (nested / gitea).rename(nested / "elsewhere.yml")
    (nested / gitea).symlink_to(nested / "elsewhere.yml")
    (nested / "elsewhere.yml").write_text(with_checksum("# Written by `qafiles init --access gitea`\n"))
    (nested / ".qafiles/pre-receive").write_text("#!/bin/sh\nexit 1\n")
    result = qafiles("-C", nested / "team/q a", "init", "--refresh", "--yes")
    assert "somebody has edited it" in result.err
    assert "+    branches: [main, master]" in result.err
    assert "branches: [trunk]" in (nested / github).read_text()
    assert not (nested / gitlab).exists()
    assert "pull_request_target" not in (nested / "elsewhere.yml").read_text()
    assert (nested / ".qafiles/pre-receive").read_text() == "#!/bin/sh\nexit 1\n"


@pytest.mark.slow
def test_gitlabs_script_judges_the_commit_of_its_pipeline_alone(tmp_path: Path, qafiles: Qafiles) -> None:
    repo = repository(tmp_path / "server", Keys(tmp_path), files({}))
    qafiles("-C", repo.folder, "init", "--access", "gitlab", "--requirement", _REQUIREMENT)
    script = yaml.safe_load((repo.folder / _FILES["gitlab"][0]).read_text())["qafiles-access"]["script"][0]
    names = [repo.commit({CASE: case(text=text)}) for text in ("One", "Two")]
    repo.git("update-ref", "refs/merge-requests/7/head", names[1])
    environment = {
        **os.environ,
        "CI_REPOSITORY_URL": str(repo.folder),
        "CI_MERGE_REQUEST_TARGET_BRANCH_NAME": "main",
        "CI_MERGE_REQUEST_IID": "7",
    }
    for name, code in ((names[1], 0), (names[0], 1)):
        variables = {**environment, "CI_COMMIT_SHA": name}
        ran = subprocess.run(
            ["sh", "-ec", script], cwd=tmp_path, env=variables, capture_output=True, check=False
        )
        assert ran.returncode == code, ran.stderr


@pytest.mark.slow
def test_gitlabs_script_takes_who_opened_a_request_only_where_nobody_else_started_it(
    root: Path, qafiles: Qafiles
) -> None:
    qafiles("init", "--access", "gitlab", "--requirement", _REQUIREMENT)
    script = yaml.safe_load((root / _FILES["gitlab"][0]).read_text())["qafiles-access"]["script"][2]
    place = write(
        root / "api",
        {
            "projects/1/merge_requests/7": json.dumps({"author": {"username": "gus-l"}}),
            "approvals": json.dumps(
                {"approved_by": [{"user": {"username": name}} for name in ("bob-l", "ada-l")]}
            ),
            "bin/qafiles": '#!/bin/sh\nprintf "%s|" "$@"\n',
        },
    )
    (place / "bin/qafiles").chmod(0o755)
    # `file:` knows no path below a file.
    script = script.replace('url + "/approvals"', f'"file://{place}/approvals"')
    environment = {
        "PATH": f"{place}/bin:{Path(sys.executable).parent}:{os.environ['PATH']}",
        "CI_API_V4_URL": f"file://{place}",
        "CI_PROJECT_ID": "1",
        "CI_MERGE_REQUEST_IID": "7",
        "QAFILES_API_TOKEN": "x",
    }

    def run(**variables: str) -> subprocess.CompletedProcess[str]:
        command = ["sh", "-euc", script.replace("cd ..", "")]
        whole = environment | variables
        return subprocess.run(command, cwd=root, env=whole, capture_output=True, text=True, check=False)

    assert "|--actor|gus-l|--approved-by|bob-l,ada-l|" in run(GITLAB_USER_LOGIN="gus-l").stdout
    assert "|--actor||--approved-by|bob-l,ada-l|" in run(GITLAB_USER_LOGIN="ada-l").stdout
    lacking = run(GITLAB_USER_LOGIN="gus-l", QAFILES_API_TOKEN="")
    assert lacking.returncode != 0
    assert "a token that may read the API" in lacking.stderr


def test_who_pushed_to_the_request_of_another_answers_for_nothing(root: Path, qafiles: Qafiles) -> None:
    for forge in ("github", "gitea"):
        qafiles("init", "--access", forge, "--requirement", _REQUIREMENT)
        (job,) = yaml.safe_load((root / _FILES[forge][0]).read_text())["jobs"].values()
        actor = job["steps"][3]["env"]["ACTOR"]
        sender, author = "github.event.sender.login", "github.event.pull_request.user.login"
        assert actor == f"${{{{ {sender} == {author} && {sender} || '' }}}}"


@pytest.mark.slow
@pytest.mark.parametrize("forge", ["github", "gitea"])
def test_zizmor_finds_nothing_in_a_workflow(forge: str, root: Path, qafiles: Qafiles) -> None:
    program = Path(sys.executable).with_name("zizmor")
    qafiles("init", "--access", forge, "--requirement", _REQUIREMENT)
    place = write(root / "linted", {".github/workflows/access.yml": (root / _FILES[forge][0]).read_text()})
    command: list[str | Path] = [program, "--offline", "--no-progress", place]
    result = subprocess.run(command, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout + result.stderr
