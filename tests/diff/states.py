"""Small data roots in two states, as sources of every sort, and what their comparison says."""

from collections.abc import Mapping
from pathlib import Path

from qafiles.diff import Diff, EntityChange, diff
from qafiles.loading.loader import load
from qafiles.sources import MemorySource
from qafiles.sources.data_root import open_source
from tests.conftest import committed, git
from tests.rules.data_root import data_root

PROJECT = "organizations/acme/projects/shop"
SMOKE = f"{PROJECT}/tags/smoke.yaml"
CASE = f"{PROJECT}/test_cases/open.yaml"
NOTE = f"{PROJECT}/documents/note.yaml"
NOTE_TEXT = "id: d1bo6qzu3vn8dx0atf5rg2ch\nname: Note\ncontent: Text\n"

Files = Mapping[str, str | bytes | None]


def state(changes: Files = {}) -> dict[str, str | bytes]:  # noqa: B006  # never changed
    """Return the files of the base data root with others in their place; None deletes one."""
    files: dict[str, str | bytes] = {**data_root()}
    for path, text in changes.items():
        if text is None:
            files.pop(path, None)
        else:
            files[path] = text
    return files


def moved(old: str, new: str, text: str | None = None) -> dict[str, str | None]:
    """Return the change that puts a file of the base data root elsewhere, with another text if one is given."""
    return {old: None, new: text or data_root()[old]}


def compared(before: Files, after: Files) -> Diff:
    """Return what differs, which is the same whether the files are loaded before or not."""
    sources = MemorySource(state(before)), MemorySource(state(after))
    found = diff(*sources)
    loaded = diff(load(sources[0]), load(sources[1]))
    assert [*map(_told, loaded.changes)] == [*map(_told, found.changes)]
    assert [*map(_told, loaded.rewritten)] == [*map(_told, found.rewritten)]
    return found


def _told(change: EntityChange) -> tuple[object, ...]:
    return change.what, change.file.path, change.fields, change.rewritten, change.carried


def two_commits(folder: Path, before: Files, after: Files) -> Path:
    """Make a repository whose tags `before` and `after` hold the two states."""
    committed(folder, state(before))
    git(folder, "tag", "before")
    git(folder, "rm", "-rqf", ".")
    for path, text in state(after).items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(text.encode() if isinstance(text, str) else text)
    git(folder, "add", "-A", "--force")
    git(folder, "commit", "-qm", "second", "--allow-empty")
    git(folder, "tag", "after")
    return folder


def between(folder: Path, before: str, after: str) -> Diff:
    """Return what differs between two revisions."""
    return diff(open_source(folder, rev=before), open_source(folder, rev=after))
