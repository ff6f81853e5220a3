"""Lists: conditions, fields, limits and counts, and that nothing is cut where stdout is no terminal."""

import csv
import io
import json
import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import committed, write
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_LONG = "A long title that no terminal of a usual width shows in one line, since it goes on and on " * 3
_CASES = {
    f"{_PROJECT}/test_cases/one.yaml": (
        f"id: a1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /cart\ntest_description: {_LONG}\ntags: [smoke]\n"
        "x-type: manual\nx-size: 3\nx-source: {tool: testrail, key: C123}\n"
        "x-steps: [{title: open, data: 1}, {title: close}]\nx-formula: '=1+1'\n"
    ),
    f"{_PROJECT}/test_cases/two.yaml": (
        "id: b1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /checkout\ntest_description: |\n  a;\n  = b\n  :: c\n"
        "x-type: automated\nx-source: {tool: testrail, key: C9}\nx-formula: [-1, '-1']\n"
    ),
}


@pytest.fixture
def cases(root: Path) -> Path:
    write(root, _CASES)
    return root


def _found(qafiles: Qafiles, *options: str, kind: str = "test_case") -> list[str]:
    result = qafiles("list", kind, "--format", "json", "--fields", "handle", *options)
    assert result.code == 0, result.err
    return [record["handle"].rpartition("/")[2] for record in json.loads(result.out)]


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        ("x-type=manual", ["one"]),
        ("x-type!=manual", ["open", "two"]),
        ("x-type~^auto", ["two"]),
        ("x-type=", ["open"]),
        ("x-type!=", ["one", "two"]),
        ("x-size=3", ["one"]),
        ("x-source.key=C123", ["one"]),
        ("x-source.key~^C", ["one", "two"]),
        ("x-source.tool!=testrail", ["open"]),
        ("x-steps.title=close", ["one"]),
        ("tags=smoke", ["one", "open"]),
        ("tags!=smoke", ["two"]),
        ("tags~smo", ["one", "open"]),
        ("url_route~^/c", ["one", "two"]),
        ("url_route~=", []),
        ("handle~/t", ["two"]),
        ("document_id=", ["one", "open", "two"]),
    ],
)
def test_a_condition_compares_a_field(
    cases: Path, qafiles: Qafiles, condition: str, expected: list[str]
) -> None:
    assert cases.is_dir()
    assert _found(qafiles, "--where", condition) == expected


def test_conditions_lead_into_mappings_of_the_model(cases: Path, qafiles: Qafiles) -> None:
    config = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nbrowser_config: {viewport: {width: 640, height: 480}, firefoxUserPrefs: {a.b: true}}\n"
    write(cases, {"browser_configs/small.yaml": config})
    for condition in ("viewport.width=640", "firefoxUserPrefs.a.b=true"):
        found = _found(qafiles, "--where", f"browser_config.{condition}", kind="browser_config")
        assert found == ["small"]


@pytest.mark.parametrize(
    ("option", "words"),
    [
        (["--where", "x-typ=manual"], "no test case has `x-typ`; did you mean `x-type`?"),
        (["--where", "x-typ!=manual"], "no test case has `x-typ`; did you mean `x-type`?"),
        (["--where", "x-source.kee=1"], "no test case has `x-source.kee`; did you mean `x-source.key`?"),
        (["--where", "x-nothing-like-it=1"], "there are x-formula, x-size, x-source, x-steps, x-type"),
        (["--where", "url_rout~a"], "`url_rout` is no field of this kind; did you mean `url_route`?"),
        (["--where", "x-size>=3"], "conditions are FIELD=VALUE, FIELD!=VALUE or FIELD~PATTERN"),
        (["--where", "x-type~["], "`[` is no pattern: unterminated character set at position 0"),
        (["--where", "=x"], "`=x` is no condition"),
        (["--fields", "handle,x-typ"], "no test case has `x-typ`; did you mean `x-type`?"),
        (["--fields", ","], "--fields takes names of fields"),
        (["--fields", "handle", "--format", "ids"], "--fields shapes table, json, jsonl and csv"),
        (["--fields", "handle", "--count"], "--fields and --count exclude each other"),
        (["--limit", "0"], "0 is not in the range"),
    ],
)
def test_what_means_nothing_is_refused(cases: Path, qafiles: Qafiles, option: list[str], words: str) -> None:
    result = qafiles("list", "test_case", *option)
    assert (result.code, result.out) == (2, "")
    assert words in result.err
    assert cases.is_dir()


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "ids", "paths"])
def test_every_format_says_on_stderr_that_nothing_fits(cases: Path, qafiles: Qafiles, format_: str) -> None:
    result = qafiles("list", "test_case", "--where", "x-type=none", "--format", format_)
    assert (result.code, result.err) == (0, "note: no test case fits\n")
    assert result.out == {"json": "[]\n"}.get(format_, result.out if format_ == "csv" else "")
    assert qafiles("list", "document").err == "note: no document is there\n"
    assert cases.is_dir()


