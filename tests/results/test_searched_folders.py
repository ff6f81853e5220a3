"""Folders that hold more than result files, as artifacts of CI do: what is none is passed over, and said."""

import contextlib
import json
import os
import pty
import sys
import threading
import zipfile
from pathlib import Path

import pytest

from qafiles.__main__ import run
from tests.cli.conftest import Qafiles
from tests.conftest import write
from tests.results.root import IDS, files, junit, playwright

_PASSED = {"name": "t", "outcome": "passed", "qafiles": IDS["acme/shop/open"]}
_OTHERS = {
    "coverage.xml": "<coverage/>",
    "package.json": '{"name": "shop", "scripts": {}}',
    "prices.csv": "article,price\na,1\n",
    "index.html": "<!DOCTYPE html>",
    "shot.png": "\x89PNG",
}


@pytest.fixture
def root(tmp_path: Path) -> Path:
    """A data root with artifacts beside it: a file of JUnit and one of Playwright, in folders among others."""
    write(tmp_path / "qa", files())
    write(tmp_path / "out/one", {"junit.xml": junit(_PASSED), **_OTHERS})
    with zipfile.ZipFile(tmp_path / "out/one/trace.zip", "w") as archive:
        archive.writestr("trace.trace", "{}")
    write(tmp_path / "out/two/deep", {"run.json": playwright({**_PASSED, "name": "u"})})
    return tmp_path


@pytest.mark.parametrize(("pattern", "number"), [("out", 3), ("out/**/*.*", 6)])
def test_what_is_no_result_file_is_passed_over_and_said(
    root: Path, qafiles: Qafiles, pattern: str, number: int
) -> None:
    result = qafiles("-C", root / "qa", "report", "results", "--results", root / pattern, "--format", "json")
    report = json.loads(result.out)
    assert (result.code, report["figures"]["tests"], report["figures"]["passed"]) == (0, 2, 1)
    (note,) = (note for note in report["notes"] if "passed over" in note)
    assert note.startswith(f"{number} files are no result files and passed over: ")
    assert "coverage.xml: this is a coverage report, which is not read" in note


def test_a_list_of_tests_beside_a_run_of_them_is_passed_over(root: Path, qafiles: Qafiles) -> None:
    test = {"name": "t", "file": "test_a.py", "line": 3, "qafiles": [], "qafiles_only": []}
    (root / "out/list.json").write_text(json.dumps({"version": 1, "rootdir": "/app", "collected": [test]}))
    words = ["-C", root / "qa", "report", "results", "--format", "json", "--results"]
    report = json.loads(qafiles(*words, root / "out").out)
    assert (report["figures"]["tests"], report["figures"]["unlinked"]) == (2, 0)
    assert any("list.json: it lists tests, and tells of no run of them" in note for note in report["notes"])
    assert json.loads(qafiles(*words, root / "out/list.json").out)["figures"]["unlinked"] == 1


@pytest.mark.parametrize("option", ["--junit", "--before"])
def test_a_file_of_another_kind_that_is_named_is_a_fault(root: Path, qafiles: Qafiles, option: str) -> None:
    words = ["--results", root / "out", option, root / "out/one/coverage.xml"]
    assert qafiles("-C", root / "qa", "report", "results", *words).code == 3
    words = ["--results", root / "out/one/coverage.xml"]
    assert qafiles("-C", root / "qa", "report", "results", *words).code == 3


def test_a_broken_result_file_in_a_folder_is_a_fault(root: Path, qafiles: Qafiles) -> None:
    (root / "out/cut.xml").write_text(junit(_PASSED)[:-30])
    result = qafiles("-C", root / "qa", "report", "results", "--results", root / "out")
    assert result.code == 3
    assert "cut.xml:1" in result.err


def test_where_a_folder_holds_no_result_file_at_all_what_it_holds_is_a_fault(
    root: Path, qafiles: Qafiles
) -> None:
    (root / "out/one/junit.xml").unlink()
    result = qafiles("-C", root / "qa", "report", "results", "--results", root / "out/one")
    assert result.code == 3
    assert "coverage.xml:1:1: this is a coverage report" in result.err


def test_a_terminal_shows_what_could_not_be_read_once(
    root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    words = ["-C", root / "qa", "report", "results", "--junit", root / "out/one/coverage.xml"]
    sentence = "this is a coverage report, which is not read"
    result = qafiles(*words)
    assert (result.out.count(f"note: {root}"), result.err.count(sentence)) == (1, 1)
    controller, terminal = pty.openpty()
    shown = bytearray()

    def read() -> None:
        # Ends with an error when the other end is closed.
        with contextlib.suppress(OSError):
            while data := os.read(controller, 1 << 16):
                shown.extend(data)

    reader = threading.Thread(target=read)
    reader.start()
    with os.fdopen(terminal, "w") as stream:
        monkeypatch.setattr(sys, "stdout", stream)
        monkeypatch.setattr(sys, "stderr", stream)
        code = run([str(word) for word in words])
    reader.join()
    os.close(controller)
    assert code == 3
    assert "".join(shown.decode().split()).count("coverage.xml:1:1") == 1
