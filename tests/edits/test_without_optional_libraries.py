"""Edits work where libraries that have no wheel for a platform are not installed."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import committed
from tests.rules.data_root import data_root

_PROGRAM = """
import sys
sys.modules[sys.argv.pop(1)] = None
from qafiles.__main__ import main
main()
"""


@pytest.mark.parametrize("library", ["jsonschema_rs", "yaml_rs", "ahocorasick_rs"])
def test_a_data_root_is_edited_without_a_library_that_is_not_installed(tmp_path: Path, library: str) -> None:
    root = committed(tmp_path / "root", data_root())

    def said(*arguments: str) -> str:
        line = [sys.executable, "-c", _PROGRAM, library, *arguments]
        done = subprocess.run(line, cwd=root, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr
        return done.stdout

    for _ in range(2):
        said("list", "tag")
    assert "new-one.yaml" in said("new", "tag", "acme/shop/new-one", "name=New one", "color=red")
    assert "color" in said("set", "tag:acme/shop/new-one", "color=blue", "--dry-run")
    assert "->" in said("mv", "tag:acme/shop/new-one", "acme/shop/other")
