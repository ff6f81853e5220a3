from pathlib import Path
from typing import Any

import pytest

from qafiles.diff import ABSENT, Diff, EntityChange, diff
from qafiles.loading.loader import load
from qafiles.render.diff.text import render
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from tests.conftest import git, write
from tests.diff.states import (
    CASE,
    NOTE,
    NOTE_TEXT,
    PROJECT,
    SMOKE,
    Files,
    between,
    compared,
    moved,
    state,
    two_commits,
)
from tests.rules.data_root import data_root

_SMOKE_TESTS = f"{PROJECT}/tags/smoke-tests.yaml"
_TEXT = data_root()[CASE]
_SMOKE_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_SLOW = f"{PROJECT}/tags/slow.yaml"
_SLOW_TEXT = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"


def _brief(found: Diff) -> list[tuple[str, str]]:
    return [(change.what, change.file.handle) for change in found.changes]


def test_an_entity_that_took_the_handle_of_another_says_so() -> None:
    first = {_SLOW: _SLOW_TEXT}
    smoke = data_root()[SMOKE]
    swapped = compared(first, {_SLOW: smoke, SMOKE: _SLOW_TEXT})
    assert {change.file.handle: change.instead_of and change.instead_of.id for change in swapped.changes} == {
        "acme/shop/slow": "ux5q1gpzr2kh0jmz8w3vcd7n",
        "acme/shop/smoke": _SMOKE_ID,
    }
    text = "".join(render(swapped))
    assert f"another tag had this handle ({_SMOKE_ID}); references by handle mean this one now" in text
    assert [change.instead_of for change in compared({}, moved(SMOKE, _SMOKE_TESTS)).changes] == [None]
    replaced = compared({}, {SMOKE: smoke.replace(_SMOKE_ID, "k2v9w1hx8rj0qz4mtb7nc5ap")})
    told = [(change.what, change.instead_of and change.instead_of.id) for change in replaced.changes]
    assert sorted(told) == [("added", _SMOKE_ID), ("removed", None)]


def _only(found: Diff) -> EntityChange:
    (change,) = found.changes
    return change


def _fields(found: Diff) -> dict[str, tuple[Any, Any]]:
    return {item.name: (item.removed, item.added) for item in _only(found).fields}


def test_a_state_does_not_differ_from_itself() -> None:
    found = compared({}, {})
    assert not found
    assert found == Diff((), (), ())


def test_entities_are_added_and_removed() -> None:
    assert _brief(compared({}, {_SLOW: _SLOW_TEXT})) == [("added", "acme/shop/slow")]
    assert _brief(compared({_SLOW: _SLOW_TEXT}, {})) == [("removed", "acme/shop/slow")]


def test_another_name_in_the_same_folder_is_a_rename_by_the_id() -> None:
    text = f"color: navy\nname: quite another\nid: {_SMOKE_ID}\n"
    change = _only(compared({}, moved(SMOKE, _SMOKE_TESTS, text)))
    assert (change.what, [item.name for item in change.fields]) == ("renamed", ["color", "name"])


def test_another_folder_is_a_move() -> None:
    new = f"{PROJECT}/test_cases/start/open.yaml"
    assert _brief(compared({}, moved(CASE, new))) == [("moved", "acme/shop/start/open")]


def test_two_files_that_change_places_are_two_renames() -> None:
    swapped = {SMOKE: _SLOW_TEXT, _SLOW: data_root()[SMOKE]}
    assert _brief(compared({_SLOW: _SLOW_TEXT}, swapped)) == [
        ("renamed", "acme/shop/slow"),
        ("renamed", "acme/shop/smoke"),
    ]


def test_another_id_in_the_same_place_is_another_entity() -> None:
    assert _brief(compared({}, {SMOKE: _SLOW_TEXT})) == [
        ("removed", "acme/shop/smoke"),
        ("added", "acme/shop/smoke"),
    ]


def test_a_copy_with_the_same_id_is_an_addition() -> None:
    assert _brief(compared({}, {_SLOW: data_root()[SMOKE]})) == [("added", "acme/shop/slow")]
    changed = {SMOKE: data_root()[SMOKE] + "x-a: 1\n", _SLOW: data_root()[SMOKE]}
    assert _brief(compared({}, changed)) == [("added", "acme/shop/slow"), ("changed", "acme/shop/smoke")]


