from pathlib import Path

import pytest

from qafiles.diff.whereabouts import whereabouts
from qafiles.validation import load
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_SMOKE = f"{_PROJECT}/tags/smoke.yaml"
_SMOKE_TESTS = f"{_PROJECT}/tags/smoke-tests.yaml"
_CASE = f"{_PROJECT}/test_cases/open.yaml"
_SMOKE_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_NOTE = f"{_PROJECT}/documents/note.yaml"
_NOTE_TEXT = "id: d1bo6qzu3vn8dx0atf5rg2ch\nname: Note\ncontent: Text\n"


def _hints(folder: Path, rev: str | None = None) -> list[str | None]:
    return [found.hint for found in load(folder, rev).diagnostics if found.code == "QF401"]


def _move(folder: Path, old: str, new: str) -> str:
    (folder / new).parent.mkdir(parents=True, exist_ok=True)
    git(folder, "mv", old, new)
    git(folder, "commit", "-qm", "move")
    return git(folder, "rev-parse", "HEAD")


def test_a_renamed_target_is_named_with_commit_author_and_date(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    commit = _move(folder, _SMOKE, _SMOKE_TESTS)
    told = f"tag `smoke` was renamed to `smoke-tests` in {commit[:10]} by Ada on 2026-01-02"
    assert _hints(folder) == [f"{told}; `qafiles fix` rewrites it"]
    assert _hints(folder, rev="HEAD") == _hints(folder)


def test_a_rename_is_told_by_the_id_and_not_by_similarity(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    git(folder, "rm", "-q", _SMOKE)
    write(folder, {_SMOKE_TESTS: f"color: '#123456'\nname: quite another text\nid: {_SMOKE_ID}\n"})
    write(folder, {f"{_PROJECT}/tags/copy.yaml": "id: z1bo6qzu3vn8dx0atf5rg2ch\nname: copy\ncolor: teal\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "rewritten")
    (hint,) = _hints(folder)
    assert "was renamed to `smoke-tests` in " in str(hint)


def test_a_deleted_target_is_named_with_the_commit_that_deleted_it(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    git(folder, "rm", "-q", _SMOKE)
    late = "2026-02-03T23:30:00-0500"
    git(folder, "commit", "-qm", "gone", GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_DATE=late)
    commit = git(folder, "rev-parse", "HEAD")
    told = f"tag `smoke` was deleted in {commit[:10]} by Bob on 2026-02-03"
    assert _hints(folder) == [f"{told}; delete the reference, or restore the file"]


def test_a_target_that_was_renamed_twice_is_named_as_it_is_called_now(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    first = _move(folder, _SMOKE, f"{_PROJECT}/tags/fast.yaml")
    _move(folder, f"{_PROJECT}/tags/fast.yaml", _SMOKE_TESTS)
    (hint,) = _hints(folder)
    told = f"tag `smoke` was renamed in {first[:10]} by Ada on 2026-01-02, and is `smoke-tests` now"
    assert hint == f"{told}; `qafiles fix` rewrites it"


def test_a_target_that_is_gone_but_not_yet_in_a_commit_is_explained(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    (folder / _SMOKE).rename(folder / _SMOKE_TESTS)
    expected = (
        "tag `smoke` was renamed to `smoke-tests`, and that is not committed yet; `qafiles fix` rewrites it"
    )
    assert _hints(folder) == [expected]
    (folder / _SMOKE_TESTS).unlink()
    assert _hints(folder) == [
        "tag `smoke` was deleted, and that is not committed yet; delete the reference, or restore the file"
    ]


def test_an_id_that_no_file_has_any_more_is_explained_by_the_file_that_had_it(tmp_path: Path) -> None:
    case = data_root()[_CASE].replace("tags: [smoke]", "document_id: d1bo6qzu3vn8dx0atf5rg2ch")
    folder = committed(tmp_path, data_root({_CASE: case, _NOTE: _NOTE_TEXT}))
    assert _hints(folder) == []
    git(folder, "rm", "-q", _NOTE)
    git(folder, "commit", "-qm", "gone")
    (hint,) = _hints(folder)
    assert str(hint).startswith("document `note` was deleted in ")


def test_a_move_to_another_folder_is_called_so(tmp_path: Path) -> None:
    case = data_root()[_CASE] + "document_id: note\n"
    folder = committed(tmp_path, data_root({_CASE: case, _NOTE: _NOTE_TEXT}))
    _move(folder, _NOTE, f"{_PROJECT}/documents/guides/note.yaml")
    (hint,) = _hints(folder)
    assert str(hint).startswith("document `note` was moved to `guides/note` in ")


def test_only_the_history_up_to_the_revision_explains(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({_CASE: data_root()[_CASE].replace("smoke", "later")}))
    git(folder, "tag", "old")
    write(folder, {f"{_PROJECT}/tags/later.yaml": "id: z1bo6qzu3vn8dx0atf5rg2ch\nname: later\ncolor: teal\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "later")
    git(folder, "rm", "-q", f"{_PROJECT}/tags/later.yaml")
    git(folder, "commit", "-qm", "gone")
    assert "was deleted in" in str(_hints(folder))
    assert "was deleted" not in str(_hints(folder, rev="old"))


def test_a_deletion_on_a_merged_branch_is_found(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    git(folder, "checkout", "-qb", "side")
    git(folder, "rm", "-q", _SMOKE)
    git(folder, "commit", "-qm", "gone")
    commit = git(folder, "rev-parse", "HEAD")
    git(folder, "checkout", "-q", "main")
    write(folder, {"README.md": "more"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "meanwhile")
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "side")
    assert f"deleted in {commit[:10]}" in str(_hints(folder))


@pytest.mark.parametrize("by_id", [True, False])
@pytest.mark.parametrize("old", [True, False])
def test_a_deletion_that_only_a_merge_made_is_found(tmp_path: Path, *, by_id: bool, old: bool) -> None:
    slow_id, slow = "s1bo6qzu3vn8dx0atf5rg2ch", f"{_PROJECT}/tags/slow.yaml"
    files = data_root()
    folder = committed(tmp_path, files)
    if not old:  # only one of the two sides has it
        git(folder, "checkout", "-qb", "other")
    write(folder, {slow: f"id: {slow_id}\nname: slow\ncolor: red\n"})
    value = slow_id if by_id else "slow"
    write(folder, {_CASE: files[_CASE].replace("[smoke]", f"[smoke, {value}]")})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "slow")
    git(folder, "checkout", "-qb", "more", *(["HEAD"] if old else ["main"]))
    write(folder, {"notes.txt": "x"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "notes")
    git(folder, "checkout", "-q", "main" if old else "other")
    git(folder, "merge", "-q", "--no-ff", "--no-commit", "more")
    git(folder, "rm", "-q", slow)
    git(folder, "commit", "-qm", "merge", GIT_AUTHOR_NAME="Eve")
    commit = git(folder, "rev-parse", "HEAD")
    told = f"tag `slow` was deleted in {commit[:10]} by Eve on 2026-01-02"
    assert _hints(folder) == [f"{told}; delete the reference, or restore the file"]
    git(folder, "rm", "-q", _SMOKE)
    git(folder, "commit", "-qm", "gone")
    assert [str(hint).partition(" was ")[0] for hint in _hints(folder)] == ["tag `smoke`", "tag `slow`"]


def test_many_lost_targets_are_explained_by_one_look_at_the_history(tmp_path: Path) -> None:
    tags = {
        f"{_PROJECT}/tags/t{number}.yaml": f"id: {number:0>23}\nname: t{number}\ncolor: teal\n".replace(
            "id: 0", "id: a0"
        )
        for number in range(150)
    }
    names = ", ".join(f"t{number}" for number in range(150))
    case = data_root()[_CASE].replace("[smoke]", f"[{names}]")
    folder = committed(tmp_path / "repo", {f"qa/{path}": text for path, text in data_root(tags).items()})
    write(folder, {f"qa/{_CASE}": case})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "used")
    git(folder, "rm", "-q", *(f"qa/{path}" for path in tags))
    git(folder, "commit", "-qm", "gone")
    hints = _hints(folder / "qa")
    assert len(hints) == 100 + 1  # of one file so many findings are listed, and a sentence about the rest
    assert sum("was deleted in" in str(hint) for hint in hints) == 100


def test_the_answer_is_a_value_that_names_both_handles(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    commit = _move(folder, _SMOKE, _SMOKE_TESTS)
    snapshot = load(folder)
    (link,) = [link for link in snapshot.links if link.target is None]
    (found,) = whereabouts(snapshot, [link.reference]).values()
    assert (found.path, found.handle) == (_SMOKE, "acme/shop/smoke")
    assert found.file is snapshot.files[_SMOKE_TESTS]
    assert found.new_value("acme/shop") == "smoke-tests"
    assert found.new_value("acme/blog") == "acme/shop/smoke-tests"
    assert found.removed is not None
    assert found.removed.commit == commit


@pytest.mark.parametrize("value", ["''", "'a\\nb'", '"\\0"', "../../x", "acme/shop/../smoke", '"\\udcff"'])
def test_references_that_are_no_handles_are_no_question_for_git(value: str, tmp_path: Path) -> None:
    case = data_root()[_CASE].replace("[smoke]", f"[{value}]")
    folder = committed(tmp_path, data_root({_CASE: case}))
    git(folder, "rm", "-q", _SMOKE)
    git(folder, "commit", "-qm", "gone")
    assert "was deleted" not in str(_hints(folder))


def test_a_repository_without_commits_explains_nothing(tmp_path: Path) -> None:
    case = data_root()[_CASE].replace("smoke", "lost")
    folder = write(tmp_path, data_root({_CASE: case}))
    git(folder, "init", "-q")
    assert _hints(folder) == ["`qafiles list tag` lists them"]
