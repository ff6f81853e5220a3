"""Authors as a mailmap joins them, and commits whose names and dates are not as git writes them."""

import json
import re
import subprocess
import tempfile
from pathlib import Path

import pytest

from qafiles.history import blame, entity_log, history_of
from qafiles.reports import make_report
from qafiles.site import site
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import committed, git, write

__all__ = ["qafiles"]

ADA = "users/ada.yaml"
_ID = "a7x3k9q2m4p8r5t1v6w0y2bd"
_FILES = {"qafiles.yaml": "version: 1\n", ADA: f"id: {_ID}\nname: Ada\n"}
_MAILMAP = "Ada Lovelace <ada@new.example> ada <ada@old.example>\n"


def raw_commit(folder: Path, author: bytes, text: str) -> str:
    """Commit a file of Ada's as some other program wrote the object, and return the commit's name."""
    write(folder, {ADA: text})
    git(folder, "add", "-A")
    tree, parent = git(folder, "write-tree"), git(folder, "rev-parse", "HEAD")
    head = f"tree {tree}\nparent {parent}\n".encode()
    content = head + b"author " + author + b"\ncommitter C <c@example.org> 1700000000 +0000\n\nnext\n"
    command = ("git", "hash-object", "-t", "commit", "--literally", "-w", "--stdin")
    name = subprocess.run(command, cwd=folder, input=content, capture_output=True, check=True).stdout.decode()
    git(folder, "update-ref", "HEAD", name.strip())
    return name.strip()


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return committed(tmp_path / "data", _FILES)


def _renamed(number: int) -> str:
    return f"id: {_ID}\nname: Ada {number}\n"


def authors(folder: Path) -> list[set[str]]:
    """Return the authors that each command names."""
    history = history_of(open_source(folder))
    log = {entry.commit.author for entry in entity_log(history, _ID)}
    blamed = {value.commit.author for value in blame(history, _ID) if value.commit is not None}
    activity = {str(row[0]) for row in make_report("activity", folder).table("authors").rows}
    changes = make_report("changes", folder, revisions="HEAD~1..HEAD").table("authors").rows
    with tempfile.TemporaryDirectory() as output:
        site(load(open_source(folder)), Path(output) / "site")
        pages = "".join(place.read_text("utf-8") for place in Path(output).rglob("*.html"))
    return [log, blamed, activity, {str(row[0]) for row in changes}, {*re.findall("Ada Lovelace", pages)}]


@pytest.mark.slow
@pytest.mark.parametrize("place", ["working tree", "setting", "after the cache was written"])
def test_a_mailmap_names_the_author_everywhere(folder: Path, place: str) -> None:
    write(folder, {ADA: _renamed(1)})
    git(folder, "commit", "-qam", "1", "--author=ada <ada@old.example>")
    if place == "after the cache was written":
        assert history_of(open_source(folder)).commits[0].author == "ada"
    if place == "setting":
        git(folder, "config", "mailmap.file", str(write(folder / ".git", {"map": _MAILMAP}) / "map"))
    else:
        write(folder, {".mailmap": _MAILMAP})
    for _ in range(2):
        assert all("Ada Lovelace" in named and "ada" not in named for named in authors(folder))
    (folder / ".mailmap").unlink(missing_ok=True)
    git(folder, "config", "mailmap.file", "/dev/null")
    assert history_of(open_source(folder)).commits[0].author == "ada"


def test_a_history_that_is_continued_knows_its_new_authors(folder: Path) -> None:
    write(folder, {".mailmap": _MAILMAP})
    history_of(open_source(folder))
    write(folder, {ADA: _renamed(1)})
    git(folder, "commit", "-qam", "1", "--author=ada <ada@old.example>")
    for _ in range(2):
        assert history_of(open_source(folder)).commits[0].author == "Ada Lovelace"


def test_a_bare_repository_has_the_mailmap_of_its_head(folder: Path, tmp_path: Path) -> None:
    write(folder, {".mailmap": _MAILMAP, ADA: _renamed(1)})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "1", "--author=ada <ada@old.example>")
    git(tmp_path, "clone", "-q", "--bare", folder, tmp_path / "bare")
    assert history_of(open_source(tmp_path / "bare", rev="HEAD")).commits[0].author == "Ada Lovelace"