@pytest.mark.parametrize("format_", ["table", "json", "jsonl", "csv", "ids", "paths"])
def test_every_format_of_list_is_limited_and_counted(cases: Path, qafiles: Qafiles, format_: str) -> None:
    whole = qafiles("list", "test_case", "--format", format_)
    limited = qafiles("list", "test_case", "--format", format_, "--limit", "2")
    assert whole.err == ""
    assert limited.err == "note: 2 of 3 are listed; a larger --limit lists more\n"
    assert "/one" in limited.out or format_ == "ids"
    assert len(limited.out) < len(whole.out)
    counted = qafiles("list", "test_case", "--format", format_, "--count")
    assert (counted.out, counted.err) == ("3\n", "")
    assert cases.is_dir()


def test_fields_are_those_asked_for_in_their_order(cases: Path, qafiles: Qafiles) -> None:
    fields = ("list", "test_case", "--fields", "x-source.key,handle,x-steps.title,tags", "--limit", "1")
    (record,) = json.loads(qafiles(*fields, "--format", "json").out)
    assert [*record.items()] == [
        ("x-source.key", "C123"),
        ("handle", "acme/shop/one"),
        ("x-steps.title", ["open", "close"]),
        ("tags", ["e1bo6qzu3vn8dx0atf5rg2ch"]),
    ]
    assert json.loads(qafiles(*fields, "--format", "jsonl").out) == record
    head, row = csv.reader(io.StringIO(qafiles(*fields, "--format", "csv").out, newline=""))
    assert (head, row) == ([*record], ["C123", "acme/shop/one", "open;close", "e1bo6qzu3vn8dx0atf5rg2ch"])
    assert qafiles(*fields).out.splitlines() == [
        "X-SOURCE.KEY  HANDLE         X-STEPS.TITLE  TAGS",
        "C123          acme/shop/one  open, close    acme/shop/smoke",
    ]
    assert cases.is_dir()


def test_csv_holds_the_data_and_all_keys_of_your_own(cases: Path, qafiles: Qafiles) -> None:
    def rows(*options: str) -> list[dict[str, str]]:
        out = qafiles("list", "test_case", "--format", "csv", *options).out
        return [*csv.DictReader(io.StringIO(out, newline=""))]

    one, _, two = rows()
    assert two["test_description"] == "a;\n= b\n:: c\n"
    assert (one["x-size"], one["x-formula"], one["x-source"]) == (
        "3",
        "'=1+1",
        '{"tool": "testrail", "key": "C123"}',
    )
    assert rows("--raw")[0]["x-formula"] == "=1+1"
    assert cases.is_dir()


@pytest.mark.parametrize(
    "command",
    [
        ["refs", "acme/shop/smoke"],
        ["refs", "acme/shop/smoke", "--format", "json"],
        ["log", "acme/shop/one"],
        ["log", "acme/shop/one", "--format", "json"],
        ["blame", "acme/shop/one"],
        ["blame", "acme/shop/one", "--format", "json"],
        ["explain"],
        ["explain", "--format", "json"],
        ["report", "inventory"],
        ["report", "inventory", "--format", "csv"],
    ],
    ids=" ".join,
)
def test_every_list_is_shaped(tmp_path: Path, qafiles: Qafiles, command: list[str]) -> None:
    root = committed(tmp_path, data_root(_CASES))
    field = {"refs": "handle", "log": "commit", "blame": "pointer", "explain": "code", "report": "project"}[
        command[0]
    ]
    at = ["-C", str(root), *command]
    assert qafiles(*at, "--count").out.strip().isdigit()
    shaped = qafiles(*at, "--fields", field, "--limit", "1")
    assert (shaped.code, qafiles(*at, "--fields", f"{field}x").code) == (0, 2)
    assert len(shaped.out) < len(qafiles(*at).out)
    if command[-1] == "json" and command[0] != "refs":
        assert [[*record] for record in json.loads(shaped.out)] == [[field]]


@pytest.mark.parametrize(
    "command",
    [
        ["list", "test_case"],
        ["refs", "acme/shop/one"],
        ["log", "acme/shop/one"],
        ["blame", "acme/shop/one"],
        ["diff", "HEAD~1..HEAD"],
        ["report", "coverage"],
    ],
    ids=" ".join,
)
def test_nothing_is_cut_or_wrapped_where_stdout_is_no_terminal(
    tmp_path: Path, qafiles: Qafiles, command: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    root = committed(tmp_path, data_root(_CASES))
    write(root, {path: text.replace("tion: A", "tion: Another") for path, text in _CASES.items()})
    committed(root, {})
    assert _LONG.strip()[2:] in qafiles("-C", root, *command).out


def test_on_a_terminal_a_table_fits(tmp_path: Path) -> None:
    root = committed(tmp_path, data_root(_CASES))
    ours, theirs = pty.openpty()
    command = [sys.executable, "-m", "qafiles", "-C", str(root), "list", "test_case"]
    subprocess.run(command, stdout=theirs, env={**os.environ, "COLUMNS": "90"}, check=True)
    lines = os.read(ours, 10_000).decode().splitlines()
    assert max(map(len, lines)) <= 90
    assert "…" in lines[1]
