"""Documents are UTF-8 in every locale and code page; what is said to people is in theirs, and nothing ends with a bug."""

import io
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.__main__ import run
from tests.conftest import committed, git
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_CASE = f"{_PROJECT}/test_cases/open.yaml"
_TEXT = "Gr\u00fc\u00dfe \u65e5\u672c \U0001f468\u200d\U0001f4bb \u2014 \u00a0\u2028 caf\u00e9"
_ENCODINGS = ("ascii", "iso8859-1", "cp1252", "cp932", "utf-16")
_LOCALES = ("C", "de_DE.ISO-8859-1", "ja_JP.EUC-JP")
_DOCUMENTS = (
    *(("validate", "--format", name) for name in ["text", "concise", "json", "github", "gitlab", "sarif", "junit", "rdjson"]),
    *(("list", "test_case", "--format", name) for name in ["table", "json", "jsonl", "csv", "ids", "paths"]),
    *(("show", "open", "--format", name) for name in ("text", "json")),
    *(("refs", "open", "--format", name) for name in ["tree", "json", "dot", "mermaid"]),
    *(("log", "open", "--format", name) for name in ("text", "json")),
    *(("blame", "open", "--format", name) for name in ("text", "json")),
    *(("diff", "--format", name) for name in ["text", "json", "markdown"]),
    *(("report", "coverage", "--format", name) for name in ["text", "markdown", "json", "csv", "html"]),
    *(("set", "open", "extra_rules=\u65e5", "--dry-run", "--format", name) for name in ("text", "json")),
    ("fmt", "--diff"),
    ("fix", "--dry-run"),
    ("schema", "test_case"),
    ("explain",),
    ("secret", "list"),
    ("secret", "list", "--format", "json"),
    ("--help",),
)  # fmt: skip


