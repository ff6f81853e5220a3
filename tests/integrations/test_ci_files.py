import contextlib
import io
import json
import os
import re
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.__main__ import run
from qafiles.errors import DataRootError
from qafiles.manual import page
from qafiles.scaffold.companions import CI_FILES, ci_files
from tests.conftest import git, write
from tests.manual.documents import blocks
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_BROKEN = {"organizations/acme/projects/shop/tags/smoke.yaml": "id: tz4a98xxat96iws9zmbrgj3a\nname: smoke\n"}
_COMMIT = "git+https://git.example.com/tools/qafiles@" + "0123456789abcdef0123456789abcdef01234567"


def _init(folder: Path, *arguments: str | Path, code: int = 0) -> str:
    """Run init in a folder and return what it says; what a workflow installs is given, where the test gives nothing else."""
    told = io.BytesIO()
    if "--ci" in arguments and "--requirement" not in arguments:
        arguments = (*arguments, "--requirement", _COMMIT)
    with contextlib.chdir(folder), contextlib.redirect_stderr(io.TextIOWrapper(told, write_through=True)):
        assert run(["init", *map(str, arguments)]) == code
        return told.getvalue().decode()


def _files(folder: Path) -> dict[str, bytes]:
    paths = (path for path in folder.rglob("*") if path.is_file() and ".git" not in path.parts)
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in paths}


def _check_schema(system: str, place: Path) -> None:
    schema = {
        "github": ["vendor.github-workflows"],
        "gitlab": ["vendor.gitlab-ci", "--data-transform", "gitlab-ci"],
    }[system]
    subprocess.run([sys.executable, "-m", "check_jsonschema", "--builtin-schema", *schema, place], check=True)


def _scripts(system: str, place: Path) -> list[str]:
    """Return the shell scripts that check a data root in a CI file, but for the installation of qafiles."""
    read: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    if system == "gitlab":
        scripts: list[str] = read["qafiles"]["script"]
    else:
        jobs = (job for name, job in read["jobs"].items() if name != "results")
        scripts = [step["run"] for job in jobs for step in job["steps"] if "run" in step]
    return [script for script in scripts if "pip install" not in script]


def _installing(system: str, place: Path) -> list[str]:
    """Return the shell scripts of a CI file that install qafiles."""
    read: dict[str, Any] = yaml.safe_load(place.read_text(encoding="utf-8"))
    if system == "gitlab":
        return [script for script in read["qafiles"]["script"] if "pip install" in script]
    steps = [step["run"] for job in read["jobs"].values() for step in job["steps"] if "run" in step]
    return [script for script in steps if "pip install" in script]


def _run(script: str, folder: Path) -> "subprocess.CompletedProcess[str]":
    environment = {
        **os.environ,
        "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
        "GITHUB_STEP_SUMMARY": os.environ.get("GITHUB_STEP_SUMMARY", os.devnull),
        "BASE": os.environ.get("BASE", "HEAD"),
    }
    command = ["bash", "-eo", "pipefail", "-c", script]
    return subprocess.run(command, cwd=folder, env=environment, capture_output=True, text=True, check=False)


@pytest.mark.slow
@pytest.mark.parametrize("system", [*CI_FILES])
@pytest.mark.parametrize("data_root_folder", [pytest.param(".", marks=pytest.mark.slow), "teams/it's qa"])
def test_init_writes_a_workflow_that_the_system_reads(
    system: str, data_root_folder: str, tmp_path: Path
) -> None:
    git(tmp_path, "init", "-q")
    told = _init(tmp_path, data_root_folder, "--ci", system)
    (path,) = (path for name, path in CI_FILES.items() if name == system)
    assert f"wrote {path}\n" in told
    _check_schema(system, tmp_path / path)
    assert not (tmp_path / data_root_folder / path).exists() or data_root_folder == "."
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    assert all(_run(script, tmp_path).returncode == 0 for script in _scripts(system, tmp_path / path))


