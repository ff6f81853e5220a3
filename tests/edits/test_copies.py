"""A file that was copied with its id: what is done to one of the two never happens to the other."""

import shutil
from pathlib import Path

import pytest

from tests.conftest import git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents

_SMOKE_ID = "e1bo6qzu3vn8dx0atf5rg2ch"
_OPEN_ID = "f2cp7rav4wo9ey1bug6sh3di"
_TAG = f"{PROJECT}/tags/a-copy.yaml"
_CASE = f"{PROJECT}/test_cases/a-copy.yaml"
_RUN = f"{PROJECT}/test_traversals/one.yaml"
_COMMENT = f"  - {_SMOKE_ID}  # smoke\n"


@pytest.fixture
def copied(repository: Path) -> Path:
    """A data root in which a tag and a test case were copied since the last commit, and are referred to by id."""
    case = (repository / OPEN).read_text().replace("tags: [smoke]\n", f"tags:\n{_COMMENT}")
    write(repository, {_RUN: f"id: m3kq8w3xj5zr7mtb2nc9yd4h\ntest_case_id: {_OPEN_ID}\n", OPEN: case})
    assert _SMOKE_ID in case
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "ids")
    write(repository, {_TAG: (repository / SMOKE).read_bytes(), _CASE: case})
    return repository


@pytest.mark.parametrize(
    ("path", "options"), [(_CASE, ["--cascade"]), (_TAG, ["--detach"]), (_TAG, ["--cascade"]), (_CASE, [])]
)
def test_removing_a_copy_leaves_what_belongs_to_the_original(
    copied: Path, qafiles: Qafiles, path: str, options: list[str]
) -> None:
    before = contents(copied)
    result = qafiles("rm", path, "--force", *options)
    assert result.code == 0, result.err
    assert contents(copied) == {name: text for name, text in before.items() if name != path}


def test_references_by_handle_to_a_copy_are_its_own(copied: Path, qafiles: Qafiles) -> None:
    case = (copied / OPEN).read_text()
    write(copied, {OPEN: case.replace(_COMMENT, _COMMENT + "  - a-copy\n")})
    assert "is in use" in qafiles("rm", _TAG, "--force").err
    assert qafiles("rm", _TAG, "--detach", "--force").code == 0
    assert (copied / OPEN).read_text() == case


def test_an_id_that_two_files_have_names_neither(copied: Path, qafiles: Qafiles) -> None:
    before = contents(copied)
    for arguments in (
        ("set", _SMOKE_ID, "color=red"),
        ("set", _SMOKE_ID[:8], "color=red"),
        ("rm", _SMOKE_ID),
        ("mv", _SMOKE_ID, "quick"),
        ("new", "tag", "acme/shop/third", "--from", _SMOKE_ID),
    ):
        result = qafiles(*arguments)
        assert (result.code, f"is the id of {_TAG} and {SMOKE}" in result.err) == (2, True), arguments
    assert contents(copied) == before


def test_restoring_the_original_leaves_the_copy_alone(copied: Path, qafiles: Qafiles) -> None:
    before = contents(copied)
    assert qafiles("set", SMOKE, "color=red", "--commit", "-m", "red").code == 0
    assert qafiles("set", _TAG, "color=navy").code == 0
    copy = (copied / _TAG).read_bytes()
    result = qafiles("restore", "tag:acme/shop/smoke@HEAD^")
    assert result.code == 0, result.err
    assert contents(copied) == {**before, _TAG: copy}
    result = qafiles("restore", "tag:acme/shop/a-copy@HEAD")
    assert (result.code, "was not there at that revision" in result.err) == (2, True)


def test_a_list_keeps_the_original_when_the_copy_is_taken_out(copied: Path, qafiles: Qafiles) -> None:
    result = qafiles("set", OPEN, "tags-=a-copy")
    assert (result.code, "is not in the list" in result.err) == (2, True)
    assert qafiles("set", OPEN, "tags-=smoke").code == 0
    assert _SMOKE_ID not in (copied / OPEN).read_text()


def test_comments_follow_the_original_alone(copied: Path, qafiles: Qafiles) -> None:
    before = contents(copied)
    assert qafiles("mv", _TAG, "b-copy").code == 0
    assert contents(copied)[OPEN] == before[OPEN]
    assert qafiles("mv", SMOKE, "quick").code == 0
    assert f"  - {_SMOKE_ID}  # quick\n" in (copied / OPEN).read_text()


@pytest.mark.slow
def test_what_is_left_of_a_copied_project_is_left_by_a_second_run_too(
    example: Path, qafiles: Qafiles
) -> None:
    projects = example / "organizations/acme/projects"
    shutil.copytree(projects / "swag-labs", projects / "swag-copy")
    before = contents(example)
    result = qafiles("fix")
    after = contents(example)
    changed = {path for path in after if after[path] != before[path]}
    assert {
        line.removeprefix("changed ") for line in result.out.splitlines() if line[:8] == "changed "
    } == changed
    told = [line for line in result.out.splitlines() if ": minted the id " in line]
    assert all(line.split(": minted the id ")[1][:24].encode() in after[line.split(":")[0]] for line in told)
    again = qafiles("fix")
    assert (contents(example), "minted" in again.out) == (after, False)


def test_fixing_one_file_names_no_copy_in_its_comments(copied: Path, qafiles: Qafiles) -> None:
    before = contents(copied)
    assert qafiles("fix", OPEN).code == 0
    assert contents(copied) == before
