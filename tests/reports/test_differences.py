"""A report that begins with what is another than in an earlier revision."""

import json
from pathlib import Path

import pytest

from qafiles.errors import UnknownRevisionError, UsageError
from qafiles.reports import REPORTS, EntityRef, Filters, make_report
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import git, write
from tests.rules.data_root import data_root

__all__ = ["qafiles"]
_CASES = "organizations/acme/projects/shop/test_cases"
_NEW = "id: c2cp7rav4wo9ey1bug6sh3da\nurl_route: /pay\ntest_description: Pay\n"


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A data root in its second commit, which renamed one test case and added one that lacks everything."""
    write(tmp_path, data_root())
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-qm", "none", "--allow-empty")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "first")
    git(tmp_path, "mv", f"{_CASES}/open.yaml", f"{_CASES}/start.yaml")
    write(tmp_path, {f"{_CASES}/pay.yaml": _NEW})
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "second")
    return tmp_path


def test_figures_that_differ_are_told_with_by_how_much(folder: Path) -> None:
    now = {figure.name: figure.value for figure in make_report("coverage", folder).figures}
    before = {figure.name: figure.value for figure in make_report("coverage", folder, "HEAD~1").figures}
    rows = make_report("coverage", folder, against="HEAD~1").table("difference").rows
    assert {row[0]: row[2:] for row in rows} == {
        name: (before[name], now[name], int(str(now[name])) - int(str(before[name])))
        for name in now
        if now[name] != before[name]
    }
    assert ("test_cases", "test cases", 1, 2, 1) in rows


def test_a_gap_is_new_where_a_test_case_had_none_and_not_where_it_was_renamed(folder: Path) -> None:
    rows = make_report("coverage", folder, against="HEAD~1").table("new_gaps").rows
    assert [row[0].handle for row in rows if isinstance(row[0], EntityRef)] == ["acme/shop/pay"]


def test_nothing_differs_from_the_same_state(folder: Path) -> None:
    report = make_report("coverage", folder, against="HEAD")
    assert (report.table("difference").rows, report.table("new_gaps").rows) == ((), ())


def test_before_there_was_a_data_root_there_was_nothing(folder: Path) -> None:
    rows = make_report("inventory", folder, against="HEAD~2").table("difference").rows
    assert {row[2] for row in rows} == {0}


@pytest.mark.parametrize("name", sorted(REPORTS.keys() - {"changes", "results"}))
def test_every_report_that_is_no_comparison_itself_can_be_compared(name: str, folder: Path) -> None:
    assert make_report(name, folder, against="HEAD~1").tables[0].name == "difference"


def test_reports_that_are_comparisons_say_how_they_compare(folder: Path) -> None:
    with pytest.raises(UsageError, match=r"A\.\.B"):
        make_report("changes", folder, revisions="HEAD", against="HEAD~1")
    with pytest.raises(UsageError, match="--before"):
        make_report("results", folder, against="HEAD~1", result_files=())


def test_a_filter_may_name_what_was_not_there_yet(folder: Path) -> None:
    write(folder, {f"{_CASES}/late/one.yaml": _NEW.replace("da\n", "db\n")})
    report = make_report("coverage", folder, against="HEAD", filters=Filters(suites=("late",)))
    assert ("test_cases", "test cases", 0, 1, 1) in report.table("difference").rows


def test_an_unknown_revision_is_refused(folder: Path) -> None:
    with pytest.raises(UnknownRevisionError, match="nope"):
        make_report("coverage", folder, against="nope")


def test_the_command_prints_the_difference_first(folder: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", folder, "report", "coverage", "--against", "HEAD~1", "--format", "json")
    tables = json.loads(result.out)["tables"]
    assert [table["name"] for table in tables[:2]] == ["difference", "new_gaps"]
    csv = qafiles("-C", folder, "report", "coverage", "--against", "HEAD~1", "--format", "csv")
    assert csv.out.splitlines()[:2] == ["name,figure,before,now,difference", "test_cases,test cases,1,2,1"]
