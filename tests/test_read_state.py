"""What differs between an earlier state of a data root and the one that was read."""

from pathlib import Path
from typing import TYPE_CHECKING

from qafiles.loading.other_files import digest_of_others
from qafiles.snapshot import EntityFile
from qafiles.snapshot.read_state import ReadState

if TYPE_CHECKING:
    from qafiles.cache.file_rows import Row

_EARLIER = {
    ("users/ada.yaml", "1a"): EntityFile("users/ada.yaml", "user", "ada", "a" * 24, {"name": "Ada"}),
    ("users/bob.yaml", "2b"): EntityFile("users/bob.yaml", "user", "bob", "b" * 24, {"name": "Bob"}),
}


def _state(names: dict[str, str]) -> ReadState:
    rows: dict[str, Row] = {
        path: ("user", "", None, bytes.fromhex(name), None, 0, b"", None) for path, name in names.items()
    }
    return ReadState(rows, b"programs", lambda path, name: _EARLIER.get((path, name)), lambda: b"others")


def test_states_of_the_same_bytes_have_one_digest() -> None:
    assert _state({"users/ada.yaml": "1a"}).digest == _state({"users/ada.yaml": "1a"}).digest
    assert _state({"users/ada.yaml": "1a"}).digest != _state({"users/ada.yaml": "1b"}).digest


def test_what_differs_is_told_with_what_it_was() -> None:
    now = _state({"users/ada.yaml": "1a", "users/bob.yaml": "2c", "users/new.yaml": "3d"})
    earlier = {"users/ada.yaml": "1a", "users/bob.yaml": "2b"}
    assert now.touched(earlier) == {
        "users/bob.yaml": _EARLIER["users/bob.yaml", "2b"],
        "users/new.yaml": None,
    }
    assert now.touched(now.names) == {}


def test_what_is_not_kept_any_more_leaves_the_difference_unknown() -> None:
    assert _state({}).touched({"users/ada.yaml": "of another day"}) is None


def test_what_lies_beside_the_entities_is_told_by_its_content_or_by_what_git_says_of_it(
    tmp_path: Path,
) -> None:
    (tmp_path / "key.pem").write_text("1")
    rows: dict[str, Row] = {
        "key.pem": ("", "", None, b"", b"", 0, b"", None),
        "users/a.yaml": ("user", "a", None, b"1", None, 0, b"", None),
    }
    seen = digest_of_others(str(tmp_path), rows, lambda _: b"")
    assert digest_of_others(str(tmp_path), rows, lambda _: b"") == seen
    # Git searches the file in place of the index, as soon as it looks at it.
    assert digest_of_others(str(tmp_path), rows, lambda _: b"", {"key.pem"}) != seen
    assert digest_of_others(str(tmp_path), rows, lambda _: b"mark") != seen
    other: dict[str, Row] = {
        **rows,
        "users/a.yaml": ("user", "a", None, b"2", None, 0, b"", None),
    }
    assert digest_of_others(str(tmp_path), other, lambda _: b"") == seen
    (tmp_path / "key.pem").write_text("2")
    assert digest_of_others(str(tmp_path), rows, lambda _: b"") != seen
