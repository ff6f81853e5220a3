"""What is kept of a history gives the same as replaying it, whatever happens to the repository and to the files."""

import shutil
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qafiles.errors import GitError, UnknownEntityError
from qafiles.git import find_repository
from qafiles.history import History, State, blame, entity_log, history_of
from qafiles.history.replay_cache import ReplayCache
from qafiles.sources.data_root import open_source
from tests.benchmarks.generate import data_root
from tests.conftest import committed, git, samples, write
from tests.history.generated import generated_history

_ID = "a7x3k9q2m4p8r5t1v6w0y2bd"
_OTHER = "b7x3k9q2m4p8r5t1v6w0y2bd"
_ADA = "users/ada.yaml"
_BASE = {"qafiles.yaml": "version: 1\n", _ADA: f"id: {_ID}\nname: Ada\n"}


def told(history: History) -> Mapping[str, Any]:
    """Return everything that a history says as plain data that can be compared.

    Of an entity that had one blob only, the digest may be left out.
    """
    return {
        "revision": history.revision,
        "commits": [*history.commits],
        "states": [(id_, _rows(states)) for id_, states in history.states.items()],
        "last": {id_: history.states[id_].index(state) for id_, state in history.last.items()},
        "rest": (history.unknown, history.incomplete, history.shallow, history.missing),
    }


def _rows(states: tuple[State, ...]) -> list[tuple[Any, ...]]:
    blobs = {blob for state in states for blob in (state.blob, *(held for _, held in state.copies))} - {None}
    return [
        (
            *state[1:4],
            state.digest if len(blobs) > 1 else None,
            state.copies,
            [states.index(parent) if parent is not None else None for parent in state.parents],
            *state[7:],
        )
        for state in states
    ]


def agrees(folder: Path, rev: str | None = None) -> None:
    """Compare the history from the cache with that without one."""
    source = open_source(folder)
    expected = told(history_of(source, rev, cached=False))
    assert told(history_of(source, rev)) == expected
    assert told(history_of(source, rev)) == expected


def cache_of(folder: Path) -> ReplayCache:
    repository = find_repository(folder)
    assert repository is not None
    cache = ReplayCache.of(repository, "")
    assert cache is not None
    return cache


def continues(folder: Path, rev: str = "HEAD") -> bool:
    """Return whether a history is continued from a kept one."""
    cache = cache_of(folder)
    return cache.continued(git(folder, "rev-parse", rev), lambda _, __: ()) is not None


def kept(folder: Path) -> list[Path]:
    return sorted(folder.glob(".git/qafiles/history-*"))


def save(folder: Path, files: Mapping[str, str], title: str = "more") -> None:
    write(folder, dict(files))
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", title)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return committed(tmp_path / "data", _BASE)


@pytest.mark.slow
@pytest.mark.parametrize(
    "seed", [1, *(pytest.param(seed, marks=pytest.mark.slow) for seed in (2, 3)[: samples(2, 1)])]
)
def test_after_each_commit_the_cache_says_what_a_replay_says(tmp_path: Path, seed: int) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(120)), 50, seed)
    source = open_source(folder)
    continued = 0
    for number in range(50):
        rev = f"c{number}"
        continued += continues(folder, rev)
        expected = told(history_of(source, rev, cached=False))
        assert told(history_of(source, rev)) == expected, rev
        assert told(history_of(source, rev)) == expected, rev
    assert continued > 10


@pytest.mark.slow
def test_commits_after_a_kept_one_give_the_same_however_many_they_are(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(120)), 60, 4)
    line = git(folder, "rev-list", "--first-parent", "HEAD").split()[::-1]
    source = open_source(folder)
    for start in (0, 3, 9, 14):
        shutil.rmtree(folder / ".git/qafiles", ignore_errors=True)
        for rev in line[start :: 5 + start]:
            assert told(history_of(source, rev)) == told(history_of(source, rev, cached=False)), rev


