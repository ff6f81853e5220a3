"""Restoring where the working tree has other line ends than git keeps."""

from pathlib import Path

import pytest

from tests.conftest import git, write
from tests.edits.conftest import OPEN, SMOKE, Qafiles


def _windows(root: Path, *setting: str) -> None:
    """Check everything out anew with Windows line ends."""
    git(root, "config", *setting)
    for path in (OPEN, SMOKE):
        (root / path).unlink()
    git(root, "checkout", "-q", "--", OPEN, SMOKE)
    assert b"\r\n" in (root / SMOKE).read_bytes()


def test_a_restored_file_has_the_line_ends_that_it_has_now(repository: Path, qafiles: Qafiles) -> None:
    _windows(repository, "core.autocrlf", "true")
    text = (repository / SMOKE).read_bytes()
    result = qafiles("restore", "acme/shop/smoke@HEAD")
    assert (result.code, result.out) == (0, "nothing to change\n")
    assert qafiles("set", "acme/shop/smoke", "color=red", "--commit", "-m", "red").code == 0
    assert qafiles("restore", "acme/shop/smoke@HEAD^").code == 0
    assert (repository / SMOKE).read_bytes() == text


@pytest.mark.parametrize(
    ("attributes", "setting"),
    [
        ("", ("core.autocrlf", "true")),
        ("*.yaml text=auto\n", ("core.eol", "crlf")),
        ("*.yaml text eol=crlf\n", ("core.eol", "lf")),
    ],
)
def test_a_deleted_file_comes_back_with_the_line_ends_of_a_checkout(
    repository: Path, qafiles: Qafiles, attributes: str, setting: tuple[str, str]
) -> None:
    write(repository, {".gitattributes": attributes})
    _windows(repository, *setting)
    text = (repository / OPEN).read_bytes()
    assert qafiles("rm", "acme/shop/open", "--force").code == 0
    assert qafiles("restore", "acme/shop/open@HEAD").code == 0
    assert (repository / OPEN).read_bytes() == text


@pytest.mark.parametrize("attributes", ["", "*.yaml -text\n", "*.yaml text eol=lf\n"])
def test_elsewhere_bytes_stay_as_git_keeps_them(repository: Path, qafiles: Qafiles, attributes: str) -> None:
    write(repository, {".gitattributes": attributes})
    if attributes:
        git(repository, "config", "core.autocrlf", "true")
    text = (repository / OPEN).read_bytes()
    assert qafiles("rm", "acme/shop/open", "--force").code == 0
    assert qafiles("restore", "acme/shop/open@HEAD").code == 0
    assert (repository / OPEN).read_bytes() == text
