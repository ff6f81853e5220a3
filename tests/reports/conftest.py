"""The example with a history of its own, and real data, for reports to be made of."""

import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import qafiles
from tests.conftest import git

__all__ = ["qafiles"]

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
_SWAG = "organizations/acme/projects/swag-labs"
_CONDUIT = "organizations/acme/projects/conduit"
CART = f"{_SWAG}/test_cases/cart/reset-app-state.yaml"
LOGIN = f"{_SWAG}/test_cases/login/standard-user-logs-in.yaml"


@pytest.fixture(scope="session")
def acme(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in a repository of its own, with five commits by four people in five months; tags v1 and v2."""
    folder = tmp_path_factory.mktemp("acme") / "acme"
    shutil.copytree(_EXAMPLE, folder)
    git(folder, "init", "-q")
    _commit(folder, "begin", "2026-01-05T09:00:00Z", "nora.lindqvist", "Nora L.")
    git(folder, "tag", "v1")
    _replace(folder, LOGIN, "1. Open the login page.", "1. Open the login page in a new window.")
    _replace(folder, CART, "3. Reload.", "3. Reload twice.")
    _commit(folder, "login in a new window", "2026-03-10T09:00:00Z", "priya.raman")
    git(
        folder,
        "mv",
        f"{_CONDUIT}/test_cases/accounts/sign-out-from-settings.yaml",
        f"{_CONDUIT}/test_cases/accounts/sign-out.yaml",
    )
    _replace(folder, f"{_CONDUIT}/tags/smoke.yaml", "color:", "color: teal #")
    _commit(folder, "shorter name", "2026-03-31T23:30:00-05:00", "jakob.weiss")
    git(folder, "rm", "-q", f"{_CONDUIT}/test_cases/articles/articles-of-others-cannot-be-changed.yaml")
    (folder / _SWAG / "tags" / "window.yaml").write_text(
        "id: w1kq8w3xj5zr7mtb2nc9yd4h\nname: window\ncolor: navy\n"
    )
    _commit(folder, "less and more", "2026-05-02T12:00:00Z", "stranger", "Passer-by")
    _replace(
        folder,
        f"{_SWAG}/test_traversals/login/standard-user-logs-in/iphone-15.yaml",
        "iphone-15",
        "desktop-firefox",
    )
    _commit(folder, "recorded on a desktop", "2026-06-01T12:00:00Z", "priya.raman")
    git(folder, "tag", "v2")
    return folder


def _replace(folder: Path, path: str, old: str, new: str) -> None:
    text = (folder / path).read_text()
    assert old in text
    (folder / path).write_text(text.replace(old, new, 1))


def _commit(folder: Path, title: str, when: str, who: str, name: str = "") -> None:
    git(folder, "add", "-A")
    email = f"{who}@acme.example".upper() if who.startswith("p") else f"{who}@acme.example"
    git(
        folder,
        "commit",
        "-qm",
        title,
        GIT_AUTHOR_NAME=name or who,
        GIT_AUTHOR_EMAIL=email,
        GIT_AUTHOR_DATE=when,
        # The author's dates count, and not those at which somebody rebased.
        GIT_COMMITTER_DATE="2026-07-01T00:00:00Z",
    )


@pytest.fixture(scope="session")
def sylius(corpus: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The large real data root in a repository, with changes to every fiftieth test case and a deletion."""
    folder = tmp_path_factory.mktemp("sylius") / "sylius"
    shutil.copytree(corpus, folder, ignore=shutil.ignore_patterns(".git"))
    git(folder, "init", "-q")
    _commit(folder, "begin", "2025-06-01T12:00:00Z", "ada", "Ada")
    git(folder, "tag", "v1")
    cases = sorted((folder / "organizations").rglob("test_cases/**/*.yaml"))
    for case in cases[::50]:
        text = case.read_text()
        case.write_text(text.replace("test_description: |\n  ", "test_description: |\n  Newly: ", 1))
    _commit(folder, "news", "2026-02-01T12:00:00Z", "bob", "Bob")
    git(folder, "tag", "v2")
    return folder
