import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles, Result, qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

__all__ = ["Qafiles", "Result", "qafiles"]

EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
PROJECT = "organizations/acme/projects/shop"
SMOKE = f"{PROJECT}/tags/smoke.yaml"
OPEN = f"{PROJECT}/test_cases/open.yaml"


@pytest.fixture(autouse=True)
def _pinned(monkeypatch: pytest.MonkeyPatch, tmp_path_factory: pytest.TempPathFactory) -> None:
    """Commit as a known author, and keep the state of folders without git away from the user's."""
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state")))
    for name in ("AUTHOR", "COMMITTER"):
        monkeypatch.setenv(f"GIT_{name}_NAME", "Ada")
        monkeypatch.setenv(f"GIT_{name}_EMAIL", "ada@example.com")
        monkeypatch.setenv(f"GIT_{name}_DATE", "2026-01-02T03:04:05Z")


@pytest.fixture
def repository(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed small data root, which is the current folder."""
    root = committed(tmp_path / "qa", data_root())
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def example(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed copy of the example, which is the current folder."""
    root = tmp_path / "acme-qa"
    shutil.copytree(EXAMPLE, root)
    committed(root, {})
    monkeypatch.chdir(root)
    return root


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small data root outside git, which is the current folder."""
    root = write(tmp_path / "plain", data_root())
    monkeypatch.chdir(root)
    return root


Contents = Callable[[Path], dict[str, bytes]]


def contents(root: Path) -> dict[str, bytes]:
    """Return the bytes of every file below a folder, git's own left out."""
    found = {}
    for place, folders, names in os.walk(root):
        folders[:] = [name for name in folders if name != ".git"]
        for name in names:
            path = Path(place, name)
            found[path.relative_to(root).as_posix()] = path.read_bytes()
    return found


def state(root: Path) -> list[str]:
    """Return the files in which edits keep their state, the lock left out; what is kept of answers lies beside their folders."""
    folder = root / ".git" / "qafiles"
    return sorted(p.name for p in folder.glob("*/**/*") if p.is_file() and p.name != "lock")


def head(root: Path) -> str:
    return git(root, "rev-parse", "HEAD")