@pytest.mark.slow
def test_a_history_from_the_cache_answers_what_a_replayed_one_does(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(100)), 40, 5)
    source = open_source(folder)
    replayed = history_of(source, cached=False)
    history_of(source)
    for id_ in replayed.states:
        one = history_of(source) if id_ < "d" else replayed
        assert entity_log(one, id_) == entity_log(replayed, id_)
        assert blame(one, id_) == blame(replayed, id_)
    names = {path for states in replayed.states.values() for _, _, path, *_ in states if path}
    held = history_of(source)
    for name in {*names, *(path.rpartition("/")[2].removesuffix(".yaml") for path in names)}:
        try:
            expected = replayed.find(name)
        except UnknownEntityError:
            continue
        assert held.find(name) == expected


def test_a_branch_from_before_the_kept_commit_is_replayed_as_a_whole(folder: Path) -> None:
    save(folder, {_ADA: f"id: {_ID}\nname: Two\n"})
    git(folder, "checkout", "-qb", "side", "HEAD~1")
    save(folder, {"users/side.yaml": f"id: {_OTHER}\nname: Side\n"})
    git(folder, "checkout", "-q", "main")
    agrees(folder)
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "side")
    assert not continues(folder)
    agrees(folder)
    git(folder, "checkout", "-qb", "later")
    save(folder, {"users/side.yaml": f"id: {_OTHER}\nname: Later\n"})
    git(folder, "checkout", "-q", "main")
    save(folder, {_ADA: f"id: {_ID}\nname: Three\n"})
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "later")
    assert continues(folder)
    agrees(folder)


def test_a_foreign_history_that_is_merged_is_replayed_as_a_whole(folder: Path) -> None:
    agrees(folder)
    git(folder, "checkout", "-q", "--orphan", "foreign")
    git(folder, "rm", "-qrf", ".")
    save(folder, {"users/more.yaml": f"id: {_OTHER}\nname: More\n"})
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--allow-unrelated-histories", "-m", "merge", "foreign")
    assert not continues(folder)
    agrees(folder)


@pytest.mark.slow
def test_amended_reset_and_rebased_commits_leave_nothing_behind(folder: Path) -> None:
    for number in range(4):
        save(folder, {_ADA: f"id: {_ID}\nname: Ada {number}\n"}, f"number {number}")
        agrees(folder)
    write(folder, {_ADA: f"id: {_ID}\nname: Amended\n"})
    git(folder, "commit", "-qa", "--amend", "-m", "amended")
    assert continues(folder)
    agrees(folder)
    git(folder, "reset", "-q", "--hard", "HEAD~2")
    agrees(folder)
    git(folder, "checkout", "-qb", "side", "HEAD~1")
    save(folder, {"users/side.yaml": f"id: {_OTHER}\nname: Side\n"})
    agrees(folder)
    git(folder, "rebase", "-q", "main")
    agrees(folder)
    assert entity_log(history_of(open_source(folder)), _OTHER)[-1].what == ("created",)


def test_a_new_format_on_top_of_a_kept_commit_is_no_new_version(folder: Path) -> None:
    traversal = "organizations/acme/projects/shop/test_traversals/run.yaml"
    save(folder, {traversal: f"id: {_OTHER}\ntest_case_id: pay\n"})
    agrees(folder)
    git(folder, "mv", traversal, traversal.replace("run", "walk"))
    save(folder, {})
    assert continues(folder)
    agrees(folder)
    save(folder, {traversal.replace("run", "walk"): f"# why\ntest_case_id: 'pay'\nid: {_OTHER}\n"})
    assert continues(folder)
    agrees(folder)
    assert history_of(open_source(folder)).last[_OTHER].version == 1


def test_a_copy_that_was_there_before_the_kept_commit_takes_over(folder: Path) -> None:
    save(folder, {"users/copy.yaml": f"name: Copy\nid: {_ID}\n"})
    agrees(folder)
    git(folder, "rm", "-q", _ADA)
    save(folder, {})
    assert continues(folder)
    agrees(folder)
    state = history_of(open_source(folder)).last[_ID]
    assert (state.path, state.version) == ("users/copy.yaml", 2)


def test_what_the_blob_facts_know_changes_no_version_of_what_is_kept(folder: Path) -> None:
    # The facts learn a digest from a branch that the kept commit does not have, or lose what they knew.
    agrees(folder)
    git(folder, "checkout", "-qb", "side")
    save(folder, {_ADA: f"id: {_ID}\nname: Side\n"})
    agrees(folder)
    git(folder, "checkout", "-q", "main")
    save(folder, {"users/more.yaml": f"id: {_OTHER}\nname: More\n"})
    agrees(folder)
    (folder / ".git/qafiles/blob-facts").unlink()
    git(folder, "mv", _ADA, "users/countess.yaml")
    save(folder, {})
    assert continues(folder)
    agrees(folder)
    assert history_of(open_source(folder)).last[_ID].version == 1


