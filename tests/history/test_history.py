"""Histories made by hand, each for one fact."""

import hashlib
import json
import shutil
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.errors import UnknownEntityError
from qafiles.git.dates import timestamp
from qafiles.history import blame, derived, derived_of, entity_log, find_in, history_of
from qafiles.history.entity_paths import EntityPaths
from qafiles.history.facts import digest_of, facts
from qafiles.layout import Place, classify
from qafiles.parsing import parse
from qafiles.parsing.ids import legible_id, quick_id
from qafiles.parsing.values import ABSENT
from qafiles.render.history import log_as_text
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

__all__ = ["qafiles"]

ADA = "users/ada.yaml"
_ID = "a7x3k9q2m4p8r5t1v6w0y2bd"
_OTHER = "b7x3k9q2m4p8r5t1v6w0y2bd"
_BASE = {"qafiles.yaml": "version: 1\n", ADA: f"id: {_ID}\nname: Ada\n"}


def commit(folder: Path, title: str, day: int, author: str = "Ada") -> str:
    """Commit everything at noon of a day in January and return the commit's name."""
    when = f"2026-01-{day:02}T12:00:00Z"
    git(folder, "add", "-A")
    git(
        folder,
        "commit",
        "-qm",
        title,
        GIT_AUTHOR_NAME=author,
        GIT_AUTHOR_DATE=when,
        GIT_COMMITTER_DATE=when,
    )
    return git(folder, "rev-parse", "HEAD")


def user(name: str, id_: str = _ID, more: str = "") -> str:
    return f"id: {id_}\nname: {name}\n{more}"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return committed(tmp_path / "data", _BASE)


def what(folder: Path, id_: str = _ID) -> list[tuple[str, ...]]:
    return [entry.what for entry in entity_log(history_of(open_source(folder)), id_)]


def test_log_follows_the_id_through_renames_and_changes(folder: Path) -> None:
    git(folder, "mv", ADA, "users/countess.yaml")
    commit(folder, "rename", 3)
    write(folder, {"users/countess.yaml": user("Ada Lovelace", more="email: ada@example.com\n")})
    commit(folder, "name", 4, "Bob")
    write(
        folder, {"users/countess.yaml": "# a note\n" + user("Ada Lovelace", more="email: ada@example.com\n")}
    )
    commit(folder, "note", 5)
    entries = entity_log(history_of(open_source(folder)), _ID)
    assert [entry.what for entry in entries] == [("reformatted",), ("changed",), ("renamed",), ("created",)]
    assert (entries[2].old_path, entries[2].path) == (ADA, "users/countess.yaml")
    assert [(c.name, c.old, c.new) for c in entries[1].fields] == [
        ("name", "Ada", "Ada Lovelace"),
        ("email", ABSENT, "ada@example.com"),
    ]
    assert entries[1].commit.author == "Bob"


def test_a_restored_entity_keeps_the_history_from_before_it_was_deleted(folder: Path) -> None:
    git(folder, "rm", "-q", ADA)
    commit(folder, "delete", 3)
    write(folder, {"users/again.yaml": user("Ada")})
    commit(folder, "restore", 4)
    assert what(folder) == [("restored",), ("deleted",), ("created",)]
    source = open_source(folder)
    found = derived(history_of(source), load(folder).by_id[_ID])
    assert found.values == {"created_at": "2026-01-02T03:04:05Z"}


def test_only_what_an_ancestor_held_is_restored(folder: Path) -> None:
    new = {"users/bob.yaml": user("Bob", _OTHER)}
    git(folder, "branch", "release")
    write(folder, new)
    picked = commit(folder, "bob", 2)
    git(folder, "checkout", "-q", "release")
    git(folder, "commit", "-q", "--allow-empty", "-m", "before")
    git(folder, "cherry-pick", picked)
    git(folder, "branch", "both")
    git(folder, "checkout", "-q", "main")
    write(folder, {"users/bob.yaml": user("Robert", _OTHER)})
    commit(folder, "robert", 3)
    git(folder, "merge", "-q", "-m", "merged", "-X", "ours", "release")
    assert what(folder, _OTHER) == [("changed",), ("created",), ("created",)]


