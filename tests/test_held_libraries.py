"""The libraries that tests and the action install: each held to one release by its hashes, and within the project's bounds."""

import re
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest
from packaging.requirements import Requirement
from packaging.utils import NormalizedName, canonicalize_name

_TOP = Path(__file__).parents[1]
_PROJECT: dict[str, Any] = tomllib.loads((_TOP / "pyproject.toml").read_text(encoding="utf-8"))
_EXTRAS = _PROJECT["project"]["optional-dependencies"]
_GROUPS = _PROJECT["dependency-groups"]
_RUNTIME = [*_PROJECT["project"]["dependencies"], *_GROUPS["build"]]
_HELD = {
    "constraints.txt": [*_RUNTIME, *(line for extra in _EXTRAS.values() for line in extra), _GROUPS["ci"][0]],
    "runtime.txt": _RUNTIME,
}


def _entries(name: str) -> Mapping[NormalizedName, Requirement]:
    """Return the requirements of a file by name; every one has hashes."""
    text = (_TOP / ".ci" / name).read_text(encoding="utf-8")
    entries = {}
    for entry in text.replace("\\\n", " ").splitlines():
        line, *hashes = entry.split(" --hash=")
        assert hashes, entry
        assert all(re.fullmatch("sha256:[0-9a-f]{64} *", item) for item in hashes), entry
        requirement = Requirement(line.strip())
        entries[canonicalize_name(requirement.name)] = requirement
    return entries


@pytest.mark.parametrize("name", _HELD)
def test_every_requirement_of_the_project_is_held_within_its_bounds(name: str) -> None:
    entries = _entries(name)
    for line in _HELD[name]:
        wanted = Requirement(line)
        held = entries[canonicalize_name(wanted.name)]
        (pin,) = held.specifier
        assert pin.operator == "=="
        assert wanted.specifier.contains(pin.version), f"{name}: {held} is not {wanted}; make it anew"


def test_the_action_has_the_releases_that_are_tested() -> None:
    tested, released = _entries("constraints.txt"), _entries("runtime.txt")
    assert {name: str(entry.specifier) for name, entry in released.items()} == {
        name: str(tested[name].specifier) for name in released
    }


@pytest.mark.parametrize("name", _HELD)
def test_no_index_and_no_path_stands_in_the_files(name: str) -> None:
    text = (_TOP / ".ci" / name).read_text(encoding="utf-8")
    assert not re.search(r"://|--index|--find-links|file:|/", text)
