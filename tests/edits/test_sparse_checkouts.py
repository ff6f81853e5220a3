"""Working trees in which git leaves files out."""

from pathlib import Path

from tests.conftest import git
from tests.edits.conftest import OPEN, PROJECT, Qafiles, contents


def test_nothing_is_edited_where_files_are_not_checked_out(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "sparse-checkout", "set", "--no-cone", "/*", f"!/{PROJECT}/test_cases/")
    assert not (repository / OPEN).exists()
    before = contents(repository)
    for arguments in (("rm", "acme/shop/smoke"), ("mv", "acme/shop/smoke", "quick"), ("fix", "--dry-run")):
        result = qafiles(*arguments)
        assert (result.code, f"{OPEN} is not checked out" in result.err) == (3, True), arguments
    assert contents(repository) == before
    whole = qafiles("validate", "--rev", "HEAD").out
    assert qafiles("validate").out == whole
    git(repository, "sparse-checkout", "disable")
    assert qafiles("mv", "acme/shop/smoke", "quick").code == 0
    assert "tags: [quick]" in (repository / OPEN).read_text()


def test_a_file_that_is_there_is_read_though_git_skips_it(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "update-index", "--skip-worktree", OPEN)
    assert qafiles("mv", "acme/shop/smoke", "quick").code == 0
    assert "tags: [quick]" in (repository / OPEN).read_text()
