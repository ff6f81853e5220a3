"""`qafiles report` as people call it."""

import json
import os
import pty
import re
import subprocess
import sys
import tomllib
from pathlib import Path

import pytest

from qafiles.errors import UsageError
from qafiles.reports import REPORTS, EntityRef, Filters, make_report
from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_HISTORY = ("activity", "stale")
_EXAMPLES = Path(__file__).parents[2] / "examples"


@pytest.fixture
def plain(tmp_path: Path) -> Path:
    """A small data root outside git."""
    return write(tmp_path / "plain", data_root())


def test_without_a_name_the_reports_are_listed(qafiles: Qafiles) -> None:
    result = qafiles("report")
    lines = result.out.splitlines()
    assert (result.code, result.err) == (0, "")
    assert [line.split()[0] for line in lines] == [*REPORTS]
    assert max(map(len, lines)) <= 110


def test_every_report_has_what_makes_it() -> None:
    from qafiles.reports.build import BUILDERS

    assert [*BUILDERS] == [*REPORTS]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["coverge"], "did you mean `coverage`?"),
        (["inventory", "--project", "shpo"], "no project is called `shpo`; did you mean `shop`?"),
        (["inventory", "--organization", "acne"], "no organization is called `acne`; did you mean `acme`?"),
        (["inventory", "--tag", "smok"], "no tag is called `smok`; did you mean `smoke`?"),
        (["inventory", "--suite", "checkout"], "no suite is called `checkout`"),
        (["inventory", "v1..v2"], "is about one state"),
        (["changes"], "name them as A..B"),
        (["inventory", "--as-of", "soon"], "'soon' is no day; write it as 2026-01-31."),
        (["inventory", "--table", "project"], "did you mean `projects`?"),
        (["inventory", "--rev", "nowhere"], "nowhere"),
        (["inventory", "--rev", "HEAD", "--staged"], "exclude each other"),
    ],
)
def test_wrong_arguments_are_refused_with_a_way_on(
    tmp_path: Path, qafiles: Qafiles, arguments: list[str], said: str
) -> None:
    folder = committed(tmp_path / "data", data_root())
    result = qafiles("-C", folder, "report", *arguments)
    assert (result.code, result.out) == (2, "")
    assert said in result.err


@pytest.mark.parametrize("name", _HISTORY)
def test_without_git_a_report_from_history_says_so(plain: Path, qafiles: Qafiles, name: str) -> None:
    result = qafiles("-C", plain, "report", name)
    assert (result.code, result.out) == (3, "")
    assert (
        f"the report `{name}` is made from git's history, and the data lies in no git repository"
        in result.err
    )