def test_a_file_that_became_illegible_is_found_by_its_path() -> None:
    change = _only(compared({}, {SMOKE: "name: [one\n"}))
    assert (change.what, change.illegible) == ("changed", ("after",))


def test_a_file_that_stays_illegible_and_changes_is_a_change(tmp_path: Path) -> None:
    found = between(two_commits(tmp_path, {SMOKE: "[a\n"}, {SMOKE: "[b\n"}), "before", "after")
    assert _only(found).illegible == ("before", "after")


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("name: smoke", "name: quick", {"name": (("smoke",), ("quick",))}),
        ("color: teal", "color: teal\nx-note: a", {"x-note": ((), ("a",))}),
        ("name: smoke", "name: smoke\nx-n: null", {"x-n": ((), (None,))}),
    ],
)
def test_a_field_has_an_old_and_a_new_value(old: str, new: str, expected: dict[str, Any]) -> None:
    text = data_root()[SMOKE]
    found = compared({}, {SMOKE: text.replace(old, new)})
    assert _fields(found) == expected
    back = {name: values[::-1] for name, values in expected.items()}
    assert _fields(compared({SMOKE: text.replace(old, new)}, {})) == back


def test_yaml_values_that_python_takes_for_equal_differ() -> None:
    text = data_root()[SMOKE]
    assert _fields(compared({SMOKE: text + "x-a: 1\n"}, {SMOKE: text + "x-a: true\n"})) == {
        "x-a": ((1,), (True,))
    }
    same = compared({SMOKE: text + "x-a: .nan\n"}, {SMOKE: text + "x-a: .nan # note\n"})
    assert not same


@pytest.mark.parametrize(
    "text",
    [
        "# a note\n" + _TEXT,
        _TEXT.replace("[smoke]", "\n  - 'smoke'"),
        "\n".join(reversed(_TEXT.split("test_description")[0].splitlines()))
        + "\ntest_description"
        + _TEXT.split("test_description")[1],
        _TEXT.replace("\n", "\r\n"),
        _TEXT.replace("|\n  The start page opens\n", '"The start page opens\\n"\n'),
    ],
    ids=["comment", "style", "order", "line ends", "quotes"],
)
def test_a_pure_re_formatting_is_no_change(text: str) -> None:
    assert not compared({}, {CASE: text})
    assert compared({}, {CASE: text}).rewritten == ()


def test_lists_are_items_added_and_removed() -> None:
    old = _TEXT + "allowed_domains: [a.example.com, b.example.com, c.example.com]\n"
    new = _TEXT + "allowed_domains: [c.example.com, a.example.com, d.example.com]\n"
    found = compared({CASE: old}, {CASE: new})
    assert _fields(found) == {"allowed_domains": (("b.example.com",), ("d.example.com",))}
    other_order = _TEXT + "allowed_domains: [b.example.com, a.example.com, c.example.com]\n"
    assert _fields(compared({CASE: old}, {CASE: other_order})) == {"allowed_domains": ((), ())}


def test_a_mapping_is_compared_key_by_key() -> None:
    path = "browser_configs/desktop.yaml"
    found = compared({}, {path: data_root()[path].replace("1280", "1920")})
    (item,) = _only(found).fields
    assert [(part.pointer, part.old, part.new) for part in item.parts] == [
        (("browser_config", "viewport", "width"), 1280, 1920)
    ]


# references


def test_an_id_and_a_handle_that_name_the_same_entity_are_equal() -> None:
    found = compared({}, {CASE: _TEXT.replace("[smoke]", f"[{_SMOKE_ID}]")})
    assert not found
    assert [(item.name, item.removed, item.added) for item in found.rewritten[0].rewritten] == [
        ("tags", (), ())
    ]


def test_references_that_follow_a_rename_are_no_change() -> None:
    after: Files = {**moved(SMOKE, _SMOKE_TESTS), CASE: _TEXT.replace("[smoke]", "[smoke-tests]")}
    found = compared({}, after)
    assert _brief(found) == [("renamed", "acme/shop/smoke-tests")]
    assert [change.file.path for change in found.rewritten] == [CASE]


def test_references_are_shown_by_handle() -> None:
    note: Files = {NOTE: NOTE_TEXT, _SLOW: _SLOW_TEXT}
    after = {**note, CASE: _TEXT.replace("[smoke]", "[ux5q1gpzr2kh0jmz8w3vcd7n]") + "document_id: note\n"}
    assert _fields(compared(note, after)) == {
        "tags": (("smoke",), ("slow",)),
        "document_id": ((), ("note",)),
    }


