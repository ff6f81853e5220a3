"""A data root that is loaded from what is kept of its files is the one that is loaded as a whole, whatever happened to either."""

import random
import shutil
from pathlib import Path
from typing import Any

import pytest

from qafiles.cache.file_bodies import body_of
from qafiles.cache.file_rows import BODY, TITLE, FilesStore, Row
from qafiles.cache.working_tree import WorkingTree
from qafiles.errors import QafilesError
from qafiles.loading.data_root import load_data_root
from qafiles.rules.file_rules import examiner
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_STEPS = 4
_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root that has findings, and two commits."""
    folder = committed(tmp_path_factory.mktemp("pattern") / "data", data_root())
    (folder / "users/eve.yaml").write_text("id: q7x3k9q2m4p8r5t1v6w0y2bd\nname: Eve\n")
    git(folder, "rm", "-q", _TAG)
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    return folder


@pytest.fixture
def top(pattern: Path, tmp_path: Path) -> Path:
    """Return a copy of it at rest."""
    folder = tmp_path / "above/data"
    shutil.copytree(pattern, folder, symlinks=True)
    at_rest(folder)
    return folder


def at_rest(top: Path) -> None:
    """Let git's index say of every file what is true of it, as if all had been written some time ago."""
    git(top, "update-index", "-q", "--refresh")


def facts(folder: Path, *, no_cache: bool, is_examining: bool, **state: Any) -> dict[str, object]:
    """Return all that a snapshot says, or why there is none."""
    examine = examiner() if is_examining else None
    try:
        snapshot = load_data_root(folder, no_cache=no_cache, examine=examine, **state)
    except QafilesError as error:
        return {"error": f"{type(error)} {error}"}
    return _facts_of(snapshot)


def _facts_of(snapshot: Snapshot) -> dict[str, object]:
    source, files = snapshot.source, snapshot.files
    few = [files[path] for path in [*files][::7]]
    return {
        "a few alone": [(file, snapshot.outgoing(file), snapshot.incoming(file)) for file in few],
        "files": {path: (file, dict(file.data)) for path, file in files.items()},
        "order": [*files],
        "keys": {path: [*file.data] for path, file in files.items()},
        "declared": {path: file.declared for path, file in files.items()},
        "findings": {path: file.findings for path, file in files.items()},
        "others": snapshot.other_paths,
        "settings": snapshot.settings,
        "diagnostics": snapshot.diagnostics,
        "source": source,
        "entries": list(snapshot.entries.items()),
        "left out": source.left_out() if isinstance(source, FolderSource) else None,
        "listed": sorted(source.entries()),
        "by id": {id_: file.path for id_, file in snapshot.by_id.items()},
        "by handle": {name: file.path for name, file in snapshot.by_handle.items()},
        "by kind": {kind: [file.path for file in group] for kind, group in snapshot.by_kind.items()},
        "shared": {id_: [file.path for file in group] for id_, group in snapshot.shared_ids.items()},
        "by key": {key: [file.path for file in group] for key, group in snapshot.by_key.items()},
        "may be used": [file.path for file in files.values() if snapshot.may_be_used(file)],
        "links": snapshot.links,
        "incoming": {path: snapshot.incoming(file) for path, file in files.items()},
    }


def agree(folder: Path, *, is_examining: bool = True, names: object = None, **state: Any) -> None:
    """Compare what is loaded from what is kept, twice, with what is loaded without."""
    expected = facts(folder, no_cache=True, is_examining=is_examining, **state)
    for _ in range(2):
        actual = facts(folder, no_cache=False, is_examining=is_examining, **state)
        assert actual.keys() == expected.keys(), names
        for key, value in expected.items():
            assert actual[key] == value, (names, key, state)


def kept_records(folder: Path) -> list[Path]:
    return sorted((folder / ".git/qafiles").glob("files-*"))


def _rows(folder: Path) -> list[Row]:
    """Return every row that is kept, those of other states among them."""
    tree = WorkingTree.asked(str(folder))
    where = tree.where() if tree is not None else None
    assert tree is not None and where is not None  # noqa: PT018  # one thing
    kept = FilesStore(where.common_dir, where.git_dir, where.prefix, tree.git).read()
    assert kept.base is not None
    return [*kept.rows.values(), *kept.older.values(), *kept.base.rows.values(), *kept.base.older.values()]


def _damage(folder: Path, r: random.Random) -> None:
    """Cut, change, exchange or delete what is kept."""
    records = kept_records(folder)
    if not records:
        return
    place = r.choice(records)
    content = bytearray(place.read_bytes())
    match r.randrange(5):
        case 0:
            del content[r.randrange(len(content)) :]
        case 1:
            content[r.randrange(len(content))] ^= 1 << r.randrange(8)
        case 2:
            content = bytearray(r.choice(records).read_bytes())
        case 3:
            content = bytearray(r.randbytes(r.randrange(200)))
        case _:
            place.unlink()
            return
    place.write_bytes(content)


_STATES: list[dict[str, Any]] = [{}, {}, {}, {"rev": "HEAD"}, {"rev": "HEAD~1"}, {"staged": True}]


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_after_any_edits_the_same_is_loaded(pattern: Path, tmp_path: Path, part: int) -> None:
    for number in range(samples(500, 4)):
        r = random.Random(part * 1000 + number)  # noqa: S311  # no secret
        folder = tmp_path / f"{number}/data"
        shutil.copytree(pattern, folder, symlinks=True)
        if r.random() < 0.7:
            at_rest(folder)
        names = []
        for _ in range(_STEPS):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            try:
                edit(folder, r)
            except (AssertionError, OSError):
                names[-1] += " refused"
            state = r.choice(_STATES)
            agree(folder, is_examining=r.random() < 0.5, names=names, **state)
            if r.random() < 0.2:
                _damage(folder, r)
        shutil.rmtree(folder.parent)


