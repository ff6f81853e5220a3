"""`init --refresh`: what `init` wrote is brought up to date, and what people changed stays."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.scaffold.unedited import with_checksum
from tests.cli.conftest import Qafiles
from tests.conftest import git, write

_COMMIT = "0123456789abcdef0123456789abcdef01234567"
_INSTALLS = f"git+https://example.com/q@{_COMMIT}"
_FIELDS = "version: 1\nfields: {tag: {x-level: {type: integer}}}\n"
_SCHEMA = ".qafiles/schemas/tag.schema.json"


@pytest.fixture(params=["", "qa"])
def top(request: pytest.FixtureRequest, tmp_path: Path, qafiles: Qafiles) -> tuple[Path, Path]:
    """The top of a repository, and its data root there or below, as `init` makes them with both workflows, committed."""
    folder = tmp_path / "repository"
    folder.mkdir()
    git(folder, "init", "-q")
    root = folder / request.param
    systems = ("--ci", "github", "--ci", "gitlab", "--requirement", _INSTALLS)
    assert qafiles("-C", folder, "init", *([request.param] if request.param else []), *systems).code == 0
    git(folder, "add", ".")
    git(folder, "commit", "-qm", "init")
    return folder, root


def _changed(folder: Path) -> list[str]:
    return git(folder, "status", "--porcelain").splitlines()


def test_what_init_has_just_written_is_up_to_date(top: tuple[Path, Path], qafiles: Qafiles) -> None:
    folder, root = top
    result = qafiles("-C", root, "init", "--refresh")
    assert (result.code, result.out, result.err) == (0, "nothing to change\n", "")
    assert _changed(folder) == []


def test_schemas_follow_the_custom_fields_once_the_diff_is_confirmed(
    top: tuple[Path, Path], qafiles: Qafiles
) -> None:
    folder, root = top
    write(root, {"qafiles.yaml": _FIELDS})
    git(folder, "commit", "-qam", "fields")
    assert "[QF316]" in qafiles("-C", root, "validate").out
    shown = qafiles("-C", root, "init", "--refresh", "--dry-run")
    assert (shown.code, shown.err) == (0, "")
    assert '+    "x-level": {' in shown.out
    refused = qafiles("-C", root, "init", "--refresh")
    assert (refused.code, refused.out) == (2, shown.out)
    assert refused.err == "qafiles: nothing was written; `--yes` writes this file where nobody can be asked\n"
    assert _changed(folder) == []
    subprocess.run(["git", "apply"], cwd=folder, input=shown.out.encode(), check=True)
    applied = (root / _SCHEMA).read_bytes()
    git(folder, "checkout", "-q", ".")
    assert qafiles("-C", root, "init", "--refresh", "--yes").code == 0
    assert (root / _SCHEMA).read_bytes() == applied
    assert "QF316" not in qafiles("-C", root, "validate").out


def test_hooks_and_workflows_are_replaced_until_somebody_edits_them(
    top: tuple[Path, Path], qafiles: Qafiles
) -> None:
    folder, root = top
    names = (".pre-commit-config.yaml", ".github/workflows/qafiles.yml", ".gitlab-ci.yml")
    written = {name: (folder / name).read_text() for name in names}
    older = {
        name: with_checksum(text.rpartition("# qafiles init")[0] + "x-old: 1\n")
        for name, text in written.items()
    }
    write(folder, older)
    assert qafiles("-C", root, "init", "--refresh", "--yes").code == 0
    assert {name: (folder / name).read_text() for name in names} == written
    write(folder, {name: text.replace("x-old", "x-mine") for name, text in older.items()})
    result = qafiles("-C", root, "init", "--refresh", "--yes")
    assert (result.code, result.out) == (0, "nothing to change\n")
    assert result.err.count("somebody has edited it; take over what you want of this by hand") == 3
    assert result.err.count("-x-mine: 1") == 3
    assert "x-mine" in (folder / names[0]).read_text()


def test_a_workflow_installs_what_it_did_or_what_is_required(
    top: tuple[Path, Path], qafiles: Qafiles
) -> None:
    folder, root = top
    newer = _INSTALLS.replace("0", "f")
    assert qafiles("-C", root, "init", "--refresh", "--yes", "--requirement", newer).code == 0
    for name in (".github/workflows/qafiles.yml", ".gitlab-ci.yml"):
        assert newer in (folder / name).read_text()
        assert _INSTALLS not in (folder / name).read_text()
    assert qafiles("-C", root, "init", "--refresh").out == "nothing to change\n"


def test_settings_of_editors_and_attributes_get_what_they_lack_and_lose_nothing(
    top: tuple[Path, Path], qafiles: Qafiles
) -> None:
    _, root = top
    settings = root / ".vscode/settings.json"
    theirs = json.loads(settings.read_text())
    del theirs["yaml.schemas"][_SCHEMA]
    theirs["yaml.schemas"]["mine.json"] = "mine/*.yaml"
    theirs |= {"yaml.validate": True, "editor.rulers": [100]}
    write(
        root,
        {
            ".vscode/settings.json": json.dumps(theirs, indent=4),
            ".vscode/tasks.json": '{"tasks": [{"label": "qafiles: validate", "command": "make"}, {"label": "other"}]}',
            ".vscode/extensions.json": '{\n  // ours\n  "recommendations": []\n}\n',
            ".gitattributes": "*.png binary\r\n/users/*.yaml text eol=crlf\r\n",
        },
    )
    result = qafiles("-C", root, "init", "--refresh", "--yes")
    assert result.code == 0
    now = json.loads(settings.read_text())
    assert list(now["yaml.schemas"]).count(_SCHEMA) == 1
    del now["yaml.schemas"][_SCHEMA]
    assert now == theirs
    assert settings.read_text().startswith('{\n    "glspc')
    assert '"make"' in (root / ".vscode/tasks.json").read_text()
    assert "// ours" in (root / ".vscode/extensions.json").read_text()
    assert "it has comments, or is no JSON; add what lacks by hand:\n{" in result.err
    attributes = (root / ".gitattributes").read_bytes()
    assert attributes.startswith(b"*.png binary\r\n/users/*.yaml text eol=crlf\r\n# The same bytes")
    assert attributes.count(b"/users/") == 1
    assert attributes.count(b"\n") == attributes.count(b"\r\n")
    again = qafiles("-C", root, "init", "--refresh")
    assert again.out == "nothing to change\n"


def test_a_file_that_somebody_deleted_stays_away_and_a_new_schema_comes(
    top: tuple[Path, Path], qafiles: Qafiles
) -> None:
    folder, root = top
    (root / ".vscode/tasks.json").unlink()
    git(folder, "commit", "-qam", "no tasks")
    (folder / ".pre-commit-config.yaml").unlink()
    (root / _SCHEMA).unlink()
    assert qafiles("-C", root, "init", "--refresh", "--yes").code == 0
    assert not (root / ".vscode/tasks.json").exists()
    assert not (folder / ".pre-commit-config.yaml").exists()
    assert (root / _SCHEMA).is_file()


def test_a_data_root_that_has_nothing_of_init_gets_it(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("init", "--refresh", "--yes")
    assert result.code == 0
    assert (root / _SCHEMA).is_file()
    assert (root / ".pre-commit-config.yaml").is_file()
    assert not (root / ".github").exists()
    assert qafiles("init", "--refresh").out == "nothing to change\n"


def test_links_are_not_followed(
    root: Path, tmp_path_factory: pytest.TempPathFactory, qafiles: Qafiles
) -> None:
    elsewhere = tmp_path_factory.mktemp("elsewhere")
    (root / ".vscode").symlink_to(elsewhere)
    (root / ".gitattributes").symlink_to(elsewhere / "attributes")
    result = qafiles("init", "--refresh", "--yes")
    assert result.code == 0
    assert result.err.count("is in its way, which is a link or no file") == 4
    assert not any(elsewhere.iterdir())


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--dry-run",), "--dry-run is an option of --refresh."),
        (("--yes",), "--yes is an option of --refresh."),
        (("--refresh", "--dry-run", "--yes"), "--dry-run and --yes exclude each other."),
        (("--refresh", "--ci", "github"), "--refresh takes no --ci"),
        (("--refresh", "--requirement", _INSTALLS), "there is none here; `--ci` writes one"),
    ],
)
def test_options_that_do_not_go_together_are_refused(
    options: tuple[str, ...], said: str, root: Path, qafiles: Qafiles
) -> None:
    result = qafiles("init", *options)
    assert result.code == 2
    assert said in result.err
    assert not (root / ".qafiles").exists()


def test_there_must_be_a_data_root_that_this_version_can_read(tmp_path: Path, qafiles: Qafiles) -> None:
    assert qafiles("-C", tmp_path, "init", "--refresh").code == 3
    write(tmp_path, {"qafiles.yaml": 'version: 1\nrequires: ">=99"\n'})
    result = qafiles("-C", tmp_path, "init", "--refresh", "--yes")
    assert result.code == 3
    assert "requires qafiles >=99" in result.err
    assert not (tmp_path / ".qafiles").exists()


@pytest.mark.slow
@pytest.mark.parametrize(("answer", "code"), [("y", 0), ("n", 1)])
def test_a_terminal_is_asked(answer: str, code: int, root: Path) -> None:
    pty = pytest.importorskip("pty")
    main, terminal = pty.openpty()
    process = subprocess.Popen(
        [sys.executable, "-m", "qafiles", "init", "--refresh"],
        stdin=terminal,
        stdout=terminal,
        stderr=subprocess.PIPE,
        cwd=root,
    )
    os.close(terminal)
    os.write(main, f"{answer}\n".encode())
    while _read(main):
        pass
    _, told = process.communicate(timeout=60)
    os.close(main)
    assert process.returncode == code
    assert b"Write these" in told
    assert (root / _SCHEMA).exists() == (answer == "y")


def _read(descriptor: int) -> bytes:
    try:
        return os.read(descriptor, 65536)
    except OSError:  # the other end is closed
        return b""
