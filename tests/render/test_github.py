import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.diagnostics import Diagnostic, Severity, Span
from qafiles.loading.loader import load
from qafiles.render.validation import Findings
from qafiles.render.validation.github import LIMIT, command, render
from qafiles.sources import MemorySource
from qafiles.validation import verdict_of

SNAPSHOT = load(MemorySource({"qafiles.yaml": "version: 1\n"}))
TAG = Diagnostic(
    "QF407", "unused-tag", "warning", "50% of a, b: unused", "tags/a,b:c.yaml", Span(2, 7, 2, 12)
)

NODE = shutil.which("node")
NODE_MODULES = Path(os.environ.get("QAFILES_NODE_MODULES") or Path(__file__).parents[2] / "node_modules")
ORACLE = NODE_MODULES / "@actions" / "core" / "lib" / "command.js"
SCRIPT = """
import { readFileSync } from "node:fs"
const { issueCommand } = await import(process.argv[1])
for (const [name, properties, message] of JSON.parse(readFileSync(0, "utf8"))) issueCommand(name, properties, message)
"""


def printed(*diagnostics: Diagnostic, root: str = ".") -> str:
    return "".join(render(Findings(diagnostics, verdict_of(SNAPSHOT), root=root)))


def some(severity: Severity, number: int) -> list[Diagnostic]:
    return [TAG._replace(severity=severity, message=f"{severity} {index}") for index in range(number)]


def test_a_clean_run_prints_nothing() -> None:
    assert not printed()


def test_one_annotation() -> None:
    assert printed(TAG._replace(hint="delete\nit"), root="qa/data") == (
        "::warning title=QF407 unused-tag,file=qa/data/tags/a%2Cb%3Ac.yaml,line=2,endLine=2,col=7,endColumn=12"
        "::50%25 of a, b: unused%0Adelete%0Ait\n"
    )


def test_columns_are_for_one_line_only() -> None:
    assert printed(TAG._replace(span=Span(2, 7, 3, 1))) == (
        "::warning title=QF407 unused-tag,file=tags/a%2Cb%3Ac.yaml,line=2,endLine=3::50%25 of a, b: unused\n"
    )


def test_the_worst_come_first_and_otherwise_the_order_stays() -> None:
    lines = printed(*some("info", 2), *some("error", 2), *some("warning", 1)).splitlines()
    assert [line.rpartition("::")[2] for line in lines] == [
        "error 0",
        "error 1",
        "warning 0",
        "info 0",
        "info 1",
    ]
    assert [line.split()[0] for line in lines] == ["::error"] * 2 + ["::warning"] + ["::notice"] * 2


@given(st.integers(0, 13), st.integers(0, 13), st.integers(0, 13))
def test_github_shows_every_line_that_is_printed(errors: int, warnings: int, infos: int) -> None:
    lines = printed(*some("info", infos), *some("error", errors), *some("warning", warnings)).splitlines()
    kinds = [line.split()[0] for line in lines]
    assert all(kinds.count(f"::{kind}") <= LIMIT for kind in ("error", "warning", "notice"))
    total = errors + warnings + infos
    if max(errors, warnings, infos) <= LIMIT:
        assert len(lines) == total
    else:
        left_out = total - len(lines) + 1
        assert lines[-1].startswith(f"::notice title={left_out} more finding")


def test_what_is_left_out_is_counted() -> None:
    lines = printed(*some("error", 12), *some("warning", 3), *some("info", 11)).splitlines()
    assert len(lines) == 10 + 3 + 9 + 1
    assert lines[-1] == (
        "::notice title=4 more findings::2 errors, 2 infos left out here: GitHub shows 10 annotations of each "
        "severity for a step. `qafiles validate` lists all of them."
    )


def test_empty_properties_are_left_out() -> None:
    assert (
        command("error", {"title": "t", "file": "", "line": 0, "col": 1}, "") == "::error title=t,col=1::\n"
    )


ANY_TEXT = st.text(st.characters(codec=None, categories=None) | st.sampled_from("%:,\r\n\ud83d\udc4d\u2028"))
PROPERTIES = st.fixed_dictionaries(
    {"title": ANY_TEXT.filter(bool), "file": ANY_TEXT, "line": st.integers(0, 3), "col": st.integers(0, 3)}
)
COMMANDS = st.tuples(st.sampled_from(["error", "warning", "notice"]), PROPERTIES, ANY_TEXT)


@pytest.mark.node
@pytest.mark.skipif(NODE is None, reason="node is not installed")
@pytest.mark.skipif(not ORACLE.is_file(), reason=f"@actions/core 3 is not in {NODE_MODULES}")
@settings(max_examples=30, deadline=None)
@given(st.lists(COMMANDS, max_size=30))
def test_commands_are_those_of_githubs_toolkit(commands: list[tuple[str, dict[str, str | int], str]]) -> None:
    arguments = ["node", "--input-type=module", "--eval", SCRIPT, ORACLE.absolute().as_uri()]
    expected = subprocess.run(arguments, input=json.dumps(commands).encode(), capture_output=True, check=True)
    assert "".join(command(*each) for each in commands).encode() == expected.stdout
