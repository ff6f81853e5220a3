"""A new kind is an entry in the table and a model: it is then loaded, listed, referred to, shown and published."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.conftest import git, write

_TOP = Path(__file__).parents[1]
_ENTRIES = """        "device": KindFacts(
            label="device",
            plural="Devices",
            example="pixel-9",
            within="root",
            folder="devices",
            model="lab:Device",
            symbol="Object",
            derived=("created_at",),
        ),
        "check_list": KindFacts(
            label="check list",
            plural="Check lists",
            example="acme/shop/release/before",
            within="project",
            folder="check_lists",
            suites=True,
            model="lab:CheckList",
            symbol="File",
            references=(
                ReferenceField("project_id", "project"),
                ReferenceField("device_id", "device"),
                ReferenceField("test_cases", "test_case", many=True),
            ),
            placeholders=("content",),
        ),
"""
_MODEL = '''"""Devices, and lists of what is to be checked on them."""

from typing import Annotated

from pydantic import Field

from qafiles.models.entity import Entity
from qafiles.models.values import Items, Optional, RefersTo, Text, Timestamp


class Device(Entity):
    """A device on which tests are done."""

    name: Text = Field(description="What people call it.")
    created_at: Optional[Timestamp] = Field(None, description="When it was made.")


class CheckList(Entity):
    """Test cases to go through."""

    project_id: Optional[Annotated[str, RefersTo("project")]] = Field(None, description="Its project.")
    device_id: Optional[Annotated[str, RefersTo("device")]] = Field(None, description="The device.")
    test_cases: Items[Annotated[str, RefersTo("test_case")]] = Field((), description="The test cases.")
    content: Text = Field(description="What to do.")
'''
_LIST = "organizations/acme/projects/todomvc/check_lists/release/before.yaml"
_FILES = {
    "devices/pixel-9.yaml": "id: d1cp7rav4wo9ey1bug6sh3di\nname: Pixel 9\n",
    _LIST: (
        "id: d2cp7rav4wo9ey1bug6sh3di\ndevice_id: pixel-9\ntest_cases: [editing/add-todos]\ncontent: Look at it\n"
    ),
}

Run = Callable[..., str]


@pytest.fixture(scope="module")
def qafiles(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """The command line of a copy of the package with two more kinds, in a copy of the example with one entity of each."""
    folder = tmp_path_factory.mktemp("kinds")
    shutil.copytree(_TOP / "qafiles", folder / "qafiles", ignore=shutil.ignore_patterns("__pycache__"))
    table = folder / "qafiles/kinds.py"
    text = table.read_text(encoding="utf-8")
    assert text.count('        "user": KindFacts(\n') == 1
    table.write_text(text.replace('        "user": KindFacts(\n', _ENTRIES + '        "user": KindFacts(\n'))
    (folder / "qafiles/models/lab.py").write_text(_MODEL)
    root = folder / "qa"
    shutil.copytree(_TOP / "examples/acme-qa", root)
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    write(root, _FILES)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")

    def run(*arguments: str, code: int = 0, files: dict[str, str] | None = None) -> str:
        write(root, files or {})
        command = [sys.executable, "-m", "qafiles", "-C", str(root), *arguments]
        environment = {**os.environ, "PYTHONPATH": str(folder)}
        done = subprocess.run(
            command, cwd=folder, env=environment, capture_output=True, text=True, check=False
        )
        assert done.returncode == code, done.stdout + done.stderr
        return done.stdout

    return run


def test_it_is_loaded_listed_and_shown(qafiles: Run) -> None:
    assert "All good: 159 files, 158 entities" in qafiles("validate")
    assert "d1cp7rav4wo9ey1bug6sh3di" in qafiles("list", "devices")
    (shown,) = json.loads(qafiles("list", "check_list", "--format", "json"))
    assert shown["handle"] == "acme/todomvc/release/before"
    assert shown["device_id"] == "d1cp7rav4wo9ey1bug6sh3di"
    assert "handle: pixel-9" in qafiles("show", "device:pixel-9")


@pytest.mark.slow
def test_references_to_and_from_it_resolve_follow_and_dangle(qafiles: Run) -> None:
    assert "check list acme/todomvc/release/before" in qafiles("refs", "acme/todomvc/editing/add-todos")
    qafiles("mv", "device:pixel-9", "pixel-10")
    assert "handle: pixel-10" in qafiles("show", "device:pixel-10")
    assert "All good" in qafiles("validate")
    broken = _FILES[_LIST].replace("pixel-9", "nokia")
    assert "no device is called `nokia`" in qafiles("validate", code=1, files={_LIST: broken})
    qafiles("validate", files={_LIST: _FILES[_LIST].replace("pixel-9", "pixel-10")})


@pytest.mark.slow
def test_its_history_pages_and_schema_are_there(qafiles: Run, tmp_path: Path) -> None:
    assert "created check list" in qafiles("log", "acme/todomvc/release/before")
    assert "Devices" in qafiles("report", "inventory", "--format", "json") or "device" in qafiles(
        "report", "inventory"
    )
    assert json.loads(qafiles("schema", "device"))["properties"]["name"]["type"] == "string"
    qafiles("schema", "--write", str(tmp_path / "schemas"))
    assert (tmp_path / "schemas/check-list.schema.json").exists() or (
        tmp_path / "schemas/check_list.schema.json"
    ).exists()
    qafiles("site", "-o", str(tmp_path / "site"))
    assert [*(tmp_path / "site").rglob("*pixel*")]


@pytest.mark.slow
def test_it_is_made_formatted_and_removed_like_any_other(qafiles: Run) -> None:
    qafiles("new", "device", "nokia", "name=Nokia")
    assert qafiles("fmt", "--check") == ""
    qafiles("rm", "device:nokia", "--force")
    hint = qafiles("validate", code=1, files={"device/old.yaml": "", "devices/x/y.yaml": ""})
    assert "devices/ has no sub-folders" in hint
    assert "`device/`" in hint