@pytest.mark.slow
@pytest.mark.parametrize("folder", [pytest.param("", marks=pytest.mark.slow), "qa/"])
def test_the_steps_for_github_annotate_and_write_sarif(folder: str, tmp_path: Path) -> None:
    write(tmp_path, {folder + path: text for path, text in data_root(_BROKEN).items()})
    git(tmp_path, "init", "-q")
    _init(tmp_path, folder or ".", "--ci", "github")
    git(tmp_path, "commit", "-qm", "first", "--allow-empty")
    annotate, _, _, upload = (
        _run(script, tmp_path) for script in _scripts("github", tmp_path / CI_FILES["github"])
    )
    assert annotate.returncode == 1
    assert f"file={folder}{next(iter(_BROKEN))},line=1" in annotate.stdout
    assert upload.returncode == 0
    assert json.loads((tmp_path / "qafiles.sarif").read_text())["runs"][0]["results"]


@pytest.mark.slow
def test_the_job_for_gitlab_fails_and_leaves_the_reports_that_it_declares(tmp_path: Path) -> None:
    write(tmp_path, {f"qa/{path}": text for path, text in data_root(_BROKEN).items()})
    git(tmp_path, "init", "-q")
    _init(tmp_path, "qa", "--ci", "gitlab")
    codes = [
        _run(script, tmp_path).returncode for script in _scripts("gitlab", tmp_path / CI_FILES["gitlab"])
    ]
    assert codes == [0, 0, 0, 1, 0]
    artifacts = yaml.safe_load((tmp_path / CI_FILES["gitlab"]).read_text())["qafiles"]["artifacts"]
    assert artifacts["when"] == "always"
    (finding,) = json.loads((tmp_path / artifacts["reports"]["codequality"]).read_text())
    assert finding["location"]["path"] == f"qa/{next(iter(_BROKEN))}"
    cases = ET.parse(tmp_path / artifacts["reports"]["junit"]).getroot().iter("testcase")  # noqa: S314  # our own
    assert any(case.find("failure") is not None for case in cases)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("system", "variable"), [("github", "BASE"), ("gitlab", "CI_MERGE_REQUEST_DIFF_BASE_SHA")]
)
def test_a_secret_that_one_commit_of_a_request_tells_fails_the_job(
    system: str, variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"
    git(tmp_path, "init", "-q")
    _init(write(tmp_path, data_root({".sops.yaml": SOPS_CONFIG})), "--ci", system)
    for text in ("secret_value: hunter2\n", sealed()):
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", "next")
        write(tmp_path, {path: text})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "last")
    monkeypatch.setenv(variable, git(tmp_path, "rev-parse", "HEAD~2"))
    (script,) = (script for script in _scripts(system, tmp_path / CI_FILES[system]) if "--since" in script)  # type: ignore[index]
    done = _run(script, tmp_path)
    assert done.returncode == 1
    assert "QF506" in done.stdout
    assert "hunter2" not in done.stdout + done.stderr


