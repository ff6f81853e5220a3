"""What a check of parts imports while git is at work is what it needs, and stands in the way of nothing."""

import os
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from qafiles.cache.git_answer import Answer
from qafiles.cache.working_tree import WorkingTree
from tests.conftest import committed
from tests.rules.data_root import data_root

_WITHOUT_MORE = """
import sys
import time
from qafiles.validation.parts import _IMPORTED
for name in _IMPORTED:
    __import__(name)
before = {*sys.modules}
import qafiles.validation.again
assert {*sys.modules} == before, {*sys.modules} - before
"""


def test_after_its_imports_a_check_has_none_to_make() -> None:
    subprocess.run([sys.executable, "-c", _WITHOUT_MORE], check=True)


def test_nothing_more_is_done_once_git_has_answered(tmp_path: Path) -> None:
    committed(tmp_path, {"qafiles.yaml": "version: 1\n"})
    tree = WorkingTree.asked(str(tmp_path))
    assert tree is not None
    known = tree.differing(None)
    steps = iter(range(1, 10))
    tree.meanwhile = steps
    assert tree.differing(None) == known
    assert next(steps) == 1


def test_git_is_read_when_nothing_is_left_to_do_meanwhile(tmp_path: Path) -> None:
    committed(tmp_path, {"qafiles.yaml": "version: 1\n"})
    (tmp_path / "qafiles.yaml").write_text("version: 1 # changed\n")
    tree = WorkingTree.asked(str(tmp_path))
    assert tree is not None
    tree.meanwhile = iter([1])
    assert tree.differing(None) == ([b"qafiles.yaml"], [])


def test_more_is_done_as_long_as_one_answer_is_not_complete(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path, {"qafiles.yaml": "version: 1\n"})
    tree = WorkingTree.asked(str(tmp_path))
    assert tree is not None
    # Git prints what it does not track as it finds it, long before it has looked everywhere.
    slow = Answer(["/bin/sh", "-c", "printf 'new\\0'; sleep 0.3"], dict(os.environ))
    monkeypatch.setattr(tree, "walk", lambda: slow)
    done: list[int] = []

    def steps() -> Iterator[int]:
        for step in range(1, 1000):
            done.append(step)
            time.sleep(0.01)
            yield step

    tree.meanwhile = steps()
    assert tree.differing(None) == ([], [b"new"])
    assert 3 < len(done) < 900


@pytest.mark.slow
def test_files_that_several_processes_read_are_told_apart(tmp_path: Path) -> None:
    case = "id: {:0>24}\ntest_description: |-\n  Pays.\nurl_route: /pay\ntags: [bad{}]\n"
    cases = "organizations/acme/projects/shop/test_cases"
    folder = committed(tmp_path / "data", data_root())
    for number in range(900):
        (folder / f"{cases}/case-{number}.yaml").write_text(case.format(f"c{number}", 0))
    tracked = folder / "users/ada.yaml"
    tracked.write_text(tracked.read_text() + "# changed\n")
    ran = _validated(folder)
    assert ran == _validated(folder, "--no-cache")
    for step in range(1, 5):
        for number in (3 * step, 63 * step):
            (folder / f"{cases}/case-{number}.yaml").write_text(case.format(f"c{number}", f"{step}x{number}"))
        assert _validated(folder) == _validated(folder, "--no-cache"), step


def _validated(folder: Path, *options: str) -> tuple[int, bytes]:
    ran = subprocess.run(
        [sys.executable, "-m", "qafiles", "validate", "--format", "concise", *options],
        cwd=folder,
        capture_output=True,
        check=False,
        timeout=60,
    )
    return ran.returncode, ran.stdout
