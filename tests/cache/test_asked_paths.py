"""Git, asked before anything is imported, says what it says when a data root is opened."""

from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles.cache.asked_paths import AskedPaths
from qafiles.loading.asked import paths_asked
from qafiles.sources import FolderSource
from qafiles.sources.data_root import open_source
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_BELOW = {f"qa/data/{path}": text for path, text in data_root().items()}


def _top(place: Path) -> Path:
    return committed(place / "repo", data_root())


def _below_the_top(place: Path) -> Path:
    return committed(place / "repo", {**_BELOW, "src/main.py": ""}) / "qa/data"


def _below_the_data_root(place: Path) -> Path:
    return committed(place / "repo", _BELOW) / "qa/data/users"


def _behind_a_link(place: Path) -> Path:
    link = place / "link"
    link.symlink_to(_below_the_top(place))
    return link


def _linked_worktree(place: Path) -> Path:
    top = _top(place)
    git(top, "worktree", "add", "-q", place / "other", "-b", "other")
    return place / "other"


def _untracked_and_deleted(place: Path) -> Path:
    top = _top(place)
    write(top, {".gitignore": "*.tmp\n", "users/new.yaml": "", "users/left.tmp": "", "users/zoé.yaml": ""})
    next((top / "organizations").rglob("*.yaml")).unlink()
    return top


def _conflict(place: Path) -> Path:
    top = _top(place)
    for branch, text in (("a", "version: 1 # a\n"), ("b", "version: 1 # b\n")):
        git(top, "checkout", "-qB", branch, "main")
        write(top, {"qafiles.yaml": text})
        git(top, "commit", "-qam", branch)
    git(top, "merge", "a", code=1)
    write(top, {"qafiles.yaml": "version: 1\n"})
    return top


def _sparse(place: Path) -> Path:
    top = _top(place)
    git(top, "sparse-checkout", "set", "--no-cone", "/*", "!/organizations/")
    return top


def _ignored(place: Path) -> Path:
    return write(committed(place / "repo", {".gitignore": "qa/\n"}), _BELOW) / "qa/data"


def _without_git(place: Path) -> Path:
    return write(place / "plain", data_root())


def _elsewhere(place: Path) -> Path:
    """Return a working tree whose git folder lies elsewhere and names it."""
    top = _top(place)
    (top / ".git").rename(place / "git\nfolder")
    (top / ".git").write_text(f"gitdir: {place}/git\nfolder\n")
    return top


@pytest.mark.parametrize(
    "tree",
    [
        _top,
        _below_the_top,
        _below_the_data_root,
        _behind_a_link,
        _linked_worktree,
        _untracked_and_deleted,
        _conflict,
        _sparse,
        _ignored,
        _without_git,
        _elsewhere,
    ],
)
def test_what_git_was_asked_before_is_what_it_says_when_a_data_root_is_opened(
    tree: Callable[[Path], Path], tmp_path: Path
) -> None:
    folder = tree(tmp_path)
    expected = open_source(folder)
    paths = AskedPaths.at(str(folder))
    assert paths is not None
    paths.go_on()
    source = open_source(folder, paths=paths)
    assert isinstance(source, FolderSource)
    assert isinstance(expected, FolderSource)
    assert source == expected
    assert source.listed == expected.listed
    assert source.entries() == expected.entries()
    assert source.repository is None or paths.is_answered


def test_what_is_asked_of_one_data_root_is_not_taken_for_another(tmp_path: Path) -> None:
    other = AskedPaths.at(str(_top(tmp_path)))
    assert other is not None
    other.go_on()
    folder = _below_the_top(tmp_path / "second")
    assert open_source(folder, paths=other) == open_source(folder)


@pytest.mark.parametrize("name", ["GIT_DIR", "GIT_INDEX_FILE"])
def test_nothing_is_asked_early_in_a_hook(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = _top(tmp_path)
    monkeypatch.setenv(name, str(folder / ".git/index"))
    assert AskedPaths.at(str(folder)) is None


def test_a_data_root_in_another_is_left_to_those_who_say_so(tmp_path: Path) -> None:
    folder = committed(tmp_path, {**data_root(), "users/qafiles.yaml": "version: 1\n"})
    assert AskedPaths.at(str(folder / "users")) is None
    assert AskedPaths.at(str(tmp_path / "nowhere")) is None


def test_a_site_of_the_working_tree_has_git_at_work_before_the_command_is_read(tmp_path: Path) -> None:
    top = _untracked_and_deleted(tmp_path)
    asked = paths_asked(["-C", str(tmp_path), "-C", "repo", "site", "-o", "out"])
    assert asked is not None
    assert asked.paths() is not None
    assert open_source(top, paths=asked) == open_source(top)


@pytest.mark.parametrize("more", [("--rev", "HEAD"), ("--staged",), ("--no-cache",)])
def test_a_site_of_another_state_asks_nothing_early(more: tuple[str, ...], tmp_path: Path) -> None:
    assert paths_asked(["-C", str(_top(tmp_path)), "site", "-o", "out", *more]) is None
