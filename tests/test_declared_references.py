"""A declared field that refers is a reference like those of the model: it resolves, dangles, follows and is in the way."""

from pathlib import Path

import pytest

from qafiles.edits.plan import planned
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.rm import Referring, remove
from qafiles.errors import EditRefusedError
from qafiles.history import history_of
from qafiles.loading.loader import load
from qafiles.loading.renewal import with_texts
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot
from qafiles.snapshot.relations import relations
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from tests.conftest import git
from tests.rules.data_root import data_root

_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"
_USER = "users/bob.yaml"
_SETTINGS = """version: 1
fields:
  test_case:
    x-owner: {reference: user}
    x-blocks: {type: array, items: {reference: test_case}}
"""
_TEXT = """id: f2cp7rav4wo9ey1bug6sh3di
browser_configs: [desktop]
tags: [smoke]
test_description: The start page opens
url_route: /
"""


def _texts(keys: str, more: dict[str, str] | None = None, settings: str = _SETTINGS) -> dict[str, str]:
    return data_root({"qafiles.yaml": settings, _CASE: _TEXT + keys, _USER: _user("bob"), **(more or {})})


def _user(name: str) -> str:
    return f"id: {name:k<23}7\nname: {name}\n"


def _loaded(keys: str, more: dict[str, str] | None = None, settings: str = _SETTINGS) -> Snapshot:
    return check(load(MemorySource(_texts(keys, more, settings))))


def _on_disk(folder: Path, keys: str, settings: str = _SETTINGS) -> Snapshot:
    for path, text in _texts(keys, settings=settings).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text, encoding="utf-8")
    return check(load(open_source(folder)))


def _codes(snapshot: Snapshot) -> list[tuple[str, int, int]]:
    return [(item.code, item.line, item.column) for item in snapshot.diagnostics if item.path == _CASE]


@pytest.mark.parametrize(
    ("keys", "found"),
    [
        ("x-owner: bob\n", []),
        ("x-owner: bobkkkkkkkkkkkkkkkkkkkk7\n", []),
        ("x-owner: bop\n", [("QF401", 6, 10)]),
        ("x-owner: e1bo6qzu3vn8dx0atf5rg2ch\n", [("QF402", 6, 10)]),
        ("x-blocks: [open, acme/shop/open]\n", [("QF405", 6, 18)]),
        ("x-blocks: [closed]\n", [("QF401", 6, 12)]),
    ],
)
def test_a_declared_reference_is_checked_like_any_other(keys: str, found: list[tuple[str, int, int]]) -> None:
    assert _codes(_loaded(keys)) == found


def test_a_declared_reference_stays_in_its_project() -> None:
    blog = "organizations/acme/projects/blog"
    more = {
        f"{blog}/project.yaml": "id: m8s3vhn2k6y0qf4zpw7rjc1x\nname: Blog\ndefault_url_route: https://b.example\n",
        f"{blog}/test_cases/post.yaml": "id: p8s3vhn2k6y0qf4zpw7rjc1x\ntest_description: Post\nurl_route: /\n",
    }
    assert _codes(_loaded("x-blocks: [acme/blog/post]\n", more)) == [("QF403", 6, 12)]


def test_a_declared_reference_counts_as_a_use_and_is_an_edge_of_the_graph() -> None:
    settings = "version: 1\nfields: {test_case: {x-main: {reference: tag}}}\n"
    tag = {
        "organizations/acme/projects/shop/tags/slow.yaml": "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"
    }
    used, unused = _loaded("x-main: slow\n", tag, settings), _loaded("x-mine: slow\n", tag, settings)
    assert [item.code for item in unused.diagnostics if item.code == "QF407"] == ["QF407"]
    assert "QF407" not in {item.code for item in used.diagnostics}
    edges = relations(used, used.find("tag:acme/shop/slow")).incoming
    assert [(edge.field, edge.line, edge.other) for edge in edges if edge.line] == [
        ("x-main", 6, used.files[_CASE])
    ]


def test_a_declared_reference_follows_what_is_moved(tmp_path: Path) -> None:
    snapshot = _on_disk(tmp_path, "x-owner: bob\nx-blocks:\n- open\n")
    plan = planned(snapshot, move(snapshot, "user:bob", "robert"))
    texts = {change.path: change.after for change in plan.changes}
    assert b"x-owner: robert\n" in (texts[_CASE] or b"")
    plan = planned(snapshot, move(snapshot, "test_case:acme/shop/open", "acme/shop/start/open"))
    texts = {change.path: change.after for change in plan.changes}
    moved = texts["organizations/acme/projects/shop/test_cases/start/open.yaml"]
    assert b"x-blocks:\n- start/open\n" in (moved or b"")


@pytest.mark.parametrize(
    ("required", "referring", "left"),
    [(False, "detach", True), (False, "cascade", True), (True, "cascade", False)],
)
def test_what_a_declared_reference_names_is_removed_only_with_it(
    tmp_path: Path,
    required: bool,  # noqa: FBT001  # a parameter of the test
    referring: Referring,
    left: bool,  # noqa: FBT001  # a parameter of the test
) -> None:
    settings = _SETTINGS.replace("user}", "user, required: true}") if required else _SETTINGS
    snapshot = _on_disk(tmp_path, "x-owner: bob\n", settings)
    with pytest.raises(EditRefusedError) as refused:
        remove(snapshot, "user:bob")
    assert refused.value.places == (f"{_CASE}:6: x-owner",)
    after = planned(snapshot, remove(snapshot, "user:bob", referring)).after
    assert (_CASE in after.files) is left
    assert not left or "x-owner" not in after.files[_CASE].data


def test_a_required_declared_reference_cannot_be_detached() -> None:
    snapshot = _loaded("x-owner: bob\n", settings=_SETTINGS.replace("user}", "user, required: true}"))
    with pytest.raises(EditRefusedError):
        remove(snapshot, "user:bob", "detach")


def test_other_declarations_are_in_force_at_once_for_every_file() -> None:
    snapshot = _loaded("x-owner: bop\n", settings="version: 1\n")
    assert _codes(snapshot) == []
    after, _ = with_texts(snapshot, {"qafiles.yaml": _SETTINGS.encode()})
    assert _codes(check(after)) == [("QF401", 6, 10)]
    _, found = with_texts(
        snapshot, {"qafiles.yaml": b"version: 1\nfields: {test_case: {x-owner: {enum: [ada]}}}\n"}
    )
    assert [(item.code, item.path) for item in found] == [("QF204", _CASE)]


def test_history_compares_declared_references_by_what_they_name(tmp_path: Path) -> None:
    _on_disk(tmp_path, "x-owner: bob\nx-blocks: [open, bop]\n")
    git(tmp_path, "init", "-q")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    (tmp_path / "users/bob.yaml").rename(tmp_path / "users/robert.yaml")
    case = tmp_path / _CASE
    case.write_text(_TEXT + "x-owner: robert\nx-blocks: [bop, open]\n")
    git(tmp_path, "commit", "-qam", "another handle and another order say nothing new")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-q", "--amend", "--no-edit")
    case.write_text(_TEXT + "x-owner: ada\nx-blocks: [bop, open]\n")
    git(tmp_path, "commit", "-qam", "another user does")
    for cached in (False, True, True):
        history = history_of(open_source(tmp_path), cached=cached)
        states = history.states["f2cp7rav4wo9ey1bug6sh3di"]
        assert [state.version for state in states] == [1, 1, 2]
