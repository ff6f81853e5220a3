"""Where few folders have changed, git is asked about those alone, and what is known of all is what a walk through them tells."""

import os
import random
import shutil
import time
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles.cache import folder_stamps, untracked
from qafiles.cache.untracked import Folders
from qafiles.cache.working_tree import Where, WorkingTree
from tests.conftest import committed, git, samples

_FILES = {
    "qafiles.yaml": "version: 1\n",
    ".gitignore": "*.bak\nignored/\n",
    "users/ada.yaml": "name: Ada\n",
    "users/[a]b/eve.yaml": "name: Eve\n",
    "users/*/bob.yaml": "name: Bob\n",
    **{
        f"organizations/o{number}/tags/{name}.yaml": f"name: {name}\n" for number in range(4) for name in "ab"
    },
    "organizations/o0/.gitignore": "own*\n",
    "organizations/o1/deep/er/still/tag.yaml": "name: deep\n",
}
_RECENT = 1_000_000


@pytest.fixture(params=["", "qa"], ids=["at the top", "below it"])
def root(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    # What is written here is told from what was there before by times that this file system tells in detail.
    monkeypatch.setattr(untracked, "_RECENT", _RECENT)
    monkeypatch.setattr(untracked, "_JUST_NOW", 10_000_000)
    below: str = request.param
    top = committed(tmp_path / "top", {f"{below}/{path}".lstrip("/"): text for path, text in _FILES.items()})
    folder = top / below
    (folder / "users/ab").mkdir()
    (folder / "users/ab/untracked.yaml").write_text("name: x\n")
    if not folder_stamps.is_on_known_system(str(folder)):
        pytest.skip("this file system's folders do not tell what is in them")
    return folder


def _asked(root: Path) -> tuple[WorkingTree, Where]:
    time.sleep(0.02)
    tree = WorkingTree.asked(str(root))
    assert tree is not None
    where = tree.where()
    assert where is not None
    return tree, where


def _walked(root: Path) -> Folders:
    """Return the folders as a walk through all of them tells of them."""
    tree, where = _asked(root)
    tree.walk()
    differing = tree.differing(None)
    assert differing is not None
    folders = tree.folders(where, differing[1])
    assert folders is not None
    return folders


def _told(folders: Folders) -> object:
    paths = folders.paths.split(b"\0")
    stamps = dict(zip(paths, folder_stamps.unpacked(folders.stamps), strict=True))
    return folders.rules, {*folders.ignoring}, stamps, folders.others


def _again(root: Path, known: Folders) -> Folders | None:
    tree, where = _asked(root)
    return tree.as_they_were(where, known)


def _new(root: Path) -> None:
    (root / "users/new.yaml").write_text("name: x\n")


def _of_strange_names(root: Path) -> None:
    (root / "users/[a]b/new.yaml").write_text("name: x\n")
    (root / "users/*/new.yaml").write_text("name: x\n")


def _ignored(root: Path) -> None:
    (root / "users/new.bak").write_text("name: x\n")
    (root / "organizations/o0/tags/own.yaml").write_text("name: x\n")
    (root / "organizations/o1/tags/ignored").mkdir()
    (root / "organizations/o1/tags/ignored/new.yaml").write_text("name: x\n")


def _deleted(root: Path) -> None:
    (root / "organizations/o2/tags/a.yaml").unlink()


def _folder_deleted(root: Path) -> None:
    shutil.rmtree(root / "organizations/o1/deep")


def _folder_moved(root: Path) -> None:
    (root / "organizations/o1/deep/er").rename(root / "organizations/o3/tags/er")


def _folder_in_place_of_a_folder(root: Path) -> None:
    (root / "organizations/o1/deep").rename(root / "organizations/o3/deep")
    (root / "organizations/o1/deep/other").mkdir(parents=True)
    (root / "organizations/o1/deep/other/new.yaml").write_text("name: x\n")


def _file_in_place_of_a_folder(root: Path) -> None:
    shutil.rmtree(root / "organizations/o1/deep")
    (root / "organizations/o1/deep").write_text("name: x\n")


def _link_in_place_of_a_folder(root: Path) -> None:
    shutil.rmtree(root / "organizations/o1/deep")
    (root / "organizations/o1/deep").symlink_to("../o0")


def _link_to_where_a_folder_went(root: Path) -> None:
    (root / "organizations/o1/deep/er/.gitignore").write_text("x\n")
    (root / "organizations/o1/deep").rename(root.parent / "elsewhere")
    (root / "organizations/o1/deep").symlink_to(root.parent / "elsewhere")


def _saved_by_an_editor(root: Path) -> None:
    other = root / "users/.ada.yaml.new"
    other.write_text("name: Ada Lovelace\n")
    other.rename(root / "users/ada.yaml")


_FEW: list[Callable[[Path], None]] = [
    _new,
    _of_strange_names,
    _ignored,
    _deleted,
    _folder_deleted,
    _folder_moved,
    _folder_in_place_of_a_folder,
    _file_in_place_of_a_folder,
    _link_in_place_of_a_folder,
    _link_to_where_a_folder_went,
    _saved_by_an_editor,
]


@pytest.mark.parametrize("edit", _FEW, ids=lambda edit: edit.__name__.strip("_"))
def test_few_folders_are_looked_at_alone(
    root: Path, monkeypatch: pytest.MonkeyPatch, edit: Callable[[Path], None]
) -> None:
    known = _walked(root)
    edit(root)
    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, "walk", None)
        found = _again(root, known)
        assert found is not None
        assert found is not known
        # Nothing has changed since then.
        assert _again(root, found) is found
    assert _told(found) == _told(_walked(root))