def test_what_a_merged_branch_deleted_is_restored_by_a_branch_that_never_had_it(folder: Path) -> None:
    git(folder, "checkout", "-qb", "side")
    write(folder, {"users/bob.yaml": user("Bob", _OTHER)})
    commit(folder, "bob", 2)
    (folder / "users/bob.yaml").unlink()
    commit(folder, "no bob", 3)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "merged", "side")
    write(folder, {"users/bob.yaml": user("Bob", _OTHER)})
    commit(folder, "bob again", 4)
    assert what(folder, _OTHER) == [("restored",), ("deleted",), ("created",)]


def test_a_deleted_entity_is_found_by_its_id_and_its_old_names(folder: Path) -> None:
    git(folder, "mv", ADA, "users/countess.yaml")
    commit(folder, "rename", 3)
    git(folder, "rm", "-q", "users/countess.yaml")
    commit(folder, "delete", 4)
    history = history_of(open_source(folder))
    for name in (_ID, _ID[:6], "ada", "user:ada", "countess", ADA, f"./{ADA}"):
        assert history.find(name) == _ID
    with pytest.raises(UnknownEntityError, match="no entity is or was called `nobody`"):
        history.find("nobody")
    old = load(folder, rev="HEAD~2")
    assert find_in(old, "countess", folder).path == ADA


def test_a_handle_means_the_entity_that_has_it_now(folder: Path) -> None:
    git(folder, "mv", ADA, "users/countess.yaml")
    write(folder, {ADA: user("Another", _OTHER)})
    commit(folder, "another", 3)
    assert history_of(open_source(folder)).find("ada") == _OTHER


def test_of_two_files_with_one_id_the_older_carries_the_history(folder: Path) -> None:
    write(folder, {"users/aaa.yaml": user("Copy")})
    commit(folder, "copy", 3)
    history = history_of(open_source(folder))
    assert history.last[_ID].path == ADA
    assert [path for path, _ in history.last[_ID].copies] == ["users/aaa.yaml"]
    assert what(folder) == [("created",)]
    write(folder, {"users/aaa.yaml": user("Copy", _OTHER)})
    commit(folder, "mint", 4)
    assert what(folder, _OTHER) == [("created",)]


def test_a_new_format_is_no_new_version_and_no_update(folder: Path) -> None:
    traversal = "organizations/acme/projects/shop/test_traversals/run.yaml"
    write(folder, {traversal: f"id: {_OTHER}\ntest_case_id: pay\n"})
    commit(folder, "add", 3)
    write(folder, {traversal: f"# why\ntest_case_id: 'pay'\nid: {_OTHER}\n"})
    commit(folder, "format", 4)
    write(folder, {traversal: f"id: {_OTHER}\ntest_case_id: refund\n"})
    commit(folder, "change", 5)
    found = derived(history_of(open_source(folder)), load(folder).by_id[_OTHER])
    assert found.values == {"created_at": "2026-01-03T12:00:00Z", "version": 2}


def test_a_merged_branch_adds_one_version(folder: Path) -> None:
    git(folder, "checkout", "-qb", "side")
    for day in (3, 4, 5):
        write(folder, {ADA: user(f"Ada {day}")})
        commit(folder, "side", day)
    git(folder, "checkout", "-q", "main")
    write(folder, {"README.md": "x"})
    commit(folder, "main", 6)
    git(folder, "merge", "-q", "--no-ff", "-m", "merge", "side")
    state = history_of(open_source(folder)).last[_ID]
    assert state.version == 2
    assert timestamp(state.updated.authored) == "2026-01-05T12:00:00Z"
    assert what(folder) == [("changed",)] * 3 + [("created",)]


def test_an_octopus_merge_of_three_branches_changes_nothing_itself(folder: Path) -> None:
    for number in range(3):
        git(folder, "checkout", "-q", "-b", f"side-{number}", "main")
        write(folder, {f"users/u{number}.yaml": user("New", f"{'cde'[number]}{_ID[1:]}")})
        commit(folder, "side", 3 + number)
    git(folder, "checkout", "-q", "main")
    git(folder, "merge", "-q", "--no-ff", "-m", "octopus", "side-0", "side-1", "side-2")
    assert len(git(folder, "log", "-1", "--format=%P").split()) == 4
    for letter in "cde":
        assert what(folder, letter + _ID[1:]) == [("created",)]


