"""Two files with one id: which one carries the history, and what each command says of both."""

import json
from pathlib import Path

import pytest

from qafiles.history import derived, entity_log, history_of, settled
from qafiles.history.shared_ids import carrier
from qafiles.reports import make_report
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

__all__ = ["qafiles"]

_SHOP = "organizations/acme/projects/shop"
_SMOKE = f"{_SHOP}/tags/smoke.yaml"
_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_COPY = f"{_SHOP}/tags/aaa.yaml"
_CASE = f"{_SHOP}/test_cases/by-id.yaml"


def _tag(name: str, color: str = "teal") -> str:
    return f"id: {_ID}\nname: {name}\ncolor: {color}\n"


def commit(folder: Path, title: str, day: int) -> None:
    """Commit everything at noon of a day in January."""
    when = f"2026-01-{day:02}T12:00:00Z"
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", title, GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root with a tag and a test case that names it by its id."""
    case = f"id: a1aaaaaaaaaaaaaaaaaaaaaa\ntest_description: x\nurl_route: /\ntags: [{_ID}]\n"
    place = committed(tmp_path / "data", {**data_root(), _SMOKE: _tag("smoke"), _CASE: case})
    monkeypatch.chdir(place)
    return place


def of(folder: Path) -> str | None:
    """Return the path of the file that carries the history of the id."""
    snapshot = load(open_source(folder))
    file = carrier(history_of(snapshot), _ID, snapshot.shared_ids[_ID])
    return file.path if file is not None else None


@pytest.mark.parametrize("is_committed", [True, False])
def test_every_reading_command_follows_the_original_and_names_both(
    folder: Path,
    qafiles: Qafiles,
    is_committed: bool,  # noqa: FBT001
) -> None:
    write(folder, {_COPY: _tag("aaa", "red")})
    if is_committed:
        commit(folder, "copy", 2)
    assert of(folder) == _SMOKE
    for command in (["show", _ID], ["refs", _ID], ["show", _ID[:8]]):
        result = qafiles(*command)
        assert result.code == 0
        assert "acme/shop/smoke" in result.out
        assert f"{_COPY} and {_SMOKE} have the same id" in result.err
        assert f"its history is that of {_SMOKE}" in result.err
    assert "acme/shop/smoke" in qafiles("show", f"{_ID}@HEAD").out
    assert f"{_COPY} and {_SMOKE}" in qafiles("list", "tag").err
    assert any(_COPY in note and _SMOKE in note for note in make_report("inventory", folder).notes)
    for command in (["log", "acme/shop/aaa"], ["blame", "acme/shop/aaa"]):
        assert f"its history is that of {_SMOKE}" in qafiles(*command).err
    if is_committed:
        assert f"its history is that of {_SMOKE}" in qafiles("log", _ID).err
    assert "red" not in qafiles("blame", _ID).out
    assert "by-id" in qafiles("refs", "tag:acme/shop/smoke").out
    assert "by-id" not in qafiles("refs", "tag:acme/shop/aaa").out


@pytest.mark.parametrize("is_committed", [True, False])
def test_the_values_of_a_copy_are_not_those_of_the_original(
    folder: Path,
    qafiles: Qafiles,
    is_committed: bool,  # noqa: FBT001
) -> None:
    write(folder, {(copy := f"{_SHOP}/test_cases/copy.yaml"): (folder / _CASE).read_text("utf-8")})
    if is_committed:
        commit(folder, "copy", 2)
    shown = json.loads(qafiles("show", copy, "--format", "json").out)["derived"]
    assert (shown["created_at"], shown["updated_at"]) == (None, None)
    assert shown["reason"].startswith(f"the history of its id is that of {_CASE}")
    original = json.loads(qafiles("show", _CASE, "--format", "json").out)["derived"]
    assert original["created_at"] is not None
    listed = json.loads(qafiles("list", "test_case", "--derived", "--format", "json").out)
    assert {row["path"]: row["derived"]["created_at"] is None for row in listed}[copy]


def test_where_one_commit_brought_both_an_id_names_neither(folder: Path, qafiles: Qafiles) -> None:
    write(
        folder,
        {f"{_SHOP}/tags/x.yaml": _tag("x").replace("e1", "z1"), _COPY: _tag("aaa").replace("e1", "z1")},
    )
    commit(folder, "two", 2)
    id_ = _ID.replace("e1", "z1")
    for command in ("show", "refs", "log", "blame"):
        result = qafiles(command, id_)
        assert result.code == 2, command
        assert "name the one that you mean by its path" in result.err
        assert (_COPY in result.err, "tags/x.yaml" in result.err) == (True, True)
    assert "can't tell which one is the copy" in qafiles("show", _COPY).err
    assert "can't tell which one is the copy" in qafiles("log", _COPY).err


def test_without_git_and_where_history_is_cut_off_an_id_names_neither(
    folder: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {_COPY: _tag("aaa", "red")})
    commit(folder, "copy", 2)
    git(tmp_path, "clone", "-q", "--depth=1", folder.as_uri(), tmp_path / "shallow")
    write(tmp_path / "plain", {**data_root(), _SMOKE: _tag("smoke"), _COPY: _tag("aaa")})
    for place, code in (("shallow", 3), ("plain", 0)):
        monkeypatch.chdir(tmp_path / place)
        for command in ("show", "refs"):
            assert qafiles(command, _ID).code == 2, (place, command)
            assert qafiles(command, _COPY).code == code, (place, command)


