import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import git, write
from tests.rules.data_root import data_root

_TOP = Path(__file__).parents[2]
_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"
_BROKEN = "id: tz4a98xxat96iws9zmbrgj3a\nname: smoke\n"

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def hook_repository(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A git repository of this checkout's files, from which pre-commit installs the hook."""
    folder = tmp_path_factory.mktemp("hooks")
    shutil.copytree(_TOP / "qafiles", folder / "qafiles", ignore=shutil.ignore_patterns("__pycache__"))
    shutil.copytree(_TOP / "schemas", folder / "schemas")
    shutil.copytree(_TOP / ".ci", folder / ".ci")
    for name in ("pyproject.toml", "README.md", ".pre-commit-hooks.yaml"):
        shutil.copy(_TOP / name, folder)
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "hooks")
    return folder


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where pre-commit keeps the installed hook from one test to the next."""
    return tmp_path_factory.mktemp("pre-commit")


@pytest.fixture
def repository(tmp_path: Path, hook_repository: Path, cache: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository with a data root whose commits pre-commit checks."""
    monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
    revision = git(hook_repository, "rev-parse", "HEAD")
    write(tmp_path, data_root())
    config = f"repos:\n- repo: {hook_repository}\n  rev: {revision}\n  hooks:\n  - id: qafiles-validate\n"
    return _with_hook(tmp_path, config)


def _with_hook(folder: Path, config: str | None) -> Path:
    if config is not None:
        write(folder, {".pre-commit-config.yaml": config})
    git(folder, "init", "-q")
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "first")
    subprocess.run(
        [sys.executable, "-m", "pre_commit", "install"], cwd=folder, check=True, capture_output=True
    )
    return folder


def _commit(folder: Path, *arguments: str) -> str | None:
    """Try to commit, and return what blocked it, or None."""
    command = [
        "git",
        "-c",
        "user.name=Ada",
        "-c",
        "user.email=ada@example.com",
        "commit",
        "-qm",
        "x",
        *arguments,
    ]
    found = subprocess.run(command, cwd=folder, capture_output=True, text=True, check=False)
    return found.stdout + found.stderr if found.returncode else None


def test_a_commit_whose_staged_content_is_broken_is_blocked_though_the_file_is_fine(repository: Path) -> None:
    good = (repository / _TAG).read_text()
    (repository / _TAG).write_text(_BROKEN)
    git(repository, "add", "-A")
    (repository / _TAG).write_text(good)
    blocked = _commit(repository)
    assert blocked is not None
    assert "QF201" in blocked
    assert (repository / _TAG).read_text() == good
    assert git(repository, "rev-list", "--count", "HEAD") == "1"


def test_a_commit_whose_staged_content_is_fine_passes_though_the_file_is_broken(repository: Path) -> None:
    (repository / _TAG).write_text((repository / _TAG).read_text().replace("name: smoke", "name: Smoke"))
    git(repository, "add", "-A")
    (repository / _TAG).write_text(_BROKEN)
    assert _commit(repository) is None
    assert (repository / _TAG).read_text() == _BROKEN


def test_a_commit_that_only_deletes_what_others_refer_to_is_blocked(repository: Path) -> None:
    git(repository, "rm", "-q", _TAG)
    blocked = _commit(repository)
    assert blocked is not None
    assert "QF401" in blocked


def test_only_the_paths_of_a_partial_commit_count(repository: Path) -> None:
    (repository / _TAG).write_text(_BROKEN)
    write(repository, {"notes.txt": "more"})
    git(repository, "add", "-A")
    assert _commit(repository, "--", "notes.txt") is None
    assert "QF201" in (_commit(repository, "--", _TAG) or "")


def test_the_hook_of_init_checks_a_data_root_in_a_sub_folder(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    git(tmp_path, "init", "-q")
    subprocess.run(["qafiles", "init", "team/it's qa"], cwd=tmp_path, check=True, capture_output=True)
    repository = _with_hook(tmp_path, None)
    tag = repository / "team/it's qa/organizations/example/projects/shop/tags/smoke.yaml"
    good = tag.read_text()
    tag.write_text(_BROKEN)
    git(repository, "add", "-A")
    tag.write_text(good)
    assert "QF201" in (_commit(repository) or "")
    git(repository, "add", "-A")
    write(repository, {"notes.txt": ""})
    git(repository, "add", "-A")
    assert _commit(repository) is None


_UNTIDY = "color: teal\nname: smoke\nid: e1bo6qzu3vn8dx0atf5rg2ch\n"
_TIDY = "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: smoke\ncolor: teal\n"


@pytest.mark.parametrize("options", [[], ["-a"], ["--", _TAG]])
def test_what_is_not_formatted_is_formatted_instead_of_committed(
    tmp_path: Path,
    hook_repository: Path,
    cache: Path,
    monkeypatch: pytest.MonkeyPatch,
    options: list[str],
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
    revision = git(hook_repository, "rev-parse", "HEAD")
    write(tmp_path, data_root())
    config = f"repos:\n- repo: {hook_repository}\n  rev: {revision}\n  hooks:\n  - id: qafiles-fmt\n"
    repository = _with_hook(tmp_path, config)
    before = (repository / "browser_configs/desktop.yaml").read_text()
    (repository / _TAG).write_text(_UNTIDY)
    git(repository, "add", "-A")
    blocked = _commit(repository, *options)
    assert blocked is not None
    assert f"changed {_TAG}" in blocked
    assert (repository / _TAG).read_text() == _TIDY
    assert (repository / "browser_configs/desktop.yaml").read_text() == before
    (repository / _TAG).write_text(_TIDY.replace("teal", "navy"))
    git(repository, "add", "-A")
    assert _commit(repository, *options) is None


def test_the_hooks_of_init_format_a_data_root_in_a_sub_folder(
    tmp_path: Path, cache: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("PRE_COMMIT_HOME", str(cache))
    monkeypatch.setenv("PATH", f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}")
    git(tmp_path, "init", "-q")
    subprocess.run(["qafiles", "init", "team/it's (our) qa"], cwd=tmp_path, check=True, capture_output=True)
    repository = _with_hook(tmp_path, None)
    tag = repository / "team/it's (our) qa/organizations/example/projects/shop/tags/smoke.yaml"
    tidy = tag.read_text()
    first, *rest = tidy.splitlines(keepends=True)
    tag.write_text("".join([*rest, first]))
    write(repository, {"other/users/x.yaml": "b: 1\na: 2\n"})
    git(repository, "add", "-A")
    blocked = _commit(repository)
    assert blocked is not None
    assert "files were modified by this hook" in blocked
    assert tag.read_text() == tidy
    assert (repository / "other/users/x.yaml").read_text() == "b: 1\na: 2\n"