@pytest.mark.parametrize("state", [{}, {"rev": "HEAD"}, {"staged": True}])
def test_what_is_known_is_not_parsed_again(
    top: Path, monkeypatch: pytest.MonkeyPatch, state: dict[str, Any]
) -> None:
    agree(top, **state)
    expected = facts(top, no_cache=True, is_examining=True, **state)
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.loading.loader.load_file", None)
        assert facts(top, no_cache=False, is_examining=True, **state) == expected


def test_a_commit_of_what_was_checked_is_not_parsed(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (top / "users/zoe.yaml").write_text("id: z7x3k9q2m4p8r5t1v6w0y2bd\nname: Zoe\n")
    agree(top)
    git(top, "add", "-A")
    git(top, "commit", "-qm", "third")
    expected = facts(top, no_cache=True, is_examining=True, rev="HEAD")
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.loading.loader.load_file", None)
        assert facts(top, no_cache=False, is_examining=True, rev="HEAD") == expected


def test_a_changed_file_is_kept_beside_the_others(top: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    agree(top)
    [record] = kept_records(top)
    whole = record.read_bytes()
    place = top / "users/eve.yaml"
    place.write_text(place.read_text() + "x-note: new\n")
    agree(top)
    assert record.read_bytes() == whole
    [changes] = [place for place in kept_records(top) if place != record]
    assert changes.stat().st_size < record.stat().st_size / 2
    place.write_text("id: q7x3k9q2m4p8r5t1v6w0y2bd\nname: Eve\n")
    expected = facts(top, no_cache=True, is_examining=True)
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.loading.loader.load_file", None)
        assert facts(top, no_cache=False, is_examining=True) == expected, "an earlier state is kept"


def test_an_earlier_state_is_told_apart_file_by_file(top: Path) -> None:
    before = load_data_root(top).read_state
    assert before is not None
    place = top / "users/eve.yaml"
    place.write_text(place.read_text().replace("Eve", "Eva"))
    (top / "users/ada.yaml").unlink()
    now = load_data_root(top)
    assert now.read_state is not None
    assert now.read_state.digest != before.digest
    touched = now.read_state.touched(before.names)
    assert touched is not None
    assert {path: file and file.get("name") for path, file in touched.items()} == {
        "users/ada.yaml": "Ada Lovelace",
        "users/eve.yaml": "Eve",
    }
    assert now.files["users/eve.yaml"].get("name") == "Eva"


@pytest.mark.parametrize("number", range(3))
def test_what_is_damaged_is_not_taken(top: Path, number: int) -> None:
    r = random.Random(number)  # noqa: S311  # no secret
    agree(top)
    place = top / "users/eve.yaml"
    place.write_text(place.read_text() + "x-note: new\n")
    agree(top)
    for _ in range(4):
        _damage(top, r)
        agree(top)


def test_what_is_kept_of_another_repository_is_not_taken(top: Path, tmp_path: Path) -> None:
    agree(top)
    other = committed(tmp_path / "other", {"qafiles.yaml": "version: 1\n", "users/b.yaml": "name: B\n"})
    agree(other)
    for record, theirs in zip(kept_records(other), kept_records(top), strict=True):
        record.write_bytes(theirs.read_bytes())
    agree(other)


@pytest.mark.parametrize("is_examining", [True, False])
def test_no_value_and_no_ciphertext_of_a_secret_is_kept_wherever_it_lies(
    top: Path, *, is_examining: bool
) -> None:
    shop = "organizations/acme/projects/shop"
    canary = "Y2FuYXJ5LW9mLWEtc2VjcmV0"
    for path, text in {
        f"{shop}/secret_values/PLAIN.yaml": f"secret_name: PLAIN\nsecret_value: {canary}\n",
        f"{shop}/tags/misplaced.yaml": f"name: x\n'secret_value' : {canary}\n",
        f"{shop}/tags/sealed.yaml": f"name: x\nx-note: ENC[AES256_GCM,data:{canary},iv:x,tag:x,type:str]\n",
        "users/copied.yaml": f"secret_value: ENC[AES256_GCM,data:{canary},iv:x,tag:x,type:str]\n",
        "users/escaped.yaml": f'name: x\n"secret\\u005fvalue": {canary}\n',
        "users/escaped-2.yaml": f'name: x\nx-note: "EN\\x43[AES256_GCM,data:{canary},iv:x,tag:x,type:str]"\n',
    }.items():
        place = top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_text(text)
    agree(top, is_examining=is_examining)
    git(top, "add", "-A")
    agree(top, is_examining=is_examining)
    kept = [place.read_bytes() for place in (top / ".git/qafiles").iterdir() if place.is_file()]
    assert kept
    rows = _rows(top)
    assert any(body_of(row[BODY]) for row in rows)
    # Bodies are packed in the file.
    kept += [body_of(row[BODY]) for row in rows] + [str(row[TITLE]).encode() for row in rows]
    assert not any(canary.encode() in content or b"ENC[" in content for content in kept)
