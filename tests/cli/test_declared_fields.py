"""Declared fields in what commands list, show and explain, and in what the shell completes."""

import json
from pathlib import Path

import pytest

from qafiles import load
from qafiles.__main__ import run
from qafiles.errors import UsageError
from qafiles.snapshot.selection import select
from tests.cli.conftest import Qafiles
from tests.conftest import write
from tests.rules.data_root import data_root

SETTINGS = """version: 1
fields:
  test_case:
    x-priority: {enum: [high, medium, low], required: true, description: How bad it is when this fails.}
    x-estimate: {type: integer, minimum: 0}
    x-owner: {reference: user}
    x-blocks: {type: array, items: {reference: test_case}}
    x-levels: {type: array, items: {enum: [unit, api, ui]}}
    x-risk: {properties: {impact: {type: integer}, area: {enum: [money, trust]}}}
    x-steps: {type: array, items: {properties: {action: {type: string}, result: {enum: [pass, fail]}}}}
"""
_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"
_TEXT = """id: f2cp7rav4wo9ey1bug6sh3di
test_description: Open
url_route: /
x-area: start
x-blocks: [open]
x-owner: ada
x-priority: high
x-risk: {impact: 3}
x-source: {tool: testrail, key: C123}
"""
_USER = "v1kq8w3xj5zr7mtb2nc9yd4h"
_OPEN = "f2cp7rav4wo9ey1bug6sh3di"


@pytest.fixture
def declared(root: Path) -> Path:
    """A data root that declares fields, some of which its one test case has."""
    return write(root, data_root({"qafiles.yaml": SETTINGS, _CASE: _TEXT}))


@pytest.mark.parametrize(
    "condition",
    [
        "x-priority=high",
        "x-priority!=low",
        "x-priority~^h",
        "x-estimate=",
        "x-owner=ada",
        f"x-owner={_USER}",
        "x-blocks=acme/shop/open",
        "x-blocks=open",
        "x-risk.impact=3",
        "x-risk.area!=money",
        "x-source.key=C123",
        "x-source.url=",
        "x-area=start",
    ],
)
@pytest.mark.usefixtures("declared")
def test_declared_fields_are_conditions(qafiles: Qafiles, condition: str) -> None:
    result = qafiles("list", "test_case", "--where", condition, "--format", "ids")
    assert (result.code, result.out) == (0, f"{_OPEN}\n")


@pytest.mark.parametrize(
    "condition",
    ["x-estimate=3", "x-levels=ui", "x-risk.area=money", "x-steps.result=fail", "x-source.key=C1"],
)
@pytest.mark.usefixtures("declared")
def test_a_declared_field_that_no_entity_has_is_known(qafiles: Qafiles, condition: str) -> None:
    result = qafiles("list", "test_case", "--where", condition)
    assert (result.code, result.out, result.err) == (0, "", "note: no test case fits\n")
    name = condition.partition("=")[0]
    assert qafiles("list", "test_case", "--fields", f"handle,{name}").code == 0


@pytest.mark.parametrize(
    ("name", "near"),
    [
        ("x-pirority", "x-priority"),
        ("x-estimat", "x-estimate"),
        ("x-risk.imapct", "x-risk.impact"),
        ("x-source.kye", "x-source.key"),
        ("x-steps.resutl", "x-steps.result"),
    ],
)
@pytest.mark.usefixtures("declared")
def test_a_near_miss_names_the_declared_field(qafiles: Qafiles, name: str, near: str) -> None:
    for arguments in (("--where", f"{name}=1"), ("--fields", name)):
        result = qafiles("list", "test_case", *arguments)
        assert (result.code, result.err) == (
            2,
            f"qafiles: no test case has `{name}`; did you mean `{near}`?\n",
        )


@pytest.mark.parametrize(
    ("kind", "condition", "said"),
    [
        ("test_case", "x-priority=hihg", "it is high, medium or low; did you mean `high`?"),
        ("test_case", "x-priority!=hihg", "it is high, medium or low; did you mean `high`?"),
        ("test_case", "x-levels=uii", "it is unit, api or ui; did you mean `ui`?"),
        ("test_case", "x-risk.area=mony", "it is money or trust; did you mean `money`?"),
        ("test_case", "x-steps.result=passed", "it is pass or fail; did you mean `pass`?"),
        ("member", "role=amdin", "it is admin, member or guest; did you mean `admin`?"),
    ],
)
def test_a_value_that_no_entity_can_have_is_refused_with_those_that_it_may_have(
    declared: Path, qafiles: Qafiles, kind: str, condition: str, said: str
) -> None:
    result = qafiles("list", kind, "--where", condition)
    assert (result.code, result.out) == (2, "")
    assert said in result.err
    with pytest.raises(UsageError):
        [*select(load(declared), kind, where=[condition])]


def test_a_wrong_value_that_a_file_has_all_the_same_is_found(declared: Path, qafiles: Qafiles) -> None:
    (declared / _CASE).write_text(_TEXT.replace("high", "hihg"))
    assert qafiles("list", "test_case", "--where", "x-priority=hihg", "--count").out == "1\n"


