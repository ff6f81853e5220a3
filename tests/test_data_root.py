import os
import re
from pathlib import Path
from typing import Any

import pytest

from qafiles.errors import DataRootError, UsageError
from qafiles.sources import FolderSource
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

CHOICES: tuple[dict[str, Any], ...] = ({}, {"staged": True}, {"rev": "HEAD"})


def below(folder: str, files: dict[str, str] | None = None) -> dict[str, str]:
    return {f"{folder}/{path}": text for path, text in (files or data_root()).items()}


@pytest.mark.parametrize("start", [".", "users", "organizations/acme/projects/shop/tags"])
def test_the_data_root_is_found_upward(start: str, tmp_path: Path) -> None:
    folder = committed(tmp_path, below("qa"))
    expected = load(folder / "qa")
    for choice in CHOICES:
        snapshot = load(folder / "qa" / start, **choice)
        assert snapshot == expected
        assert snapshot.source.root == "qa"


def test_the_current_folder_is_the_default(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(write(tmp_path, data_root()) / "users")
    assert load() == load(tmp_path)


def test_a_folder_without_a_data_root_is_an_error_that_names_the_known_ones(tmp_path: Path) -> None:
    folder = committed(tmp_path, {**below("qa"), **below("tools/qa"), "src/main.py": ""})
    for place in (folder, folder / "src"):
        with pytest.raises(DataRootError) as raised:
            load(place)
        assert raised.value.exit_code == 3
        assert str(raised.value) == (
            f"there is no qafiles.yaml in {place} or above it; git knows these data roots, from its top: `qa`, `tools/qa` "
            "(choose one with `-C`); `qafiles init` makes a data root"
        )
    with pytest.raises(DataRootError, match=r"at or above `src` in the index; git knows .*`qa`, `tools/qa`"):
        load(folder / "src", staged=True)


def test_a_folder_outside_git_without_a_data_root_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataRootError, match=r"there is no qafiles.yaml in .* or above it; `qafiles init`"):
        load(tmp_path)


def test_many_data_roots_are_not_all_listed(tmp_path: Path) -> None:
    committed(tmp_path, {f"{number}/qafiles.yaml": "version: 1\n" for number in range(8)})
    with pytest.raises(DataRootError, match=r"`0`, `1`, `2`, `3`, `4` and 3 more \("):
        load(tmp_path)


def test_a_missing_folder_is_an_error(tmp_path: Path) -> None:
    with pytest.raises(DataRootError, match="nowhere is no folder"):
        load(tmp_path / "nowhere")


def test_a_revision_and_the_index_exclude_each_other(tmp_path: Path) -> None:
    with pytest.raises(UsageError, match="exclude each other"):
        open_source(committed(tmp_path, data_root()), rev="HEAD", staged=True)


@pytest.mark.parametrize(("choice", "option"), [({"rev": "HEAD"}, "--rev"), ({"staged": True}, "--staged")])
def test_a_revision_needs_a_repository(choice: dict[str, Any], option: str, tmp_path: Path) -> None:
    write(tmp_path, data_root())
    with pytest.raises(DataRootError, match=f"{option} needs a git repository, and .* lies in none"):
        load(tmp_path, **choice)


def test_a_revision_without_the_settings_file_is_an_error(tmp_path: Path) -> None:
    folder = committed(tmp_path, {"README.md": ""})
    write(folder, data_root())
    head = git(folder, "rev-parse", "HEAD")
    with pytest.raises(DataRootError, match=rf"no qafiles.yaml at or above `\.` in commit {head[:12]}$"):
        load(folder, rev="HEAD")
    with pytest.raises(DataRootError, match=r"no qafiles.yaml at or above `\.` in the index$"):
        load(folder, staged=True)


def test_a_data_root_that_was_deleted_is_found_in_the_revision(tmp_path: Path) -> None:
    folder = committed(tmp_path, below("qa"))
    git(folder, "rm", "-rq", "qa")
    (folder / "qa").mkdir()
    assert load(folder / "qa", rev="HEAD").diagnostics == ()


def test_a_data_root_that_was_elsewhere_is_not_taken_for_the_same(tmp_path: Path) -> None:
    folder = committed(tmp_path, below("old"))
    git(folder, "mv", "old", "new")
    git(folder, "commit", "-qm", "moved")
    assert load(folder / "new", rev="HEAD").diagnostics == ()
    with pytest.raises(DataRootError, match=r"at or above `new` in commit .*`old`"):
        load(folder / "new", rev="HEAD~1")


def test_a_data_root_inside_a_data_root_is_an_error_from_inside_and_a_finding_from_outside(
    tmp_path: Path,
) -> None:
    folder = committed(tmp_path, {**below("qa"), "qa/archive/qafiles.yaml": "version: 1\n"})
    for choice in CHOICES:
        with pytest.raises(DataRootError, match=r"qa/archive`? lies inside the data root .*delete one"):
            load(folder / "qa/archive", **choice)
        snapshot = load(folder / "qa", **choice)
        assert [(d.code, d.path) for d in snapshot.diagnostics] == [("QF313", "archive/qafiles.yaml")]