def test_blame_names_the_commit_of_each_item_through_renames(folder: Path) -> None:
    write(folder, {ADA: user("Ada", more="logins:\n- a\n- b\nx-n: {a: 1, b: true}\n")})
    second = commit(folder, "logins", 3)
    git(folder, "mv", ADA, "users/countess.yaml")
    write(
        folder, {"users/countess.yaml": user("Ada", more="logins:\n- b\n- c\n- a\nx-n: {a: 1.0, b: true}\n")}
    )
    third = commit(folder, "more", 4)
    first = git(folder, "rev-parse", "HEAD~2")
    found = {v.pointer: v.commit.name for v in blame(history_of(open_source(folder)), _ID) if v.commit}
    assert found == {
        ("id",): first,
        ("name",): first,
        ("logins", 0): second,
        ("logins", 1): third,
        ("logins", 2): second,
        ("x-n", "a"): third,
        ("x-n", "b"): second,
    }


def test_a_file_that_can_not_be_read_has_no_fields_to_compare_and_none_to_blame(
    folder: Path, qafiles: Qafiles
) -> None:
    write(folder, {ADA: f"id: {_ID}\nname: [\n"})
    commit(folder, "break", 2)
    write(folder, {ADA: user("Ada")})
    commit(folder, "mend", 3)
    log = entity_log(history_of(open_source(folder)), _ID)
    assert [(entry.what, entry.fields, entry.illegible) for entry in log] == [
        (("changed",), (), ("before",)),
        (("changed",), (), ("after",)),
        (("created",), (), ()),
    ]
    assert "the file cannot be read any more" in "".join(log_as_text(log))
    assert blame(history_of(open_source(folder, rev="HEAD~1")), _ID) == ()
    write(folder, {ADA: f"id: {_ID}\n<<<<<<< a\n"})
    for arguments in (["blame", "ada"], ["blame", f"{_ID}@HEAD~1"]):
        result = qafiles("-C", folder, *arguments)
        assert (result.code, "can't be read there" in result.err) == (2, True)


def test_what_is_not_committed_is_said_to_be_so(folder: Path) -> None:
    write(folder, {ADA: user("Changed"), "users/new.yaml": user("New", _OTHER)})
    snapshot = load(folder)
    history = history_of(snapshot)
    changed, new = derived(history, snapshot.by_id[_ID]), derived(history, snapshot.by_id[_OTHER])
    assert changed.uncommitted
    assert changed.values == {"created_at": "2026-01-02T03:04:05Z"}
    assert new.record() == {"created_at": None, "reason": "the entity was never committed"}
    values = {v.pointer: v.commit for v in blame(history, _ID, snapshot.by_id[_ID].data)}
    assert values["name",] is None
    assert values["id",] is not None


def test_what_is_the_very_bytes_of_its_commit_is_compared_with_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = load(folder)
    history = history_of(snapshot)
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.history.derivation.facts_of", None)
        assert not derived(history, snapshot.by_id[_ID], snapshot).uncommitted
    for text, is_other in ((user("Ada") + "# a comment\n", False), (user("Eve"), True)):
        write(folder, {ADA: text})
        changed = load(folder)
        assert derived(history, changed.by_id[_ID], changed).uncommitted is is_other


def test_a_copy_of_the_bytes_from_the_commit_does_not_stand_for_a_file_that_was_changed(folder: Path) -> None:
    write(folder, {"users/copy.yaml": (folder / ADA).read_text()})
    commit(folder, "copied", 3)
    write(folder, {ADA: user("Eve")})
    snapshot = load(folder)
    given = derived_of(history_of(snapshot), [*snapshot.of_kind("user")], snapshot)
    assert given[ADA].uncommitted
    assert not given["users/copy.yaml"].uncommitted


