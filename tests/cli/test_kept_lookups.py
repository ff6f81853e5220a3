"""What is looked up is the same with what earlier runs have kept and without."""

import os
import random
import shutil
from pathlib import Path

import pytest

from qafiles.__main__ import _said_again, run
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_STEPS = 4
_LINES = (
    ("show", "user:ada"),
    ("show", "acme/shop/open", "--format", "json", "--resolve"),
    ("show", "open", "--staged"),
    ("show", "v1kq8w3xj5zr7mtb2nc9yd4h@HEAD"),
    ("show", "organizations/acme/projects/shop/tags/smoke.yaml"),
    ("refs", "acme"),
    ("refs", "acme/shop/smoke", "--format", "json"),
    ("refs", "desktop", "--rev", "HEAD"),
    ("refs", "nobody"),
    ("list", "test_case"),
    ("list", "tag", "--format", "json", "--resolve"),
    ("list", "user", "--where", "name~A", "--derived", "--format", "csv"),
    ("list", "members", "--format", "ids"),
)


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root."""
    return committed(tmp_path_factory.mktemp("pattern") / "data", data_root())


def said(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    """Return the exit code, stdout and stderr of a command, as a process of its own gives them."""
    capsys.readouterr()
    _, asked = _said_again([*line])
    return (run([*line], asked), *capsys.readouterr())


def agree(capsys: pytest.CaptureFixture[str], *line: str, names: object = None) -> None:
    expected = said(capsys, *line, "--no-cache")
    for _ in range(2):
        assert said(capsys, *line) == expected, (line, names)


@pytest.mark.parametrize("line", _LINES, ids=" ".join)
def test_the_same_is_shown(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(pattern, folder, symlinks=True)
    monkeypatch.chdir(folder)
    expected = said(capsys, *line, "--no-cache")
    assert expected[0] == (2 if "nobody" in line else 0), expected
    kept = folder / ".git/qafiles"
    assert not kept.exists() or not [*kept.iterdir()], "nothing is kept with --no-cache"
    agree(capsys, *line)
    assert [*kept.glob("files-*")]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(2))
def test_after_any_edits_the_same_is_shown(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    part: int,
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    for number in range(samples(300, 2)):
        r = random.Random(part * 1000 + number)  # noqa: S311  # no secret
        folder = tmp_path / f"{number}/data"
        shutil.copytree(pattern, folder, symlinks=True)
        monkeypatch.chdir(folder)
        if r.random() < 0.7:
            git(folder, "update-index", "-q", "--refresh")
        names = []
        for _ in range(_STEPS):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            try:
                edit(folder, r)
            except (AssertionError, OSError):
                names[-1] += " refused"
            for line in r.sample(_LINES, 3):
                agree(capsys, *line, names=names)
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder.parent)