def test_a_digest_that_the_kept_result_has_is_that_of_its_blob_later_on(folder: Path) -> None:
    git(folder, "checkout", "-qb", "side")
    save(folder, {_ADA: f"id: {_ID}\nname: Side\n"})
    agrees(folder)
    git(folder, "checkout", "-q", "main")
    (place,) = kept(folder)
    place.unlink()
    agrees(folder)
    git(folder, "mv", _ADA, "users/countess.yaml")
    save(folder, {})
    assert continues(folder)
    agrees(folder)
    assert [entry.what for entry in entity_log(history_of(open_source(folder)), _ID)] == [
        ("renamed",),
        ("created",),
    ]


def test_a_data_root_that_went_away_and_came_back_is_followed(tmp_path: Path) -> None:
    folder = committed(tmp_path / "data", {f"one/{path}": text for path, text in _BASE.items()})
    agrees(folder / "one")
    git(folder, "mv", "one", "two")
    save(folder, {})
    save(folder, {f"two/{_ADA}": f"id: {_ID}\nname: Two\n"})
    git(folder, "mv", "two", "one")
    save(folder, {})
    agrees(folder / "one")
    source = open_source(folder / "one")
    assert [entry.what for entry in entity_log(history_of(source), _ID)] == [("changed",), ("created",)]


def test_a_data_root_that_moves_on_top_of_a_kept_commit_is_followed(tmp_path: Path) -> None:
    folder = committed(tmp_path / "data", {f"old/{path}": text for path, text in _BASE.items()})
    agrees(folder / "old")
    (folder / "qa").mkdir()
    git(folder, "mv", "old", "qa/data")
    save(folder, {})
    agrees(folder / "qa/data")
    save(folder, {f"qa/data/{_ADA}": f"id: {_ID}\nname: Two\n"})
    agrees(folder / "qa/data")
    git(folder, "mv", "qa/data/users", "qa/data/qafiles.yaml", ".")
    save(folder, {})
    agrees(folder)
    assert len(entity_log(history_of(open_source(folder)), _ID)) == 2


def test_a_shallow_clone_that_gets_deeper_forgets_where_it_ended(folder: Path, tmp_path: Path) -> None:
    for number in range(4):
        save(folder, {_ADA: f"id: {_ID}\nname: Ada {number}\n"})
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", folder.as_uri(), str(clone))
    agrees(clone)
    git(clone, "fetch", "-q", "--deepen", "1")
    agrees(clone)
    assert len(entity_log(history_of(open_source(clone)), _ID)) == 3
    save(clone, {_ADA: f"id: {_ID}\nname: In the clone\n"})
    agrees(clone)
    git(clone, "fetch", "-q", "--unshallow")
    agrees(clone)
    assert len(entity_log(history_of(open_source(clone)), _ID)) == 6


def test_a_graft_counts_for_nothing(folder: Path) -> None:
    for number in range(3):
        save(folder, {_ADA: f"id: {_ID}\nname: Ada {number}\n"})
    agrees(folder)
    grafts = folder / ".git/info/grafts"
    grafts.parent.mkdir(exist_ok=True)
    grafts.write_text(git(folder, "rev-parse", "HEAD~1") + "\n")
    assert len(git(folder, "rev-list", "HEAD").split()) == 2
    assert len(history_of(open_source(folder)).commits) == 4


def test_a_result_that_lacks_an_object_is_not_kept(folder: Path) -> None:
    save(folder, {_ADA: f"id: {_ID}\nname: Two\n"})
    blob = git(folder, "rev-parse", f"HEAD~1:{_ADA}")
    place = folder / ".git/objects" / blob[:2] / blob[2:]
    content = place.read_bytes()
    place.unlink()
    assert history_of(open_source(folder)).missing == 1
    assert not kept(folder)
    place.parent.mkdir(exist_ok=True)
    place.write_bytes(content)
    agrees(folder)


