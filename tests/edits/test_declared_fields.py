"""`new` and `set` type the values of declared fields as their declarations say, and refuse what these never allow."""

import io
from pathlib import Path
from typing import Any

import pytest

import qafiles as api
from qafiles import load
from qafiles.errors import EditRefusedError
from tests.conftest import committed
from tests.edits.conftest import OPEN, PROJECT, Qafiles, contents
from tests.rules.data_root import data_root

SETTINGS = """version: 1
fields:
  test_case:
    x-priority: {enum: [high, medium, low], description: How bad it is when this fails.}
    x-estimate: {type: integer, minimum: 0}
    x-share: {type: number, maximum: 1}
    x-auto: {type: boolean}
    x-due: {format: date}
    x-owner: {reference: user}
    x-blocks: {type: array, items: {reference: test_case}}
    x-jira: {type: array, items: {pattern: "^[A-Z]+-[0-9]+$"}}
    x-weeks: {type: array, items: {type: integer}}
    x-size: {enum: [1, two, "3"]}
    x-any: {description: Anything}
    x-risk:
      properties: {impact: {type: integer, maximum: 5}, since: {format: date}, area: {enum: [money, trust]}}
"""
_NEW = ("new", "test_case", "acme/shop/pay", "url_route=/pay", "test_description=Pay")


