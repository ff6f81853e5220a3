"""What others do to a data root on disk is noticed without a file watcher."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from lsprotocol import types

from qafiles.lsp.outside import Outside, pause_after
from qafiles.lsp.state import opened
from tests.conftest import git
from tests.lsp.client import Editor
from tests.lsp.conftest import PROJECT, Start

_TAGS = f"{PROJECT}/tags"
_SUITE = f"{PROJECT}/test_cases/persistence"


def _append(place: Path) -> None:
    with place.open("ab") as file:
        file.write(b"# more\n")


@pytest.fixture
def repository(acme: Path) -> Path:
    git(acme, "init", "-q")
    git(acme, "add", ".")
    git(acme, "commit", "-qm", "first")
    return acme


@pytest.mark.parametrize(
    "change",
    [
        lambda root: (root / _TAGS / "smoke.yaml").unlink(),
        lambda root: (root / _TAGS / "smoke.yaml").rename(root / _TAGS / "quick.yaml"),
        lambda root: _append(root / _TAGS / "smoke.yaml"),
        lambda root: _append(root / "qafiles.yaml"),
        lambda root: (root / "qafiles.yaml").unlink(),
        lambda root: (root / _TAGS / "new.yaml").write_bytes(b"id: x\n"),
        lambda root: (root / PROJECT / "test_cases/a/b").mkdir(parents=True),
        lambda root: shutil.rmtree(root / PROJECT),
        lambda root: (root / _SUITE / ".gitignore").write_bytes(b"*\n"),
        lambda root: (root / ".gitignore").write_bytes(b"*\n"),
        lambda root: git(root, "rm", "-q", "--cached", f"{_TAGS}/smoke.yaml"),
        lambda root: git(root, "switch", "-qc", "other"),
    ],
)
def test_every_change_on_disk_is_noticed_once(repository: Path, change: Callable[[Path], object]) -> None:
    outside = Outside(repository)
    outside.look({})
    signatures = opened(repository, {}).signatures
    assert not outside.look(signatures)
    change(repository)
    assert outside.look(signatures)
    assert not outside.look(
        opened(repository, {}).signatures if (repository / "qafiles.yaml").exists() else {}
    )


def test_a_file_in_a_folder_that_was_made_and_left_empty_is_noticed(acme: Path) -> None:
    outside = Outside(acme)
    outside.look({})
    folder = acme / PROJECT / "test_cases/new/er"
    folder.mkdir(parents=True)
    assert outside.look({})
    assert not outside.look({})
    (folder / "one.yaml").write_bytes(b"id: x\n")
    assert outside.look({})
    (folder / "one.yaml").unlink()
    assert outside.look({})


def test_what_lies_behind_a_link_is_not_looked_at(acme: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    shutil.rmtree(acme / "users")
    (acme / "users").symlink_to(elsewhere)
    outside = Outside(acme)
    outside.look({})
    (elsewhere / "ada.yaml").write_bytes(b"id: x\n")
    assert not outside.look({})


def test_a_look_that_takes_long_is_seldom_made() -> None:
    assert pause_after(0.001) == 1
    assert pause_after(2) == 100


@pytest.mark.slow
def test_an_editor_without_a_watcher_sees_what_happens_outside(
    repository: Path, case: Path, start: Start
) -> None:
    editor = start(repository, capabilities=types.ClientCapabilities())
    editor.open(case)
    assert editor.hover(case, "document_id: p") is not None
    git(repository, "switch", "-qc", "other")
    git(repository, "rm", "-q", f"{_TAGS}/smoke.yaml")
    git(repository, "commit", "-qm", "second")
    editor.until(lambda: editor.codes(case) == ["QF401"])
    git(repository, "switch", "-q", "main")
    editor.until(lambda: not any(editor.diagnostics.values()))
    closed = repository / _SUITE / "open-edit-is-not-kept.yaml"
    with closed.open("a", encoding="utf-8") as file:
        file.write("colour: teal\n")
    editor.until(lambda: "QF202" in editor.codes(closed))
    settings = repository / "qafiles.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.unlink()
    editor.until(lambda: not any(editor.diagnostics.values()))
    settings.write_text(text, encoding="utf-8")
    editor.until(lambda: "QF202" in editor.codes(closed))


def _is_known(editor: Editor, place: Path) -> bool:
    return editor.hover(place, "id: ") is not None


@pytest.mark.slow
def test_a_data_root_that_appears_is_found_with_what_is_open_in_it(
    acme: Path, case: Path, start: Start
) -> None:
    settings = acme / "qafiles.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.unlink()
    editor = start(acme, capabilities=types.ClientCapabilities())
    editor.open(case, case.read_text(encoding="utf-8").replace("[smoke,", "[smoek,"))
    assert not _is_known(editor, case)
    settings.write_text(text, encoding="utf-8")
    editor.until(lambda: editor.codes(case) == ["QF401"])


@pytest.mark.slow
def test_what_is_open_is_known_when_a_data_root_was_away_and_is_back(
    acme: Path, case: Path, start: Start
) -> None:
    editor = start(acme)
    editor.open(case)
    editor.change(case, editor.texts[case.as_uri()].replace("[smoke,", "[smoek,"))
    editor.until(lambda: editor.codes(case) == ["QF401"])
    settings = acme / "qafiles.yaml"
    text = settings.read_text(encoding="utf-8")
    settings.unlink()
    editor.on_disk(settings, kind=types.FileChangeType.Deleted)
    editor.until(lambda: editor.codes(case) == [])
    settings.write_text(text, encoding="utf-8")
    editor.on_disk(settings, kind=types.FileChangeType.Created)
    editor.until(lambda: editor.codes(case) == ["QF401"])
