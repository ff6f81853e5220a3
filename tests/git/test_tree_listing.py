"""What a commit holds is the same, told by the index or by its trees."""

import os
import random
import shutil
from pathlib import Path

import pytest

from qafiles.git import find_repository
from qafiles.git.repository import GitRepository, TreeEntry
from qafiles.git.tree_listing import commit_entries
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_REVISIONS = ("HEAD", "HEAD~1", "HEAD~2")


@pytest.fixture
def top(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a repository with a data root and three commits."""
    monkeypatch.setattr("qafiles.git.tree_listing._WORTHWHILE", 0)
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    folder = committed(tmp_path / "data", data_root({"notes/été.txt": "x\n", "run.sh": "#!\n"}))
    (folder / "run.sh").chmod(0o755)
    (folder / "link").symlink_to("run.sh")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    (folder / "users/ada.yaml").unlink()
    (folder / "users/eve.yaml").write_text("name: Eve\n")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "third")
    return folder


def _agrees(folder: Path) -> None:
    repository = find_repository(folder)
    assert repository is not None
    for revision in _REVISIONS:
        commit = repository.commit(revision)
        for place in ("", "users", "organizations/acme", "nowhere"):
            expected = repository.tree_entries(commit, place)
            listed = commit_entries(repository, commit, place)
            assert listed.blobs == {entry.path: entry.blob for entry in expected}
            assert listed.modes == {entry.path: entry.mode for entry in expected if entry.mode != "100644"}


def test_few_trees_tell_what_all_of_them_would(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    _agrees(top)
    asked: list[str] = []
    whole = GitRepository.tree_entries

    def counted(repository: GitRepository, commit: str, folder: str) -> list[TreeEntry]:
        asked.append(commit)
        return whole(repository, commit, folder)

    monkeypatch.setattr(GitRepository, "tree_entries", counted)
    repository = find_repository(top)
    assert repository is not None
    assert commit_entries(repository, repository.commit("HEAD~2"), "").blobs
    assert asked == []
    for edit in (("add", "-N", "new.txt"), ("read-tree", "--empty")):
        (top / "new.txt").write_text("new\n")
        git(top, *edit)
        _agrees(top)
    assert asked


@pytest.mark.slow
def test_after_any_edits_a_commit_holds_the_same(top: Path, tmp_path: Path) -> None:
    for number in range(samples(300, 10)):
        r = random.Random(number)  # noqa: S311  # no secret
        folder = tmp_path / f"copy-{number}"
        shutil.copytree(top, folder, symlinks=True)
        names = []
        for _ in range(3):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            try:
                edit(folder, r)
            except (AssertionError, OSError):
                names[-1] += " refused"
        try:
            _agrees(folder)
        except Exception as error:
            error.add_note(str(names))
            raise
        shutil.rmtree(folder)