def test_a_written_value_is_not_derived(folder: Path) -> None:
    write(folder, {ADA: user("Ada", more="created_at: 2020-01-01T00:00:00Z\n")})
    assert derived(history_of(open_source(folder)), load(folder).by_id[_ID]).record() == {}


def test_a_repository_without_commits_says_so(tmp_path: Path) -> None:
    folder = write(tmp_path, _BASE)
    git(folder, "init", "-q")
    snapshot = load(folder)
    found = derived(history_of(snapshot), snapshot.by_id[_ID])
    assert found.record() == {"created_at": None, "reason": "the repository has no commits yet"}


def test_a_plain_folder_says_that_it_has_no_git(tmp_path: Path) -> None:
    snapshot = load(write(tmp_path, _BASE))
    assert "no git repository" in str(history_of(snapshot).unknown)


def test_a_shallow_clone_gives_no_wrong_number(folder: Path, tmp_path: Path) -> None:
    write(folder, {ADA: user("Two"), "users/old.yaml": user("Old", _OTHER)})
    commit(folder, "two", 3)
    config = "browser_configs/desktop.yaml"
    write(folder, {config: f"id: c{_ID[1:]}\nbrowser_config: {{}}\n"})
    commit(folder, "three", 4)
    clone = tmp_path / "clone"
    git(tmp_path, "clone", "-q", "--depth", "2", folder.as_uri(), str(clone))
    snapshot = load(clone)
    history = history_of(snapshot)
    assert derived(history, snapshot.by_id[_ID]).values == {"created_at": None}
    new = derived(history, snapshot.by_id["c" + _ID[1:]])
    assert new.values == {"created_at": None, "updated_at": "2026-01-04T12:00:00Z"}
    assert "shallow" in str(new.reason)
    assert [entry.what for entry in entity_log(history, _ID)] == [("held",)]
    assert not any(value.known for value in blame(history, _ID))


def test_a_data_root_that_moved_is_followed(tmp_path: Path) -> None:
    folder = committed(tmp_path / "data", {f"old/{path}": text for path, text in _BASE.items()})
    write(folder, {f"old/{ADA}": user("Two"), "src/main.py": "x"})
    commit(folder, "two", 3)
    (folder / "qa").mkdir()
    git(folder, "mv", "old", "qa/data")
    commit(folder, "move", 4)
    write(folder, {f"qa/data/{ADA}": user("Three")})
    commit(folder, "three", 5)
    assert what(folder / "qa/data") == [("changed",), ("changed",), ("created",)]
    history = history_of(open_source(folder / "qa/data"))
    assert history.last[_ID].version == 3
    git(folder, "mv", "qa/data/users", "qa/data/qafiles.yaml", ".")
    commit(folder, "up", 6)
    assert what(folder) == [("changed",), ("changed",), ("created",)]


@pytest.mark.parametrize("hashes", ["sha1", "sha256"])
def test_worktrees_bare_and_sha256_repositories_give_the_same(tmp_path: Path, hashes: str) -> None:
    folder = write(tmp_path / "data", _BASE)
    git(folder, "init", "-q", f"--object-format={hashes}")
    commit(folder, "first", 1)
    write(folder, {ADA: user("Two")})
    commit(folder, "two", 2)
    git(folder, "worktree", "add", "-q", "-b", "other", str(tmp_path / "tree"))
    git(tmp_path, "clone", "-q", "--bare", str(folder), str(tmp_path / "bare"))
    sources = [
        open_source(folder),
        open_source(tmp_path / "tree"),
        open_source(tmp_path / "bare", rev="main"),
    ]
    for source in sources:
        log = entity_log(history_of(source), _ID)
        assert [entry.what for entry in log] == [("changed",), ("created",)]
    assert (folder / ".git/qafiles").is_dir()
    assert not (folder / ".git/worktrees/tree/qafiles").exists()


def test_settings_of_the_user_change_nothing(folder: Path) -> None:
    before = what(folder)
    for name, value in {
        "log.showRoot": "false",
        "log.follow": "true",
        "log.diffMerges": "off",
        "diff.orderFile": "/nonexistent",
        "log.showSignature": "true",
        "diff.relative": "true",
        "format.pretty": "oneline",
        "core.quotePath": "true",
        "diff.renames": "copies",
    }.items():
        git(folder, "config", name, value)
    assert what(folder) == before == [("created",)]


