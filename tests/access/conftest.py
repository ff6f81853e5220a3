from collections.abc import Callable, Mapping
from pathlib import Path

import pytest

from qafiles.access.check import check_access
from qafiles.access.findings import findings_of
from qafiles.access.makers import Word
from tests.access.repository import Keys, Repository, files, repository
from tests.cli.conftest import qafiles  # noqa: F401  # the fixture of the command line

Refused = Callable[..., dict[str, set[str]]]
Make = Callable[..., Repository]


@pytest.fixture(scope="session")
def keys(tmp_path_factory: pytest.TempPathFactory) -> Keys:
    """The keys of ada, bob, gus, eve and whoever else signs."""
    return Keys(tmp_path_factory.mktemp("keys"))


@pytest.fixture
def make(tmp_path: Path, keys: Keys) -> Make:
    """A function that makes a repository in which everybody has a key, with these access settings and other files."""

    def call(access: str = "", others: Mapping[str, str] | None = None) -> Repository:
        people = {name: keys.public(name) for name in ("ada", "bob", "gus", "eve")}
        return repository(tmp_path / "repository", keys, {**files(people, access), **(others or {})})

    return call


def refused(
    repo: Repository, revisions: str = "main..feature", *approved_by: str, actor: str | None = None
) -> dict[str, set[str]]:
    """Return the codes of the errors that a check finds, by path."""
    codes: dict[str, set[str]] = {}
    for finding in findings_of(check_access(repo.folder, revisions, Word(actor, approved_by))):
        if finding.severity == "error":
            codes.setdefault(finding.path, set()).add(finding.code)
    return codes
