from pathlib import Path

import pytest

import qafiles
from qafiles.edits.files import format_files
from qafiles.edits.proposals.fmt import formatting
from qafiles.sources import MemorySource
from tests.conftest import git, write
from tests.edits.conftest import OPEN, SMOKE, Qafiles, contents
from tests.rules.data_root import data_root

_UNTIDY = (
    "# what it is about\n\nurl_route: /  # the start\ntags:\n- smoke\nid: f2cp7rav4wo9ey1bug6sh3di\n"
    'test_description: "The start page\\nopens\\n"\n'
)
_TIDY = (
    "# what it is about\n\nid: f2cp7rav4wo9ey1bug6sh3di\ntest_description: |\n  The start page\n  opens\n"
    "url_route: /  # the start\ntags:\n  - smoke\n"
)
_SECRET = "organizations/acme/projects/shop/secret_values/ADMIN.yaml"  # noqa: S105  # a path


def test_files_are_written_in_canonical_form_and_a_second_run_changes_nothing(
    repository: Path, qafiles: Qafiles
) -> None:
    (repository / OPEN).write_text(_UNTIDY)
    result = qafiles("fmt")
    assert (result.code, result.out) == (0, f"changed {OPEN}\n")
    assert (repository / OPEN).read_text() == _TIDY
    before = contents(repository)
    assert qafiles("fmt").code == 0
    assert contents(repository) == before


def test_check_writes_nothing_and_fails_where_something_would_change(
    repository: Path, qafiles: Qafiles
) -> None:
    (repository / OPEN).write_text(_TIDY)
    assert qafiles("fmt", "--check").code == 0
    (repository / OPEN).write_text(_UNTIDY)
    result = qafiles("fmt", "--check")
    assert (result.code, result.out) == (1, f"{OPEN}\n")
    assert "would format 1 file" in result.err
    assert (repository / OPEN).read_text() == _UNTIDY


def test_diff_prints_a_patch_that_git_applies(repository: Path, qafiles: Qafiles) -> None:
    (repository / OPEN).write_text(_UNTIDY)
    result = qafiles("fmt", "--diff")
    assert result.code == 0
    assert (repository / OPEN).read_text() == _UNTIDY
    write(repository, {"x.patch": result.out})
    git(repository, "apply", "x.patch")
    assert (repository / OPEN).read_text() == _TIDY
    assert qafiles("fmt", "--diff", "--check").code == 0


def test_paths_limit_what_is_formatted(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {OPEN: _UNTIDY, SMOKE: "color: teal\nname: smoke\nid: e1bo6qzu3vn8dx0atf5rg2ch\n"})
    assert qafiles("fmt", str(Path(SMOKE).parent)).out == f"changed {SMOKE}\n"
    assert (repository / OPEN).read_text() == _UNTIDY
    assert qafiles("fmt", "qafiles.yaml").code == 0
    assert qafiles("fmt", "nowhere.yaml").code == 2
    assert qafiles("fmt", "..").code == 2


def test_a_file_with_a_syntax_error_is_named_and_the_others_are_formatted(
    repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {OPEN: _UNTIDY, SMOKE: "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: [smoke\n"})
    result = qafiles("fmt")
    assert result.code == 1
    assert f"{SMOKE}:2:7: not formatted: the list opened by `[` is not closed" in result.err
    assert (repository / OPEN).read_text() == _TIDY


def test_secrets_are_left_alone() -> None:
    files = {**data_root(), _SECRET: "secret_value: x\nid: y\n"}
    found = formatting(MemorySource(files))
    assert [change.path for change in found.changes] == [OPEN]
    assert found.unformatted == ()


def test_what_is_formatted_can_be_committed_alone(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "commit", "-qm", "second", "--allow-empty")
    write(repository, {"notes.txt": "mine"})
    git(repository, "add", "notes.txt")
    result = qafiles("fmt", "--commit", "-m", "tidy up")
    assert result.code == 0
    assert git(repository, "show", "--format=%s", "--name-only") == f"tidy up\n\n{OPEN}"
    assert git(repository, "status", "--short") == "A  notes.txt"


def test_check_and_commit_exclude_each_other(repository: Path, qafiles: Qafiles) -> None:
    del repository
    assert qafiles("fmt", "--check", "--commit", "-m", "x").code == 2


def test_python_has_the_same(folder: Path) -> None:
    (folder / OPEN).write_text(_UNTIDY)
    found, outcome = format_files(folder)
    assert [change.path for change in found.changes] == [OPEN]
    assert outcome.written
    assert (folder / OPEN).read_text() == _TIDY
    assert not [d for d in qafiles.validate(folder) if d.severity == "error"]


@pytest.mark.parametrize("mode", [0o600, 0o755])
def test_the_mode_of_a_file_stays(folder: Path, mode: int) -> None:
    (folder / OPEN).chmod(mode)
    format_files(folder)
    assert (folder / OPEN).stat().st_mode & 0o777 == mode
