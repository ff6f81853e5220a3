"""Work that no commit has is not lost by removing and restoring, unless that is asked for."""

from pathlib import Path

import pytest

import qafiles as api
from qafiles.edits.edit import Edit
from qafiles.edits.writing.transaction import transact
from qafiles.errors import EditRefusedError
from tests.conftest import git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents

_NOTES = f"{PROJECT}/NOTES.md"


def test_changes_that_are_not_committed_are_not_removed(repository: Path, qafiles: Qafiles) -> None:
    changed = (repository / OPEN).read_text() + "# mine\n"
    write(repository, {OPEN: changed})
    for options in ([], ["--dry-run"], ["--cascade"]):
        result = qafiles("rm", "acme/shop/open", *options)
        assert (result.code, result.out) == (1, "")
        assert result.err.splitlines()[0] == f"{OPEN}: has changes that are not committed"
        assert (repository / OPEN).read_text() == changed
    git(repository, "add", OPEN)
    assert qafiles("rm", "acme/shop/open").code == 1
    assert qafiles("rm", "acme/shop/open", "--force").code == 0
    assert not (repository / OPEN).exists()


def test_changes_that_are_not_committed_are_not_restored_over(repository: Path, qafiles: Qafiles) -> None:
    text = (repository / SMOKE).read_text()
    write(repository, {SMOKE: text + "# mine\n"})
    result = qafiles("restore", "acme/shop/smoke@HEAD")
    assert (result.code, f"{SMOKE}: has changes that are not committed" in result.err) == (1, True)
    assert (repository / SMOKE).read_text() == text + "# mine\n"
    assert qafiles("restore", "acme/shop/smoke@HEAD", "--force").code == 0
    assert (repository / SMOKE).read_text() == text


@pytest.mark.parametrize("flag", ["assume-unchanged", "skip-worktree"])
def test_changes_that_git_was_told_not_to_look_at_are_not_lost_either(
    repository: Path, qafiles: Qafiles, flag: str
) -> None:
    git(repository, "update-index", f"--{flag}", SMOKE, OPEN)
    text = (repository / SMOKE).read_text() + "# mine\n"
    write(repository, {SMOKE: text})
    for command in (["restore", "acme/shop/smoke@HEAD"], ["rm", "acme/shop/smoke", "--cascade"]):
        result = qafiles(*command)
        assert (result.code, result.err.splitlines()[0]) == (
            1,
            f"{SMOKE}: has changes that are not committed",
        )
    assert (repository / SMOKE).read_text() == text
    assert qafiles("rm", "acme/shop/open").code == 0


def test_a_new_file_is_not_removed(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("new", "tag", "acme/shop/slow", "name=slow", "color=red").code == 0
    result = qafiles("rm", "acme/shop/slow")
    assert (result.code, f"{PROJECT}/tags/slow.yaml: git does not track it" in result.err) == (1, True)
    assert qafiles("rm", "acme/shop/slow", "--force").code == 0
    assert git(repository, "status", "--short") == ""


def test_a_project_does_not_take_files_along_that_git_does_not_track(
    repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {_NOTES: "mine\n", f"{PROJECT}/attach/a.png": b"\x89PNG", f"{PROJECT}/guide.md": "x\n"})
    git(repository, "add", f"{PROJECT}/guide.md")
    git(repository, "commit", "-qm", "guide")
    before = contents(repository)
    result = qafiles("rm", "acme/shop", "--cascade")
    assert (result.code, result.out) == (1, "")
    assert result.err.splitlines()[:2] == [
        f"{_NOTES}: git does not track it",
        f"{PROJECT}/attach/a.png: git does not track it",
    ]
    assert contents(repository) == before
    (repository / _NOTES).unlink()
    (repository / PROJECT / "attach/a.png").unlink()
    (repository / PROJECT / "attach").rmdir()
    assert qafiles("rm", "acme/shop", "--cascade").code == 0
    assert not (repository / PROJECT).exists()


def test_references_are_taken_out_of_files_with_changes_that_stay(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n"})
    assert qafiles("rm", "acme/shop/smoke", "--detach").code == 0
    assert (repository / OPEN).read_text().endswith("# mine\n")


def test_without_git_nothing_is_known_of_earlier_states(folder: Path, qafiles: Qafiles) -> None:
    assert qafiles("rm", "acme/shop/open").code == 0
    assert not (folder / OPEN).exists()


def test_in_python_a_moved_file_with_changes_is_not_removed_either(repository: Path) -> None:
    write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n"})
    snapshot = api.load(repository)
    edit = Edit(snapshot, "away")
    edit.move("acme/shop/open", "acme/shop/again")
    edit.remove("acme/shop/again")
    with pytest.raises(EditRefusedError, match="work that no commit has"):
        transact(repository, lambda _: edit.proposal)
    assert (repository / OPEN).exists()
    with api.edit(snapshot, "away", force=True) as forced:
        forced.remove("acme/shop/open")
    assert not (repository / OPEN).exists()
