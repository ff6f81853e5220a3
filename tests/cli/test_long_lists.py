"""Long lists are made by several processes, and are the same."""

import os
import subprocess
import sys
import threading
from pathlib import Path

import pytest

from qafiles import processes
from qafiles.__main__ import run
from tests.conftest import children, write
from tests.rules.data_root import data_root

pytestmark = pytest.mark.skipif(not hasattr(os, "fork"), reason="without fork there is one process only")

_TAGS = "organizations/acme/projects/shop/tags"


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data root with 900 tags, some of which have no name, odd ones, or an id of another."""
    tags = {
        f"{_TAGS}/t-{number:03}.yaml": f"id: {'t' * 20}{number % 890:04}\nname: {name}\nx-note: é\u2028#{number}\n"
        for number in range(900)
        for name in [("=1+1", f"tag {number}", "[broken")[number % 3 if number % 100 else 2]]
    }
    return write(tmp_path_factory.mktemp("long") / "data", {**data_root(), **tags})


@pytest.mark.parametrize("form", ["json", "jsonl", "csv"])
def test_a_long_list_is_the_same_on_one_core_and_on_several(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, form: str
) -> None:
    monkeypatch.chdir(root)
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    before = children()
    outputs = []
    for cores in (1, 2, 3):
        monkeypatch.setattr(processes, "cores", lambda cores=cores: cores)
        assert run(["list", "tag", "--format", form, "--resolve"]) == 0
        outputs.append(capsys.readouterr())
    assert outputs[0] == outputs[1] == outputs[2]
    assert outputs[0].out.count("t-") >= 900
    assert not {*children()}.difference(before)


def test_a_reader_that_has_seen_enough_leaves_no_process(root: Path) -> None:
    line = f"{sys.executable} -m qafiles list tag --format jsonl | head -n 1"
    ran = subprocess.run(["sh", "-c", line], cwd=root, capture_output=True, check=False, timeout=60)
    assert ran.stdout.count(b"\n") == 1
    assert b"Traceback" not in ran.stderr
