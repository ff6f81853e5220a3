"""Files that git lists and that are deleted, which is not committed yet, are not there for any rule."""

from pathlib import Path

from qafiles import validate
from tests.conftest import committed
from tests.rules.data_root import data_root


def _found(folder: Path) -> list[tuple[str, str]]:
    return [(item.code, item.path) for item in validate(folder)]


def test_a_misspelled_folder_is_reported_where_its_first_file_is_gone(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({"user/ada.yaml": "name: Ada\n", "user/bob.yaml": "name: Bob\n"}))
    assert _found(folder) == [("QF310", "user/ada.yaml")]
    (folder / "user/ada.yaml").unlink()
    assert _found(folder) == [("QF310", "user/bob.yaml")]
    (folder / "user/bob.yaml").unlink()
    assert _found(folder) == []


def test_a_deleted_logo_is_missing(tmp_path: Path) -> None:
    acme = "organizations/acme"
    text = data_root()[f"{acme}/organization.yaml"] + "logo: logo.png\n"
    folder = committed(
        tmp_path, data_root({f"{acme}/organization.yaml": text, f"{acme}/logo.png": "\x89PNG\r\n"})
    )
    assert _found(folder) == []
    (folder / acme / "logo.png").unlink()
    assert _found(folder) == [("QF611", f"{acme}/organization.yaml")]


def test_a_file_that_gets_another_case_clashes_with_nothing(tmp_path: Path) -> None:
    acme = "organizations/acme"
    folder = committed(tmp_path, data_root({f"{acme}/Notes.txt": "a"}))
    (folder / acme / "Notes.txt").rename(folder / acme / "notes.txt")
    assert _found(folder) == []