@pytest.mark.slow
@pytest.mark.parametrize("system", [*CI_FILES])
def test_a_request_tells_what_it_changes(
    system: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = "organizations/acme/projects/shop/test_cases/second.yaml"
    git(tmp_path, "init", "-q")
    _init(write(tmp_path / "qa", data_root()), "--ci", system)
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    write(tmp_path / "qa", {path: "id: c2cp7rav4wo9ey1bug6sh3da\nurl_route: /\ntest_description: Pay\n"})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "second")
    summary = tmp_path / ("summary.md" if system == "github" else "qafiles-changes.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    monkeypatch.setenv("BASE", "HEAD~1")
    monkeypatch.setenv("CI_MERGE_REQUEST_DIFF_BASE_SHA", "HEAD~1")
    word = "STEP_SUMMARY" if system == "github" else "qafiles-changes.md"
    (script,) = (script for script in _scripts(system, tmp_path / CI_FILES[system]) if word in script)  # type: ignore[index]
    done = _run(script, tmp_path)
    assert done.returncode == 0, done.stderr
    text = summary.read_text(encoding="utf-8")
    assert "Pay" in text
    assert re.search(r"\| test cases without a tag \| \d+ \| \d+ \| 1 \|", text)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("outcome", "code"),
    [("", 0), ("<failure message='it is red'/>", 1), ("<failure message='it is red'/>", 3)],
)
@pytest.mark.parametrize("system", [*CI_FILES])
def test_a_pipeline_tells_what_was_tested_and_fails_where_a_test_did(
    system: str, outcome: str, code: int, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    _init(write(tmp_path / "qa", data_root()), "--ci", system)
    property_ = '<properties><property name="qafiles" value="acme/shop/open"/></properties>'
    run_file = f"<testsuite name='s'><testcase name='t'>{property_}{outcome}</testcase></testsuite>"
    write(tmp_path, {"results/shard-1/run.xml": run_file})
    if code == 3:
        write(tmp_path, {"results/shard-2/run.xml": run_file[:-9]})
    summary = tmp_path / ("results.md" if system == "github" else "qafiles-results.md")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    read = yaml.safe_load((tmp_path / CI_FILES[system]).read_text(encoding="utf-8"))  # type: ignore[index]
    if system == "github":
        variables = {
            "RUNNER_TEMP": str(tmp_path),
            "FAIL_ON": read[True]["workflow_call"]["inputs"]["fail-on"]["default"],
        }
        script = read["jobs"]["results"]["steps"][-1]["run"]
    else:
        variables = {**read["qafiles-results"]["variables"], "QAFILES_RESULTS": "results/**/*.xml"}
        script = "\n".join(each for each in read["qafiles-results"]["script"] if "pip install" not in each)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    done = _run(script, tmp_path)
    assert done.returncode == code, done.stderr
    assert ("it is red" in summary.read_text(encoding="utf-8")) == bool(code)
    if system == "github":
        assert summary.read_bytes() == (tmp_path / "summary.md").read_bytes()
    else:
        assert ("<failure" in (tmp_path / "qafiles-results.xml").read_text()) == bool(code)


@pytest.mark.slow
def test_a_failure_of_the_environment_is_no_empty_report(tmp_path: Path) -> None:
    _init(tmp_path, "--ci", "github", "--ci", "gitlab")
    (tmp_path / "qafiles.yaml").unlink()
    for system, path in CI_FILES.items():
        of_requests = ("--since", "qafiles-changes.md")
        scripts = [
            script
            for script in _scripts(system, tmp_path / path)
            if not any(word in script for word in of_requests)
        ]
        assert scripts
        assert all(_run(script, tmp_path).returncode != 0 for script in scripts)


def test_jobs_for_github_may_do_no_more_than_they_need(tmp_path: Path) -> None:
    _init(tmp_path, "--ci", "github")
    text = (tmp_path / CI_FILES["github"]).read_text()
    workflow = yaml.safe_load(text)
    assert workflow["permissions"] == {}
    assert workflow["jobs"]["validate"]["permissions"] == {"contents": "read"}
    writing = {
        name for job in workflow["jobs"].values() for name, may in job["permissions"].items() if may != "read"
    }
    assert writing == {"security-events"}
    assert text.count("persist-credentials: false") == text.count("actions/checkout@")
    uses = re.findall(r"uses: (.*)", text)
    assert all(re.fullmatch(r"[\w/-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in uses)
    # The same commits as in the action itself, so that one search finds all to update.
    action = (Path(__file__).parents[2] / "action.yml").read_text()
    python = [line for line in uses if line.startswith("actions/setup-python@")]
    assert all(line in action for line in python)


def test_ci_is_added_to_a_data_root_that_is_there_and_nothing_else(tmp_path: Path) -> None:
    write(tmp_path, {f"qa/{path}": text for path, text in data_root().items()})
    git(tmp_path, "init", "-q")
    before = _files(tmp_path)
    told = _init(tmp_path / "qa/users", "--ci", "github", "--ci", "gitlab")
    added = {path: text for path, text in _files(tmp_path).items() if path not in before}
    assert set(added) == {*CI_FILES.values()}
    assert told.splitlines() == [f"wrote ../../{path}" for path in CI_FILES.values()]
    assert b"qafiles -C qa validate" in added[CI_FILES["gitlab"]]


def test_a_workflow_is_never_overwritten(tmp_path: Path) -> None:
    write(tmp_path, data_root({CI_FILES["github"]: "mine"}))
    before = _files(tmp_path)
    assert "is in the way; nothing was written" in _init(tmp_path, "--ci", "github", "--ci", "gitlab", code=3)
    assert _files(tmp_path) == before


def test_a_workflow_in_the_way_stops_init_before_it_writes(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    write(tmp_path, {".gitlab-ci.yml": "mine"})
    assert "is in the way; nothing was written" in _init(tmp_path, "qa", "--ci", "gitlab", code=3)
    assert _files(tmp_path) == {".gitlab-ci.yml": b"mine"}


def test_no_workflow_is_written_through_a_link(tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", {})
    root = write(tmp_path / "root", data_root())
    (root / ".github").symlink_to(elsewhere)
    assert "is in the way" in _init(root, "--ci", "github", code=3)
    assert not any(elsewhere.iterdir())


@pytest.mark.parametrize("name", ["a${{ github.token }}", "a\nb"])
def test_a_folder_whose_name_would_be_read_as_code_is_refused(name: str, tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    with pytest.raises(DataRootError, match="CI files can't hold the path"):
        ci_files(tmp_path / name, ["github"], _COMMIT)


def test_a_data_root_outside_git_is_taken_for_the_top_of_its_repository(tmp_path: Path) -> None:
    _init(tmp_path, "new/qa", "--ci", "github")
    assert "qafiles validate" in (tmp_path / "new/qa" / CI_FILES["github"]).read_text()


def test_a_repository_that_git_refuses_is_found_all_the_same(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    git(tmp_path, "init", "-q")
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    assert [*ci_files(tmp_path / "qa", ["gitlab"], _COMMIT)] == [tmp_path / ".gitlab-ci.yml"]


def test_a_data_root_behind_a_link_belongs_to_the_repository_that_it_is_in(tmp_path: Path) -> None:
    git(write(tmp_path / "repository", {}), "init", "-q")
    (tmp_path / "link").symlink_to(tmp_path / "repository")
    assert [*ci_files(tmp_path / "link" / "qa", ["gitlab"], _COMMIT)] == [
        tmp_path / "link" / ".gitlab-ci.yml"
    ]


def _of_the_manual(language: str, beginning: str) -> str:
    """Return a block of the manual's page about CI."""
    return next(
        block.text
        for block in blocks(page("ci"))
        if block.language == language and block.text.startswith(beginning)
    )


@pytest.mark.slow
def test_the_manual_shows_jobs_that_the_systems_read(tmp_path: Path) -> None:
    job = tmp_path / ".gitlab-ci.yml"
    job.write_text(_of_the_manual("yaml", "qafiles-since:"))
    _check_schema("gitlab", job)
    steps = "".join(_of_the_manual("yaml", beginning) for beginning in ("- uses", "- run"))
    workflow = tmp_path / "workflow.yml"
    indented = "".join(f"      {line}\n" for line in steps.splitlines())
    workflow.write_text(f"on: push\njobs:\n  qa:\n    runs-on: ubuntu-latest\n    steps:\n{indented}")
    _check_schema("github", workflow)


@pytest.mark.slow
def test_the_steps_that_the_manual_shows_for_jenkins_run(tmp_path: Path) -> None:
    pipeline = _of_the_manual("groovy", "pipeline")
    assert pipeline.count("{") == pipeline.count("}")
    validate, change = re.findall(r"(?s)sh '''\n(.*?)'''", pipeline)
    write(tmp_path / "work", {f"qa/{path}": text for path, text in data_root(_BROKEN).items()})
    work = tmp_path / "work"
    git(work, "init", "-q", "-b", "main")
    git(work, "add", "-A")
    git(work, "commit", "-qm", "first")
    git(work, "remote", "add", "origin", work)
    assert _run(_without_installing(validate), work).returncode == 1
    assert json.loads((work / "qafiles.sarif").read_text())["runs"][0]["results"]
    assert "<failure" in (work / "qafiles-junit.xml").read_text()
    known = _run(f"export CHANGE_TARGET=main\n{_without_installing(change)}", work)
    assert (known.returncode, known.stdout) == (0, ""), known.stderr


def _without_installing(script: str) -> str:
    return "".join(line for line in script.splitlines(keepends=True) if "venv" not in line)
