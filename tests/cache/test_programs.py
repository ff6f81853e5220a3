import sys
import time
from pathlib import Path

import grimp
import pytest

from qafiles.cache.programs import _BESIDE, _beside_git, _texts, programs
from qafiles.site.beside import PROGRAM

_PACKAGE = Path(sys.modules["qafiles"].__file__ or "").parent


def _counts(place: Path, folder: Path) -> bool:
    never = time.time_ns() + 10**12
    return any(text.startswith(bytes(place) + b"\0") for text in _texts(str(folder), never))


def test_what_was_changed_a_moment_ago_counts_with_its_content(tmp_path: Path) -> None:
    (tmp_path / "rule.py").write_text("severity = 1\n")
    assert b"severity = 1\n" in _texts(str(tmp_path), 0)


def test_no_verdict_depends_on_a_folder_that_does_not_count() -> None:
    graph = grimp.build_graph("qafiles", cache_dir=None)
    reached = graph.find_upstream_modules("qafiles.validation", as_package=True)
    assert {name.split(".")[1] for name in reached if "." in name}.isdisjoint(_BESIDE)


@pytest.mark.parametrize("name", ["rules/rule.py", "scaffold/companion_files/pre-receive", "kinds.py"])
def test_every_file_of_what_counts_is_read(name: str) -> None:
    assert _counts(_PACKAGE / name, _PACKAGE)


@pytest.mark.parametrize(
    "name", ["site/build.py", "site/templates/entity.html", "pages/style.css", "manual/site.md"]
)
def test_pages_depend_on_what_makes_them(name: str) -> None:
    folder = name.partition("/")[0]
    assert folder in PROGRAM
    assert _counts(_PACKAGE / name, _PACKAGE / folder)


@pytest.mark.parametrize("name", ["yaml_rs.py", "pydantic_core", "yaml.cpython-311.so"])
def test_a_library_in_a_folder_of_the_path_counts(
    name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.syspath_prepend(str(tmp_path))
    before = programs("/usr/bin/git")
    (tmp_path / "other.py").touch()
    _beside_git.cache_clear()
    assert programs("/usr/bin/git") == before
    (tmp_path / name).touch() if "." in name else (tmp_path / name).mkdir()
    # What this process runs is what it was.
    assert programs("/usr/bin/git") == before
    _beside_git.cache_clear()
    assert programs("/usr/bin/git") != before


def test_a_script_that_is_called_as_a_library_is_is_none(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    # A program that pip wrote and `python -m` must take the same for kept: the folder of the former is on its path.
    _beside_git.cache_clear()
    before = programs("/usr/bin/git")
    (tmp_path / "jsonschema").touch()
    monkeypatch.syspath_prepend(str(tmp_path))
    assert programs("/usr/bin/git") == before
