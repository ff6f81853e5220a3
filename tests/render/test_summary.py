from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given, settings
from markdown_it import MarkdownIt
from markdown_it.token import Token

from qafiles.__main__ import run
from qafiles.diagnostics import Diagnostic
from qafiles.render.escape import escape
from qafiles.render.validation.summary import LIMIT
from tests.render.findings import ANY_TEXT, DIAGNOSTICS, EXAMPLES, TAG, crowd, printed, report_of

MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])


def test_a_clean_run_says_so() -> None:
    report = report_of(unchecked=("the history",))
    assert printed("summary", report) == (
        "### qafiles\n\n**All good**: 1 file, 0 entities; nothing to report.\n\nNot checked: `the history`\n\n"
    )


def test_findings_are_rows_of_a_table_the_worst_first() -> None:
    report = report_of(TAG, TAG._replace(severity="error", hint=None, message="a|b"), root="qa")
    assert printed("summary", report) == (
        "### qafiles\n\n**Found 1 error, 1 warning** (1 file checked).\n\n"
        "| severity | rule | place | finding |\n|---|---|---|---|\n"
        "| ❌ error | QF407 unused-tag | `qa/tags/a b,é.yaml:2:7` | `a\\x7cb` |\n"
        "| ⚠️ warning | QF407 unused-tag | `qa/tags/a b,é.yaml:2:7` "
        "| ``50% of `a`, <b>: unused``<br>Hint: `delete it` |\n"
    )


def test_a_large_summary_is_cut_and_says_so() -> None:
    report = crowd()
    text = printed("summary", report)
    assert LIMIT - 1000 < len(text.encode()) <= LIMIT
    rows = text.count("\n| ❌ error |")
    left_out = len(report.diagnostics) - rows
    assert text.endswith(f"\n\n{left_out} findings left out here; `qafiles validate` lists all of them.\n")


@pytest.mark.slow
@settings(deadline=None)
@given(DIAGNOSTICS, ANY_TEXT)
def test_no_markup_of_any_text_survives(diagnostics: tuple[Diagnostic, ...], sentence: str) -> None:
    text = printed("summary", report_of(*diagnostics, unchecked=(sentence,)))
    tokens = MARKDOWN.parse(text)
    assert {token.type for token in tokens} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline"),
        *("table_open", "table_close", "thead_open", "thead_close", "tbody_open", "tbody_close"),
        *("tr_open", "tr_close", "th_open", "th_close", "td_open", "td_close"),
    }
    cells = [token for before, token in pairwise(tokens) if before.type == "td_open"]
    assert len(cells) == 4 * len(diagnostics)
    for token in tokens:
        assert {child.type for child in token.children or ()} <= {
            *("text", "code_inline", "strong_open", "strong_close", "html_inline")
        }
        assert all(child.content == "<br>" for child in token.children or () if child.type == "html_inline")
        plain = [child.content for child in token.children or () if child.type == "text"]
        assert not {*"".join(plain)} & {*"@#<>[]$`~|"}
    told = sorted(code for cell in cells for code in codes(cell))
    expected = [
        part
        for item in diagnostics
        for part in (
            f"{item.path}:{item.line}:{item.column}",
            item.message,
            *([item.hint] if item.hint else []),
        )
    ]
    assert told == sorted(escape(part).replace("|", r"\x7c").strip() for part in expected)


def codes(cell: Token) -> list[str]:
    """Return the code spans of a cell without white space around them, which Markdown may drop."""
    return [child.content.strip() for child in cell.children or () if child.type == "code_inline"]


@pytest.mark.slow
def test_github_gets_the_summary_of_the_step(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    file = tmp_path / "summary.md"
    file.write_text("before\n", encoding="utf-8")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(file))
    command = ["-C", str(EXAMPLES / "broken"), "validate", "--select", "QF401"]
    assert run([*command, "--format", "concise"]) == 1
    assert file.read_text(encoding="utf-8") == "before\n"
    capsys.readouterr()
    assert run([*command, "--format", "github"]) == 1
    assert capsys.readouterr().out.count("::error ") == 1
    written = file.read_text(encoding="utf-8")
    assert written.startswith("before\n### qafiles\n\n**Found 1 error** (")
    assert run([*command, "--format", "summary"]) == 1
    assert written == "before\n" + capsys.readouterr().out


def test_a_summary_that_can_not_be_written_is_a_message(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path))
    assert run(["-C", str(EXAMPLES / "acme-qa"), "validate", "--format", "github"]) == 0
    result = capsys.readouterr()
    assert result.out == ""
    assert f"qafiles: the summary can't be written to {tmp_path}: Is a directory" in result.err
