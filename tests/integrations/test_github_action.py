import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.manual.man_page import man_page
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_TOP = Path(__file__).parents[2]
_TEXT = (_TOP / "action.yml").read_text(encoding="utf-8")
_ACTION: dict[str, Any] = yaml.safe_load(_TEXT)
_STEPS: list[dict[str, Any]] = _ACTION["runs"]["steps"]
_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"
_WITH_WARNING = (
    "id: f2cp7rav4wo9ey1bug6sh3di\ntags: [smoke]\nbrowser_configs: [desktop]\nurl_route: /\n"
    "test_description: |\n  The start page opens\nallowed_domains: []\n"
)
_HOSTILE = '"; touch pwned; "$(touch pwned)`touch pwned`'


class _Runner:
    """What a runner of GitHub gives to the steps of an action: folders, files and the values of expressions."""

    def __init__(self, folder: Path, action_path: Path, **inputs: str) -> None:
        self.workspace = write(folder / "workspace", {})
        self.temp = write(folder / "temp", {})
        self.output, self.summary = folder / "output", folder / "summary"
        self.output.touch()
        given = {name: str(item.get("default", "")) for name, item in _ACTION["inputs"].items()}
        given |= {name.replace("_", "-"): value for name, value in inputs.items()}
        self.values = {f"inputs.{name}": value for name, value in given.items()}
        self.values["github.action_path"] = str(action_path)
        self.values["steps.python.outputs.python-path"] = sys.executable

    def run(self, step: dict[str, Any]) -> "subprocess.CompletedProcess[str]":
        """Run the script of a step as https://docs.github.com/actions/reference/workflow-syntax says for bash."""
        expression = re.compile(r"\$\{\{ (\S+) \}\}")
        given = {
            name: expression.sub(lambda match: self.values[match[1]], str(value))
            for name, value in step.get("env", {}).items()
        }
        environment = {
            **os.environ,
            "RUNNER_TEMP": str(self.temp),
            "GITHUB_OUTPUT": str(self.output),
            "GITHUB_STEP_SUMMARY": str(self.summary),
            **given,
        }
        script = write(self.temp, {"script.sh": step["run"]}) / "script.sh"
        command = ["bash", "--noprofile", "--norc", "-eo", "pipefail", str(script)]
        return subprocess.run(
            command, cwd=self.workspace, env=environment, capture_output=True, text=True, check=False
        )


def _validate_step(folder: Path, **inputs: str) -> tuple[_Runner, "subprocess.CompletedProcess[str]"]:
    """Run the last step with the qafiles of the tests in the place of an installed one."""
    runner = _Runner(folder, _TOP, **inputs)
    scripts = write(runner.temp / "qafiles" / "bin", {})
    (scripts / "qafiles").symlink_to(Path(sys.executable).parent / "qafiles")
    return runner, runner.run(_STEPS[-1])


@pytest.mark.slow
def test_the_action_has_the_form_that_github_expects() -> None:
    command = [sys.executable, "-m", "check_jsonschema", "--builtin-schema", "vendor.github-actions"]
    subprocess.run([*command, _TOP / "action.yml"], check=True)


def test_other_actions_are_pinned_to_commits_with_their_versions() -> None:
    uses = re.findall(r"uses: (.*)", _TEXT)
    assert uses
    assert all(re.fullmatch(r"[\w-]+/[\w-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+", line) for line in uses)


def test_no_value_is_pasted_into_a_script() -> None:
    scripts = [step["run"] for step in _STEPS if "run" in step]
    assert len(scripts) == 3
    assert not any("${{" in script for script in scripts)


def test_every_input_is_used_and_described() -> None:
    for name, item in _ACTION["inputs"].items():
        assert f"${{{{ inputs.{name} }}}}" in _TEXT
        assert re.fullmatch(r"[A-Z].*\.", item["description"])


@pytest.mark.slow
def test_a_clean_data_root_passes(tmp_path: Path) -> None:
    write(tmp_path / "workspace/qa", data_root())
    runner, found = _validate_step(tmp_path, path="qa")
    assert (found.returncode, found.stdout) == (0, "")
    assert runner.summary.read_text()


@pytest.mark.slow
def test_findings_annotate_lines_and_fail_the_step(tmp_path: Path) -> None:
    committed(
        tmp_path / "workspace", {f"q a/{path}": text for path, text in data_root({_CASE: "id: x\n"}).items()}
    )
    runner, found = _validate_step(tmp_path, path="q a", sarif_file="found.sarif")
    assert found.returncode == 1
    assert re.search(rf"(?m)^::error .*file=q a/{_CASE},line=1", found.stdout)
    assert "QF" in runner.summary.read_text()
    results = json.loads((runner.workspace / "found.sarif").read_text())["runs"][0]["results"]
    assert results


@pytest.mark.slow
def test_strict_fails_the_step_for_warnings(tmp_path: Path) -> None:
    write(tmp_path / "workspace", data_root({_CASE: _WITH_WARNING}))
    assert _validate_step(tmp_path)[1].returncode == 0
    shutil.rmtree(tmp_path / "temp")
    runner, found = _validate_step(tmp_path, strict="true", sarif_file="found.sarif")
    assert found.returncode == 1
    assert (runner.workspace / "found.sarif").is_file()


@pytest.mark.slow
def test_a_revision_is_validated_in_place_of_the_files(tmp_path: Path) -> None:
    committed(tmp_path / "workspace", data_root())
    write(tmp_path / "workspace", {_CASE: "id: x\n"})
    assert _validate_step(tmp_path, rev="HEAD")[1].returncode == 0


@pytest.mark.slow
def test_a_failure_of_the_environment_fails_the_step_before_anything_is_uploaded(tmp_path: Path) -> None:
    found = _validate_step(tmp_path, path="nowhere", sarif_file="found.sarif")[1]
    assert found.returncode == 1
    assert "nowhere is no folder" in found.stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", ["path", "rev", "sarif_file", "strict"])
def test_no_input_is_run_as_code(name: str, tmp_path: Path) -> None:
    committed(tmp_path / "workspace", data_root())
    _validate_step(tmp_path, **{name: _HOSTILE})
    assert not [*tmp_path.rglob("pwned")]


@pytest.mark.slow
def test_all_steps_together_install_and_validate(tmp_path: Path) -> None:
    action_path = tmp_path / "action"
    shutil.copytree(_TOP / "qafiles", action_path / "qafiles", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(_TOP / "schemas", action_path / "schemas")
    shutil.copytree(_TOP / ".ci", action_path / ".ci")
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(_TOP / name, action_path)
    runner = _Runner(tmp_path, action_path)
    write(runner.workspace, data_root())
    git(runner.workspace, "init", "-q")
    for step in _STEPS:
        if "run" in step:
            found = runner.run(step)
            assert found.returncode == 0, found.stderr
    outputs = dict(line.split("=", 1) for line in runner.output.read_text().splitlines())
    assert re.fullmatch("[0-9a-f]{64}", outputs["hash"])
    assert Path(outputs["folder"]).is_absolute()
    assert (runner.temp / "qafiles/bin/qafiles").is_file()
    assert (runner.temp / "qafiles/share/man/man1/qafiles.1").read_text("utf-8") == man_page()
    (runner.workspace / _CASE).write_text("id: x\n")
    assert runner.run(_STEPS[-1]).returncode == 1
