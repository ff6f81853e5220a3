"""Where no folder has changed, nothing is looked for in it; whatever else makes git tell of other files is seen."""

import os
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from qafiles.cache import folder_stamps, index_listing, untracked
from qafiles.cache.git_answer import Answer
from qafiles.cache.working_tree import WorkingTree
from tests.conftest import git
from tests.validation import test_kept_verdicts as verdicts

pattern, top = verdicts.pattern, verdicts.top
_RECENT = 50_000_000
_NOTHING = untracked.Outside((), b"")
_EVE = "name: Eve\n"


def _at_rest(top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Let a verdict be kept with its folders, and see that git walks through none of them for it."""
    monkeypatch.setattr(untracked, "_RECENT", _RECENT)
    time.sleep(1.1)
    git(top, "update-index", "-q", "--really-refresh", code=0)
    time.sleep(2 * _RECENT / 1e9)
    verdicts.agrees(capsys)
    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, "walk", None)
        patch.setattr("qafiles.validation.run.load_source", None)
        assert verdicts.said(capsys)[0] in {0, 1}


def _in_place(place: Path, text: str) -> None:
    with place.open("w") as file:
        file.write(text)


def _new(top: Path) -> None:
    (top / "users/eve.yaml").write_text(_EVE)


def _in_an_empty_folder(top: Path) -> None:
    (top / "organizations/empty/deep/eve.yaml").write_text(_EVE)


def _in_an_ignored_folder(top: Path) -> None:
    (top / "organizations/ignored/eve.yaml").write_text(_EVE)


def _beside_what_is_ignored(top: Path) -> None:
    (top / "organizations/beside/eve.yaml").write_text(_EVE)


def _deleted(top: Path) -> None:
    (top / "users/untracked.yaml").unlink()


def _changed_in_place(top: Path) -> None:
    place = top / "users/untracked.yaml"
    status = place.stat()
    _in_place(place, "name: xx\n")
    os.utime(place, ns=(status.st_atime_ns, status.st_mtime_ns))


def _times_of_a_folder(top: Path) -> None:
    status = (top / "users").stat()
    _new(top)
    os.utime(top / "users", ns=(status.st_atime_ns, status.st_mtime_ns))


def _ignore_file(name: str) -> Callable[[Path], None]:
    def edit(top: Path) -> None:
        _in_place(top / name, "untracked.yaml\n")

    edit.__name__ = name
    return edit


def _repository(top: Path) -> None:
    git(top / "organizations/empty", "init", "-q")


def _link(top: Path) -> None:
    (top / "organizations/empty/deep").rmdir()
    (top / "organizations/empty/deep").symlink_to("../../users")


def _no_longer_tracked(top: Path) -> None:
    git(top, "rm", "-q", "--cached", "users/ada.yaml")


def _other_configuration(top: Path) -> None:
    (top.parent / "other").write_text("untracked.yaml\n")
    git(top, "config", "core.excludesFile", top.parent / "other")


def _committed(top: Path) -> None:
    """Have git write another index, of the same paths."""
    _in_place(top / "users/ada.yaml", (top / "users/ada.yaml").read_text() + "# changed\n")
    git(top, "commit", "-qm", "changed", "users/ada.yaml")


def _staged(top: Path) -> None:
    _in_place(top / "qafiles.yaml", (top / "qafiles.yaml").read_text() + "# changed\n")
    git(top, "add", "qafiles.yaml")


def _left(top: Path) -> None:
    """Leave the index as it is."""


@pytest.mark.slow
@pytest.mark.parametrize("index", [_left, _committed, _staged], ids=lambda index: index.__name__.strip("_"))
@pytest.mark.parametrize(
    "edit",
    [
        _new,
        _in_an_empty_folder,
        _in_an_ignored_folder,
        _beside_what_is_ignored,
        _deleted,
        _changed_in_place,
        _times_of_a_folder,
        *map(
            _ignore_file, [".gitignore", "users/.gitignore", ".git/info/exclude", "../linked", "../ignored"]
        ),
        _repository,
        _link,
        _no_longer_tracked,
        _other_configuration,
    ],
    ids=lambda edit: edit.__name__.strip("_"),
)
def test_what_git_would_find_in_a_walk_is_seen_without_one(
    top: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    edit: Callable[[Path], None],
    index: Callable[[Path], None],
) -> None:
    for name in ("organizations/empty/deep", "organizations/ignored", "organizations/beside", ".git/info"):
        (top / name).mkdir(parents=True, exist_ok=True)
    (top / "users/untracked.yaml").write_text("name: 77\n")
    (top / "organizations/beside/x.log").write_text("")
    (top / ".gitignore").write_text("*.log\norganizations/ignored/\n")
    for name in ("users/.gitignore", ".git/info/exclude", "../linked", "../ignored"):
        (top / name).write_text("# nothing\n")
    if edit.__name__ == "../linked":
        (top.parent / "link").symlink_to("linked")
    git(
        top,
        "config",
        "core.excludesFile",
        top.parent / ("link" if edit.__name__ == "../linked" else "ignored"),
    )
    _at_rest(top, capsys, monkeypatch)
    before = verdicts.said(capsys, "--format", "json")
    if edit is not _no_longer_tracked:
        index(top)
    edit(top)
    expected = verdicts.said(capsys, "--no-cache", "--format", "json")
    assert verdicts.said(capsys, "--format", "json") == expected
    assert verdicts.said(capsys, "--format", "json") == expected
    assert (expected == before) == (edit in (_in_an_ignored_folder, _no_longer_tracked))


def test_what_is_found_of_a_tree_that_nobody_looked_at_before_is_kept_with_its_folders(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    assert not (top / ".git/qafiles").exists()
    time.sleep(0.1)
    first = verdicts.said(capsys)
    monkeypatch.setattr(WorkingTree, "walk", None)
    assert verdicts.said(capsys) == first


@pytest.mark.parametrize("second", [True, False])
def test_a_folder_is_at_rest_soon_where_times_are_told_in_detail(*, second: bool) -> None:
    now = 10_000_000_000
    for ago, is_at_rest in ((20_000_000, False), (100_000_000, not second), (4_000_000_000, True)):
        changed = now - ago
        changed -= changed % 1_000_000_000 if second else 0
        assert untracked.is_at_rest(changed + (0 if second else 1), now) == is_at_rest


@pytest.mark.parametrize("index", [_committed, _staged])
def test_where_another_index_has_the_same_paths_nothing_is_walked_through(
    top: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    index: Callable[[Path], None],
) -> None:
    _at_rest(top, capsys, monkeypatch)
    index(top)
    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, "walk", None)
        first = verdicts.said(capsys)
        assert verdicts.said(capsys) == first
    assert verdicts.agrees(capsys) == first


@pytest.mark.parametrize("trap", ["repository", "other file system", "changed just now"])
def test_folders_that_tell_nothing_are_walked_through(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    if trap == "repository":
        git(top, "init", "-q", "elsewhere")
    if trap == "other file system":
        monkeypatch.setattr(folder_stamps, "_KNOWN", frozenset({"nfs"}))
    if trap == "changed just now":
        monkeypatch.setattr(untracked, "_JUST_NOW", 60_000_000_000)
    else:
        monkeypatch.setattr(untracked, "_RECENT", _RECENT)
        time.sleep(2 * _RECENT / 1e9)
    walks: list[WorkingTree] = []
    walk = WorkingTree.walk

    def counted(tree: WorkingTree) -> Answer:
        walks.append(tree)
        return walk(tree)

    monkeypatch.setattr(WorkingTree, "walk", counted)
    for _ in range(3):
        verdicts.agrees(capsys)
        walks.clear()
        verdicts.said(capsys)
        assert walks


def test_where_too_many_files_count_with_their_content_nothing_is_known_of_the_folders_of_an_older_index(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _at_rest(top, capsys, monkeypatch)
    monkeypatch.setattr(index_listing, "_MOST_FILES", 1)
    git(top, "update-index", "--assume-unchanged", "qafiles.yaml", "organizations/acme/organization.yaml")
    git(top, "rm", "-q", "--cached", "users/ada.yaml")
    verdicts.agrees(capsys)


def test_a_data_root_below_the_top_follows_the_ignore_files_above_it(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = top / "qa"
    (folder / "users").mkdir(parents=True)
    git(top, "mv", "qafiles.yaml", "qa/qafiles.yaml")
    git(top, "commit", "-qm", "moved")
    (folder / "users/untracked.yaml").write_text("name: 77\n")
    (top / ".gitignore").write_text("# nothing\n")
    monkeypatch.chdir(folder)
    _at_rest(folder, capsys, monkeypatch)
    _in_place(top / ".gitignore", "untracked.yaml\n")
    assert verdicts.agrees(capsys)[0] == 0


def test_folders_are_not_known_where_an_ignore_file_was_written_while_git_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untracked, "_RECENT", _RECENT)
    (tmp_path / ".gitignore").write_text("*.bak\n")
    time.sleep(2 * _RECENT / 1e9)
    begun = time.time_ns()
    known = untracked.Folders.of(str(tmp_path), _NOTHING, [], begun)
    assert known is not None
    if not known.stamps:
        pytest.skip("this file system's folders do not tell what is in them")
    _in_place(tmp_path / ".gitignore", "*.old\n")
    assert untracked.Folders.of(str(tmp_path), _NOTHING, [], begun) is None


def test_folders_are_not_known_where_an_ignore_file_was_written_before_it_was_read(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(untracked, "_RECENT", _RECENT)
    (tmp_path / ".gitignore").write_text("*.bak\n")
    time.sleep(2 * _RECENT / 1e9)
    begun = time.time_ns()
    walk = untracked._Look.walk  # noqa: SLF001  # between it and what it is for

    def walk_and_change(*arguments: Any) -> bool:
        is_whole = walk(*arguments)
        _in_place(tmp_path / ".gitignore", "*.old\n")
        return is_whole

    monkeypatch.setattr(untracked._Look, "walk", walk_and_change)  # noqa: SLF001  # as above
    assert untracked.Folders.of(str(tmp_path), _NOTHING, [], begun) is None


def _rewritten(place: Path) -> None:
    _in_place(place, "*.old\n")


def _put_in_its_place(place: Path) -> None:
    other = place.with_name("other")
    other.write_text("*.old\n")
    os.utime(other, (1, 1))
    other.rename(place)


def _behind_another_link(place: Path) -> None:
    target = place.with_name("target")
    target.write_text("*.old\n")
    place.unlink()
    place.symlink_to(target)


@pytest.mark.parametrize("change", [_rewritten, _put_in_its_place, _behind_another_link, Path.unlink])
def test_folders_are_not_known_where_an_ignore_file_elsewhere_has_changed_while_git_walked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, change: Callable[[Path], None]
) -> None:
    monkeypatch.setattr(untracked, "_RECENT", _RECENT)
    root, place = tmp_path / "data", tmp_path / "home/ignore"
    root.mkdir()
    place.parent.mkdir()
    place.write_text("*.bak\n")
    time.sleep(2 * _RECENT / 1e9)
    begun = time.time_ns()
    config = b"core.excludesFile\n%s\0" % os.fsencode(place)

    def folders() -> untracked.Folders | None:
        outside = untracked.outside_of(str(root), "", str(tmp_path / "git"), config)
        return untracked.Folders.of(str(root), outside, [], begun)

    assert folders() is not None
    change(place)
    assert folders() is None


@pytest.mark.parametrize("name", ["HOME", "XDG_CONFIG_HOME", "GIT_CONFIG_GLOBAL", "GIT_CONFIG_SYSTEM"])
def test_nothing_is_kept_where_git_reads_another_configuration_in_each_folder(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, name: str
) -> None:
    monkeypatch.setenv(name, "configuration")
    verdicts.agrees(capsys)
    assert not verdicts.kept_files(top)
    monkeypatch.setenv(name, str(top.parent / "configuration"))
    verdicts.agrees(capsys)
    assert verdicts.kept_files(top)
