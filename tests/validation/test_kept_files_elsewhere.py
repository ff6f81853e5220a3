"""What is kept of files is right where a repository is not plain: links, sub-modules, worktrees, SHA-256, no working tree."""

import os
import shutil
import time
from pathlib import Path

import pytest

from tests.conftest import committed, git, write
from tests.rules.data_root import data_root
from tests.validation.test_kept_files import agree

pytestmark = pytest.mark.slow


@pytest.fixture
def top(tmp_path: Path) -> Path:
    """Return a repository at rest, of which everything is kept."""
    folder = committed(tmp_path / "above/data", data_root())
    time.sleep(2.1)
    agree(folder)
    return folder


def test_a_folder_that_became_a_link_and_back(top: Path, tmp_path: Path) -> None:
    shutil.move(top / "users", tmp_path / "moved")
    (top / "users").symlink_to(tmp_path / "moved")
    agree(top)
    (top / "users").unlink()
    shutil.move(tmp_path / "moved", top / "users")
    agree(top)


def test_a_file_that_was_exchanged_and_put_back(top: Path, tmp_path: Path) -> None:
    place, aside = top / "users/ada.yaml", tmp_path / "aside"
    place.rename(aside)
    place.write_bytes(aside.read_bytes().replace(b"Ada", b"Eda"))
    agree(top)
    aside.rename(place)
    agree(top)


def test_repositories_among_the_entities_and_beside_them(top: Path, tmp_path: Path) -> None:
    other = committed(tmp_path / "other", {"a": "b"})
    for path in ("elsewhere", "users/sub", "users/sub.yaml"):
        git(top, "submodule", "add", "-q", other, path)
        agree(top)
        agree(top, staged=True)


def test_a_linked_worktree(top: Path, tmp_path: Path) -> None:
    git(top, "worktree", "add", "-q", tmp_path / "linked")
    agree(tmp_path / "linked")
    (tmp_path / "linked/users/ada.yaml").unlink()
    agree(tmp_path / "linked")
    agree(top)


def test_a_data_root_in_a_folder_and_names_that_are_no_text(tmp_path: Path) -> None:
    folder = committed(tmp_path, {f"sub/é/{path}": text for path, text in data_root().items()}) / "sub/é"
    agree(folder)
    git(folder, "rm", "-q", "-r", "--cached", "users")
    agree(folder)
    Path(os.fsdecode(os.fsencode(folder) + b"/users/\xe9.yaml")).write_text("a: 1")
    agree(folder)
    agree(folder / "users", rev="HEAD")


def test_names_of_sha_256(tmp_path: Path) -> None:
    git(write(tmp_path, data_root()), "init", "-q", "--object-format=sha256")
    for text in ("name: 1\n", "name: Ada\n"):
        (tmp_path / "users/ada.yaml").write_text(text)
        agree(tmp_path)
        git(tmp_path, "add", "-A")
        git(tmp_path, "commit", "-qm", text)
        agree(tmp_path)
        agree(tmp_path, staged=True)
    agree(tmp_path, rev="HEAD")
    agree(tmp_path, rev="HEAD~1")


def test_a_repository_without_a_working_tree(top: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", "--bare", top, "bare.git")
    agree(tmp_path / "bare.git", rev="HEAD")
    assert [*(tmp_path / "bare.git").glob("qafiles/files-*")]


def test_files_that_can_not_be_read_as_they_should(top: Path) -> None:
    texts = {
        "large": b"name: " + b"x" * 3_000_000,
        "deep": b"a: " + b"[" * 100,
        "binary": b"\0\xff",
        "numbers": b"name: 123456789012345678901234567890123456789\nx-a: .inf\nx-b: 1e400\nx-c: null\n",
        "nul": b'id: "a\\0b"\nname: x\n',
    }
    for name, text in texts.items():
        (top / f"users/{name}.yaml").write_bytes(text)
    agree(top)
    git(top, "add", "-A")
    agree(top, staged=True)
    git(top, "commit", "-qm", "odd")
    agree(top)
    agree(top, rev="HEAD")
