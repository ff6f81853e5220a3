"""Files that may hold a text are found among those that are kept, before and after some have changed."""

from pathlib import Path

import pytest

from qafiles.loading.data_root import load_data_root
from qafiles.loading.renewal import with_texts
from qafiles.snapshot import Snapshot
from qafiles.snapshot.file_rows import RowFiles
from qafiles.snapshot.texts_in_files import candidates
from tests.conftest import committed
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"


@pytest.fixture
def kept(tmp_path: Path) -> Snapshot:
    """Return a snapshot of files that an earlier run has kept."""
    files = data_root({f"{_PROJECT}/tags/t{number}.yaml": f"name: mark{number}\n" for number in range(150)})
    root = committed(tmp_path / "root", files)
    load_data_root(root)
    return load_data_root(root)


def _paths(snapshot: Snapshot, *texts: str) -> list[str]:
    return [file.path for file in candidates(snapshot.files, [text.encode() for text in texts])]


def test_the_files_that_hold_a_text_are_found_as_often_as_they_are_asked_for(kept: Snapshot) -> None:
    assert isinstance(kept.files, RowFiles)
    for _ in range(2):
        # mark10 to mark19 and mark100 to mark149 hold it, too
        assert len(_paths(kept, "mark1")) == 61
        assert _paths(kept, "mark77", "mark149") == [
            f"{_PROJECT}/tags/t149.yaml",
            f"{_PROJECT}/tags/t77.yaml",
        ]
        assert _paths(kept, "nowhere") == []
        assert _paths(kept) == []


def test_a_file_that_has_changed_may_hold_anything(kept: Snapshot) -> None:
    path = f"{_PROJECT}/tags/t77.yaml"
    after, _ = with_texts(kept, {path: b"name: other\n", f"{_PROJECT}/tags/t10.yaml": None})
    assert isinstance(after.files, RowFiles)
    assert _paths(after, "nowhere") == [path]
    assert f"{_PROJECT}/tags/t10.yaml" not in _paths(after, "mark1")
    assert _paths(kept, "nowhere") == []


def test_what_was_looked_for_before_is_looked_for_in_what_has_changed(kept: Snapshot) -> None:
    one, two = (f"{_PROJECT}/tags/t{number}.yaml" for number in (77, 78))
    assert _paths(kept, "mark77") == [one]
    after, _ = with_texts(kept, {one: None})
    assert _paths(after, "mark77") == []
    last, _ = with_texts(after, {two: b"name: other\n", one: b"name: mark77\n"})
    assert _paths(last, "mark77") == [one, two]
    assert _paths(last, "mark12", "mark78") == sorted([*_paths(kept, "mark12"), one, two])
    again, _ = with_texts(last, {two: None})
    assert _paths(again, "mark78") == [one]