def test_an_id_that_nothing_has_is_shown_as_it_is() -> None:
    after = {CASE: _TEXT.replace("[smoke]", "[ux5q1gpzr2kh0jmz8w3vcd7n]")}
    assert _fields(compared({}, after)) == {"tags": (("smoke",), ("ux5q1gpzr2kh0jmz8w3vcd7n",))}


def test_the_short_and_the_full_handle_are_equal_and_so_is_what_the_folder_implies() -> None:
    after = {CASE: _TEXT.replace("[smoke]", "[acme/shop/smoke]") + "project_id: tz4a98xxat96iws9zmbrgj3b\n"}
    assert not compared({}, after)
    assert not compared({CASE: _TEXT + "project_id: acme/shop\n"}, after)
    wrong = {CASE: _TEXT + "project_id: acme/blog\n"}
    assert _fields(compared({}, wrong)) == {"project_id": ((), ("acme/blog",))}


def test_references_in_another_order_are_no_change() -> None:
    tags: Files = {_SLOW: _SLOW_TEXT}
    two, other = (
        {**tags, CASE: _TEXT.replace("[smoke]", names)} for names in ("[smoke, slow]", "[slow, smoke]")
    )
    assert not compared(two, other)


def test_what_a_renamed_project_carries_along_is_marked() -> None:
    old = f"{PROJECT}/"
    new = "organizations/acme/projects/store/"
    after: dict[str, Any] = {}
    for path, text in data_root().items():
        if path.startswith(old):
            after |= {path: None, path.replace(old, new): text}
    found = compared({}, after)
    assert {(change.what, change.carried) for change in found.changes if change.kind != "project"} == {
        ("moved", True)
    }
    assert found.counts == {"added": 0, "removed": 0, "renamed": 1, "moved": 0, "changed": 0}


# secrets

_SECRET = f"{PROJECT}/secret_values/TOKEN.yaml"


def _secret(version: int, value: str, mac: str = "m1") -> Files:
    return {
        _SECRET: (
            "id: k2v9w1hx8rj0qz4mtb7nc5ap\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: TOKEN\n"
            'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\n'
            f"version: {version}\nsecret_value: ENC[AES256_GCM,data:{value}]\nsops:\n    mac: {mac}\n"
        )
    }


def test_a_secret_with_another_version_has_another_value() -> None:
    assert _only(compared(_secret(1, "a"), _secret(2, "b"))).secret == "value changed"  # noqa: S105  # no secret


def test_a_secret_with_the_same_version_was_encrypted_again() -> None:
    assert _only(compared(_secret(1, "a"), _secret(1, "b"))).secret == "re-encrypted"  # noqa: S105  # as above
    assert _only(compared(_secret(1, "a"), _secret(1, "a", "m2"))).secret == "re-encrypted"  # noqa: S105  # as above


def test_what_may_be_a_secret_is_not_among_the_values_to_show() -> None:
    plain = {_SECRET: str(_secret(1, "a")[_SECRET]) + "password: hunter2\n"}
    for found in (compared(_secret(1, "a"), plain), compared({}, plain)):
        shown = [item for item in _only(found).fields if item.removed or item.added]
        assert "hunter2" not in repr([item.added for item in shown])
        assert "ENC[" not in repr([item.added for item in shown])


# sources


_CHANGES: Files = {
    **moved(SMOKE, _SMOKE_TESTS),
    CASE: _TEXT.replace("[smoke]", "[ux5q1gpzr2kh0jmz8w3vcd7n]"),
    _SLOW: _SLOW_TEXT,
    "users/ada.yaml": None,
    "qafiles.yaml": "version: 1\nrules: {ignore: [QF407]}\n",
}


def test_every_sort_of_source_gives_the_same_answer(tmp_path: Path) -> None:
    expected = compared({}, _CHANGES)
    folder = two_commits(tmp_path / "repo", {}, _CHANGES)
    assert between(folder, "before", "after") == expected
    before = open_source(folder, rev="before")
    assert diff(before, open_source(folder)) == expected
    assert diff(before, open_source(folder, staged=True)) == expected
    assert _brief(diff(load(before), open_source(folder, rev="after"))) == _brief(expected)
    plain = write(tmp_path / "plain", state(_CHANGES))
    assert diff(before, open_source(plain)) == expected
    assert diff(MemorySource(state()), open_source(plain)) == expected