def test_a_copy_that_is_not_mended_is_told_in_json_with_what_gets_the_history(
    folder: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(folder, {_COPY: _tag("aaa", "red")})
    commit(folder, "copy", 2)
    git(tmp_path, "clone", "-q", "--depth=1", folder.as_uri(), tmp_path / "shallow")
    monkeypatch.chdir(tmp_path / "shallow")
    done = qafiles("fix", "--format", "json")
    told = json.loads(done.out)
    assert (done.code, told["changes"]) == (3, [])
    assert "`git fetch --unshallow`" in " ".join(told["notes"])
    assert [item["code"] for item in told["left"]] == ["QF301"]
    assert done.err.count("--unshallow") == 1


def test_an_original_that_is_renamed_beside_its_copy_goes_on(folder: Path) -> None:
    write(folder, {_COPY: _tag("aaa", "red")})
    commit(folder, "copy", 2)
    git(folder, "mv", _SMOKE, f"{_SHOP}/tags/zzz.yaml")
    assert of(folder) == f"{_SHOP}/tags/zzz.yaml"
    commit(folder, "rename", 3)
    assert of(folder) == f"{_SHOP}/tags/zzz.yaml"
    (first, *_) = entity_log(history_of(open_source(folder)), _ID)
    assert (first.what, first.old_path, first.path) == (("renamed",), _SMOKE, f"{_SHOP}/tags/zzz.yaml")


def test_a_snapshot_without_shared_ids_is_settled_as_it_is(folder: Path) -> None:
    snapshot = load(open_source(folder))
    assert settled(snapshot) is snapshot
    assert derived(history_of(snapshot), snapshot.files[_CASE]).values["created_at"] is not None


def _copy_told_by(folder: Path) -> list[tuple[str, str]]:
    """Return the path and the message of each finding about the id."""
    return [
        (item.path, item.message) for item in load(open_source(folder)).diagnostics if item.code == "QF301"
    ]


@pytest.mark.parametrize("is_committed", [True, False])
def test_an_original_that_is_renamed_after_it_was_copied_stays_the_original(
    folder: Path,
    qafiles: Qafiles,
    is_committed: bool,  # noqa: FBT001
) -> None:
    write(folder, {_COPY: _tag("aaa", "red")})
    commit(folder, "copy", 2)
    renamed = f"{_SHOP}/tags/zzz.yaml"
    git(folder, "mv", _SMOKE, renamed)
    if is_committed:
        commit(folder, "rename", 3)
    ((path, message),) = _copy_told_by(folder)
    assert (path, f"this file is a copy of {renamed}" in message) == (_COPY, True)
    assert qafiles("fix").code == 0
    assert _ID in (folder / renamed).read_text()
    assert _ID not in (folder / _COPY).read_text()


def test_an_original_and_its_copy_that_one_merge_brings_are_told_apart(
    folder: Path, qafiles: Qafiles
) -> None:
    git(folder, "checkout", "-qb", "side")
    id_ = _ID.replace("e1", "z1")
    new, copy = f"{_SHOP}/tags/new.yaml", f"{_SHOP}/tags/bbb.yaml"
    write(folder, {new: _tag("new").replace("e1", "z1")})
    commit(folder, "new", 2)
    write(folder, {copy: _tag("bbb").replace("e1", "z1")})
    commit(folder, "copy", 3)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "side")
    ((path, message),) = _copy_told_by(folder)
    assert (path, f"a copy of {new}" in message) == (copy, True)
    assert qafiles("set", copy, "color=red").code == 0
    assert qafiles("fix").code == 0
    assert id_ in (folder / new).read_text()


def test_two_files_of_one_commit_are_told_apart_by_no_later_rename(folder: Path, qafiles: Qafiles) -> None:
    one, two = f"{_SHOP}/tags/one.yaml", f"{_SHOP}/tags/two.yaml"
    write(folder, {path: _tag(path[-8:-5]).replace("e1", "z1") for path in (one, two)})
    commit(folder, "both", 2)
    git(folder, "mv", one, f"{_SHOP}/tags/xxx.yaml")
    commit(folder, "rename", 3)
    ((_, message),) = _copy_told_by(folder)
    assert "copy" not in message
    assert "can't tell which one is the copy" in qafiles("log", two).err


@pytest.mark.parametrize("in_one_commit", [True, False])
def test_a_comparison_follows_the_original_through_a_rename_beside_its_copy(
    folder: Path,
    qafiles: Qafiles,
    in_one_commit: bool,  # noqa: FBT001
) -> None:
    first = git(folder, "rev-parse", "HEAD")
    write(folder, {_COPY: _tag("aaa", "red")})
    if not in_one_commit:
        commit(folder, "copy", 2)
    git(folder, "mv", _SMOKE, f"{_SHOP}/tags/zzz.yaml")
    for told in ([] if in_one_commit else [first]) + [f"{first}..HEAD"]:
        if told != first:
            commit(folder, "rename", 3)
        found = json.loads(qafiles("diff", told, "--format", "json").out)["changes"]
        assert [(item["what"], item["path"], item["old_path"]) for item in found] == [
            ("added", _COPY, None),
            ("renamed", f"{_SHOP}/tags/zzz.yaml", _SMOKE),
        ], told


def test_a_copy_and_a_rename_of_one_commit_are_told_apart_by_the_bytes_alone(folder: Path) -> None:
    write(folder, {_COPY: _tag("smoke"), f"{_SHOP}/tags/zzz.yaml": _tag("smoke")})
    git(folder, "rm", "-q", _SMOKE)
    commit(folder, "two", 2)
    assert of(folder) is None
    write(folder, {_COPY: _tag("aaa")})
    commit(folder, "later", 3)
    assert of(folder) is None