def test_a_user_is_the_author_by_any_address_that_a_mailmap_joins(folder: Path) -> None:
    write(folder, {ADA: _renamed(1) + "email: ada@old.example\n", ".mailmap": _MAILMAP})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "1", "--author=ada <ada@old.example>")
    git(folder, "commit", "-qm", "2", "--allow-empty", "--author=other <ada@new.example>")
    rows = make_report("activity", folder).table("authors").rows
    assert "Ada 1" in {row[0] for row in rows}


def test_a_finding_names_the_author_whom_the_mailmap_means(folder: Path, qafiles: Qafiles) -> None:
    member = "organizations/acme/members/ada.yaml"
    files = {
        "organizations/acme/organization.yaml": "id: b7x3k9q2m4p8r5t1v6w0y2bd\nname: Acme\n",
        member: "id: c7x3k9q2m4p8r5t1v6w0y2bd\nuser_id: ada\nrole: guest\n",
    }
    write(folder, files)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "1")
    (folder / ADA).unlink()
    git(folder, "commit", "-qam", "gone", "--author=ada <ada@old.example>")
    write(folder, {".mailmap": _MAILMAP})
    assert "by Ada Lovelace on " in qafiles("-C", folder, "validate").out


@pytest.mark.parametrize(
    ("author", "name", "date"),
    [
        (b"J\xfcrgen <j\xfc@example.org> 1700000100 +0100", "Jürgen", "2023-11-14T23:15:00+01:00"),
        (b"\x8aimon <s@example.org> 1700000100 +0000", "Šimon", "2023-11-14T22:15:00Z"),
        ("Zoë 日本 <z@example.org> 1700000100 +0000".encode(), "Zoë 日本", "2023-11-14T22:15:00Z"),
        (b" <a@example.org> 1700000100 +0000", "a@example.org", "2023-11-14T22:15:00Z"),
        (b" <> 1700000100 +0000", "nobody", "2023-11-14T22:15:00Z"),
        (b"A <a@example.org> 1312735823 +051800", "A", "2011-08-07T16:50:23Z"),
        (b"A <a@example.org> 253402300800 +0000", "A", "10000-01-01T00:00:00Z"),
        (b"A <a@example.org> 99999999999999 +0000", "A", "3170843-11-07T09:46:39Z"),
        (b"A <a@example.org> -5000 +0000", "A", None),
        (b"A <a@example.org>", "A", None),
        (b"A <a@example.org", "nobody", None),
    ],
)
def test_a_commit_that_another_program_wrote_has_its_author_and_date(
    folder: Path, qafiles: Qafiles, author: bytes, name: str, date: str | None
) -> None:
    raw_commit(folder, author, _renamed(1))
    for _ in range(2):
        (first, *_) = json.loads(qafiles("-C", folder, "log", _ID, "--format", "json").out)
        assert first["date"] == date
        head = qafiles("-C", folder, "log", _ID).out.splitlines()[0]
        assert head.endswith(f"  {date or 'at no legible date'}  {name}")
        assert "\\udc" not in head
    blamed = qafiles("-C", folder, "blame", _ID).out
    assert (date or "no date").partition("T")[0] + " " in blamed


def test_an_encoding_that_nobody_knows_leaves_the_name_legible(folder: Path) -> None:
    name = raw_commit(folder, b"J\xfcrgen <j@example.org> 1700000100 +0000", _renamed(1))
    content = subprocess.run(
        ("git", "cat-file", "commit", name), cwd=folder, capture_output=True, check=True
    ).stdout.replace(b"\n\nnext", b"\nencoding X-UNKNOWN\n\nnext")
    command = ("git", "hash-object", "-t", "commit", "--literally", "-w", "--stdin")
    new = subprocess.run(command, cwd=folder, input=content, capture_output=True, check=True).stdout.decode()
    git(folder, "update-ref", "HEAD", new.strip())
    assert history_of(open_source(folder)).commits[0].author == "Jürgen"


def test_the_months_of_activity_add_up_whatever_the_dates_are(folder: Path) -> None:
    for number, when in enumerate((b"1312735823 +051800", b"253402300800 +0000", b"-5000 +0000")):
        raw_commit(folder, b"A <a@example.org> " + when, _renamed(number))
    report = make_report("activity", folder)
    figures = {figure.name: figure.value for figure in report.figures}
    months = report.table("months").rows
    assert figures["commits"] == sum(int(str(row[1])) for row in months if row[1]) == 4
    assert {"2011-08", "10000-01", "no date"} <= {row[0] for row in months}
    assert any("no date before the year 10000" in note for note in report.notes)