def test_subjects_authors_and_paths_with_any_bytes_come_back(folder: Path) -> None:
    write(folder, {"users/zoë 😀.yaml": f"id: {_OTHER}\nname: Zoë\n"})
    git(folder, "add", "-A")
    git(
        folder, "commit", "-qm", 'a "quoted" \\ \x1b[1m 😀 \udcff', GIT_AUTHOR_NAME="\udce9 Zoë", GIT_AUTHOR_EMAIL="z\u2028"
    )  # fmt: skip
    agrees(folder)
    assert history_of(open_source(folder)).find("users/zoë 😀.yaml") == _OTHER


@pytest.mark.slow
def test_only_a_few_files_are_kept(folder: Path) -> None:
    (folder / ".git/qafiles").mkdir()
    (folder / ".git/qafiles/history-left-by-another-release").write_text("")
    for number in range(7):
        save(folder, {_ADA: f"id: {_ID}\nname: Ada {number}\n"})
        agrees(folder)
    assert len(kept(folder)) == 4
    assert any(git(folder, "rev-parse", "HEAD") in place.name for place in kept(folder))


@pytest.fixture(scope="module")
def damaged(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path, bytes, Mapping[str, Any]]:
    folder = generated_history(tmp_path_factory.mktemp("damaged") / "data", dict(data_root(100)), 15, 8)
    expected = told(history_of(open_source(folder), cached=False))
    history_of(open_source(folder))
    (place,) = kept(folder)
    return folder, place, place.read_bytes(), expected


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.data())
def test_damage_anywhere_in_a_kept_file_changes_no_result(
    damaged: tuple[Path, Path, bytes, Mapping[str, Any]], data: st.DataObject
) -> None:
    folder, place, content, expected = damaged
    at = data.draw(st.integers(0, len(content) - 1) | st.integers(0, min(200, len(content) - 1)))
    how = data.draw(st.sampled_from(["byte", "truncate", "insert", "doubled"]))
    if how == "byte":
        other = data.draw(st.integers(0, 255).filter(lambda value: value != content[at]))
        broken = content[:at] + bytes([other]) + content[at + 1 :]
    elif how == "truncate":
        broken = content[:at]
    else:
        broken = content[:at] + (b"\n" if how == "insert" else content[at:]) + content[at:]
    place.write_bytes(broken)
    assert told(history_of(open_source(folder))) == expected


def test_a_file_of_another_commit_under_the_name_of_this_one_counts_as_none(folder: Path) -> None:
    agrees(folder)
    (place,) = kept(folder)
    content = place.read_bytes()
    save(folder, {_ADA: f"id: {_ID}\nname: Two\n"})
    agrees(folder)
    for other in kept(folder):
        other.write_bytes(content)
    agrees(folder)


def test_a_file_that_something_else_wrote_with_its_checksum_is_an_error_that_says_so(folder: Path) -> None:
    history_of(open_source(folder))
    cache = cache_of(folder)
    head = git(folder, "rev-parse", "HEAD")
    body = cache.files.read(cache._name(head), cache._key(head))  # noqa: SLF001  # as another program would
    assert body is not None
    for foreign in (
        body.replace(b'"users/', b'7,"users/'),
        body.replace(b"[[0,", b"[[9,"),
        body.replace(b" [[", b" " + b"[" * 9999),
    ):
        cache.files.write(cache._name(head), cache._key(head), foreign)  # noqa: SLF001  # as above
        with pytest.raises(GitError, match="delete that folder"):
            told(history_of(open_source(folder)))
    cache.files.write(cache._name(head), cache._key(head), b"nonsense\n")  # noqa: SLF001  # as above
    agrees(folder)


@pytest.mark.slow
def test_processes_that_write_at_once_all_give_the_same(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(100)), 30, 9)
    path = "organizations/acme/organization.yaml"
    path = next(
        name for name in git(folder, "ls-files").splitlines() if "/test_cases/" in name or name == path
    )
    command = [sys.executable, "-m", "qafiles", "-C", str(folder), "log", "--format", "json", path]
    for _ in range(3):
        shutil.rmtree(folder / ".git/qafiles", ignore_errors=True)
        running = [subprocess.Popen(command, stdout=subprocess.PIPE) for _ in range(4)]
        outputs = {process.communicate()[0] for process in running}
        assert len(outputs) == 1
        assert all(process.returncode == 0 for process in running)
        agrees(folder)
