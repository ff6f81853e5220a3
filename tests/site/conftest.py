import shutil
from pathlib import Path

import pytest

from qafiles.site import site
from tests.conftest import git
from tests.site.hostile import hostile_data

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"


@pytest.fixture(scope="session")
def example(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The example in a repository with two commits, of which the second changes one test case."""
    folder = tmp_path_factory.mktemp("example") / "data"
    shutil.copytree(_EXAMPLE, folder)
    case = folder / "organizations/acme/projects/todomvc/test_cases/persistence/todos-survive-a-reload.yaml"
    text = case.read_text("utf-8")
    case.write_text(text.replace("tags: [persistence, smoke]", "tags: [persistence]"), "utf-8")
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "Begin")
    case.write_text(text, "utf-8")
    later = "2026-03-04T05:06:07Z"
    git(folder, "commit", "-qam", "Smoke", GIT_AUTHOR_DATE=later, GIT_COMMITTER_DATE=later)
    return folder


@pytest.fixture(scope="session")
def example_site(example: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of the example."""
    folder = tmp_path_factory.mktemp("example-site") / "site"
    site(example, folder)
    return folder


@pytest.fixture(scope="session")
def hostile_site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The site of a data root in which every text is a payload."""
    folder = tmp_path_factory.mktemp("hostile")
    site(hostile_data(folder / "data"), folder / "site")
    return folder / "site"
