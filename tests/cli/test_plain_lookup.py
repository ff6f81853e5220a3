"""A plain `show`, `refs` or `list` says what the command line would, without importing it."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.__main__ import run
from qafiles.render import plain_lookup
from qafiles.render.plain_lookup import lookup_of
from tests.conftest import committed, git
from tests.rules.data_root import data_root

_ID = "v1kq8w3xj5zr7mtb2nc9yd4h"
_LINES = (
    ("show", "user:ada"),
    ("show", "acme/shop/open"),
    ("show", _ID[:8], "--format", "json"),
    ("show", _ID, "--format=text"),
    ("show", "nobody"),
    ("show", "broken"),
    ("show", "Acme/shop"),
    ("refs", "acme"),
    ("refs", "acme/shop/open", "--format=json"),
    ("refs", "open", "--format", "dot"),
    ("refs", "tag:smoke", "--format", "mermaid"),
    ("refs", "nobody"),
    ("list", "test_case"),
    ("list", "test-cases", "--format", "json"),
    ("list", "tags", "--format=jsonl"),
    ("list", "user", "--format", "csv"),
    ("list", "document", "--format", "ids"),
    ("list", "document", "--format", "paths"),
    ("list", "secret_value"),
)
_LEFT_TO_CLICK = (
    ("list", "test_case", "--limit", "1"),
    ("list", "test_case", "--format", "xml"),
    ("list", "test_case", "--format"),
    ("list", "test_case", "--format", ""),
    ("list", "test_case", "--format=json", "more"),
    ("list", "case"),
    ("list",),
    ("list", "user", "tag"),
    ("list", "--help"),
    ("show", "open@HEAD"),
    ("show", "organizations/acme/organization.yaml"),
    ("show", "open", "--format", "dot"),
    ("show", "öffnen"),
    ("refs", ""),
    ("-C", "nowhere", "refs", "open"),
    ("-C", "refs"),
    ("validate",),
    ("log", "open"),
)


@pytest.fixture(scope="module")
def root(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root, a file that has errors and one that has the id of another."""
    files = data_root()
    files["organizations/acme/projects/shop/documents/broken.yaml"] = f"id: {'b' * 24}\nname: [x\n"
    case = "organizations/acme/projects/shop/test_cases/open.yaml"
    files["organizations/acme/projects/shop/test_cases/copy.yaml"] = files[case]
    return committed(tmp_path_factory.mktemp("plain") / "data", files)


def _said(capsys: pytest.CaptureFixture[str], *line: str) -> tuple[int, str, str]:
    capsys.readouterr()
    return (run([*line]), *capsys.readouterr())


@pytest.mark.parametrize("line", _LINES, ids=" ".join)
def test_it_says_what_the_command_line_says(
    root: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    line: tuple[str, ...],
) -> None:
    for arguments, folder in ((line, root), (("-C", "data", *line), root.parent)):
        monkeypatch.chdir(folder)
        assert lookup_of([*arguments]) is not None
        plain = _said(capsys, *arguments)
        with monkeypatch.context() as patch:
            patch.setattr(plain_lookup, "lookup_of", lambda _: None)
            assert _said(capsys, *arguments) == plain
        assert _said(capsys, *arguments, "--no-cache") == plain


@pytest.mark.parametrize("line", _LEFT_TO_CLICK, ids=" ".join)
def test_what_is_not_plain_is_left_to_the_command_line(
    root: Path, monkeypatch: pytest.MonkeyPatch, line: tuple[str, ...]
) -> None:
    monkeypatch.chdir(root)
    assert lookup_of([*line]) is None


@pytest.mark.parametrize("option", ["--env", "--grep", "--where"])
def test_an_empty_option_is_one(
    root: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, option: str
) -> None:
    monkeypatch.chdir(root)
    code, _, err = _said(capsys, "list", "user", option, "")
    assert (code, "environment" in err) == ((2, True) if option == "--env" else (code, False))
    assert code == (0 if option == "--grep" else 2)


@pytest.mark.parametrize(
    "line", [("show", "user:ada"), ("refs", "acme", "--format", "json"), ("list", "tags")], ids=" ".join
)
def test_the_command_line_is_not_imported(root: Path, line: tuple[str, ...]) -> None:
    code = f"import sys; from qafiles.__main__ import run; code = run({[*line]!r}); sys.exit(code or 'click' in sys.modules)"
    ran = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, check=False)
    assert ran.returncode == 0, ran.stderr
    assert ran.stdout


@pytest.mark.parametrize("line", [("show", "user:ada"), ("list", "user")], ids=" ".join)
def test_a_full_disk_is_told(root: Path, line: tuple[str, ...]) -> None:
    full = Path("/dev/full")
    if not full.exists():
        pytest.skip("there is no full device here")
    with full.open("wb") as out:
        ran = subprocess.run(
            [sys.executable, "-m", "qafiles", *line],
            cwd=root,
            stdout=out,
            stderr=subprocess.PIPE,
            check=False,
        )
    assert ran.returncode == 3
    assert b"No space left" in ran.stderr


def test_a_reader_that_has_seen_enough_ends_it(root: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    ran = subprocess.run(
        [sys.executable, "-m", "qafiles", "list", "user"],
        cwd=root,
        stdout=writer,
        stderr=subprocess.PIPE,
        check=False,
    )
    os.close(writer)
    assert (ran.returncode, ran.stderr) == (141, b"")


def test_what_git_lacks_is_told_behind_the_document(
    root: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    git(root, "commit", "-q", "--allow-empty", "-m", "second")
    shallow = tmp_path / "shallow"
    git(root, "clone", "-q", "--depth", "1", f"file://{root}", str(shallow))
    monkeypatch.chdir(shallow)
    plain = _said(capsys, "show", "user:ada")
    assert plain[0] == 3
    assert plain[2].startswith("note: ")
    assert _said(capsys, "show", "user:ada", "--no-cache") == plain