@pytest.mark.usefixtures("declared")
def test_references_are_listed_as_those_of_the_model(qafiles: Qafiles) -> None:
    (record,) = json.loads(qafiles("list", "test_case", "--format", "json").out)
    assert (record["x-owner"], record["x-blocks"]) == (_USER, [_OPEN])
    (record,) = json.loads(qafiles("list", "test_case", "--format", "json", "--resolve").out)
    assert record["x-owner"] == {"id": _USER, "handle": "ada"}
    table = qafiles("list", "test_case", "--fields", "x-owner,x-blocks,x-risk.impact,x-source.key").out
    assert table.splitlines()[1].split() == ["ada", "acme/shop/open", "3", "C123"]


@pytest.mark.usefixtures("declared")
def test_declared_fields_are_columns_in_their_order_and_each_key_is_one_column(qafiles: Qafiles) -> None:
    header, row = qafiles("list", "test_case", "--format", "csv").out.splitlines()
    names = header.split(",")
    own = ["x-source", "x-priority", "x-estimate", "x-owner", "x-blocks", "x-levels", "x-risk", "x-steps"]
    assert names[-9:] == [*own, "x-area"]
    assert len({*names}) == len(names)
    assert row.endswith(f',high,,{_USER},{_OPEN},,"{{""impact"": 3}}",,start')


@pytest.mark.usefixtures("declared")
def test_show_has_declared_fields_in_their_order(qafiles: Qafiles) -> None:
    text = qafiles("show", "C123").out
    own = [line.partition(":")[0] for line in text.splitlines() if line.startswith("x-")]
    assert own == ["x-source", "x-priority", "x-owner", "x-blocks", "x-risk", "x-area"]
    assert f"x-owner: {_USER}\n" in text
    record = json.loads(qafiles("show", "open", "--resolve", "--format", "json").out)
    assert record["x-blocks"] == [{"id": _OPEN, "handle": "acme/shop/open"}]


@pytest.mark.usefixtures("declared")
def test_refs_name_the_declared_field(qafiles: Qafiles) -> None:
    assert "x-owner: user ada" in qafiles("refs", "open").out
    assert "x-owner: test case acme/shop/open" in qafiles("refs", "user:ada").out


def test_explain_says_what_declared_fields_hold(declared: Path, qafiles: Qafiles) -> None:
    text = qafiles("explain", "test_case").out
    own = [line.split(maxsplit=2) for line in text.partition("Custom fields")[2].splitlines()]
    assert [words for words in own if words[:1] and words[0].startswith("x-")] == [
        ["x-priority", "required", "high, medium or low. How bad it is when this fails."],
        ["x-estimate", "optional", "a whole number, at least 0"],
        ["x-owner", "optional", "id or handle of a user"],
        ["x-blocks", "optional", "ids or handles of test case entities"],
        ["x-levels", "optional", "a list of unit, api or ui"],
        ["x-risk", "optional", "a mapping of impact (a whole number), area (money or trust)"],
        ["x-steps", "optional", "a list of a mapping of action (text), result (pass or fail)"],
    ]
    schema = json.loads(qafiles("explain", "test_case", "--format", "json").out)
    assert schema["properties"]["x-priority"]["enum"] == ["high", "medium", "low"]
    assert "Custom fields" not in qafiles("explain", "tag").out
    (declared / "qafiles.yaml").write_text("version: 1\nfields: {tag: {x-a: {type: text}}}\n")
    assert "x-a" not in qafiles("explain", "tag").out


@pytest.mark.usefixtures("declared")
@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("list test_case --where x-pri", ["x-priority="]),
        ("list test_case --where x-priority = h", ["high"]),
        ("list test_case --where x-priority =", ["high", "medium", "low"]),
        ("list test_case --where x-priority=h", ["high"]),
        ("list test_case --where x-priority! = l", ["low"]),
        ("list test_case --where = x-levels = u", ["unit", "ui"]),
        ("list test_case --format = jsonl", ["jsonl"]),
        ("list test_case --fields x-pri", ["x-priority"]),
        ("list test_case --fields handle,x-e", ["handle,x-estimate"]),
        ("list test_case --fields x-source.", ["x-source.tool", "x-source.key", "x-source.url"]),
        ("list member --where role=ad", ["admin"]),
        ("set open x-pri", ["x-priority="]),
        ("set open x-levels+ = unit,u", ["unit,unit", "unit,ui"]),
        ("set open x-priority=m", ["medium"]),
        ("new test_case acme/shop/x x-risk.area=t", ["trust"]),
        ("new browser_config x browser_config.headless=t", ["true"]),
        ("report inventory --where x-priority=me", ["medium"]),
    ],
)
def test_the_shell_completes_declared_fields_and_their_choices(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str], words: str, offered: list[str]
) -> None:
    monkeypatch.setenv("_QAFILES_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", f"qafiles {words}")
    monkeypatch.setenv("COMP_CWORD", str(len(words.split())))
    assert run([]) == 0
    out, err = capfd.readouterr()
    assert ([line.partition(",")[2] for line in out.splitlines()], err) == (offered, "")
