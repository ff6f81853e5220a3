"""A data root at rest is edited without listing its files first; where anything is going on, everything is looked at."""

import os
import threading
import time
from pathlib import Path

import pytest

from qafiles.cache.working_tree import WorkingTree
from qafiles.edits.proposal import Proposal
from qafiles.edits.proposals.assignments import assigned
from qafiles.edits.proposals.set import set_fields
from qafiles.edits.working_tree import working_tree
from qafiles.edits.writing import transaction
from qafiles.edits.writing.at_rest import is_at_rest, tree_at_rest
from qafiles.edits.writing.lock import Held, locked
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.errors import EditFailedError
from qafiles.snapshot import Snapshot
from qafiles.sources.data_root import open_source
from tests.conftest import git
from tests.edits.conftest import PROJECT, SMOKE, contents


def test_the_working_tree_is_the_one_that_is_found_by_listing_its_files(repository: Path) -> None:
    assert tree_at_rest(repository / PROJECT) == working_tree(open_source(repository))


def test_nothing_is_at_rest_in_the_middle_of_something(repository: Path) -> None:
    tree = working_tree(open_source(repository))
    assert is_at_rest(tree)
    for name in ("index.lock", "MERGE_HEAD"):
        place = repository / ".git" / name
        place.write_text("")
        assert not is_at_rest(tree)
        place.unlink()
    tree.state.folder.mkdir(parents=True)
    tree.state.journal.write_text("{}")
    assert tree_at_rest(repository) is None


def test_settings_that_git_does_not_track_are_looked_for_by_listing(repository: Path) -> None:
    git(repository, "rm", "-q", "--cached", "qafiles.yaml")
    assert tree_at_rest(repository) is None


def test_a_folder_outside_git_is_no_working_tree(folder: Path) -> None:
    assert tree_at_rest(folder) is None


def test_what_another_edit_wrote_is_seen_by_one_that_waited_for_it(repository: Path) -> None:
    """The files are asked for once the lock is held, not before."""
    transact(repository, lambda _: Proposal("look", ()), EditOptions(dry_run=True))
    seen: list[object] = []
    begun = threading.Event()

    def propose(snapshot: Snapshot) -> Proposal:
        seen.append(snapshot.files[SMOKE].get("color"))
        return set_fields(snapshot, SMOKE, assigned({"name": "other"}))

    def edit() -> None:
        begun.set()
        transact(repository, propose)

    with locked(working_tree(open_source(repository)).state.lock):
        thread = threading.Thread(target=edit)
        thread.start()
        begun.wait()
        place = repository / SMOKE
        place.write_text(place.read_text().replace("teal", "navy"))
    thread.join()
    assert seen == ["navy"]
    assert "color: navy" in contents(repository)[SMOKE].decode()


def test_a_file_that_is_changed_after_it_was_loaded_is_not_written(repository: Path) -> None:
    before = contents(repository)

    def propose(snapshot: Snapshot) -> Proposal:
        proposal = set_fields(snapshot, SMOKE, assigned({"color": "red"}))
        (repository / SMOKE).write_bytes(before[SMOKE] + b"# mine\n")
        return proposal

    with pytest.raises(EditFailedError, match="was changed since it was read; nothing was written"):
        transact(repository, propose)
    assert contents(repository) == {**before, SMOKE: before[SMOKE] + b"# mine\n"}


@pytest.fixture
def known(repository: Path) -> Path:
    """A data root of which all files are known, and told by git's index to be those that are known."""
    time.sleep(2.1)
    git(repository, "status")
    transact(repository, lambda _: Proposal("look", ()))
    return repository


def _asked(folder: Path) -> WorkingTree:
    """Return a working tree that git was asked about just now, and had answered before anything else is done."""
    time.sleep(0.1)  # the lock is at rest
    asked = WorkingTree.asked(str(folder))
    assert asked is not None
    assert asked.walk().read() is not None
    assert asked.changed_so_far() is not None or asked.differing(None) is not None
    return asked


def test_git_is_asked_once_where_it_was_asked_before(known: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(transaction, "_OLD", 10**12)  # this machine may be slow
    asked = _asked(known)
    monkeypatch.setattr(WorkingTree, "asked", lambda folder: pytest.fail(f"git is asked again at {folder}"))
    outcome = transact(
        known, lambda s: set_fields(s, SMOKE, assigned({"color": "red"})), EditOptions(), asked
    )
    assert outcome.written
    assert "color: red" in contents(known)[SMOKE].decode()


def test_an_edit_that_was_made_since_git_was_asked_is_seen(
    known: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transaction, "_OLD", 10**12)
    asked = _asked(known)
    transact(known, lambda s: set_fields(s, SMOKE, assigned({"color": "navy"})))
    seen = []

    def propose(snapshot: Snapshot) -> Proposal:
        seen.append(snapshot.files[SMOKE].get("color"))
        return set_fields(snapshot, SMOKE, assigned({"name": "other"}))

    transact(known, propose, EditOptions(), asked)
    assert seen == ["navy"]


def test_what_git_was_asked_of_another_data_root_is_not_taken(repository: Path, tmp_path: Path) -> None:
    other = tmp_path / "other"
    git(repository, "worktree", "add", "-q", "--detach", str(other), "HEAD")
    outcome = transact(
        other, lambda s: set_fields(s, SMOKE, assigned({"color": "red"})), EditOptions(), _asked(repository)
    )
    assert outcome.written
    assert "color: red" in contents(other)[SMOKE].decode()
    assert "color: red" not in contents(repository)[SMOKE].decode()


def test_a_lock_tells_whether_somebody_held_it_lately(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    with locked(place) as lock:
        assert not lock.is_first_in(0)  # its file is as new
    time.sleep(0.2)
    with locked(place) as lock:
        assert lock.is_first_in(50_000_000)
        assert not lock.is_first_in(10_000_000_000)
    with locked(place) as lock:
        assert not lock.is_first_in(0)


def test_the_clock_of_the_file_system_may_be_another_one() -> None:
    """A lock's file on a disk whose clock is an hour behind is as new as any."""
    late = 3600 * 10**9
    held = Held(3, time.time_ns() - late - 1_000_000, time.time_ns() - late)
    assert not held.is_first_in(10**9)
    assert held._replace(changed_before=held.changed - 2 * 10**9 + 1).is_first_in(10**9)


def test_who_has_died_with_the_lock_held_it_until_then(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    place.write_text("12345")
    time.sleep(0.2)
    with locked(place) as lock:
        assert not lock.is_first_in(0)


def test_who_has_waited_is_not_the_first(tmp_path: Path) -> None:
    place = tmp_path / "lock"
    begun = threading.Event()

    def hold() -> None:
        with locked(place):
            begun.set()
            time.sleep(0.2)
            os.utime(place, (0, 0))

    thread = threading.Thread(target=hold)
    thread.start()
    begun.wait()
    with locked(place) as lock:
        assert not lock.is_first_in(0)
    thread.join()


def test_git_is_asked_anew_where_its_answer_is_old(known: Path) -> None:
    """Another program may have changed a file, as while a command waited for its input."""
    asked = _asked(known)
    place = known / SMOKE
    place.write_text(place.read_text().replace("teal", "navy"))
    time.sleep(0.6)
    for dry_run in (True, False):
        seen: list[object] = []

        def propose(snapshot: Snapshot, seen: list[object] = seen) -> Proposal:
            seen.append(snapshot.files[SMOKE].get("color"))
            return Proposal("look", ())

        transact(known, propose, EditOptions(dry_run=dry_run), asked)
        assert seen == ["navy"]
