"""Every console block of README and of the manual shows what the program prints.

The commands of a document run one after the other in a folder that holds a copy of `examples/acme-qa`, outside git, with a
home and a search path of their own. What a reader need not see is a comment: `<!-- setup`, commands, one a line, and `-->`;
they run at their place in the document. A command may go on in lines that begin with `> `.
"""

import os
import re
import shlex
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

import qafiles.validation  # noqa: F401  # loaded before this process is copied
from tests.conftest import _PINNED
from tests.forked import answer
from tests.manual.documents import TOP, documents, recorded

_PARTS = re.compile(
    r"(?<=^```console\n)(?P<console>.*?)(?=^```$)|^<!-- setup\n(?P<setup>.*?)^-->$", re.DOTALL | re.MULTILINE
)
_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)$", re.MULTILINE)
_SHELL_WORDS = re.compile(r"[|&;<>()$`\\\"'*?\[\]#~=%!{}\n]")
_HOME = "/home/ada"


class _Shell:
    """A folder and variables that last from one command to the next."""

    def __init__(self, folder: Path) -> None:
        self.top = folder
        self.folder = folder
        self.environment = {
            **{
                name: value
                for name, value in os.environ.items()
                if not name.startswith(("SOPS_", "QAFILES_"))
            },
            **_PINNED,
            "GIT_CONFIG_COUNT": "1",
            "GIT_CONFIG_KEY_0": "init.defaultBranch",
            "GIT_CONFIG_VALUE_0": "main",
            "PATH": f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}",
            "COLUMNS": "120",
            "HOME": str(folder),
            "XDG_CONFIG_HOME": str(folder / ".config"),
            "XDG_STATE_HOME": str(folder / "state"),
            "XDG_CACHE_HOME": str(folder / "cache"),
        }

    def run(self, command: str) -> str:
        """Return what a command prints, stdout and stderr as they come."""
        if command.startswith("cd "):
            self.folder = (self.folder / command[3:]).resolve()
            assert self.folder.is_dir(), command
            return ""
        if command.startswith("qafiles ") and not _SHELL_WORDS.search(command):
            # Most commands need no shell, and a copy of this process is there sooner than a Python of its own.
            arguments = shlex.split(command)[1:]
            printed = answer(arguments, b"", self.environment, folder=self.folder, together=True).stdout
        else:
            printed = subprocess.run(
                ["bash", "-c", command],
                cwd=self.folder,
                env=self.environment,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.STDOUT,
                check=False,
            ).stdout
        return printed.decode().replace(str(self.top), _HOME)

    def prepare(self, commands: str) -> None:
        """Run commands that must succeed."""
        for command in commands.splitlines():
            if command.startswith("cd "):
                self.run(command)
                continue
            subprocess.run(
                ["bash", "-euo", "pipefail", "-c", command],
                cwd=self.folder,
                env=self.environment,
                check=True,
                capture_output=True,
            )


def _shown() -> list[Path]:
    return [place for place in documents() if "```console\n" in place.read_text(encoding="utf-8")]


@pytest.mark.slow
@pytest.mark.parametrize("place", _shown(), ids=lambda place: place.stem)
def test_every_command_prints_what_the_document_shows(place: Path, tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    shutil.copytree(TOP / "examples" / "acme-qa", examples / "acme-qa")
    shell = _Shell(examples)

    def replay(part: re.Match[str]) -> str:
        if part["setup"] is not None:
            shell.prepare(part["setup"])
            return part[0]
        commands = [command.replace("\n> ", "\n") for command in _COMMAND.findall(part["console"])]
        shown = [command.replace("\n", "\n> ") for command in commands]
        return "".join(
            f"$ {line}\n{shell.run(command)}" for line, command in zip(shown, commands, strict=True)
        )

    text = place.read_text(encoding="utf-8")
    recorded(place, _PARTS.sub(replay, text), "output")