def test_the_working_tree_is_compared_by_its_bytes(tmp_path: Path) -> None:
    folder = two_commits(tmp_path, {}, {})
    source = open_source(folder, rev="HEAD")
    assert not diff(source, open_source(folder))
    write(folder, {SMOKE: data_root()[SMOKE].replace("teal", "navy")})
    assert _fields(diff(source, open_source(folder))) == {"color": (("teal",), ("navy",))}
    assert not diff(source, open_source(folder, staged=True))


def test_repositories_with_sha_256_are_compared(tmp_path: Path) -> None:
    folder = write(tmp_path, state())
    git(folder, "init", "-q", "--object-format=sha256")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    assert not diff(open_source(folder, rev="HEAD"), open_source(folder))


@pytest.mark.parametrize("size", [2_000_000, 3_000_000])
def test_a_file_that_is_too_large_does_not_differ_from_itself(tmp_path: Path, size: int) -> None:
    huge = {_SLOW: "name: " + "x" * size}
    folder = two_commits(tmp_path, {}, huge)
    assert not diff(open_source(folder, rev="HEAD"), open_source(folder))
    assert _only(between(folder, "before", "after")).illegible == ("after",)


def test_a_symbolic_link_in_place_of_a_file_is_an_illegible_file(tmp_path: Path) -> None:
    folder = two_commits(tmp_path, {}, {})
    (folder / SMOKE).unlink()
    (folder / SMOKE).symlink_to("other.yaml")
    git(folder, "commit", "-qam", "link")
    assert _only(between(folder, "before", "HEAD")).illegible == ("after",)
    assert _only(diff(open_source(folder, rev="before"), open_source(folder))).illegible == ("after",)


def test_a_link_or_a_repository_in_place_of_a_folder_is_named(tmp_path: Path) -> None:
    folder = two_commits(tmp_path, {}, {})
    tags = (folder / SMOKE).parent
    tags.rename(folder / "elsewhere")
    tags.symlink_to(folder / "elsewhere")
    where = tags.relative_to(folder).as_posix()
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "link")
    for change in (
        between(folder, "before", "HEAD"),
        diff(open_source(folder, rev="before"), open_source(folder)),
        diff(open_source(folder, rev="before"), open_source(folder, staged=True)),
    ):
        assert [note for note in change.left_out.sentences if where in note and "can't be read" in note]
    assert not between(folder, "HEAD", "HEAD").left_out.sentences
    tags.unlink()
    git(folder, "init", "-q", tags)
    git(tags, "commit", "-q", "--allow-empty", "-m", "other")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "submodule")
    for change in (
        between(folder, "before", "HEAD"),
        diff(open_source(folder, rev="before"), open_source(folder)),
    ):
        assert [note for note in change.left_out.sentences if f"not looked into: {where} (" in note]


def test_settings_are_compared_as_well() -> None:
    found = diff(MemorySource(state()), MemorySource(state(_CHANGES)))
    assert [(item.name, item.old, item.new) for item in found.settings] == [
        ("rules", ABSENT, {"ignore": ["QF407"]})
    ]


def test_the_data_root_may_be_a_folder_of_the_repository(tmp_path: Path) -> None:
    nested = {f"qa/{path}": text for path, text in state().items()}
    folder = write(tmp_path, {**nested, "README.md": "x"})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    git(folder, "rm", "-q", f"qa/{SMOKE}")
    git(folder, "commit", "-qm", "second")
    assert _brief(between(folder / "qa", "HEAD~1", "HEAD")) == [("removed", "acme/shop/smoke")]


# applying


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({}, _CHANGES),
        (_CHANGES, {}),
        ({_SLOW: _SLOW_TEXT}, {SMOKE: _SLOW_TEXT, _SLOW: data_root()[SMOKE]}),
        ({}, {SMOKE: "[a\n"}),
        ({SMOKE: "[a\n"}, {}),
        ({}, {CASE: _TEXT.replace("[smoke]", f"[{_SMOKE_ID}]") + "project_id: shop\n"}),
        (_secret(1, "a"), _secret(2, "b")),
    ],
)
def test_a_diff_applied_to_the_first_state_gives_the_second(before: Files, after: Files) -> None:
    first, second = (
        {path: dict(file.data) for path, file in load(MemorySource(state(files))).files.items()}
        for files in (before, after)
    )
    assert compared(before, after).applied(first) == second
