"""A plain `set`, `new` or `mv` does what the command line does, without importing it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.__main__ import run
from qafiles.cli import plain_edit
from qafiles.cli.plain_edit import plain_edit_of
from qafiles.edits.proposals import new
from qafiles.errors import UsageError
from qafiles.schema.core import stored_cores
from tests.conftest import git
from tests.edits.conftest import SMOKE, contents

_LINES = (
    ("set", "acme/shop/smoke", "color=red"),
    ("set", "tag:smoke", "color=red", "name=größer"),
    ("set", "acme/shop/smoke", "acme/shop/slow", "color=red", "acme/shop/open", "url_route=/x y"),
    ("set", "acme/shop/open", "tags+=slow"),
    ("set", "acme/shop/open", "tags-=nothing"),
    ("set", "acme/shop/open", "test_description="),
    ("set", "acme/shop/open", "document_id=nowhere"),
    ("set", "acme/shop/smoke", "color=teal"),
    ("set", "nobody", "color=red"),
    ("set", "acme/shop/smoke", "colour=red"),
    ("set", "acme/shop/smoke", "color=red", "acme/shop/slow"),
    ("set", SMOKE, "color=red"),
    ("mv", SMOKE, "quick"),
    ("mv", "nowhere.yaml", "quick"),
    ("new", "tag", "acme/shop/quick", "name=quick", "color=red"),
    ("new", "tag", "acme/shop/quick", "color=red"),
    ("new", "tags", "quick"),
    ("new", "test-case", "acme/shop/a/pay", "test_description=Pay", "url_route=/pay", "tags=smoke,slow"),
    ("new", "tag", "acme/shop/smoke"),
    ("new", "tag", "acme/nowhere/quick", "color=red"),
    ("new", "tag", "acme/shop/quick", "color"),
    ("new", "secret", "acme/shop/key"),
    ("mv", "acme/shop/smoke", "quick"),
    ("mv", "tag:smoke", "acme/shop/quick"),
    ("mv", "acme/shop", "acme/store"),
    ("mv", "acme/shop/smoke", "slow"),
    ("mv", "acme/shop/smoke", ""),
    ("mv", "acme/shop/smoke", "smoke"),
    ("mv", "nobody", "somebody"),
)
_LEFT_TO_CLICK = (
    ("set", "acme/shop/smoke", "color=red", "--dry-run"),
    ("set", "acme/shop/smoke"),
    ("set", "color=red"),
    ("set",),
    ("set", f"./{SMOKE}", "color=red"),
    ("set", "acme/shop/open", "test_description=@-"),
    ("set", "acme/shop/open", "test_description+=@text"),
    ("set", "smoke@HEAD", "color=red"),
    ("set", "", "color=red"),
    ("set", "acme/shop/smoke", "color=\udce4"),
    ("new", "tag"),
    ("new", "tack", "quick"),
    ("new", "document", "acme/shop/quick", "content=@text"),
    ("new", "tag", "quick", "--from", "smoke"),
    ("new", "--help"),
    ("mv", "smoke"),
    ("mv", "smoke", "quick", "more"),
    ("mv", f"/{SMOKE}", "quick"),
    ("-C", "organizations", "mv", SMOKE.partition("/")[2], "quick"),
    ("mv", "smoke", "quick", "--commit", "-m", "x"),
    ("mv", "-h"),
    ("-C", "nowhere", "mv", "smoke", "quick"),
    ("-C", "mv"),
    ("-C",),
    ("rm", "smoke"),
    ("list", "mv"),
    (),
)


def _told(
    repository: Path, capsys: pytest.CaptureFixture[str], line: tuple[str, ...]
) -> tuple[int, str, str, dict[str, bytes]]:
    """Return the exit code of a command line, what it says, and the files after it, which are then as they were."""
    capsys.readouterr()
    code = run([*line])
    result = (code, *capsys.readouterr(), contents(repository))
    git(repository, "reset", "-q", "--hard")
    git(repository, "clean", "-fdq")
    return result


@pytest.mark.parametrize("line", _LINES, ids=" ".join)
def test_it_does_what_the_command_line_does(
    repository: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
) -> None:
    monkeypatch.setattr(new, "new_id", lambda: "v1kq8w3xj5zr7mtb2nc9yd4h")
    for arguments, folder in ((line, repository), (("-C", repository.name, *line), repository.parent)):
        monkeypatch.chdir(folder)
        try:
            assert plain_edit_of([*arguments]) is not None
        except UsageError:
            assert line[0] == "set"
        plain = _told(repository, capsys, arguments)
        with monkeypatch.context() as patch:
            patch.setattr(plain_edit, "plain_edit_of", lambda _: None)
            assert _told(repository, capsys, arguments) == plain


@pytest.mark.parametrize("line", _LEFT_TO_CLICK, ids=repr)
def test_what_is_not_plain_is_left_to_the_command_line(repository: Path, line: tuple[str, ...]) -> None:
    assert repository.is_dir()
    assert plain_edit_of([*line]) is None


def test_a_shell_that_asks_for_words_gets_words(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert repository.is_dir()
    monkeypatch.setenv("_QAFILES_COMPLETE", "bash_complete")
    assert plain_edit_of(["mv", "acme/shop/smoke", "quick"]) is None


@pytest.mark.parametrize(
    "line",
    [
        ("set", "acme/shop/smoke", "color=red"),
        ("new", "tag", "acme/shop/quick", "name=quick", "color=red"),
        ("mv", "acme/shop/smoke", "quick"),
    ],
    ids=" ".join,
)
def test_the_command_line_is_not_imported(repository: Path, line: tuple[str, ...]) -> None:
    names = {"click"}
    if stored_cores():  # else the models are imported, and with them much else
        names |= {"shutil", "difflib"}
        names |= {"inspect"} if line[0] != "new" else set()  # cuid2 needs it
    names |= {"yaml", "ruamel.yaml"} if line[0] != "mv" else set()  # the reference is in brackets
    code = (
        "import sys; from qafiles.__main__ import _said_again, run; "
        "code = run(sys.argv[1:], _said_again(sys.argv[1:])[1]); "
        f"print(sorted({names!r}.intersection(sys.modules)), file=sys.stderr); sys.exit(code)"
    )
    for arguments in (("validate",), line):  # the first time, every file is read
        ran = subprocess.run(
            [sys.executable, "-c", code, *arguments],
            cwd=repository,
            capture_output=True,
            check=False,
            text=True,
        )
    assert (ran.returncode, ran.stderr) == (0, "[]\n")
    assert ran.stdout


def test_a_full_disk_below_stdout_is_told_of_what_was_written(repository: Path) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no full device here")
    with full.open("wb") as out:
        ran = subprocess.run(
            [sys.executable, "-m", "qafiles", "mv", "acme/shop/smoke", "quick"],
            cwd=repository,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 3
    assert b"No space left" in ran.stderr
    assert not (repository / SMOKE).exists()


def test_a_reader_that_has_seen_enough_ends_it(repository: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "qafiles", "mv", "acme/shop/smoke", "quick"],
        cwd=repository,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")
    assert not (repository / SMOKE).exists()
