import os
from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

import pytest

from qafiles.__main__ import run
from tests.conftest import write
from tests.rules.data_root import data_root


class Result(NamedTuple):
    code: int
    out: str
    err: str


Qafiles = Callable[..., Result]


@pytest.fixture
def qafiles(capsys: pytest.CaptureFixture[str]) -> Qafiles:
    """A function that runs a command line in this process and returns its exit code, stdout and stderr."""

    def call(*arguments: str | Path) -> Result:
        capsys.readouterr()
        code = run([str(argument) for argument in arguments])
        return Result(code, *capsys.readouterr())

    return call


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A small data root without findings, outside git, which is the current folder."""
    write(tmp_path, data_root())
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "120")
    return tmp_path


@pytest.fixture
def golden() -> Callable[[str, str], None]:
    """A function that compares a text with a recorded file; QAFILES_UPDATE=1 records it anew."""

    def compare(name: str, text: str) -> None:
        place = Path(__file__).parent / "expected" / name
        if os.environ.get("QAFILES_UPDATE"):
            place.write_text(text, encoding="utf-8", newline="")
        assert place.read_text(encoding="utf-8") == text

    return compare
