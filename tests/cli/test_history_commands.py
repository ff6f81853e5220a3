import json
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write

_ID = "a7x3k9q2m4p8r5t1v6w0y2bd"
_OLD = "users/ada.yaml"
_NEW = "users/countess.yaml"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A user who was created, renamed as a file, and changed."""
    files = {"qafiles.yaml": "version: 1\n", _OLD: f"id: {_ID}\nname: Ada\nlogins: [a, b]\n"}
    folder = committed(tmp_path / "data", files)
    git(folder, "mv", _OLD, _NEW)
    git(folder, "commit", "-qm", "Rename")
    write(folder, {_NEW: f"id: {_ID}\nname: Ada Lovelace\nlogins: [b, c]\n"})
    git(
        folder,
        "commit",
        "-qam",
        "Full \x1b[31mname",
        GIT_AUTHOR_NAME="Bob",
        GIT_AUTHOR_DATE="2026-02-03T04:05:06+0100",
    )
    return folder


def test_log_shows_commits_newest_first_with_the_fields_changed(folder: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", folder, "log", "ada")
    name = git(folder, "rev-parse", "HEAD")[:12]
    assert result.code == 0
    assert result.out.splitlines()[:6] == [
        f"commit {name}  2026-02-03T04:05:06+01:00  Bob",
        r"    Full \x1b[31mname",
        "  changed user countess",
        "  name: Ada → Ada Lovelace",
        "  logins: +c, -a",
        "",
    ]
    assert "  renamed: user ada → countess\n" in result.out
    assert result.out.endswith("  created user ada\n")


def test_log_as_json_is_an_array_of_commits(folder: Path, qafiles: Qafiles) -> None:
    changed, renamed, created = json.loads(qafiles("-C", folder, "log", _ID, "--format", "json").out)
    assert changed["date"] == "2026-02-03T04:05:06+01:00"
    assert changed["fields"][0] == {"field": "name", "before": "Ada", "after": "Ada Lovelace"}
    assert (renamed["what"], renamed["old_path"], renamed["path"]) == (["renamed"], _OLD, _NEW)
    assert (created["what"], created["handle"], created["kind"]) == (["created"], "ada", "user")


def test_log_of_a_revision_ends_there(folder: Path, qafiles: Qafiles) -> None:
    for arguments in (["ada@HEAD~1"], ["ada", "--rev", "HEAD~1"]):
        found = json.loads(qafiles("-C", folder, "log", *arguments, "--format", "json").out)
        assert [entry["what"] for entry in found] == [["renamed"], ["created"]]


def test_a_deleted_entity_has_a_log_and_can_be_shown_as_it_was(folder: Path, qafiles: Qafiles) -> None:
    git(folder, "rm", "-q", _NEW)
    git(folder, "commit", "-qm", "Delete")
    assert "deleted user countess" in qafiles("-C", folder, "log", "ada").out
    assert f"id: {_ID}" in qafiles("-C", folder, "show", "countess@HEAD~3").out
    assert qafiles("-C", folder, "show", "countess").code == 2


def test_a_deleted_entity_is_named_like_one_that_exists(folder: Path, qafiles: Qafiles) -> None:
    place = "organizations/acme/projects/shop/tags"
    tags = {
        f"{place}/{name}.yaml": f"id: {name}{_ID[len(name) :]}\nname: {name}\ncolor: red\n"
        for name in ("a1", "b2")
    }
    other = {
        f"{place.replace('shop', 'till')}/{name}.yaml": f"id: c{name}{_ID[3:]}\nname: x\ncolor: red\n"
        for name in ("b2",)
    }
    write(folder, {**tags, **other})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Tags")
    both = qafiles("-C", folder, "log", "b2")
    assert (both.code, both.err.partition(":")[2]) == (
        2,
        " `b2` names more than one entity: tag:acme/shop/b2, tag:acme/till/b2\n",
    )
    git(folder, "rm", "-rq", "organizations/acme/projects/shop/tags", "organizations/acme/projects/till/tags")
    git(folder, "commit", "-qm", "Delete tags")
    for name in ("tags:acme/shop/a1", "tag:a1", "shop/a1", "a1"):
        assert "deleted tag acme/shop/a1" in qafiles("-C", folder, "log", name).out, name
    assert "`b2` named more than one entity: " in qafiles("-C", folder, "log", "b2").err


def test_an_unknown_entity_is_refused(folder: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", folder, "log", "nobody")
    assert result.code == 2
    assert "no entity is or was called `nobody`" in result.err


def test_an_entity_that_was_never_committed_says_so(folder: Path, qafiles: Qafiles) -> None:
    write(folder, {"users/new.yaml": f"id: b{_ID[1:]}\nname: New\n"})
    result = qafiles("-C", folder, "log", "new")
    assert (result.code, result.out) == (0, "")
    assert "never committed" in result.err
    assert "not committed" in qafiles("-C", folder, "blame", "new").out


def test_blame_shows_a_commit_for_each_value(folder: Path, qafiles: Qafiles) -> None:
    first, last = git(folder, "rev-parse", "HEAD~2")[:12], git(folder, "rev-parse", "HEAD")[:12]
    assert qafiles("-C", folder, "blame", "countess").out.splitlines() == [
        f"{first}  2026-01-02  Ada  id        {_ID}",
        f"{last}  2026-02-03  Bob  name      Ada Lovelace",
        f"{first}  2026-01-02  Ada  logins.0  b",
        f"{last}  2026-02-03  Bob  logins.1  c",
    ]
    values = json.loads(qafiles("-C", folder, "blame", "countess", "--format", "json").out)
    assert [value["pointer"] for value in values] == ["/id", "/name", "/logins/0", "/logins/1"]


def test_blame_marks_what_is_not_committed(folder: Path, qafiles: Qafiles) -> None:
    write(folder, {_NEW: f"id: {_ID}\nname: Somebody\n"})
    assert "not committed" in qafiles("-C", folder, "blame", "countess").out.splitlines()[1]
    git(folder, "add", "-A")
    assert "not committed" in qafiles("-C", folder, "blame", "countess", "--staged").out
    assert "not committed" not in qafiles("-C", folder, "blame", "countess@HEAD").out


def test_show_gives_derived_values_and_list_does_on_demand(folder: Path, qafiles: Qafiles) -> None:
    shown = json.loads(qafiles("-C", folder, "show", "countess", "--format", "json").out)
    assert shown["derived"] == {"created_at": "2026-01-02T03:04:05Z"}
    (plain,) = json.loads(qafiles("-C", folder, "list", "user", "--format", "json").out)
    assert "derived" not in plain
    (listed,) = json.loads(qafiles("-C", folder, "list", "user", "--derived", "--format", "json").out)
    assert listed == shown
    table = qafiles("-C", folder, "list", "user", "--derived", "--format", "csv").out.splitlines()
    assert table[0].endswith(",derived.created_at")
    assert table[1].endswith(",2026-01-02T03:04:05Z")


def test_outside_git_the_reason_is_shown(tmp_path: Path, qafiles: Qafiles) -> None:
    write(tmp_path, {"qafiles.yaml": "version: 1\n", _OLD: f"id: {_ID}\nname: Ada\n"})
    shown = json.loads(qafiles("-C", tmp_path, "show", "ada", "--format", "json").out)
    assert shown["derived"] == {"created_at": None, "reason": "the data lies in no git repository"}