def test_data_roots_side_by_side_are_independent(tmp_path: Path) -> None:
    folder = committed(tmp_path, {**below("a"), **below("b"), "b/users/bad.yaml": "["})
    assert load(folder / "a").diagnostics == ()
    assert [d.code for d in load(folder / "b").diagnostics] == ["QF106"]


def test_a_bare_repository_asks_for_a_revision(tmp_path: Path) -> None:
    git(committed(tmp_path / "repo", data_root()), "clone", "-q", "--bare", ".", tmp_path / "bare.git")
    with pytest.raises(DataRootError, match="without a working tree; choose a revision with `--rev`"):
        load(tmp_path / "bare.git")
    with pytest.raises(DataRootError, match="in the index"):
        load(tmp_path / "bare.git", staged=True)


@pytest.mark.parametrize("patterns", [["--cone", "other"], ["--no-cone", "/*", "!/qa/qafiles.yaml"]])
def test_a_data_root_that_a_sparse_checkout_leaves_out_lacks_nothing(
    patterns: list[str], tmp_path: Path
) -> None:
    folder = committed(tmp_path, {**below("qa"), "other/file": ""})
    expected = load(folder / "qa")
    git(folder, "sparse-checkout", "set", *patterns)
    assert not (folder / "qa/qafiles.yaml").exists()
    for choice in CHOICES:
        snapshot = load(folder / "qa", **choice)
        assert snapshot == expected
        assert snapshot.source.root == "qa"
        with pytest.raises(DataRootError, match="nowhere is no folder"):
            load(folder / "nowhere", **choice)


def test_a_data_root_that_only_a_revision_has_is_read_there(tmp_path: Path) -> None:
    folder = committed(tmp_path, below("qa"))
    git(folder, "rm", "-rq", "qa")
    assert len(load(folder / "qa", rev="HEAD").files) > 1
    with pytest.raises(DataRootError, match="qa is no folder"):
        load(folder / "qa")


def test_a_bare_repository_with_two_data_roots_names_them(tmp_path: Path) -> None:
    git(
        committed(tmp_path / "repo", {**below("a"), **below("b")}),
        "clone",
        "-q",
        "--bare",
        ".",
        tmp_path / "bare",
    )
    with pytest.raises(DataRootError, match="git knows these data roots, from its top: `a`, `b`"):
        load(tmp_path / "bare", rev="HEAD")


def test_a_submodule_inside_the_data_root_does_not_hide_it(tmp_path: Path) -> None:
    inner = committed(tmp_path / "inner", {"README.md": ""})
    folder = committed(tmp_path / "outer", data_root())
    git(folder, "submodule", "--quiet", "add", inner.as_uri(), "tools")
    git(folder, "commit", "-qm", "tools")
    for choice in CHOICES:
        assert load(folder / "tools", **choice).diagnostics == ()


def test_a_folder_that_nobody_may_look_into_has_no_data_root_above(tmp_path: Path) -> None:
    (tmp_path / "qafiles.yaml").mkdir()
    with pytest.raises(DataRootError, match=r"there is no qafiles.yaml"):
        load(tmp_path)


def test_the_working_tree_of_another_git_folder_is_a_plain_folder(tmp_path: Path) -> None:
    repository = committed(tmp_path / "repo", {"README.md": ""})
    folder = write(tmp_path / "data", data_root())
    git(repository, "config", "core.worktree", str(folder))
    source = open_source(folder)
    assert isinstance(source, FolderSource)
    assert source.repository is None


def test_a_relative_folder_and_one_with_dots_are_the_same_data_root(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path, below("qa"))
    monkeypatch.chdir(folder)
    for place in ("qa", "./qa/users/..", "qa/../qa", os.fspath(folder / "qa")):
        assert load(place) == load(place, rev="HEAD")
        assert load(place).source.root == load(place, rev="HEAD").source.root == "qa"


@pytest.mark.parametrize("folder", ["", "data", "deep/data"])
@pytest.mark.parametrize("how", ["deleted", "staged", "not checked out"])
def test_settings_that_git_has_and_the_folder_lacks_are_brought_back(
    tmp_path: Path, how: str, folder: str
) -> None:
    whole = committed(
        tmp_path / "whole", {f"{folder}/{path}".lstrip("/"): text for path, text in data_root().items()}
    )
    place = tmp_path / "place"
    git(tmp_path, "clone", "-q", *(["--no-checkout"] if how == "not checked out" else []), whole, place)
    if how == "staged":
        git(place, "rm", "-q", f"{folder}/qafiles.yaml".lstrip("/"))
    elif how == "deleted":
        (place / folder / "qafiles.yaml").unlink()
    (place / folder / "users").mkdir(parents=True, exist_ok=True)
    for start in (place / folder, place / folder / "users"):
        with pytest.raises(DataRootError, match="brings it back") as raised:
            open_source(start)
    command = re.findall(r"`(git [^`]*)`", str(raised.value))[-1].split()[1:]
    git(tmp_path, *command)
    assert isinstance(open_source(place / folder), FolderSource)
