from typing import Any

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_SMOKE = f"{_PROJECT}/tags/smoke.yaml"
_USER = "users/ada.yaml"
_RUN = f"{_PROJECT}/test_traversals/run.yaml"
_SECRET = f"{_PROJECT}/secret_values/TOKEN.yaml"
_NEW_ID = "k2v9w1hx8rj0qz4mtb7nc5ap"


def _found(before: dict[str, str], after: dict[str, str]) -> list[Diagnostic]:
    """Return the findings of this family between two states of the base data root; an empty text deletes a file."""
    old, new = (
        load(MemorySource({path: text for path, text in data_root(files).items() if text}))
        for files in (before, after)
    )
    found = check(new, before=old).diagnostics
    return [item for item in found if item.code.startswith("QF7")]


def _brief(found: list[Diagnostic]) -> list[tuple[str, str, int]]:
    return [(item.code, item.path, item.line) for item in found]


def test_nothing_is_found_where_nothing_changed() -> None:
    assert _found({}, {}) == []


def test_another_id_in_the_same_file_is_a_changed_id() -> None:
    text = data_root()[_SMOKE].replace("e1bo6qzu3vn8dx0atf5rg2ch", _NEW_ID)
    (item,) = _found({}, {_SMOKE: text})
    assert (item.code, item.path, item.pointer) == ("QF701", _SMOKE, ("id",))
    assert item.message == "the id was `e1bo6qzu3vn8dx0atf5rg2ch` before"


def test_an_entity_that_lives_on_elsewhere_has_no_changed_id() -> None:
    moved = f"{_PROJECT}/tags/quick.yaml"
    new = data_root()[_SMOKE].replace("e1bo6qzu3vn8dx0atf5rg2ch", _NEW_ID)
    assert _found({}, {moved: data_root()[_SMOKE], _SMOKE: new}) == []


def test_files_that_change_places_have_no_changed_id() -> None:
    other = f"{_PROJECT}/tags/quick.yaml"
    quick = f"id: {_NEW_ID}\nname: quick\ncolor: teal\n"
    assert _found({other: quick}, {other: data_root()[_SMOKE], _SMOKE: quick}) == []


def test_an_id_that_is_not_legible_is_another_rules_business() -> None:
    assert _found({}, {_SMOKE: "id: [\n"}) == []
    assert _found({_SMOKE: "id: [\n"}, {}) == []


@pytest.mark.parametrize(
    ("old", "new", "number"),
    [
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:01Z", 1),
        ("2026-03-01T09:30:00Z", "2026-03-01T10:30:00+01:00", 0),
        ("2026-03-01T09:30:00Z", "2026-03-01T09:30:00.000Z", 0),
        ("2026-03-01T09:30:00Z", "", 0),
        ("", "2026-03-01T09:30:00Z", 0),
        ("2026-02-30T09:30:00Z", "2026-02-31T09:30:00Z", 1),
    ],
)
def test_a_written_creation_date_stays_the_same_moment(old: str, new: str, number: int) -> None:
    before, after = (
        {_USER: data_root()[_USER] + (f"created_at: '{date}'\n" if date else "")} for date in (old, new)
    )
    assert _brief(_found(before, after)) == [("QF702", _USER, 3)] * number


def test_the_creation_date_is_that_of_the_entity_wherever_its_file_is() -> None:
    before = {_USER: data_root()[_USER] + "created_at: '2026-03-01T09:30:00Z'\n"}
    moved = "users/countess.yaml"
    after = {_USER: "", moved: data_root()[_USER] + "created_at: '2026-04-01T09:30:00Z'\n"}
    assert _brief(_found(before, after)) == [("QF702", moved, 3)]


@pytest.mark.parametrize(
    ("old", "new", "number"), [(3, 2, 1), (3, 3, 0), (3, 4, 0), (3, None, 0), (None, 1, 0)]
)
def test_a_written_version_never_goes_down(old: int | None, new: int | None, number: int) -> None:
    before, after = (
        {_RUN: f"id: {_NEW_ID}\ntest_case_id: open\n" + (f"version: {version}\n" if version else "")}
        for version in (old, new)
    )
    assert _brief(_found(before, after)) == [("QF703", _RUN, 3)] * number


def _secret(version: Any, data: str) -> dict[str, str]:
    return {
        _SECRET: (
            f"id: {_NEW_ID}\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: TOKEN\n"
            'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\n'
            f"version: {version}\nsecret_value: ENC[AES256_GCM,data:{data}]\nsops:\n    mac: m\n"
        )
    }


@pytest.mark.parametrize(
    ("old", "new", "codes"),
    [
        ((1, "a"), (2, "a"), ["QF704"]),
        ((1, "a"), (2, "b"), []),
        ((1, "a"), (1, "b"), []),
        ((2, "a"), (1, "b"), ["QF703"]),
        ((1, "a"), ("two", "a"), []),
    ],
)
def test_a_new_version_of_a_secret_has_new_ciphertext(
    old: tuple[Any, str], new: tuple[Any, str], codes: list[str]
) -> None:
    found = _found(_secret(*old), _secret(*new))
    assert [(item.code, item.line) for item in found] == [(code, 6) for code in codes]
    assert not any("ENC[" in f"{item.message} {item.hint}" for item in found)


def test_only_the_rule_about_dates_can_be_ignored() -> None:
    settings = {"qafiles.yaml": "version: 1\nrules: {ignore: [QF7]}\n"}
    before = settings | {_USER: data_root()[_USER] + "created_at: '2026-03-01T09:30:00Z'\n"}
    after = settings | {
        _USER: data_root()[_USER] + "created_at: '2026-03-02T09:30:00Z'\n",
        _SMOKE: data_root()[_SMOKE].replace("e1bo6qzu3vn8dx0atf5rg2ch", _NEW_ID),
    }
    assert [item.code for item in _found(before, after)] == ["QF701"]
