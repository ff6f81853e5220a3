from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.cache.file_bodies import bodies_in, body_of, packed_blocks
from qafiles.cache.file_rows import FilesStore, KeptFiles, Row

_BODIES = st.lists(st.binary(max_size=40) | st.just(b""), max_size=200)


@given(_BODIES)
def test_bodies_come_back_as_they_were(bodies: list[bytes]) -> None:
    unpacked = bodies_in([*packed_blocks(bodies)], [*map(len, bodies)])
    assert [body_of(body) for body in unpacked] == bodies
    assert [bool(body) for body in unpacked] == [bool(body) for body in bodies]
    # They are packed anew from where they lie.
    assert [*packed_blocks(unpacked)] == [*packed_blocks(bodies)]


def test_too_few_blocks_are_refused() -> None:
    with pytest.raises(ValueError, match=r"\[1\]"):
        bodies_in([], [1])


def _row(number: int, body: bytes) -> Row:
    return "user", f"u{number}", None, bytes([number % 256]) * 20, b"mark", 1, body, f"User {number}"


@pytest.mark.parametrize("count", [0, 1, 64, 65, 700])
def test_rows_come_back_from_the_store_and_with_what_has_changed_since(tmp_path: Path, count: int) -> None:
    (tmp_path / "git").mkdir()
    store = FilesStore(str(tmp_path / "git"), str(tmp_path / "git"), "", "/usr/bin/git")
    rows = {f"users/u{number:04}.yaml": _row(number, b"x" * (number % 3)) for number in range(count)}
    older = {("users/gone.yaml", b"1" * 20): _row(1, b"old")}
    store.write(KeptFiles((b"index", b"words"), b"fields", rows, older))
    kept = store.read()
    assert _whole(kept.rows) == rows
    assert (kept.digests, kept.fields, kept.older) == ((b"index", b"words"), b"fields", older)
    changed = {**kept.rows, "users/u0000.yaml": _row(9, b"other")}
    store.write(kept._replace(rows=dict(sorted(changed.items())), older={**kept.older, **_older(kept)}))
    again = store.read()
    assert _whole(again.rows) == {**rows, "users/u0000.yaml": _row(9, b"other")}
    assert {key: body_of(row[6]) for key, row in again.older.items()} == {
        key: body_of(row[6]) for key, row in {**older, **_older(kept)}.items()
    }


def _whole(rows: dict[str, Row]) -> dict[str, Row]:
    return {path: (*row[:6], body_of(row[6]), row[7]) for path, row in rows.items()}


def _older(kept: KeptFiles) -> dict[tuple[str, bytes], Row]:
    return {(path, row[3]): row for path, row in kept.rows.items() if path == "users/u0002.yaml"}
