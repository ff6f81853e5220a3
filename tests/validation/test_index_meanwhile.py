"""What git tells is of one index: another process may write it at any moment of a run, and nothing false is kept or said later."""

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qafiles.cache.working_tree import WorkingTree
from tests.conftest import git
from tests.validation import test_kept_verdicts as verdicts
from tests.validation.test_kept_files import agree

pattern, top = verdicts.pattern, verdicts.top
_ODD = "users/odd.yaml"
_ADA = "users/ada.yaml"


def _tracked(top: Path) -> None:
    git(top, "add", _ODD)


def _untracked(top: Path) -> None:
    git(top, "rm", "-q", "--cached", _ADA)


def _staged(top: Path) -> None:
    git(top, "add", "-A")


def _left_out(top: Path) -> None:
    git(top, "update-index", "--skip-worktree", _ADA)
    (top / _ADA).unlink()


def _committed(top: Path) -> None:
    git(top, "commit", "-qam", "meanwhile")


def _another_commit(top: Path) -> None:
    git(top, "checkout", "-qf", "HEAD~1")


def _other_content(top: Path) -> None:
    """Have the index say of a file what it does not hold."""
    git(top, "update-index", "--cacheinfo", f"100644,{git(top, 'rev-parse', 'HEAD:qafiles.yaml')},{_ADA}")


_MOMENTS = ["where", "walk", "index_told", "ask_listing", "differing", "contents"]


@pytest.mark.slow
@pytest.mark.parametrize("is_after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("moment", _MOMENTS)
@pytest.mark.parametrize(
    "edit",
    [_tracked, _untracked, _staged, _left_out, _committed, _another_commit, _other_content],
    ids=lambda edit: edit.__name__.strip("_"),
)
def test_an_index_that_is_written_meanwhile_is_mixed_with_no_other(  # fixtures
    top: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    edit: Callable[[Path], None],
    moment: str,
    *,
    is_after: bool,
) -> None:
    (top / _ODD).write_text("bad: [\n")
    (top / "users/eve.yaml").write_text("name: 7\n")
    git(top, "add", "users/eve.yaml")
    with (top / "users/eve.yaml").open("a") as file:
        file.write("# changed\n")
    time.sleep(0.1)
    for _ in range(3):
        verdicts.said(capsys)
    original: Callable[..., Any] = getattr(WorkingTree, moment)
    edited: list[str] = []

    def meanwhile(tree: WorkingTree, *arguments: Any) -> Any:
        if edited:
            return original(tree, *arguments)
        edited.append(moment)
        for answer in (tree._changed, tree._others, tree._listed) if not is_after else ():  # noqa: SLF001  # git has told, by then
            if answer is not None:
                answer.read()
        answer = original(tree, *arguments) if is_after else None
        time.sleep(0.05)
        edit(top)
        return answer if is_after else original(tree, *arguments)

    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, moment, meanwhile)
        verdicts.said(capsys)
        if not edited:  # it is no matter where nothing has changed
            edit(top)
    for arguments in ((), ("--format", "json")):
        verdicts.agrees(capsys, *arguments)
    agree(top)
    git(top, "commit", "-qm", "later", "--allow-empty")
    verdicts.agrees(capsys)


@pytest.fixture
def below(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, pattern: Path) -> Path:
    """Return a data root two folders below the top of its repository, with an ignore file above it that another commit has otherwise."""
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", "/dev/null")
    top = tmp_path / "top"
    root = top / "a/qa"
    root.parent.mkdir(parents=True)
    git(tmp_path, "init", "-q", "top")
    for path in git(pattern, "ls-files").split("\n"):
        place = root / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes((pattern / path).read_bytes())
    for text in ("nothing\n", "odd.yaml\n"):
        (top / ".gitignore").write_text(text)
        (top / "a/.gitignore").write_text(text)
        git(top, "add", "-A")
        git(top, "commit", "-qm", text)
    git(top, "branch", "second")
    git(top, "checkout", "-q", "--detach", "HEAD~1")
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    "spec",
    ["/a/qa/", *(pytest.param(name, marks=pytest.mark.slow) for name in ("!/.gitignore", "!/a/.gitignore"))],
)
def test_ignore_files_above_that_a_sparse_checkout_leaves_out_are_read_from_the_index(
    below: Path, capsys: pytest.CaptureFixture[str], spec: str
) -> None:
    patterns = [spec] if not spec.startswith("!") else ["/*", spec]
    git(below.parents[1], "sparse-checkout", "set", "--no-cone", *patterns)
    (below / _ODD).write_text("bad: [\n")
    time.sleep(0.1)
    for _ in range(3):
        verdicts.agrees(capsys)
    agree(below)
    for commit in ("second", "HEAD~1", "second"):
        git(below, "checkout", "-q", commit)
        for _ in range(3):
            verdicts.agrees(capsys)
        agree(below)


def test_a_data_root_that_the_index_says_is_in_another_repository_is_that_everywhere(
    below: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    commit = git(below, "rev-parse", "HEAD")
    git(below, "rm", "-rq", "--cached", ".")
    time.sleep(0.1)
    verdicts.agrees(capsys)
    git(below.parent, "rm", "-q", "--cached", ".gitignore")
    git(below, "update-index", "--add", "--cacheinfo", f"160000,{commit},a")
    for _ in range(3):
        verdicts.agrees(capsys)
    agree(below)
