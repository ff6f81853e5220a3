"""A file that a commit made unreadable is neither deleted nor created anew."""

from pathlib import Path

import pytest

from qafiles.history import entity_log, history_of
from qafiles.reports import make_report
from qafiles.sources.data_root import open_source
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_SMOKE = "organizations/acme/projects/shop/tags/smoke.yaml"
_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data root with a tag of one commit."""
    return committed(tmp_path / "data", data_root())


def _commit(folder: Path) -> None:
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "next")


@pytest.mark.parametrize("text", [_LFS, "", "\x00", "[", "name: smoke\n", "<<<<<<< a\n=======\n>>>>>>> b\n"])
def test_a_file_that_can_not_be_read_any_more_is_changed_and_not_deleted(folder: Path, text: str) -> None:
    good = (folder / _SMOKE).read_text()
    for content in (text, good.replace("teal", "red")):
        write(folder, {_SMOKE: content})
        _commit(folder)
    again, broken, first = entity_log(history_of(open_source(folder)), _ID)
    assert (broken.what, broken.path, broken.illegible) == (("changed",), _SMOKE, ("after",))
    assert (again.what, again.path, again.illegible) == (("changed",), _SMOKE, ("before",))
    assert first.what == ("created",)
    figures = {figure.name: figure.value for figure in make_report("activity", folder).figures}
    assert (figures["created"], figures["changed"], figures["removed"]) == (7, 2, 0)


def test_a_file_that_a_link_replaces_is_changed(folder: Path) -> None:
    (folder / _SMOKE).unlink()
    (folder / _SMOKE).symlink_to("other.yaml")
    _commit(folder)
    (last, _) = entity_log(history_of(open_source(folder)), _ID)
    assert (last.what, last.illegible) == (("changed",), ("after",))


def test_what_is_gone_or_has_another_id_is_deleted(folder: Path) -> None:
    write(folder, {_SMOKE: (folder / _SMOKE).read_text().replace(_ID, _ID.replace("e1", "z1"))})
    _commit(folder)
    (last, _) = entity_log(history_of(open_source(folder)), _ID)
    assert last.what == ("deleted",)
    git(folder, "rm", "-q", _SMOKE)
    _commit(folder)
    (last, _) = entity_log(history_of(open_source(folder)), _ID.replace("e1", "z1"))
    assert last.what == ("deleted",)


def test_a_pointer_that_comes_back_elsewhere_is_moved(folder: Path) -> None:
    good = (folder / _SMOKE).read_text()
    write(folder, {_SMOKE: _LFS})
    _commit(folder)
    (folder / _SMOKE).unlink()
    write(folder, {_SMOKE.replace("smoke", "quick"): good})
    _commit(folder)
    (last, _, _) = entity_log(history_of(open_source(folder)), _ID)
    assert (last.what, last.old_path) == (("moved", "changed"), _SMOKE)


def test_a_damaged_object_in_the_past_is_no_deletion(folder: Path) -> None:
    good = (folder / _SMOKE).read_text()
    for color in ("red", "blue"):
        write(folder, {_SMOKE: good.replace("teal", color)})
        _commit(folder)
    blob = git(folder, "rev-parse", f"HEAD~1:{_SMOKE}")
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    history = history_of(open_source(folder))
    assert history.left_out.is_missing
    assert "deleted" not in {word for entry in entity_log(history, _ID) for word in entry.what}
