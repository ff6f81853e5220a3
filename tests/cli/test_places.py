"""Where a command works: several -C, PATHs that find the data root or hold nothing, and names of settings that are none."""

from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_RUNS = "organizations/acme/projects/shop/test_traversals/release-2"


@pytest.fixture
def above(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A repository whose data root is the folder `qa`; the current folder is the one above it."""
    files = data_root({"README.md": "x\n", "notes/x.txt": "x\n"})
    committed(tmp_path, {f"qa/{path}": text for path, text in files.items()})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.parametrize(
    "folders", [["qa"], ["qa", "users"], ["qa", ""], ["/", "{above}", "qa"], ["qa/users", ".."]]
)
def test_several_folders_add_up(above: Path, qafiles: Qafiles, folders: list[str]) -> None:
    options = [word for folder in folders for word in ("-C", folder.format(above=above))]
    result = qafiles(*options, "list", "user", "--count")
    assert (result.code, result.out) == (0, "1\n"), result.err


@pytest.mark.parametrize("path", ["qa", "qa/users", "qa/users/ada.yaml", "./qa/../qa/users"])
@pytest.mark.parametrize(
    "command", [["validate"], ["validate", "--rev", "HEAD"], ["fmt"], ["fix", "--dry-run"]]
)
def test_the_data_root_is_found_from_a_path(
    above: Path, qafiles: Qafiles, command: list[str], path: str
) -> None:
    result = qafiles(*command, path)
    assert result.code == 0, result.err
    assert above.is_dir()


def test_findings_below_a_path_are_named_from_the_current_folder(above: Path, qafiles: Qafiles) -> None:
    write(above, {"qa/users/ada.yaml": "id: [\n"})
    result = qafiles("validate", "qa", "--format", "concise")
    assert result.code == 1
    assert result.out.startswith("qa/users/ada.yaml:")


@pytest.mark.parametrize("path", ["README.md", "notes", "notes/x.txt"])
@pytest.mark.parametrize("command", [["validate"], ["fmt"], ["fmt", "--check"], ["fix"]])
def test_a_path_that_holds_no_entity_is_refused(
    above: Path, qafiles: Qafiles, command: list[str], path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(above / "qa")
    result = qafiles(*command, path)
    assert (result.code, result.out) == (2, "")
    assert f"`{path}` holds no entity of the data root" in result.err
    assert qafiles(*command, "users").code == 0


def test_what_is_checked_and_no_entity_may_be_named(
    above: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(above / "qa")
    assert qafiles("validate", "qafiles.yaml", ".").code == 0
    write(above, {"qa/users/deep/ada.yaml": "x: 1\n"})
    assert "QF302" in qafiles("validate", "users/deep", "--format", "concise").out


@pytest.mark.parametrize(
    "name", ["qafiles.yml", "QAfiles.yaml", ".qafiles.yaml", "qafile.yml", "qafiles.yaml.txt"]
)
@pytest.mark.parametrize(
    "command", [["validate"], ["list", "tag"], ["set", "open", "url_route=/x"], ["report", "coverage"]]
)
def test_a_misnamed_settings_file_is_told(
    above: Path, qafiles: Qafiles, name: str, command: list[str]
) -> None:
    (above / "qa/qafiles.yaml").rename(above / "qa" / name)
    result = qafiles("-C", "qa/users", *command)
    assert (result.code, result.out) == (3, "")
    assert f"but {above / 'qa' / name}: rename it to qafiles.yaml" in result.err


def test_a_misnamed_settings_file_of_a_commit_is_told(above: Path, qafiles: Qafiles) -> None:
    git(above, "mv", "qa/qafiles.yaml", "qa/qafiles.yml")
    git(above, "commit", "-qm", "second")
    result = qafiles("-C", "qa", "validate", "--rev", "HEAD")
    assert result.code == 3
    assert "but a qafiles.yml; settings have the name qafiles.yaml alone" in result.err


@pytest.mark.parametrize(
    ("start", "target"), [("qa", "../other"), ("qa/users", "../../other"), (".", "qa/../other")]
)
def test_a_data_root_is_made_beside_the_one_that_one_stands_in(
    above: Path, qafiles: Qafiles, start: str, target: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(above / start)
    assert qafiles("init", target).code == 0
    assert (above / "other/qafiles.yaml").is_file()
    inside = qafiles("init", "sub" if start == "qa" else f"{above}/qa/users/../sub")
    assert inside.code == 3
    assert f"{above}/qa/sub lies in the data root {above}/qa, and data roots do not nest" in inside.err


@pytest.mark.parametrize("format_", ["text", "json", "csv", "markdown", "html"])
def test_a_suite_without_test_cases_is_told_as_such(above: Path, qafiles: Qafiles, format_: str) -> None:
    run = "id: a1w2e3r4t5y6u7i8o9p0a1s2\ntest_case_id: open\n"
    write(above, {f"qa/{_RUNS}/open.yaml": run})
    for suite in ("release-2", "acme/shop/release-2/"):
        result = qafiles("-C", "qa", "report", "coverage", "--suite", suite, "--format", format_)
        assert result.code == 0
        told = f"the suite `{suite.strip('/')}` holds 1 traversal, and no test cases"
        assert told.replace("`", "") in (result.out + result.err).replace("`", "").replace("&#96;", "")


def test_several_folders_are_one_below_the_other(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second one is no place of its own, whatever lies there."""
    write(tmp_path / "data" / "root", data_root())
    (tmp_path / "root").write_text("a file")
    monkeypatch.chdir(tmp_path)
    for command in (("show", "user:ada"), ("show", "user:ada", "--no-cache"), ("set", "ada", "name=Ada")):
        assert qafiles("-C", str(tmp_path / "data"), "-C", "root", *command).code == 0
    result = qafiles("-C", str(tmp_path), "-C", "root", "show", "user:ada")
    assert result.code == 2
    assert f"Directory '{tmp_path / 'root'}' is a file." in result.err
