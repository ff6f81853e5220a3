"""The state that a data root is compared with, which is looked for while its own is."""

import threading
from pathlib import Path

import pytest

from qafiles.errors import DataRootError, UnknownRevisionError, UsageError
from qafiles.loading.earlier import names_in
from qafiles.loading.loader import load
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from qafiles.sources.revisions import at_revision
from qafiles.validation import load as load_and_check
from qafiles.validation.since import LookedFor
from tests.conftest import committed, git
from tests.rules.data_root import data_root


def test_what_is_listed_meanwhile_is_what_is_listed_at_once(tmp_path: Path) -> None:
    root = committed(tmp_path / "root", data_root())
    head = at_revision(root, "HEAD")
    assert head is not None
    with LookedFor(root, "HEAD") as state:
        state.begin(None)
        assert state.found() == (head, head.revision, head.entries())
        assert state.names() == names_in(head.entries())
        later = load(open_source(root), named=state.names)
    assert later == load(open_source(root))
    assert later.as_named == load(open_source(root), named=names_in(head.entries())).as_named != frozenset()


def test_what_fails_meanwhile_fails_where_it_is_asked_for(tmp_path: Path) -> None:
    root = committed(tmp_path / "root", data_root())
    with LookedFor(root, "nowhere") as state:
        state.begin(None)
        for ask in (state.found, state.names):
            with pytest.raises(UnknownRevisionError, match="git knows no commit `nowhere`"):
                ask()


def test_where_the_data_root_is_not_found_that_is_told_and_not_that_the_revision_is_unknown(
    tmp_path: Path,
) -> None:
    committed(tmp_path / "root", {"notes.md": "# Notes\n"})
    before = {*threading.enumerate()}
    with pytest.raises(DataRootError, match="there is no qafiles"):
        load_and_check(tmp_path / "root", since="nowhere")
    assert not {*threading.enumerate()} - before


def test_a_revision_before_the_data_root_has_a_commit_and_no_state(tmp_path: Path) -> None:
    root = committed(tmp_path / "root", {"notes.md": "# Notes\n"})
    first = git(root, "rev-parse", "HEAD").strip()
    committed(root, data_root())
    with LookedFor(root, "HEAD~1") as state:
        assert state.found() == (None, first, ())


@pytest.mark.parametrize("folder", ["organizations/acme", "organizations/acme/projects/../projects"])
def test_the_state_of_a_folder_in_the_data_root_is_that_of_the_data_root(tmp_path: Path, folder: str) -> None:
    root = committed(tmp_path / "root", data_root())
    with LookedFor(root, "HEAD") as whole, LookedFor(root / folder, "HEAD") as part:
        assert part.found() == whole.found()


def test_a_source_has_no_earlier_revision() -> None:
    with pytest.raises(UsageError, match="a source has no earlier revision"):
        load_and_check(MemorySource({"qafiles.yaml": b"format: 1\n"}), since="HEAD")
