from pathlib import Path

import pytest

from qafiles import load
from qafiles.diagnostics import Diagnostic
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

TAGS = "organizations/acme/projects/shop/tags"
TAG = "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: {}\ncolor: navy\n"


def finding(folder: Path, rev: str | None = None) -> Diagnostic:
    """Return the only finding of the rule."""
    (found,) = (diagnostic for diagnostic in load(folder, rev).diagnostics if diagnostic.code == "QF301")
    return found


def add(folder: Path, name: str) -> None:
    write(folder, {f"{TAGS}/{name}.yaml": TAG.format(name)})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", f"add {name}")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data root with a tag called `m`."""
    return committed(tmp_path, data_root({f"{TAGS}/m.yaml": TAG.format("m")}))


@pytest.mark.parametrize("name", ["a", "z"])
def test_the_copy_is_the_file_that_was_never_committed(folder: Path, name: str) -> None:
    write(folder, {f"{TAGS}/{name}.yaml": TAG.format(name)})
    found = finding(folder)
    assert found.path == f"{TAGS}/{name}.yaml"
    assert found.message.endswith(f"this file is a copy of {TAGS}/m.yaml")
    assert found.fixable


@pytest.mark.parametrize("name", ["a", "z"])
def test_the_copy_is_the_file_that_was_committed_last_and_stays_so(folder: Path, name: str) -> None:
    add(folder, name)
    git(folder, "commit", "-q", "--allow-empty", "-m", "later")
    found = finding(folder)
    assert found.path == f"{TAGS}/{name}.yaml"
    assert found.message.endswith(f"this file is a copy of {TAGS}/m.yaml")
    assert finding(folder, "HEAD") == finding(folder, "HEAD~1") == found


def test_of_several_copies_the_newest_is_blamed_and_the_oldest_is_the_original(folder: Path) -> None:
    add(folder, "b")
    add(folder, "a")
    found = finding(folder)
    assert found.path == f"{TAGS}/a.yaml"
    assert "these 2 files are copies of" in found.message
    assert {(place.path, place.message) for place in found.related} == {
        (f"{TAGS}/m.yaml", "the original"),
        (f"{TAGS}/b.yaml", "another copy"),
    }


def test_files_that_one_commit_added_are_of_one_age(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({f"{TAGS}/{name}.yaml": TAG.format(name) for name in "am"}))
    found = finding(folder)
    assert found.path == f"{TAGS}/m.yaml"
    assert found.message.endswith(f"{TAGS}/a.yaml has it, too")
    assert found.fixable