def test_without_git_changes_says_so(plain: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", plain, "report", "changes", "v1..v2")
    assert (result.code, result.out) == (3, "")
    assert "needs a git repository" in result.err


@pytest.mark.parametrize("name", ["inventory", "coverage", "traceability", "secrets", "access", "findings"])
def test_without_git_the_other_reports_are_made(plain: Path, qafiles: Qafiles, name: str) -> None:
    result = qafiles("-C", plain, "report", name)
    assert (result.code, result.err) == (0, "")
    assert result.out.startswith(name.capitalize())


def test_without_commits_a_report_from_history_says_so(plain: Path, qafiles: Qafiles) -> None:
    git(plain, "init", "-q")
    result = qafiles("-C", plain, "report", "activity")
    assert result.code == 3
    assert "the repository has no commits yet" in result.err


def test_in_a_shallow_clone_history_says_what_it_lacks(acme: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    git(tmp_path, "clone", "-q", "--depth=2", f"file://{acme}", "copy")
    result = qafiles("-C", tmp_path / "copy", "report", "activity", "--format", "json")
    assert result.code == 3
    (note,) = (note for note in json.loads(result.out)["notes"] if "shallow" in note)
    assert note in result.err
    whole = json.loads(qafiles("-C", acme, "report", "activity", "--format", "json").out)["figures"]
    figures = json.loads(result.out)["figures"]
    assert all(figures[act] <= whole[act] for act in ("created", "changed", "removed"))
    # What the oldest commit of the clone holds was not created by it.
    assert figures["created"] < 100 < whole["created"]


def test_a_revision_the_index_and_the_working_tree_are_reported(
    acme: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    git(tmp_path, "clone", "-q", acme, "copy")
    folder = tmp_path / "copy"
    for name in ("staged", "here"):
        (folder / "users" / f"{name}.yaml").write_text(
            f"id: w2kq8w3xj5zr7mtb2nc9yd{len(name)}h\nname: {name}\n"
        )
        if name == "staged":
            git(folder, "add", "-A")

    def users(*options: str) -> int:
        out = qafiles("-C", folder, "report", "inventory", "--format", "json", *options).out
        found: int = json.loads(out)["figures"]["users"]
        return found

    assert (users("--rev", "v1"), users("--staged"), users()) == (6, 7, 8)
    commit = git(folder, "rev-parse", "HEAD").strip()[:10]
    staged = qafiles("-C", folder, "report", "access", "--staged").out
    assert staged.startswith(f"Access  (state index on {commit}, 1 file not committed)\n")
    here = qafiles("-C", folder, "report", "access").out
    assert here.startswith(f"Access  (state working tree on {commit}, 2 files not committed)\n")


@pytest.mark.slow
def test_before_the_data_root_was_made_there_was_nothing(tmp_path: Path) -> None:
    git(tmp_path, "init", "-q")
    git(tmp_path, "commit", "-q", "--allow-empty", "-m", "nothing")
    write(tmp_path, data_root())
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "all")
    for filters in (Filters(), Filters(projects=("shop",)), Filters(tags=("smoke",))):
        report = make_report("changes", tmp_path, revisions="HEAD~1..HEAD", filters=filters)
        assert [row[1] for row in report.table("changes").rows] == ["added"] * 7
    with pytest.raises(UsageError, match="no project is called `nothing`"):
        make_report("changes", tmp_path, revisions="HEAD~1..HEAD", filters=Filters(projects=("nothing",)))


def test_a_file_is_written_as_a_whole_and_stdout_stays_empty(
    acme: Path, tmp_path: Path, qafiles: Qafiles
) -> None:
    place = tmp_path / "report.xlsx"
    place.write_text("old")
    result = qafiles("-C", acme, "report", "inventory", "--format", "xlsx", "-o", place)
    assert (result.code, result.out, result.err) == (0, "", "")
    assert place.read_bytes().startswith(b"PK")
    assert [*tmp_path.iterdir()] == [place]
    result = qafiles("-C", acme, "report", "inventory", "--format", "csv", "--table", "nothing", "-o", place)
    assert result.code == 2
    assert place.read_bytes().startswith(b"PK")


@pytest.mark.slow
def test_a_link_and_a_pipe_stay_what_they_are(acme: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "link.csv").symlink_to("file.csv")
    assert qafiles("-C", acme, "report", "access", "--format", "csv", "-o", tmp_path / "link.csv").code == 0
    assert (tmp_path / "link.csv").is_symlink()
    assert (tmp_path / "file.csv").read_text().startswith("organization,")
    os.mkfifo(tmp_path / "pipe")
    command = [sys.executable, "-m", "qafiles", "-C", str(acme), "report", "access", "--format", "csv", "-o"]
    with subprocess.Popen([*command, str(tmp_path / "pipe")]) as process:
        assert (tmp_path / "pipe").read_bytes() == (tmp_path / "file.csv").read_bytes()
        assert process.wait() == 0
    assert (tmp_path / "pipe").is_fifo()


def test_a_file_that_cannot_be_written_is_an_error(acme: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    result = qafiles("-C", acme, "report", "inventory", "-o", tmp_path / "no" / "folder.txt")
    assert result.code == 3
    assert "No such file or directory" in result.err


@pytest.mark.slow
def test_a_workbook_goes_to_a_pipe_and_not_to_a_terminal(acme: Path) -> None:
    command = [sys.executable, "-m", "qafiles", "-C", str(acme), "report", "inventory", "--format", "xlsx"]
    piped = subprocess.run(command, capture_output=True, check=True)
    assert piped.stdout.startswith(b"PK")
    reader, terminal = pty.openpty()
    try:
        refused = subprocess.run(command, stdout=terminal, stderr=subprocess.PIPE, text=True, check=False)
    finally:
        os.close(terminal)
        os.close(reader)
    assert refused.returncode == 2
    assert "-o FILE" in refused.stderr


@pytest.mark.slow
def test_colour_is_for_terminals_alone(acme: Path) -> None:
    command = [sys.executable, "-m", "qafiles", "-C", str(acme), "report", "access"]
    assert b"\x1b" not in subprocess.run(command, capture_output=True, check=True).stdout
    reader, terminal = pty.openpty()
    variables = {name: value for name, value in os.environ.items() if name != "NO_COLOR"}
    subprocess.run(command, stdout=terminal, check=True, env={**variables, "TERM": "xterm", "COLUMNS": "80"})
    shown = os.read(reader, 1 << 16)
    os.close(terminal)
    os.close(reader)
    assert b"\x1b[1m" in shown


def test_every_format_works_with_the_plain_dependencies() -> None:
    project = tomllib.loads((Path(__file__).parents[2] / "pyproject.toml").read_text("utf-8"))["project"]
    plain = {re.split(r"[^\w-]", line)[0].lower() for line in project["dependencies"]}
    assert {"rich", "xlsxwriter", "jinja2", "markdown-it-py", "nh3"} <= plain


@pytest.mark.slow
def test_reading_writes_nothing_to_the_working_tree(acme: Path, qafiles: Qafiles, tmp_path: Path) -> None:
    (tmp_path / "run.xml").write_text("<testsuites/>")

    def state() -> dict[Path, tuple[int, bytes]]:
        places = [place for place in acme.rglob("*") if place.is_file() and ".git" not in place.parts]
        return {place: (place.stat().st_mtime_ns, place.read_bytes()) for place in places}

    before = state(), (acme / ".git" / "index").read_bytes()
    for name in REPORTS:
        asked = {"changes": ["v1..v2"], "results": ["--junit", str(tmp_path / "run.xml")]}.get(name, [])
        assert qafiles("-C", acme, "report", name, *asked).code == 0
    assert (state(), (acme / ".git" / "index").read_bytes()) == before


def test_findings_are_those_of_validate_with_their_last_authors(tmp_path: Path, qafiles: Qafiles) -> None:
    folder = committed(tmp_path / "data", data_root())
    case = "organizations/acme/projects/shop/test_cases/open.yaml"
    text = (folder / case).read_text()
    (folder / case).write_text(text.replace("[smoke]", "[smok]"))
    git(folder, "commit", "-qam", "smok", GIT_AUTHOR_NAME="Bob", GIT_AUTHOR_EMAIL="bob@example.com")
    (folder / case).write_text(text.replace("[smoke]", "[smok]").replace("[desktop]", "[destkop]"))
    report = make_report("findings", folder)
    rows = {(row[1], row[5]) for row in report.table("findings").rows}
    # The tag is unused by Bob's doing, and whoever wrote `destkop` has not committed it.
    assert rows == {("QF401", "Bob"), ("QF407", "Ada"), ("QF401", None), ("QF409", "Ada")}
    told = json.loads(qafiles("-C", folder, "validate", "--format", "json").out)["summary"]
    assert {figure.name: figure.value for figure in report.figures if figure.name in told} == told


def test_findings_of_the_broken_example_are_counted_as_validate_counts_them(qafiles: Qafiles) -> None:
    told = json.loads(qafiles("-C", _EXAMPLES / "broken", "validate", "--format", "json").out)
    report = json.loads(qafiles("-C", _EXAMPLES / "broken", "report", "findings", "--format", "json").out)
    tables = {table["name"]: table["rows"] for table in report["tables"]}
    assert len(tables["findings"]) == len(told["diagnostics"])
    assert sum(row["findings"] for row in tables["rules"]) == len(told["diagnostics"])
    for name in ("projects", "authors"):
        for word in ("errors", "warnings", "infos"):
            assert sum(row[word] for row in tables[name]) == told["summary"][word]
    places = {f"{item['path']}:{item['line']}:{item['column']}" for item in told["diagnostics"]}
    assert {row["place"] for row in tables["findings"]} == places


def test_ages_count_to_the_commit_and_not_to_today(acme: Path) -> None:
    ages = {}
    for rev in ("v1", "v2"):
        report = make_report("secrets", acme, rev=rev)
        ages[rev] = {row[3] for row in report.table("secrets").rows}
    assert ages == {"v1": {0}, "v2": {147}}


def test_uncommitted_changes_are_of_nobody(acme: Path, tmp_path: Path) -> None:
    git(tmp_path, "clone", "-q", acme, "copy")
    place = tmp_path / "copy" / "users" / "nora.yaml"
    place.write_text(place.read_text().replace("Nora Lindqvist", "Nora L."))
    report = make_report("changes", tmp_path / "copy", revisions="HEAD")
    assert [
        (row[1], row[3].handle, row[7])
        for row in report.table("changes").rows
        if isinstance(row[3], EntityRef)
    ] == [("changed", "nora", ("not committed",))]


def test_a_tag_that_only_the_earlier_state_has_chooses_its_changes(acme: Path) -> None:
    report = make_report("changes", acme, revisions="v2..v1", filters=Filters(tags=("window",)))
    assert report.table("changes").rows == ()
    report = make_report("changes", acme, revisions="v1..v2", filters=Filters(projects=("swag-labs",)))
    assert {row[0] for row in report.table("changes").rows} == {"acme/swag-labs"}


@pytest.mark.parametrize("name", ["inventory", "coverage", "traceability", "stale", "access", "findings"])
def test_a_filter_that_all_fits_changes_nothing(acme: Path, name: str) -> None:
    whole = make_report(name, acme, rev="v2")
    part = make_report(name, acme, rev="v2", filters=Filters(organizations=("acme",)))
    assert (part.figures, part.tables) == (whole.figures, whole.tables)
