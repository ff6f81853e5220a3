import os
import pty
import re
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.render.progress import counted, line, progress
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import git, write
from tests.results.root import files, junit

__all__ = ["qafiles"]

_PAGE = Path(__file__).parents[2] / "qafiles/manual/site.md"


def run(folder: Path, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
    """Run qafiles in a folder."""
    return subprocess.run(
        [sys.executable, "-m", "qafiles", *arguments], cwd=folder, capture_output=True, text=True, check=False
    )


@pytest.mark.slow
def test_the_command_says_what_it_did(example: Path, tmp_path: Path) -> None:
    first = run(example, "site", "-o", tmp_path / "out", "--title", "Our <QA>")
    assert (first.returncode, first.stderr) == (0, "")
    match = re.fullmatch(r".*/out/index\.html: (\d+) files, (\d+) written, 0 removed\n", first.stdout)
    assert match is not None
    assert match[1] == match[2]
    page = (tmp_path / "out/index.html").read_text("utf-8")
    assert "<title>Our &lt;QA&gt;</title>" in page
    again = run(example, "site", "-o", tmp_path / "out", "--title", "Our <QA>")
    assert " files, 0 written, 0 removed" in again.stdout


@pytest.mark.slow
@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        ((), 2, "Missing option '-o'"),
        (("-o", "organizations/x"), 2, "holds the data"),
        (("-o", "."), 2, "not of a site"),
        (("-o", "qafiles.yaml"), 2, "is a file"),
        (("-o", "x", "--rev", "nothing"), 2, "nothing"),
        (("-o", "x", "--rev", "HEAD", "--staged"), 2, "exclude each other"),
        (("-o", "/proc/nowhere/site"), 3, "nothing was written"),
    ],
)
def test_what_can_not_be_done_is_told(
    example: Path, arguments: tuple[str, ...], code: int, said: str
) -> None:
    result = run(example, "site", *arguments)
    assert (result.returncode, said in result.stderr, result.stdout) == (code, True, ""), result.stderr
    assert git(example, "status", "--porcelain") == ""


def test_progress_has_counts_and_the_time_left() -> None:
    assert line("pages", 0, 0, 3) == "pages …"
    assert line("pages", 500, 2000, 1.0) == "pages: 500 of 2,000, 3 s left"
    assert line("pages", 0, 2000, 0) == "pages: 0 of 2,000"


def test_progress_is_silent_where_there_is_no_terminal(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qafiles.render.progress._PATIENCE", 0)
    with progress() as told:
        told("pages", 1, 2)
    counted("secrets")(1, 2)
    assert capsys.readouterr() == ("", "")


def test_progress_on_a_terminal_is_one_line_that_is_wiped_out() -> None:
    code = (
        "import qafiles.render.progress as p\n"
        "p._PATIENCE = 0\n"
        "with p.progress() as told:\n    told('pages', 1, 2)\n"
        "told = p.counted('secrets')\ntold(1, 2)\ntold(2, 2)\n"
    )
    parent, child = pty.openpty()
    subprocess.run([sys.executable, "-c", code], stderr=child, check=True)
    os.close(child)
    said = os.read(parent, 10_000).decode()
    os.close(parent)
    assert "pages: 1 of 2" in said
    assert "secrets: 1 of 2" in said
    assert said.endswith("\r\x1b[2K")
    assert "\n" not in said


@pytest.mark.slow
def test_the_workflow_in_the_manual_is_one(tmp_path: Path) -> None:
    match = re.search(r"<!-- workflow: site -->\n```yaml\n(.*?)```", _PAGE.read_text("utf-8"), re.DOTALL)
    assert match is not None
    (tmp_path / "site.yml").write_text(match[1], "utf-8")
    command = [
        sys.executable,
        "-m",
        "check_jsonschema",
        "--builtin-schema",
        "vendor.github-workflows",
        "site.yml",
    ]
    result = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert result.returncode == 0, result.stdout
    assert all(re.search(r"@[0-9a-f]{40} # v", item) for item in re.findall(r"uses: .*", match[1]))


def test_the_time_left_is_told_when_there_is_a_pace_to_tell_it_from() -> None:
    from qafiles.render.progress import line

    assert line("files", 256, 9_999, 0.01) == "files: 256 of 9,999"
    assert line("files", 2_500, 10_000, 2.0) == "files: 2,500 of 10,000, 6 s left"


@pytest.mark.slow
def test_with_result_files_lists_pages_and_reports_tell_how_test_cases_ended(
    tmp_path: Path, qafiles: Qafiles
) -> None:
    root = write(tmp_path / "qa", files())
    (tmp_path / "run.xml").write_text(
        junit(
            {"name": "a", "outcome": "failed", "qafiles": "acme/shop/cart/add", "browser_config": "phone"},
            {"name": "b", "outcome": "flaky", "qafiles": "acme/bank/pay"},
        )
    )
    call = ("-C", root, "site", "-o")
    assert qafiles(*call, tmp_path / "with", "--junit", tmp_path / "run.xml").code == 0
    below = tmp_path / "with" / "organizations" / "acme" / "projects"
    listing = (below / "shop" / "test_cases" / "index.html").read_text(encoding="utf-8")
    assert ">Outcome</th>" in listing
    assert listing.count("<td>failed</td>") == 1
    assert listing.count("<td>not run</td>") == 2
    page = (below / "shop" / "test_cases" / "cart" / "add.html").read_text(encoding="utf-8")
    assert "<dt>Outcome</dt><dd>desktop: not run<br>phone: failed</dd>" in page
    assert "<dt>Outcome</dt><dd>flaky</dd>" in (below / "bank" / "test_cases" / "pay.html").read_text("utf-8")
    assert (tmp_path / "with" / "reports" / "results.html").is_file()
    (tmp_path / "cut.xml").write_text("<testsuites>")
    cut = qafiles(*call, tmp_path / "with", "--junit", tmp_path / "cut.xml")
    assert (cut.code, "cut.xml:1" in cut.err) == (3, True)
    assert qafiles(*call, tmp_path / "without").code == 0
    assert not (tmp_path / "without" / "reports" / "results.html").exists()
