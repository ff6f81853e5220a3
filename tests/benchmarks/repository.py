"""A committed data root to measure on, the program that is measured, and the states between two runs of it."""

import os
import random
import re
import shutil
import subprocess
import time
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import Final

from tests.benchmarks.measure import Cost, cost
from tests.conftest import git

FILES_OF_A_COMMIT: Final = 15
"""How many files each commit after the first one changes."""

_BASE: Final = """
import os, sys, yaml
for folder, folders, names in os.walk(sys.argv[1]):
    if ".git" in folders:
        folders.remove(".git")
    for name in names:
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), "rb") as file:
                yaml.load(file, yaml.CSafeLoader)
"""
_TAG: Final = re.compile(r"^  - ([a-z][a-z0-9-]*)$", re.MULTILINE)
_FIRST_LINE: Final = "test_description: |\n  "


@dataclass(frozen=True)
class Program:
    """The program that is measured: its Python, the command that starts it, and the variables that it runs with."""

    python: str
    command: tuple[str, ...]
    environment: Mapping[str, str]

    @cached_property
    def _options(self) -> dict[str, str]:
        return {}

    def help_of(self, *words: str) -> str:
        """Return what `--help` of a command prints."""
        text = " ".join(words)
        if text not in self._options:
            asked = [*self.command, *words, "--help"]
            self._options[text] = subprocess.run(
                asked, env=self.environment, capture_output=True, text=True, check=True
            ).stdout
        return self._options[text]

    def without_cache(self, command: str, *arguments: str) -> list[str]:
        """Return a command line with `--no-cache`, wherever this version takes it."""
        general = ["--no-cache"] if "--no-cache" in self.help_of() else []
        own = ["--no-cache"] if not general and "--no-cache" in self.help_of(command) else []
        return [*self.command, *general, command, *own, *arguments]

    def keeps_from(self, command: str) -> bool:
        """Return whether a command can be told to keep nothing and to use nothing that is kept."""
        return "--no-cache" in self.help_of() or "--no-cache" in self.help_of(command)


def program_at(command: Path, cache: Path) -> Program:
    """Return the program that a console script beside its Python starts; what it keeps for the user goes into a folder."""
    environment = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
    environment |= {
        "XDG_CACHE_HOME": str(cache),
        "GIT_CONFIG_GLOBAL": os.devnull,
        "GIT_CONFIG_NOSYSTEM": "1",
        "NO_COLOR": "1",
    }
    return Program(str(command.with_name("python")), (str(command),), environment)


@dataclass
class Repository:
    """A data root, the only thing in a git repository, and what is known of its state."""

    title: str
    folder: Path
    program: Program
    files: int
    case: str
    """The path of a test case that has a traversal."""
    tag: str
    """The handle of the tag that most test cases name by handle."""
    smaller: "Repository | None" = None
    settled: bool = field(default=False, init=False)
    edits: int = field(default=0, init=False)

    @property
    def handle(self) -> str:
        """The handle of the test case."""
        _, organization, _, project, _, *rest = self.case.removesuffix(".yaml").split("/")
        return "/".join((organization, project, *rest))

    @property
    def site(self) -> Path:
        """The folder beside the repository into which sites are written."""
        return self.folder.with_name(f"{self.folder.name}-site")

    def run(self, *arguments: str, environment: Mapping[str, str] | None = None) -> Cost:
        """Return what the program costs here as a user runs it, with all that it keeps."""
        variables = {**self.program.environment, **(environment or {})}
        return cost([*self.program.command, *arguments], variables, _codes(arguments), self.folder)

    def run_cold(self, command: str, *arguments: str) -> Cost:
        """Return what a command costs that uses nothing that is kept."""
        if not self.program.keeps_from(command):
            self.forget()
        line = self.program.without_cache(command, *arguments)
        return cost(line, self.program.environment, _codes(line), self.folder)

    def base(self) -> Cost:
        """Return what reading the same files with PyYAML's C loader costs, in a process that does nothing else."""
        return cost([self.program.python, "-c", _BASE, str(self.folder)], self.program.environment)

    def status(self) -> Cost:
        """Return what `git status` costs, without any help that a user may have configured."""
        plain = ("-c", "core.fsmonitor=false", "-c", "core.untrackedCache=false")
        return cost(["git", *plain, "status", "--porcelain"], self.program.environment, folder=self.folder)

    def nothing(self) -> Cost:
        """Return what it costs to start Python."""
        return cost([self.program.python, "-c", "pass"], self.program.environment)

    def forget(self) -> None:
        """Delete all that the program has kept, and the site."""
        for place in (
            self.folder / ".git" / "qafiles",
            self.program.environment["XDG_CACHE_HOME"],
            self.site,
        ):
            shutil.rmtree(place, ignore_errors=True)
        self.settled = False

    def settle(self) -> None:
        """Bring the working tree back to HEAD, git's index up to date, and what the program keeps with them."""
        if self.settled:
            return
        git(self.folder, "reset", "-q", "--hard")
        git(self.folder, "clean", "-qfd")
        # A file that is as young as the index counts as changed until the index is written anew.
        time.sleep(0.05)
        self.status()
        self.run("validate")
        self.settled = True

    def edit(self) -> None:
        """Change a word of the test case, each time into another one."""
        self.settle()
        self.settled = False
        self.edits += 1
        _edit(self.folder / self.case, f"edit {self.edits}")
        time.sleep(0.05)

    def save(self) -> None:
        """Change it as most editors do, which write another file and give it the name."""
        self.edit()
        place = self.folder / self.case
        written = place.with_name("written")
        shutil.copyfile(place, written)
        written.rename(place)
        time.sleep(0.05)


def committed(
    title: str, folder: Path, program: Program, files: Iterable[tuple[str, str]], commits: int
) -> Repository:
    """Write files into a folder, commit them, and make so many commits on top, each of which changes 15 test cases.

    A folder that is there already is taken as it is.
    """
    written = dict(files)
    traversals = {path.replace("/test_traversals/", "/test_cases/") for path in written}
    cases = [path for path in written if "/test_cases/" in path]
    case = max(path for path in cases if path in traversals and path.count("/") > 5)
    project = case.partition("/test_cases/")[0]
    tags = Counter(
        tag
        for path in cases
        if path.startswith(f"{project}/")
        for tag in _TAG.findall(written[path])
        if f"{project}/tags/{tag}.yaml" in written
    )
    tag = f"{case.split('/')[1]}/{case.split('/')[3]}/{max(tags, key=tags.__getitem__)}"
    if not folder.is_dir():
        for path, text in written.items():
            place = folder / path
            place.parent.mkdir(parents=True, exist_ok=True)
            place.write_text(text, "utf-8")
        git(folder, "init", "-q")
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "first")
        drawn = random.Random(1)  # noqa: S311  # a sample, no secret
        for number in range(commits):
            for path in drawn.sample(cases, min(FILES_OF_A_COMMIT, len(cases))):
                _edit(folder / path, f"commit {number}")
            git(folder, "commit", "-qam", f"commit {number}")
    repository = Repository(title, folder, program, len(written), case, tag)
    repository.forget()
    return repository


def _codes(arguments: Sequence[str]) -> tuple[int, ...]:
    """Return the exit codes of success: files may be written in other ways than `fmt` would write them."""
    return (0, 1) if "--check" in arguments else (0,)


def _edit(path: Path, word: str) -> None:
    text = path.read_text("utf-8")
    assert _FIRST_LINE in text, path
    path.write_text(text.replace(_FIRST_LINE, f"{_FIRST_LINE}({word}) ", 1), "utf-8")