@pytest.fixture
def declared(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed data root that declares fields of each type, which is the current folder."""
    other = "id: n4vzt0q7x2w9b5k1m8c3j6rd\nurl_route: /cart\ntest_description: Cart\n"
    cart = {f"{PROJECT}/test_cases/cart.yaml": other}
    root = committed(tmp_path / "qa", data_root({"qafiles.yaml": SETTINGS, **cart}))
    monkeypatch.chdir(root)
    return root


@pytest.mark.parametrize(
    ("word", "name", "value"),
    [
        ("x-priority=high", "x-priority", "high"),
        ("x-estimate=3", "x-estimate", 3),
        ("x-estimate=3.0", "x-estimate", 3),
        ("x-share=1e-1", "x-share", 0.1),
        ("x-auto=true", "x-auto", True),
        ("x-due=2026-03-01", "x-due", "2026-03-01"),
        ("x-owner=ada", "x-owner", "ada"),
        ("x-blocks=open,cart", "x-blocks", ["cart", "open"]),
        ("x-jira=AB-1, CD-2", "x-jira", ["AB-1", "CD-2"]),
        ("x-jira+=AB-1", "x-jira", ["AB-1"]),
        ("x-weeks=1,2", "x-weeks", [1, 2]),
        ("x-size=1", "x-size", 1),
        ("x-size=3", "x-size", "3"),
        ("x-size=two", "x-size", "two"),
        ("x-any=3,4", "x-any", "3,4"),
        ("x-any=3", "x-any", 3),
        ("x-risk.impact=4", "x-risk", {"impact": 4}),
        ("x-risk={impact: 4, area: money}", "x-risk", {"impact": 4, "area": "money"}),
        ("x-free=3", "x-free", 3),
    ],
)
def test_new_and_set_type_values_as_they_are_declared(
    declared: Path, qafiles: Qafiles, word: str, name: str, value: Any
) -> None:
    assert qafiles(*_NEW, word).err == ""
    assert qafiles("set", "open", word).err == ""
    snapshot = load(declared)
    assert [snapshot.find(case).data[name] for case in ("pay", "open")] == [value, value]
    assert snapshot.diagnostics == ()


@pytest.mark.parametrize(
    ("word", "said"),
    [
        ("x-priority=hgih", "`x-priority` is `hgih`; allowed: `high`, `medium`, `low`. Hint: did you mean `high`?"),
        ("x-priority=", ""),
        ("x-estimate=many", "`x-estimate` takes a whole number, and `many` is none"),
        ("x-estimate=1.5", "`x-estimate` takes a whole number, and `1.5` is none"),
        ("x-estimate=-1", "`x-estimate` must be at least 0, not `-1`"),
        ("x-share=2", "`x-share` must be at most 1, not `2`"),
        ("x-auto=yes", "`x-auto` takes `true` or `false`, and `yes` is none; did you mean `true`?"),
        ("x-due=2026-3-1", "Hint: write `2026-03-01`"),
        ("x-owner=adda", "no user is called `adda`"),
        ("x-blocks=smoke", "no test case is called `smoke`"),
        ("x-jira=ab-1", "Hint: write `AB-1`"),
        ("x-weeks=1,b", "`x-weeks` takes a whole number, and `b` is none"),
        ("x-weeks=@absent", "absent can't be read"),
        ("x-risk.impact=9", "`x-risk.impact` must be at most 5"),
        ("x-risk.impatc=3", "`impatc` is no field in `x-risk`. Hint: did you mean `impact`?"),
        ("x-risk.area=mony", "did you mean `money`?"),
        ("priority=high", "`priority` is no field of a test case; did you mean `x-priority`?"),
    ],
)  # fmt: skip
def test_what_a_declaration_never_allows_is_refused_and_nothing_is_written(
    declared: Path, qafiles: Qafiles, word: str, said: str
) -> None:
    before = contents(declared)
    for result in (qafiles(*_NEW, word), qafiles("set", "open", word)):
        if said:
            assert result.code in {1, 2}
            assert said in result.out + result.err
    if said:
        assert contents(declared) == before


def test_values_from_files_are_typed_line_by_line(
    declared: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    (declared / "priority.txt").write_text("high\n")
    (declared / "weeks.txt").write_text("1\n2\n")
    (declared / "risk.txt").write_text("impact: 2\narea: trust\n")
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(b"7\n")))
    words = ("x-priority=@priority.txt", "x-weeks=@weeks.txt", "x-risk=@risk.txt", "x-estimate=@-")
    assert qafiles(*_NEW, *words).code == 0
    data = load(declared).find("pay").data
    assert (data["x-priority"], data["x-weeks"], data["x-estimate"]) == ("high", [1, 2], 7)
    assert data["x-risk"] == {"impact": 2, "area": "trust"}


def test_references_are_added_at_their_sorted_place_and_taken_away_by_any_name(
    declared: Path, qafiles: Qafiles
) -> None:
    assert qafiles("set", "open", "x-blocks=open").code == 0
    assert qafiles("set", "open", "x-blocks+=cart", "x-blocks+=acme/shop/cart").code == 0
    assert load(declared).find("open").data["x-blocks"] == ["cart", "open"]
    assert qafiles("set", "open", "x-blocks-=acme/shop/open").code == 0
    assert load(declared).find("open").data["x-blocks"] == ["cart"]


def test_a_copy_takes_declared_references_in_sorted_order(declared: Path, qafiles: Qafiles) -> None:
    assert qafiles("set", "open", "x-blocks=open").code == 0
    result = qafiles(
        "new", "test_case", "acme/shop/again", "--from", "open", "x-blocks+=cart", "x-estimate=3"
    )
    assert result.code == 0
    data = load(declared).find("again").data
    assert (data["x-blocks"], data["x-estimate"]) == (["cart", "open"], 3)


def test_new_names_the_required_fields_and_what_they_may_be(declared: Path, qafiles: Qafiles) -> None:
    settings = SETTINGS.replace("low], ", "low], required: true, ")
    (declared / "qafiles.yaml").write_text(settings)
    result = qafiles(*_NEW)
    assert result.code == 2
    assert (
        "a test case needs x-priority; add `x-priority=…` behind acme/shop/pay; x-priority is high, medium or low"
        in result.err
    )
    copied = qafiles("new", "test_case", "acme/shop/again", "--from", "open")
    assert (copied.code, "needs x-priority; add `x-priority=…` behind acme/shop/again" in copied.err) == (
        2,
        True,
    )
    assert qafiles("new", "test_case", "acme/shop/again", "--from", "open", "x-priority=low").code == 0
    assert qafiles("new", "member", "acme/bob").err.count("role is admin, member or guest") == 1


def test_several_entities_get_typed_values(declared: Path, qafiles: Qafiles) -> None:
    assert qafiles("set", "--where", "url_route~^/", "x-estimate=3", "x-due=2026-03-01").code == 0
    snapshot = load(declared)
    assert [file.data["x-estimate"] for file in snapshot.of_kind("test_case")] == [3, 3]
    (declared / "changes.yaml").write_text("open: {x-priority: hihg}\n")
    refused = qafiles("set", "--from", "changes.yaml")
    assert (refused.code, "did you mean `high`?" in refused.out + refused.err) == (1, True)
    (declared / "changes.yaml").write_text("open: {priority: high}\n")
    refused = qafiles("set", "--from", "changes.yaml")
    assert (refused.code, "changes.yaml:1:8" in refused.err) == (2, True)
    assert "did you mean `x-priority`?" in refused.err


def test_a_declared_field_says_which_kind_a_condition_is_about(declared: Path, qafiles: Qafiles) -> None:
    assert qafiles("set", "--where", "x-priority=", "x-priority=low").code == 0
    assert {file.data["x-priority"] for file in load(declared).of_kind("test_case")} == {"low"}


def test_python_gets_the_same_refusals(declared: Path) -> None:
    with api.edit(load(declared), "rated") as edit:
        edit.set("open", {"x-priority": "high", "x-risk.impact": 2})
        edit.add("open", "x-blocks", "open", "cart")
    data = load(declared).find("open").data
    assert (data["x-risk"], data["x-blocks"]) == ({"impact": 2}, ["cart", "open"])
    before = (declared / OPEN).read_bytes()
    with pytest.raises(EditRefusedError), api.edit(load(declared), "wrong") as edit:
        edit.set("open", {"x-estimate": "three"})
    assert (declared / OPEN).read_bytes() == before
