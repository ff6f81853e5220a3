"""A shell for the commands that README and the manual show."""

import os
import re
import shlex
import subprocess
import sys
from hashlib import sha1
from pathlib import Path
from typing import Final

import qafiles.validation  # noqa: F401  # loaded before this process is copied
from tests.conftest import PINNED
from tests.forked import answer

_SHELL_WORDS: Final = re.compile(r"[|&;<>()$`\\\"'*?\[\]#~=%!{}\n]")
_HOME: Final = "/home/ada"


class Shell:
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
            **PINNED,
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
        assert b"\n```" not in printed, (
            f"{command}: what it prints ends the block; `| head` shows the beginning"
        )
        return self._named(printed.decode().replace(str(self.top), _HOME))

    def _named(self, text: str) -> str:
        """Return a text in which commits have ids by their order alone, whatever the example holds today."""
        if not (self.folder / ".git").is_dir():
            return text
        listed = subprocess.run(
            ["git", "rev-list", "--all", "--reverse", "--topo-order"],
            cwd=self.folder,
            env=self.environment,
            capture_output=True,
            text=True,
            check=True,
        ).stdout.split()
        ids = {commit: sha1(f"commit {number}".encode()).hexdigest() for number, commit in enumerate(listed)}  # noqa: S324  # as git

        def name(match: re.Match[str]) -> str:
            full = next((commit for commit in ids if commit.startswith(match[0])), None)
            return match[0] if full is None else ids[full][: len(match[0])]

        return re.sub(r"\b[0-9a-f]{7,40}\b", name, text)

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
