import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.rules import all_rules

_TOP = Path(__file__).parents[1]
_README = _TOP / "README.md"
_CONSOLE = re.compile(r"(?<=```console\n).*?(?=```\n)", re.DOTALL)
_UPDATE = os.environ.get("QAFILES_UPDATE") == "1"


class _Shell:
    """A folder and a search path that last from one command to the next."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "120",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "XDG_STATE_HOME": str(folder / "state"),
        }

    def run(self, command: str) -> str:
        if command.startswith("cd "):
            self.folder = (self.folder / command[3:]).resolve()
            return ""
        found = subprocess.run(
            ["bash", "-c", command],
            cwd=self.folder,
            env=self.environment,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        return found.stdout


def _replaced(text: str, marker: str, body: str) -> str:
    return re.sub(
        rf"(<!-- {marker} -->\n).*?(<!-- /{marker} -->)",
        lambda m: f"{m[1]}{body}{m[2]}",
        text,
        flags=re.DOTALL,
    )


@pytest.mark.slow
def test_every_command_of_the_tour_prints_what_the_readme_says(tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    shutil.copytree(_TOP / "examples" / "acme-qa", examples / "acme-qa")
    shell = _Shell(examples)

    def replay(block: re.Match[str]) -> str:
        commands = [line[2:] for line in block[0].splitlines() if line.startswith("$ ")]
        return "".join(f"$ {command}\n{shell.run(command)}" for command in commands)

    text = _README.read_text(encoding="utf-8")
    told = _CONSOLE.sub(replay, text)
    if _UPDATE:
        _README.write_text(told, encoding="utf-8")
    else:
        assert told == text, "QAFILES_UPDATE=1 writes the new output, for `git diff` to show"


def test_the_rule_table_is_that_of_the_program() -> None:
    rows = "".join(
        f"| {rule.code}{'*' if rule.configurable else ''} | {rule.name} | {rule.severity} | {rule.title} |\n"
        for rule in all_rules()
    )
    text = _README.read_text(encoding="utf-8")
    told = _replaced(text, "rules", f"| code | name | severity | reports |\n|---|---|---|---|\n{rows}")
    if _UPDATE:
        _README.write_text(told, encoding="utf-8")
    else:
        assert told == text, "QAFILES_UPDATE=1 writes the new table"


def test_the_python_example_runs() -> None:
    (code,) = re.findall(r"```python\n(.*?)```", _README.read_text(encoding="utf-8"), re.DOTALL)
    found = subprocess.run(
        [sys.executable, "-c", code], cwd=_TOP, capture_output=True, text=True, check=False
    )
    assert found.stderr == ""
    assert "acme/todomvc" in found.stdout


@pytest.mark.parametrize("name", ["example", "tests"])
def test_the_two_commands_are_marked_for_ci(name: str) -> None:
    text = _README.read_text(encoding="utf-8")
    assert re.search(rf"<!-- command: {name} -->\n```sh\npython3 -m venv .venv && .*\n```\n", text)
    assert f"readme_command {name}" in (_TOP / ".ci" / "run").read_text(encoding="utf-8")
