"""What `validate` says of a working tree is the same with what it keeps and without, whatever happened to either."""

import os
import random
import shutil
from pathlib import Path

import pytest

from qafiles.__main__ import run
from qafiles.render.validation import FORMATS
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_STEPS = 4
_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root that has findings, one of which asks git's history."""
    folder = committed(tmp_path_factory.mktemp("pattern") / "data", data_root())
    git(folder, "rm", "-q", _TAG, code=0 if (folder / _TAG).exists() else 128)
    git(folder, "commit", "-qm", "second", "--allow-empty")
    return folder


@pytest.fixture
def top(pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of it, which is the current folder."""
    folder = tmp_path / "above/data"
    shutil.copytree(pattern, folder, symlinks=True)
    monkeypatch.chdir(folder)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, {"GIT_CONFIG_GLOBAL": os.devnull}.get(name, "1"))
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    capsys.readouterr()
    code = run(["validate", *arguments])
    return (code, *capsys.readouterr())


def agrees(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return what is said, which is the same as without anything kept, once more, too."""
    expected = said(capsys, "--no-cache", *arguments)
    assert said(capsys, *arguments) == expected
    assert said(capsys, *arguments) == expected
    return expected


def kept_files(top: Path) -> list[Path]:
    return sorted((top / ".git/qafiles").glob("verdict-*"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_after_any_edits_the_same_is_said(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    part: int,
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for number in range(samples(100, 5)):
        r = random.Random(part * 1000 + number)  # noqa: S311  # no secret
        folder = tmp_path / f"{number}/data"
        shutil.copytree(pattern, folder, symlinks=True)
        monkeypatch.chdir(folder)
        names = []
        for _ in range(_STEPS):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            try:
                edit(folder, r)
            except (AssertionError, OSError):
                names[-1] += " refused"
            form = ("--format", r.choice([*FORMATS]))
            expected = said(capsys, "--no-cache", *form)
            assert said(capsys, *form) == expected, names
            if r.random() < 0.5:
                assert said(capsys, *form) == expected, names
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder.parent)


def test_an_unchanged_tree_is_not_loaded_again(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = agrees(capsys)
    assert len(kept_files(top)) == 1
    monkeypatch.setattr("qafiles.validation.run.load_source", None)
    assert said(capsys) == expected
    assert said(capsys, "--format", "json")[0] == expected[0]
    assert said(capsys, "--no-cache")[0] == 4
