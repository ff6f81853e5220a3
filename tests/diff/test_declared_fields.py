"""Custom fields in comparisons and in the history: by name, references by what they name, mappings key by key."""

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles import load
from qafiles.diff import Diff, diff
from qafiles.reports import make_report
from qafiles.sources import FolderSource, MemorySource
from qafiles.sources.data_root import open_source
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import git, write

__all__ = ["qafiles"]

_ADA, _BOB = "tz4a98xxat96iws9zmbrgj3a", "u7nbzcny80h07sta8x9fs09i"
_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"
_DECLARED = """\
version: 1
fields:
  tag:
    x-owner: {reference: user}
    x-owners: {type: array, items: {reference: user}}
    x-level: {enum: [high, low]}
    x-stage: {type: object, properties: {name: {type: string}, size: {type: integer}}}
    x-issues: {type: array, items: {type: string}}
"""
_FIELDS = (
    "x-issues: [A-1, A-2]\nx-level: high\nx-owner: ada\nx-owners: [ada, bob]\nx-stage: {name: one, size: 1}\n"
)


def _root(settings: str = _DECLARED, fields: str = _FIELDS) -> dict[str, str]:
    return {
        "qafiles.yaml": settings,
        "users/ada.yaml": f"id: {_ADA}\nname: Ada\n",
        "users/bob.yaml": f"id: {_BOB}\nname: Bob\n",
        "organizations/acme/organization.yaml": "id: a00000000000000000000001\nname: Acme\nrole: guest\n",
        "organizations/acme/projects/shop/project.yaml": "id: a00000000000000000000002\nname: Shop\n"
        "default_url_route: https://shop.example.com\n",
        _TAG: f"id: a00000000000000000000003\nname: smoke\ncolor: teal\n{fields}",
    }


def _commit(folder: Path, files: dict[str, str], day: int) -> None:
    write(folder, files)
    git(folder, "add", "-A")
    when = f"2026-01-{day:02}T00:00:00Z"
    git(folder, "commit", "-qm", f"day {day}", GIT_AUTHOR_DATE=when, GIT_COMMITTER_DATE=when)


