import hashlib
import os
import shutil
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import pytest

from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, MemorySource, Source
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_TAGS = "organizations/acme/projects/shop/tags"
_TAG = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"

FILES: dict[str, str | bytes] = {
    **data_root(),
    "README.md": "# Data\n",
    ".github/workflows/check.yaml": "on: push\n",
    "users/zo\u00e9.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Zo\u00e9\n",
    "users/sub/misplaced.yaml": "id: c2v9w1hx8rj0qz4mtb7nc5ap\nname: Misplaced\n",
    f"{_TAGS}/crlf.yaml": b"\xef\xbb\xbf" + _TAG.replace("\n", "\r\n").encode(),
    f"{_TAGS}/syntax.yaml": "id: co2vsgecf081kubmv1wb0sal\nname: [one\n",
    f"{_TAGS}/latin1.yaml": b"id: bo2vsgecf081kubmv1wb0sal\nname: caf\xe9\ncolor: '#6a1b9a'\n",
    f"{_TAGS}/unknown.yml": "name: x\n",
    f"{_TAGS}/empty.yaml": "",
    f"{_TAGS}/huge.yaml": "name: " + "x" * 2_000_000,
}

Builder = Callable[[Path, Mapping[str, str | bytes]], Source]


def _plain_folder(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(write(place / "data", files))


def _working_tree(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(committed(place / "repo", files))


def _untracked_files(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = write(place / "repo", files)
    git(folder, "init", "-q")
    return open_source(folder)


def _index(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = _only_in_git(write(place / "repo", files), "init", "add")
    return open_source(folder, staged=True)


def _revision(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = committed(place / "repo", files)
    git(folder, "rm", "-rqf", ".")
    git(folder, "commit", "-qm", "everything is gone")
    folder.mkdir(exist_ok=True)
    return open_source(folder, rev="HEAD~1")


def _only_in_git(folder: Path, *steps: str) -> Path:
    git(folder, "init", "-q")
    if "add" in steps:
        git(folder, "add", "-A", "--force")
    for path in folder.iterdir():
        if path.name == ".git":
            continue
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    return folder


def _linked_worktree(place: Path, files: Mapping[str, str | bytes]) -> Source:
    git(committed(place / "repo", files), "worktree", "add", "-q", place / "linked")
    return open_source(place / "linked")


def _index_of_a_linked_worktree(place: Path, files: Mapping[str, str | bytes]) -> Source:
    git(committed(place / "repo", files), "worktree", "add", "-q", place / "linked")
    return open_source(place / "linked", staged=True)


def _bare_repository(place: Path, files: Mapping[str, str | bytes]) -> Source:
    git(committed(place / "repo", files), "clone", "-q", "--bare", ".", place / "bare.git")
    return open_source(place / "bare.git", rev="main")


def _bare_repository_with_a_sub_folder(place: Path, files: Mapping[str, str | bytes]) -> Source:
    git(_with_sub_folder(place, files), "clone", "-q", "--bare", ".", place / "bare.git")
    return open_source(place / "bare.git", rev="main")


def _with_sub_folder(place: Path, files: Mapping[str, str | bytes]) -> Path:
    nested = {f"qa/data/{path}": content for path, content in files.items()}
    return committed(place / "repo", {**nested, "main.py": "", "users/not-ours.yaml": ""})


def _sub_folder(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(_with_sub_folder(place, files) / "qa/data/users")


def _sub_folder_of_the_index(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(_with_sub_folder(place, files) / "qa/data/users", staged=True)


def _sub_folder_of_a_revision(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(_with_sub_folder(place, files) / "qa/data/users", rev="HEAD")


def _sha_256_repository(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = write(place / "repo", files)
    git(folder, "init", "-q", "--object-format=sha256")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    return open_source(folder, rev="HEAD")


def _shallow_clone(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = committed(place / "repo", files)
    git(folder, "commit", "-q", "--allow-empty", "-m", "second")
    git(place, "clone", "-q", "--depth=1", folder.as_uri(), place / "shallow")
    return open_source(place / "shallow", rev="HEAD")


def _submodule(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = committed(place / "inner", files)
    outer = committed(place / "outer", {"README.md": ""})
    git(outer, "submodule", "--quiet", "add", folder.as_uri(), "qa")
    return open_source(outer / "qa", staged=True)


def _repository_with_packed_objects(place: Path, files: Mapping[str, str | bytes]) -> Source:
    folder = committed(place / "repo", files)
    git(folder, "gc", "-q")
    return open_source(folder, rev="HEAD")


def _folder_with_a_strange_name(place: Path, files: Mapping[str, str | bytes]) -> Source:
    return open_source(committed(place / "~a\n$HOME 'b'", files), staged=True)


def _path_through_a_link(place: Path, files: Mapping[str, str | bytes]) -> Source:
    _with_sub_folder(place, files)
    (place / "link").symlink_to(place / "repo/qa")
    return open_source(place / "link/data", rev="HEAD")


@pytest.mark.slow
@pytest.mark.parametrize(
    "builder",
    [
        _plain_folder,
        _working_tree,
        _untracked_files,
        _index,
        _revision,
        _linked_worktree,
        _index_of_a_linked_worktree,
        _bare_repository,
        _bare_repository_with_a_sub_folder,
        _sub_folder,
        _sub_folder_of_the_index,
        _sub_folder_of_a_revision,
        _sha_256_repository,
        _shallow_clone,
        _submodule,
        _repository_with_packed_objects,
        _folder_with_a_strange_name,
        _path_through_a_link,
    ],
)
def test_equal_bytes_give_equal_snapshots_wherever_they_come_from(builder: Builder, tmp_path: Path) -> None:
    snapshot = load(builder(tmp_path, FILES))
    expected = load(MemorySource(FILES))
    assert snapshot.diagnostics == expected.diagnostics
    assert snapshot == expected
    assert [*snapshot.entries] == [*expected.entries]
    assert snapshot.source.unchecked == ()


def test_the_comparison_of_snapshots_notices_one_changed_byte() -> None:
    changed = {**FILES, "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: Ada lovelace\n"}
    assert load(MemorySource(changed)) != load(MemorySource(FILES))


@pytest.mark.parametrize(
    ("builder", "root"),
    [(_working_tree, "."), (_sub_folder, "qa/data"), (_sub_folder_of_a_revision, "qa/data")],
)
def test_a_source_knows_its_root_relative_to_the_top(builder: Builder, root: str, tmp_path: Path) -> None:
    assert builder(tmp_path, data_root()).root == root


def test_a_source_of_a_revision_names_the_commit(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    head = git(folder, "rev-parse", "HEAD")
    assert open_source(folder, rev="main").revision == head
    assert open_source(folder, staged=True).revision is None
    assert open_source(folder).revision is None


def _links(folder: Path) -> None:
    """Put every sort of symbolic link into a data root."""
    for path, target in {
        "users/bob.yaml": "ada.yaml",
        "users/sub/misplaced.yaml": "../ada.yaml",
        "users/.hidden/eve.yaml": "../ada.yaml",
        "users/note.md": "../README.md",
        ".github/links.yaml": "../qafiles.yaml",
        "elsewhere": "users",
        "users-of-old": "users",
        "organizations/other": "acme",
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).symlink_to(target)


def test_links_give_equal_snapshots_on_disk_and_in_git(tmp_path: Path) -> None:
    plain = write(tmp_path / "plain", data_root())
    _links(plain)
    expected = load(plain)
    assert {(d.code, d.path) for d in expected.diagnostics if d.code == "QF102"} == {
        ("QF102", "organizations/other"),
        ("QF102", "users/bob.yaml"),
        ("QF102", "users/note.md"),
    }
    repository = shutil.copytree(plain, tmp_path / "repository", symlinks=True)
    git(repository, "init", "-q")
    assert load(repository) == expected
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "links")
    assert load(repository) == load(repository, staged=True) == load(repository, rev="HEAD") == expected


def test_a_linked_settings_file_is_refused_in_every_source(tmp_path: Path) -> None:
    files = data_root()
    files["settings"] = files.pop("qafiles.yaml")
    folder = write(tmp_path, files)
    (folder / "qafiles.yaml").symlink_to("settings")
    committed(folder, {})
    snapshots = [load(folder), load(folder, staged=True), load(folder, rev="HEAD")]
    for snapshot in snapshots:
        assert [(d.code, d.path) for d in snapshot.diagnostics] == [("QF102", "qafiles.yaml")]


def paths(snapshot: Snapshot) -> set[str]:
    return {*snapshot.files}


def test_the_working_tree_is_what_git_tracks_or_would_track(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({"users/tracked.yaml": "", ".gitignore": "users/ignored*\n"}))
    write(folder, {"users/ignored.yaml": "", "users/untracked.yaml": "", "users/intended.yaml": ""})
    git(folder, "add", "-N", "users/intended.yaml")
    (folder / "users/tracked.yaml").unlink()
    found = {path for path in paths(load(folder)) if path.startswith("users/")}
    assert found == {"users/ada.yaml", "users/untracked.yaml", "users/intended.yaml"}


def test_a_tracked_file_is_read_although_it_is_ignored(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({".gitignore": "users/\n"}))
    assert "users/ada.yaml" in paths(load(folder))


def test_ignored_files_are_never_opened(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({".gitignore": "users/pipe.yaml\n"}))
    os.mkfifo(folder / "users/pipe.yaml")
    assert load(folder).diagnostics == ()


def test_a_data_root_that_git_ignores_is_read_as_a_plain_folder(tmp_path: Path) -> None:
    top = committed(tmp_path, {".gitignore": "qa/\n"})
    folder = write(top / "qa", data_root({"users/syntax.yaml": "["}))
    snapshot = load(folder)
    assert [d.code for d in snapshot.diagnostics] == ["QF106"]
    assert snapshot.source.unchecked == (
        "git ignores this data root; all its files were read, and no history",
    )
    assert snapshot.source.root == "qa"


def test_the_index_holds_neither_intended_nor_deleted_files(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({"users/deleted.yaml": "", "users/empty.yaml": ""}))
    write(folder, {"users/intended.yaml": "", "users/staged.yaml": "", "users/untracked.yaml": ""})
    git(folder, "add", "-N", "users/intended.yaml")
    git(folder, "add", "users/staged.yaml")
    git(folder, "rm", "-q", "--cached", "users/deleted.yaml")
    found = {path for path in paths(load(folder, staged=True)) if path.startswith("users/")}
    assert found == {"users/ada.yaml", "users/empty.yaml", "users/staged.yaml"}


def test_a_repository_without_commits_has_a_working_tree_and_an_index(tmp_path: Path) -> None:
    folder = write(tmp_path, data_root())
    git(folder, "init", "-q")
    git(folder, "add", "qafiles.yaml", "users")
    assert paths(load(folder)) == {path for path in data_root() if path != "qafiles.yaml"}
    assert paths(load(folder, staged=True)) == {"users/ada.yaml"}
    assert load(folder).source.additions(["users/ada.yaml"]) == {}


def test_submodules_and_nested_repositories_are_not_entered(tmp_path: Path) -> None:
    other = committed(
        tmp_path / "other", {"users/eve.yaml": "[", "eve.yaml": "[", "qafiles.yaml": "version: 1\n"}
    )
    folder = committed(tmp_path / "repo", data_root())
    for place in ("beside", "organizations/other", "users/mallory.yaml"):
        git(folder, "submodule", "--quiet", "add", other.as_uri(), place)
    git(folder, "commit", "-qm", "submodules")
    nested = committed(folder / "organizations/nested", {"organization.yaml": "["})
    assert nested.is_dir()
    expected = {path for path in data_root() if path != "qafiles.yaml"}
    for snapshot in (load(folder), load(folder, staged=True), load(folder, rev="HEAD")):
        assert paths(snapshot) == expected
        assert snapshot.diagnostics == ()
    (folder / ".git").rename(tmp_path / "git-of-repo")
    plain = load(folder)
    assert plain.source.unchecked == ()
    assert paths(plain) == expected


def test_gits_own_files_are_never_data(tmp_path: Path) -> None:
    folder = write(tmp_path, data_root())
    write(folder, {".git/qafiles.yaml": "", ".git/users/eve.yaml": "[", "tools/.git/qafiles.yaml": ""})
    assert load(folder).diagnostics == ()
    assert not any(".git" in path for path in load(folder).entries)


def test_additions_tell_how_recently_paths_were_added(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    write(folder, {"users/new.yaml": "", "users/\n.yaml": "", "users/Zo\u00eb.yaml": ""})
    asked = ["users/ada.yaml", "users/new.yaml", "users/\n.yaml", "users/Zo\u00eb.yaml", "users/none.yaml"]
    assert open_source(folder).additions(asked) == {"users/ada.yaml": 1}
    git(folder, "add", "-A")
    assert open_source(folder, staged=True).additions(asked) == {"users/ada.yaml": 1}
    git(folder, "commit", "-qm", "second")
    both = {"users/ada.yaml": 2, "users/new.yaml": 1, "users/Zo\u00eb.yaml": 1}
    assert open_source(folder).additions(asked) == both
    assert open_source(folder, rev="HEAD").additions(asked) == both
    assert open_source(folder, rev="HEAD~1").additions(asked) == {"users/ada.yaml": 1}


def test_a_path_that_was_deleted_and_added_again_is_as_old_as_its_last_addition(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    ada = folder / "users/ada.yaml"
    text = ada.read_bytes()
    ada.unlink()
    write(folder, {"users/eve.yaml": "id: x\n"})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    ada.write_bytes(text)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "third")
    assert open_source(folder).additions(["users/ada.yaml", "users/eve.yaml"]) == {
        "users/ada.yaml": 1,
        "users/eve.yaml": 2,
    }


def test_in_a_shallow_clone_all_paths_are_of_one_age(tmp_path: Path) -> None:
    source = _shallow_clone(tmp_path, data_root())
    asked = ["users/ada.yaml", "organizations/acme/organization.yaml"]
    assert {*source.additions(asked).values()} == {1}


def _state(*folders: Path) -> dict[str, object]:
    """Return every byte, mode and time of everything below some folders."""
    found: dict[str, object] = {}
    for folder in folders:
        for path in [folder, *folder.rglob("*")]:
            status = path.lstat()
            content = hashlib.sha256(path.read_bytes()).hexdigest() if path.is_file() else None
            found[str(path)] = content, status.st_mode, status.st_mtime_ns, status.st_size
    return found


@pytest.mark.parametrize("choice", [{}, {"staged": True}, {"rev": "HEAD"}], ids=["tree", "index", "revision"])
def test_loading_writes_nothing_anywhere(
    choice: dict[str, Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    files = data_root({f"users/user-{number}.yaml": "[" for number in range(500)})
    folder = committed(tmp_path / "repo", files)
    write(folder, {"users/empty.yaml": "", "users/later.yaml": ""})
    git(folder, "add", "-N", "users/empty.yaml")
    # The index is out of date now, so that git would like to refresh it.
    os.utime(folder / "users/ada.yaml", (0, 0))
    home, temporary = write(tmp_path / "home", {}), write(tmp_path / "temporary", {})
    monkeypatch.setenv("HOME", str(home))
    monkeypatch.setenv("XDG_CACHE_HOME", str(home / "cache"))
    monkeypatch.setenv("TMPDIR", str(temporary))
    before = _state(tmp_path)
    assert load(folder, **choice).diagnostics
    assert _state(tmp_path) == before


def test_a_folder_is_the_same_source_whatever_git_was_asked_already(tmp_path: Path) -> None:
    folder = committed(tmp_path / "root", {"qafiles.yaml": "version: 1\n"})
    asked = open_source(folder)
    assert isinstance(asked, FolderSource)
    other = asked._replace(listed=None)
    assert asked == other
    assert (asked != other) is False
    assert hash(asked) == hash(other)
    assert asked != asked._replace(folder=tmp_path)
    assert "listed" not in repr(asked)