def test_paths_with_any_bytes_beside_the_entities_break_nothing(folder: Path) -> None:
    write(folder, {"users/:100644 x\n.yaml": user("New", _OTHER), "a\nb": "x"})
    commit(folder, "odd", 3)
    assert what(folder, _OTHER) == [("created",)]


@pytest.mark.parametrize("damage", ["truncate", "garble", "delete", "folder", "wrong key"])
def test_a_damaged_cache_changes_no_result(folder: Path, damage: str) -> None:
    write(folder, {ADA: user("Two")})
    commit(folder, "two", 3)
    expected = what(folder)
    place = folder / ".git/qafiles/blob-facts"
    content = place.read_bytes()
    if damage == "truncate":
        place.write_bytes(content[:-20])
    elif damage == "garble":
        place.write_bytes(content.replace(_ID.encode(), _OTHER.encode()))
    elif damage == "delete":
        shutil.rmtree(place.parent)
    elif damage == "folder":
        place.unlink()
        place.mkdir()
    else:
        place.write_bytes(b"qafiles blob facts 0\n" + content.split(b"\n", 1)[1])
    assert what(folder) == expected
    assert what(folder) == expected


def test_where_the_git_folder_cannot_hold_the_cache_the_user_folder_does(
    folder: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("XDG_CACHE_HOME", "LOCALAPPDATA", "HOME"):
        monkeypatch.setenv(name, str(tmp_path / "cache"))
    (folder / ".git/qafiles").write_text("a file")
    assert what(folder) == [("created",)]
    (place,) = tmp_path.glob("cache/**/blob-facts")
    assert _ID in place.read_text()
    assert what(folder) == [("created",)]


def test_a_cache_with_foreign_lines_and_their_checksum_counts_as_none(folder: Path) -> None:
    expected = what(folder)
    place = folder / ".git/qafiles/blob-facts"
    key, _, body = place.read_bytes().split(b"\n", 2)
    body += b"nonsense\n"
    place.write_bytes(key + b"\n" + hashlib.sha256(body).hexdigest().encode() + b"\n" + body)
    assert what(folder) == expected


def test_reading_history_writes_nothing_but_the_cache(folder: Path) -> None:
    def held() -> dict[str, bytes]:
        return {
            str(p.relative_to(folder)): p.read_bytes()
            for p in folder.rglob("*")
            if p.is_file() and "qafiles/" not in p.relative_to(folder).as_posix()
        }

    before = held()
    what(folder)
    assert held() == before


def test_ciphertext_of_a_secret_is_never_shown(tmp_path: Path) -> None:
    path = "organizations/acme/projects/shop/secret_values/TOKEN.yaml"
    text = f"id: {_ID}\nsecret_name: TOKEN\nversion: 1\nsecret_value: ENC[one]\nsops: {{mac: one}}\n"
    folder = committed(tmp_path / "data", {"qafiles.yaml": "version: 1\n", path: text})
    write(folder, {path: text.replace("one", "two")})
    second = commit(folder, "again", 3)
    write(folder, {path: text.replace("one", "three").replace("version: 1", "version: 2")})
    third = commit(folder, "rotate", 4)
    history = history_of(open_source(folder))
    entries = entity_log(history, _ID)
    assert [(c.name, c.form) for c in entries[0].fields] == [("version", "value"), ("secret_value", "secret")]
    assert entries[0].secret == "value changed"  # noqa: S105  # what happened to it
    assert [(c.name, c.form) for c in entries[1].fields] == [("secret_value", "secret")]
    assert entries[1].secret == "re-encrypted"  # noqa: S105  # as above
    assert entries[1].commit.name == second
    values = {v.pointer: v for v in blame(history, _ID)}
    assert values["secret_value",].value is None
    assert values["secret_value",].commit is not None
    assert values["secret_value",].commit.name == third
    assert "ENC" not in repr((entries, [*values.values()]))
    assert "mac" not in repr(values)


def test_an_object_that_is_missing_makes_values_unknown(folder: Path) -> None:
    write(folder, {ADA: user("Two")})
    commit(folder, "two", 3)
    blob = git(folder, "rev-parse", f"HEAD~1:{ADA}")
    (folder / ".git/objects" / blob[:2] / blob[2:]).unlink()
    snapshot = load(folder)
    found = derived(history_of(snapshot), snapshot.by_id[_ID])
    assert found.values == {"created_at": None}
    assert "git lacks the content of 1 older file" in str(found.reason)


def test_a_history_of_which_commits_are_lost_says_so_in_gits_words(folder: Path) -> None:
    for day in range(3, 6):
        write(folder, {ADA: user(f"Ada {day}")})
        commit(folder, "more", day)
    name = git(folder, "rev-parse", "HEAD~2")
    (folder / ".git/objects" / name[:2] / name[2:]).unlink()
    found = history_of(open_source(folder))
    assert "git log failed" in str(found.unknown)
    assert "`git fsck` names" in str(found.unknown)
    assert found.left_out.is_missing


def test_values_that_look_equal_are_other_data() -> None:
    values = [1, 1.0, True, "1", None, [], {}, "", [1], {"a": 1}, {"a": None}]
    assert len({digest_of(value) for value in values}) == len(values)
    assert digest_of({"a": 1, "b": 2}) == digest_of({"b": 2, "a": 1})
    assert digest_of(10**5000) != digest_of(10**5000 + 1)


@pytest.mark.parametrize(
    ("raw", "expected"),
    [
        ("0 +0000", "1970-01-01T00:00:00Z"),
        ("1767323045 -0330", "2026-01-01T23:34:05-03:30"),
        ("99999999999999 +0000", None),
        ("1 +9999", "1970-01-01T00:00:01Z"),
        ("1312735823 +051800", "2011-08-07T16:50:23Z"),
        ("1312735823 +530", "2011-08-07T22:20:23+05:30"),
        ("1312735823 +0099", "2011-08-07T16:50:23Z"),
        ("253402300799 +0100", None),
        ("253402300800 +0000", None),
        ("", None),
        ("nonsense", None),
    ],
)
def test_dates_of_git_become_timestamps_or_nothing(raw: str, expected: str | None) -> None:
    assert timestamp(raw) == expected


_PART = st.sampled_from(
    ["organizations", "users", "browser_configs", "acme", "members", "projects", "shop", "tags", "test_cases",
     "documents", "secret_values", "test_traversals", ".git", ".x", "a.yaml", ".yaml", "b.yml", "organization.yaml",
     "project.yaml", "c.yaml", "x\n.yaml"]
)  # fmt: skip


@given(st.lists(_PART, min_size=1, max_size=8).map("/".join))
def test_the_quick_look_at_a_path_says_what_classify_says(path: str) -> None:
    assert EntityPaths()[path] == isinstance(classify(path), Place)


_LINE = st.sampled_from(
    [f"id: {_ID}", f"id: '{_OTHER}'", f'"id": {_ID}', "# id: x", "name: x", "text: |", f"  id: {_OTHER}", "",
     "x: 'a", "'", "\t", "- a", "{", "---", "<<<<<<< ours", f"? id\n: {_ID}", "id:", f"x: {{id: {_ID}}}"]
)  # fmt: skip


@given(st.lists(_LINE, max_size=6).map("\n".join))
def test_the_quick_look_at_an_id_says_what_parsing_says(text: str) -> None:
    content = (text + "\n").encode()
    assert quick_id(content) in {None, facts(content).id}
    assert facts(content).id == (legible_id(parse(content).data, content) or "")


@pytest.mark.slow
def test_the_data_of_the_example_is_read_in_one_pass(tmp_path: Path) -> None:
    folder = committed(tmp_path / "data", data_root())
    history = history_of(open_source(folder))
    assert {state.path for state in history.last.values()} == {
        path for path in data_root() if isinstance(classify(path), Place)
    }
    assert json.dumps([*history.last]) is not None