def _by_sources(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    del folder
    return diff(MemorySource(old), MemorySource(new))


def _by_snapshots(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    del folder
    return diff(load(MemorySource(old)), load(MemorySource(new)))


def _by_commits(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    git(folder, "init", "-q")
    _commit(folder, old, 1)
    _commit(folder, new, 2)
    return diff(open_source(folder, rev="HEAD~1"), open_source(folder, rev="HEAD"))


def _by_folder(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    return diff(FolderSource(write(folder / "old", old)), FolderSource(write(folder / "new", new)))


def _by_working_tree(folder: Path, old: dict[str, str], new: dict[str, str]) -> Diff:
    git(folder, "init", "-q")
    _commit(folder, old, 1)
    return diff(open_source(folder, rev="HEAD"), open_source(write(folder, new)))


_WAYS = [_by_sources, _by_snapshots, _by_commits, _by_folder, _by_working_tree]
_Compare = Callable[[Path, dict[str, str], dict[str, str]], Diff]


def _names(difference: Diff) -> list[str]:
    return [
        ".".join(map(str, part.pointer))
        for change in difference.changes
        for item in change.fields
        for part in (item.parts or ())
    ] + [item.name for change in difference.changes for item in change.fields if item.form != "mapping"]


@pytest.mark.parametrize("compare", _WAYS)
@pytest.mark.parametrize(
    ("old", "new", "names"),
    [
        ("x-level: high", "x-level: low", ["x-level"]),
        ("x-owner: ada", f"x-owner: {_ADA}", []),
        ("x-owner: ada", "x-owner: bob", ["x-owner"]),
        ("x-owners: [ada, bob]", "x-owners: [bob, ada]", []),
        ("x-owners: [ada, bob]", f"x-owners: [bob, {_ADA}]", []),
        ("x-owners: [ada, bob]", "x-owners: [bob]", ["x-owners"]),
        ("x-issues: [A-1, A-2]", "x-issues: [A-2, A-1]", ["x-issues"]),
        ("{name: one, size: 1}", "{size: 1, name: one}", []),
        ("{name: one, size: 1}", "{name: one, size: 2}", ["x-stage.size"]),
        ("x-level: high\n", "", ["x-level"]),
    ],
)
def test_a_declared_field_that_differs_is_named(
    tmp_path: Path, compare: _Compare, old: str, new: str, names: list[str]
) -> None:
    assert _names(compare(tmp_path, _root(), _root(fields=_FIELDS.replace(old, new)))) == names


@pytest.mark.parametrize("compare", _WAYS)
@pytest.mark.parametrize(
    ("before", "after", "names"),
    [
        ("version: 1\n", _DECLARED, []),
        (_DECLARED, "version: 1\n", ["x-owners"]),
        (
            _DECLARED.replace("{reference: user}\n    x-owners", "{type: integer}\n    x-owners"),
            _DECLARED,
            [],
        ),
        (_DECLARED.replace("tag:", "document:"), _DECLARED, []),
        ("version: 1\nfields: [", _DECLARED, []),
        (_DECLARED, "version: 1\nfields: {tag: 3}\n", ["x-owners"]),
    ],
)
def test_what_the_later_side_declares_counts_for_both(
    tmp_path: Path, compare: _Compare, before: str, after: str, names: list[str]
) -> None:
    reordered = _FIELDS.replace("[ada, bob]", "[bob, ada]")
    assert _names(compare(tmp_path, _root(before), _root(after, reordered))) == names


@pytest.mark.parametrize("compare", _WAYS)
def test_a_changed_declaration_is_a_changed_setting(tmp_path: Path, compare: _Compare) -> None:
    settings = _DECLARED.replace("[high, low]", "[high, low, none]").replace(
        "    x-owner: {reference: user}\n", ""
    )
    difference = compare(tmp_path, _root(), _root(settings))
    (change,) = difference.settings
    assert {".".join(map(str, part.pointer)) for part in change.parts} == {
        "fields.tag.x-level.enum",
        "fields.tag.x-owner",
    }


def test_every_format_tells_fields_and_declarations(tmp_path: Path, qafiles: Qafiles) -> None:
    new = _root(_DECLARED.replace("[high, low]", "[high, low, none]"), _FIELDS.replace("size: 1", "size: 2"))
    _by_commits(tmp_path, _root(), new)
    for format_ in ("text", "markdown", "json"):
        out = qafiles("-C", tmp_path, "diff", "HEAD~1..HEAD", "--format", format_).out
        assert "x-stage" in out
        assert "size" in out
        assert "x-level" in out
        assert "x-owner" not in out
    report = make_report("changes", tmp_path, revisions="HEAD~1..HEAD")
    assert report.table("settings").rows == (("fields.tag.x-level",),)
    assert [row[6] for row in report.table("changes").rows] == [("x-stage",)]


def test_the_history_compares_by_what_is_declared_now(tmp_path: Path, qafiles: Qafiles) -> None:
    git(tmp_path, "init", "-q")
    _commit(tmp_path, _root("version: 1\n"), 1)
    _commit(tmp_path, _root("version: 1\n", _FIELDS.replace("[ada, bob]", "[bob, ada]")), 2)
    _commit(tmp_path, _root(_DECLARED, _FIELDS.replace("[ada, bob]", "[bob, ada]").replace("high", "low")), 3)
    log = json.loads(qafiles("-C", tmp_path, "log", "tag:smoke", "--format", "json").out)
    entries = log if isinstance(log, list) else log["entries"]
    assert [(entry["what"], [field["field"] for field in entry["fields"]]) for entry in entries] == [
        (["changed"], ["x-level"]),
        (["reformatted"], []),
        (["created"], []),
    ]
    out = qafiles("-C", tmp_path, "blame", "tag:smoke").out
    days = {line.split(":")[0].split()[-1]: line for line in out.splitlines() if "x-" in line}
    assert any("x-level" in line and "2026-01-03" in line for line in days.values())
    assert all(
        "2026-01-01" in line for line in out.splitlines() if "x-owners" in line or "x-stage" in line
    ), out


def test_references_of_a_removed_entity_are_in_the_report_by_what_they_named(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    _commit(tmp_path, _root(), 1)
    (tmp_path / _TAG).unlink()
    git(tmp_path, "commit", "-qam", "less")
    report = make_report("changes", tmp_path, revisions="HEAD~1..HEAD", by="x-owner")
    (row,) = [row for row in report.table("by").rows if row[2]]
    assert getattr(row[0], "handle", None) == "ada"
