import shutil
from pathlib import Path

import pytest

import qafiles
from qafiles.errors import DataRootError
from qafiles.layout import KINDS
from qafiles.scaffold.starter import starter_files, write_starter
from qafiles.sources import MemorySource
from qafiles.validation import load
from tests.conftest import git, write


def test_the_starter_has_an_entity_of_most_kinds_and_no_findings() -> None:
    snapshot = load(MemorySource(starter_files()))
    assert snapshot.diagnostics == ()
    shown = {kind for kind in KINDS if snapshot.of_kind(kind)}
    assert {"organization", "project", "test_case", "document", "tag", "user", "browser_config"} <= shown


def test_each_starter_has_ids_of_its_own() -> None:
    first, second = (load(MemorySource(starter_files())) for _ in range(2))
    assert len(first.by_id) == len(first.files)
    assert not {*first.by_id} & {*second.by_id}
    assert [*first.files] == [*second.files]


def test_what_is_written_is_the_starter(tmp_path: Path) -> None:
    written = write_starter(tmp_path / "new/qa")
    assert sorted(path.as_posix() for path in written) == [*starter_files()]
    assert written[-1].name == "qafiles.yaml"
    assert not any(b"\r" in (tmp_path / "new/qa" / path).read_bytes() for path in written)
    assert load(tmp_path / "new/qa").diagnostics == ()


def test_the_starter_can_be_written_into_a_repository_with_other_files(tmp_path: Path) -> None:
    write(tmp_path, {"src/main.py": "", "users/README.md": ""})
    git(tmp_path, "init", "-q")
    write_starter(tmp_path)
    assert load(tmp_path).diagnostics == ()


@pytest.mark.parametrize(
    ("configured", "name"),
    [
        ("Ada: Lovelace", "Ada: Lovelace"),
        ("007", "007"),
        ("# Žofie", "# Žofie"),
        ("", "Me"),
        ("  ", "Me"),
    ],
)
def test_the_user_is_called_as_git_calls_him_where_that_can_be_a_name(
    configured: str, name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(tmp_path / "config"))
    git(tmp_path, "config", "--file", tmp_path / "config", "user.name", configured)
    write_starter(tmp_path / "not/there/yet")
    snapshot = load(tmp_path / "not/there/yet")
    assert snapshot.diagnostics == ()
    assert snapshot.files["users/me.yaml"].data["name"] == name


@pytest.mark.parametrize(
    ("there", "reason"),
    [
        ({"qafiles.yaml": ""}, r"qafiles\.yaml is there already"),
        ({"../qafiles.yaml": ""}, r"lies in the data root .*, and data roots do not nest"),
        ({"old/qa/qafiles.yaml": ""}, r"the data root .*old/qa would lie inside the new one"),
        ({"organizations": "a file"}, r"organizations is in the way; nothing was written"),
        ({"users/me.yaml/note.txt": ""}, r"me\.yaml is in the way; nothing was written"),
    ],
)
def test_nothing_is_written_where_something_is_in_the_way(
    there: dict[str, str], reason: str, tmp_path: Path
) -> None:
    target = write(tmp_path / "target", there)
    before = sorted(tmp_path.rglob("*"))
    with pytest.raises(DataRootError, match=reason):
        write_starter(target)
    assert sorted(tmp_path.rglob("*")) == before


@pytest.mark.parametrize("path", ["users", "organizations", "users/me.yaml"])
def test_nothing_is_written_through_a_link(path: str, tmp_path: Path) -> None:
    elsewhere = write(tmp_path / "elsewhere", {})
    target = write(tmp_path / "target", {})
    (target / path).parent.mkdir(exist_ok=True)
    (target / path).symlink_to(elsewhere)
    with pytest.raises(DataRootError, match="is in the way; nothing was written"):
        write_starter(target)
    assert not any(elsewhere.iterdir())


@pytest.mark.slow
def test_an_environment_with_qafiles_in_it_may_lie_in_a_data_root(tmp_path: Path) -> None:
    package = tmp_path / ".venv/lib/python3.11/site-packages/qafiles"
    shutil.copytree(Path(qafiles.__file__).parent, package)
    shutil.copytree(package, tmp_path / "env/qafiles")
    write_starter(tmp_path)
    assert [found for found in load(tmp_path).diagnostics if found.severity == "error"] == []


def test_a_folder_with_the_name_of_the_settings_is_in_the_way(tmp_path: Path) -> None:
    (tmp_path / "qafiles.yaml").mkdir()
    with pytest.raises(DataRootError, match="is in the way; nothing was written"):
        write_starter(tmp_path)