@pytest.fixture(scope="module")
def foreign(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository with characters that no code page has, in texts, in a name, in a reference and in a folder above it."""
    case = (
        "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\nallowed_domains: [example.com]\n"
        f'tags: [smoke, \u65e5\u672c]\ntest_description: |\n    {_TEXT}\n\n    =1+1\nx-note: "{_TEXT}"\n'
    )
    wrong = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: \u65e5\ncolor: navy\n"
    top = tmp_path_factory.mktemp("locales") / "J\u00fcrgen \u65e5"
    root = committed(top, data_root({_CASE: case, f"{_PROJECT}/tags/\u65e5/\u00fc.yaml": wrong}))
    (root / _CASE).write_text(case.replace("caf\u00e9", "caf\u00e9s"), encoding="utf-8")
    return root


def _output(arguments: list[str], encoding: str, monkeypatch: pytest.MonkeyPatch) -> tuple[int, bytes]:
    """Return the exit code and the bytes on stdout, both streams having an encoding, and Windows' line ends."""
    out, err = (io.TextIOWrapper(io.BytesIO(), encoding=encoding, newline="\r\n") for _ in range(2))
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", out)
        patched.setattr(sys, "stderr", err)
        code = run(arguments)
        out.flush()
        err.flush()
    assert isinstance(out.buffer, io.BytesIO)
    return code, out.buffer.getvalue()


@pytest.mark.slow
@pytest.mark.parametrize("arguments", _DOCUMENTS, ids=" ".join)
def test_a_document_is_the_same_bytes_in_every_encoding(
    foreign: Path, arguments: tuple[str, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    command = ["-C", str(foreign), *arguments]
    code, expected = _output(command, "utf-8", monkeypatch)
    assert code in {0, 1}
    assert expected
    expected.decode("utf-8", "strict")
    for encoding in _ENCODINGS:
        assert _output(command, encoding, monkeypatch) == (code, expected), encoding


def _locale(name: str, folder: Path) -> dict[str, str]:
    """Return the variables that choose a locale, which is built first where it is not C."""
    chosen = {"LC_ALL": name, "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    if name == "C":
        return chosen
    language, _, charmap = name.partition(".")
    place = folder / name
    try:
        subprocess.run(["localedef", "-c", "-i", language, "-f", charmap, place], capture_output=True, check=False)  # fmt: skip
    except OSError:
        pytest.skip("there is no localedef")
    if not place.is_dir():
        pytest.skip(f"the locale {name} can't be built here")
    return {**chosen, "LOCPATH": str(folder)}


def _run(
    folder: Path, arguments: list[str | bytes], variables: dict[str, str]
) -> "subprocess.CompletedProcess[bytes]":
    command = [sys.executable, "-m", "qafiles", *arguments]
    done = subprocess.run(
        command, cwd=folder, env={**os.environ, **variables}, capture_output=True, check=False
    )
    assert done.returncode in {0, 1, 2, 3}, (arguments, done.stderr)
    done.stdout.decode("utf-8", "strict")
    return done


@pytest.mark.slow
def test_in_the_locale_c_texts_arguments_and_paths_are_utf_8(foreign: Path, tmp_path: Path) -> None:
    variables = _locale("C", tmp_path)
    found = _run(foreign, ["list", "test_case", "--grep", "\u65e5", "--format", "json"], variables)
    assert "\u65e5" in found.stdout.decode()
    patch = _run(foreign, ["set", "open", "extra_rules=\u65e5\u672c", "--dry-run"], variables)
    (tmp_path / "x.patch").write_bytes(patch.stdout)
    git(foreign, "apply", "--check", tmp_path / "x.patch")
    assert "`\u65e5`".encode() in _run(foreign, ["show", "\u65e5"], variables).stderr


@pytest.mark.slow
@pytest.mark.parametrize("name", _LOCALES)
def test_no_command_ends_with_a_bug_in_a_locale(foreign: Path, tmp_path: Path, name: str) -> None:
    variables = _locale(name, tmp_path)
    for words in ("validate", "list tag --format csv", "diff", "fmt --diff", "report coverage --format html"):
        _run(foreign, [*words.split()], variables)
    word = b"J\xfcrgen\xff"
    commands: list[list[str | bytes]] = [
        ["set", "open", b"extra_rules=" + word, "--dry-run"],
        ["list", "tag", "--where", b"name=" + word],
        ["list", "tag", "--tag", word],
        ["show", b"open@" + word],
        ["validate", word],
        ["validate", "--baseline", word],
        ["report", "coverage", "-o", os.fsencode(tmp_path) + b"/" + word],
        ["set", "open", b"extra_rules=@" + word],
        ["-C", word, "validate"],
        [word],
    ]
    for command in commands:
        _run(foreign, command, variables)


@pytest.mark.slow
def test_an_argument_in_the_encoding_of_the_locale_is_read_as_such(foreign: Path, tmp_path: Path) -> None:
    variables = _locale("de_DE.ISO-8859-1", tmp_path)
    patch = _run(foreign, ["set", "open", b"extra_rules=J\xfcrgen", "--dry-run"], variables)
    assert "J\u00fcrgen" in patch.stdout.decode()
    assert "`J\u00fcrgen`".encode("latin-1") in _run(foreign, ["show", b"J\xfcrgen"], variables).stderr


@pytest.mark.parametrize("root", ["", "qa"])
def test_git_applies_what_a_dry_run_prints(
    tmp_path: Path, root: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    case = f'id: q1w2e3r4t5y6u7i8o9p0a1s2\r\nurl_route: /\r\ntest_description: "{_TEXT}"\r\n'
    odd = f"id: q1w2e3r4t5y6u7i8o9p0a1s3\nurl_route: /\ntest_description: |\n    {_TEXT}\n\n    b\tc"
    held = data_root({_CASE: case, f"{_PROJECT}/test_cases/odd.yaml": odd})
    top = committed(
        tmp_path / "top", {(f"{root}/{path}" if root else path): text for path, text in held.items()}
    )
    for number, arguments in enumerate(
        (
            ["set", "open", "extra_rules=\u65e5\u672c\U0001f468\u200d\U0001f4bb\ncaf\u00e9"],
            ["mv", "open", "acme/shop/deep/er"],
            ["rm", "acme/shop/open"],
            ["new", "tag", "acme/shop/new", "name=\u65e5", "color=red"],
            ["fmt"],
        )
    ):
        command = ["-C", str(top / root), *arguments]
        code, out = _output([*command, "--dry-run"], "cp932", monkeypatch)
        assert code == 0
        (tmp_path / f"{number}.patch").write_bytes(out)
        git(top / root, "apply", "--index", tmp_path / f"{number}.patch")
        patched = git(top, "write-tree")
        git(top, "reset", "-q", "--hard")
        assert run(command) == 0
        git(top, "add", "-A")
        # An id is minted each time.
        assert (git(top, "write-tree") == patched) == (arguments[0] != "new")
        git(top, "reset", "-q", "--hard")