def _repository(root: Path) -> None:
    git(root, "init", "-q", "users/repository")


def _at_the_top(root: Path) -> None:
    (root / "new.yaml").write_text("name: x\n")


def _ignore_file(root: Path) -> None:
    with (root / "organizations/o0/.gitignore").open("w") as file:
        file.write("new*\n")


def _in_many(root: Path) -> None:
    for number in range(100):
        (root / f"users/n{number}/m").mkdir(parents=True)


@pytest.mark.parametrize(
    "edit", [_repository, _at_the_top, _ignore_file], ids=lambda edit: edit.__name__.strip("_")
)
def test_where_more_may_differ_all_folders_are_looked_at(root: Path, edit: Callable[[Path], None]) -> None:
    known = _walked(root)
    edit(root)
    assert _again(root, known) is None


def test_where_case_is_ignored_all_folders_are_looked_at(root: Path) -> None:
    (root / "organizations").rename(root / "ORGANIZATIONS")
    git(root, "config", "core.ignoreCase", "yes")
    known = _walked(root)
    (root / "ORGANIZATIONS/o1/tags/new.yaml").write_text("name: x\n")
    assert _again(root, known) is None


@pytest.mark.parametrize(
    ("words", "minds"),
    [
        ("false", True),
        ("0", True),
        ("OFF", True),
        ("true", False),
        ("1", False),
        ("yes", False),
        (None, False),
    ],
)
def test_git_minds_case_as_its_configuration_says(root: Path, words: str | None, minds: bool) -> None:  # noqa: FBT001  # expected
    config = Path(git(root, "rev-parse", "--absolute-git-dir")) / "config"
    with config.open("a") as file:
        file.write(
            "[Core]\n\tignorecase\n"
            if words is None
            else f"[Core]\n\tignorecase = true\n\tignoreCase = {words}\n"
        )
    tree, _ = _asked(root)
    assert tree.minds_no_case() is not minds


def test_where_many_folders_have_changed_all_are_looked_at(root: Path) -> None:
    _in_many(root)
    known = _walked(root)
    for number in range(100):
        (root / f"users/n{number}/m/x.yaml").write_text("name: x\n")
    assert _again(root, known) is None


def test_a_folder_that_has_changed_just_now_is_not_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = _walked(root)
    _new(root)
    monkeypatch.setattr(untracked, "_JUST_NOW", 60_000_000_000)
    assert _again(root, known) is None


def test_a_folder_of_another_device_is_not_known(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    known = _walked(root)
    _new(root)
    stamp_of = folder_stamps.stamp_of

    def elsewhere(status: os.stat_result) -> folder_stamps.Stamp:
        return (*stamp_of(status)[:-1], 1)

    monkeypatch.setattr(untracked, "stamp_of", elsewhere)
    assert _again(root, known) is None


def test_a_folder_that_changes_while_git_looks_is_not_known(
    root: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    known = _walked(root)
    _new(root)
    tree, where = _asked(root)
    with_changes = Folders.with_changes

    def later(folders: Folders, *arguments: object) -> Folders | None:
        (root / "users/newer.yaml").write_text("name: x\n")
        return with_changes(folders, *arguments)  # type: ignore[arg-type]  # as they came

    monkeypatch.setattr(Folders, "with_changes", later)
    assert tree.as_they_were(where, known) is None


def _some_edit(root: Path, drawn: random.Random) -> None:
    folders = [
        path
        for path in root.rglob("*")
        if path.is_dir() and not path.is_symlink() and ".git" not in path.parts
    ]
    folder, other = drawn.choice(folders), drawn.choice(folders)
    name = drawn.choice(["a", "b", "c.yaml", "own.yaml", "x.bak", "ignored"])
    place = folder / name
    kind = drawn.choice(["file", "file", "folder", "delete", "move", "link", "ignore", "ignore"])
    try:
        if kind == "file":
            place.write_text(name)
        elif kind == "folder":
            (place / "inner").mkdir(parents=True)
            (place / "inner" / "f.yaml").write_text("x")
        elif kind == "delete":
            entry = drawn.choice([*folder.iterdir()])
            shutil.rmtree(entry) if entry.is_dir() and not entry.is_symlink() else entry.unlink()
        elif kind == "move":
            folder.rename(other / name)
        elif kind == "link":
            place.symlink_to("../users")
        elif drawn.random() < 0.3:  # a share
            (folder / ".gitignore").write_text(drawn.choice(["a\n", "b/\n", "*.yaml\n", "!own.yaml\n"]))
    except (OSError, IndexError):
        return


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(samples(30, 3)))
def test_whatever_happens_to_a_tree_what_is_known_is_what_a_walk_tells(root: Path, seed: int) -> None:
    drawn = random.Random(seed)  # noqa: S311  # samples
    known: Folders | None = _walked(root)
    taken = 0
    for _ in range(samples(60, 25)):
        for _ in range(drawn.randrange(1, 4)):
            _some_edit(root, drawn)
        tree, where = _asked(root)
        found = tree.as_they_were(where, known)
        walked = _walked(root)
        if found is not None:
            taken += found is not known
            assert _told(found) == _told(walked)
        known = found or walked
    assert taken
