import os
import subprocess
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles


def test_init_in_an_empty_folder_gives_a_data_root_that_validates(
    tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    result = qafiles("init")
    assert (result.code, result.out) == (0, "")
    assert qafiles("validate", "--strict").out.startswith("All good: 11 files, 10 entities")
    assert len(qafiles("list", "test_case", "--format", "ids").out.split()) == 2


def test_init_makes_the_folder_that_it_is_given(tmp_path: Path, qafiles: Qafiles) -> None:
    assert qafiles("init", tmp_path / "new" / "qa").code == 0
    assert qafiles("-C", tmp_path, "init", "other").code == 0
    assert (tmp_path / "new/qa/qafiles.yaml").is_file()
    assert (tmp_path / "other/qafiles.yaml").is_file()


def test_two_data_roots_share_no_id(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path / "a")
    qafiles("init", tmp_path / "b")
    kinds = (
        "user",
        "organization",
        "project",
        "test_case",
        "tag",
        "document",
        "test_traversal",
        "browser_config",
    )

    def ids(name: str) -> set[str]:
        return {
            id_
            for kind in kinds
            for id_ in qafiles("-C", tmp_path / name, "list", kind, "--format", "ids").out.split()
        }

    assert len(ids("a")) == 9
    assert not ids("a") & ids("b")


def test_init_overwrites_nothing(tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "users").mkdir()
    mine = tmp_path / "users" / "me.yaml"
    mine.write_text("mine")
    result = qafiles("init", tmp_path)
    assert result.code == 3
    assert "is in the way; nothing was written" in result.err
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == [mine]
    assert mine.read_text() == "mine"


def test_init_refuses_a_data_root_and_what_lies_in_one(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path)
    assert "is there already" in qafiles("init", tmp_path).err
    assert qafiles("init", tmp_path / "users" / "x").code == 3


def test_init_follows_no_link_out_of_the_folder(tmp_path: Path, qafiles: Qafiles) -> None:
    target = tmp_path / "target"
    target.mkdir()
    (target / "users").symlink_to(tmp_path / "nowhere")
    assert qafiles("init", target).code == 3
    assert not (tmp_path / "nowhere").exists()


def test_a_read_only_folder_is_named(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path / "imported-once")
    target = tmp_path / "read-only"
    target.mkdir(mode=0o555)
    was = os.geteuid()
    if was == 0:
        tmp_path.chmod(0o755)
        os.seteuid(65534)  # root may write anywhere
    try:
        result = qafiles("init", target)
    finally:
        os.seteuid(was)
    assert result.code == 3
    assert "Permission denied" in result.err


def test_a_new_data_root_validates_as_staged_content_too(tmp_path: Path, qafiles: Qafiles) -> None:
    qafiles("init", tmp_path)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "."], cwd=tmp_path, check=True)
    assert qafiles("-C", tmp_path, "validate", "--staged").code == 0
