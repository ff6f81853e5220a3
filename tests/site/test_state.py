"""What no commit holds is called so, on every page and in every format; and nothing is changed that was made or removed."""

import json
from pathlib import Path

import pytest

from qafiles.render.reports import FORMATS
from qafiles.reports import REPORTS
from qafiles.site import site
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import git

__all__ = ["qafiles"]

_PROJECT = "organizations/acme/projects/swag-labs"
_CASE = f"{_PROJECT}/test_cases/login/standard-user-logs-in"
_TAG = f"{_PROJECT}/tags/fresh"


@pytest.fixture
def dirty(example: Path, tmp_path: Path) -> Path:
    """A clone of the example with a changed test case and a new tag, and a file that is none of qafiles'."""
    git(tmp_path, "clone", "-q", example, "dirty")
    folder = tmp_path / "dirty"
    text = (folder / f"{_CASE}.yaml").read_text("utf-8")
    (folder / f"{_CASE}.yaml").write_text(text.replace("Open the login page", "Go somewhere else"), "utf-8")
    (folder / f"{_TAG}.yaml").write_text("id: w1kq8w3xj5zr7mtb2nc9yd4h\nname: fresh\ncolor: navy\n")
    (folder / "notes.txt").write_text("not ours")
    return folder


@pytest.mark.slow
def test_every_page_of_a_dirty_tree_says_what_is_not_committed(dirty: Path, tmp_path: Path) -> None:
    site(dirty, tmp_path / "site")
    head = git(dirty, "rev-parse", "HEAD").strip()[:10]
    said = f"Working tree on {head}, 2 files not committed: {_TAG}.yaml"
    pages = [*(tmp_path / "site").rglob("*.html")]
    assert len(pages) > 200
    parts = (f"Working tree on {head}, 2 files not committed: ", f"{_TAG}.yaml", f"{_CASE}.yaml")
    assert said.startswith(parts[0])
    assert all(all(part in page.read_text("utf-8") for part in parts) for page in pages)
    assert "with what is not committed yet" in (tmp_path / "site/index.html").read_text("utf-8")
    case = (tmp_path / f"site/{_CASE}.html").read_text("utf-8")
    assert "Changed since the last commit" in case
    assert "<ins>Go somewhere else" in case
    assert "and since then, not committed" in case
    assert "New, in no commit" in (tmp_path / f"site/{_TAG}.html").read_text("utf-8")
    other = (tmp_path / f"site/{_PROJECT}/tags/smoke.html").read_text("utf-8")
    assert "<p>Not committed</p>" not in other


@pytest.mark.slow
def test_a_clean_tree_and_a_revision_say_nothing_of_it(dirty: Path, tmp_path: Path) -> None:
    site(dirty, tmp_path / "revision", "HEAD")
    git(dirty, "add", "organizations")
    site(dirty, tmp_path / "index", staged=True)
    assert "Index on" in (tmp_path / "index/search.html").read_text("utf-8")
    git(dirty, "commit", "-qm", "now it is")
    site(dirty, tmp_path / "clean")
    for name in ("revision", "clean"):
        assert not any(
            "not committed" in page.read_text("utf-8")
            for page in (tmp_path / name).rglob("*.html")
            if "help" not in page.relative_to(tmp_path / name).parts
        )


@pytest.mark.slow
@pytest.mark.parametrize(
    ("name", "format_"),
    [*(("inventory", format_) for format_ in FORMATS), *((name, "text") for name in REPORTS)],
)
def test_every_report_of_a_dirty_tree_says_so(
    name: str, format_: str, dirty: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = tmp_path / f"report.{format_}"
    runs = tmp_path / "junit.xml"
    runs.write_text('<testsuite name="none" tests="0"/>')
    what = {"changes": ("HEAD",), "results": ("--junit", str(runs))}.get(name, ())
    result = qafiles("-C", dirty, "report", name, *what, "--format", format_, "-o", place)
    head = git(dirty, "rev-parse", "HEAD").strip()[:10]
    said = f"working tree on {head}, 2 files not committed"
    if format_ == "csv":
        assert f"state: {said}" in result.err
    elif format_ == "json":
        state = json.loads(place.read_text("utf-8"))["state"]
        assert (state["of"], state["commit"][:10]) == ("working tree", head)
        assert state["uncommitted"] == sorted([f"{_TAG}.yaml", f"{_CASE}.yaml"])
    elif format_ == "xlsx":
        import openpyxl

        rows = openpyxl.load_workbook(place)["Report"].iter_rows(values_only=True)
        assert ("state", said) in {row[:2] for row in rows}
    else:
        text = " ".join(place.read_text("utf-8").split())
        assert said in text.replace("`", "")
        assert f"{_TAG}.yaml" in text


@pytest.mark.slow
def test_the_overview_tells_what_was_made_changed_removed_and_restored_apart(
    example: Path, tmp_path: Path
) -> None:
    git(tmp_path, "clone", "-q", example, "data")
    data = tmp_path / "data"
    gone = f"{_PROJECT}/test_traversals/navigation/about-leaves-the-shop/desktop-firefox.yaml"
    git(data, "rm", "-q", gone)
    git(data, "commit", "-qm", "Less")
    git(data, "revert", "--no-edit", "HEAD")
    git(data, "rm", "-q", f"{_PROJECT}/test_traversals/login/standard-user-logs-in/iphone-15.yaml")
    git(data, "commit", "-qm", "No phone")
    site(data, tmp_path / "site")
    told = (tmp_path / "site/index.html").read_text("utf-8").partition("Latest changes")[2]
    acts = [line for line in told.splitlines() if line.startswith('<p class="who">')]
    assert len(acts) == 5
    assert "removed acme/swag-labs/login/standard-user-logs-in/iphone-15 in" in acts[0]
    assert " restored <a " in acts[1]
    assert " removed <a " in acts[2]
    assert " changed <a " in acts[3]
    assert " created <a " in acts[4]
    assert "changed" not in acts[4]
