import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

_PACKAGE = Path(__file__).parents[2] / "qafiles"
_HOLD = """
import sys
from qafiles.git.temporary import temporary_folder
with temporary_folder() as folder:
    (folder / "content").write_text("x")
    print(folder, flush=True)
    sys.stdin.read()
"""


def _holding(place: Path) -> "tuple[subprocess.Popen[str], Path]":
    """Return a process that holds a temporary folder until it has no input any more, and the folder."""
    process = subprocess.Popen(
        [sys.executable, "-c", _HOLD],
        env={**os.environ, "TMPDIR": str(place)},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    return process, Path(process.stdout.readline().strip())


@pytest.mark.skipif(sys.platform == "win32", reason="folders can't be locked there")
def test_what_a_killed_process_left_is_removed_by_the_next_and_what_one_holds_is_not(tmp_path: Path) -> None:
    (tmp_path / "qafiles-temporary").mkdir()
    (tmp_path / "qafiles-of-mine").mkdir()
    killed, left = _holding(tmp_path)
    killed.kill()
    killed.communicate()
    assert left.is_dir()
    first, held = _holding(tmp_path)
    second, other = _holding(tmp_path)
    names = sorted(place.name for place in tmp_path.iterdir())
    assert names == sorted(["qafiles-temporary", "qafiles-of-mine", held.name, other.name])
    for process in (first, second):
        process.communicate()
    assert sorted(place.name for place in tmp_path.iterdir()) == ["qafiles-of-mine", "qafiles-temporary"]


def test_temporary_folders_are_made_in_one_place() -> None:
    makes = re.compile(r"mkdtemp|TemporaryDirectory|NamedTemporaryFile|mkstemp")
    places = [path for path in _PACKAGE.rglob("*.py") if makes.search(path.read_text(encoding="utf-8"))]
    assert [path.name for path in places] == ["temporary.py"]
