"""What differs between an earlier state of a data root and the one that was read."""

from qafiles.snapshot import EntityFile
from qafiles.snapshot.read_state import ReadState

_EARLIER = {
    ("users/ada.yaml", "1a"): EntityFile("users/ada.yaml", "user", "ada", "a" * 24, {"name": "Ada"}),
    ("users/bob.yaml", "2b"): EntityFile("users/bob.yaml", "user", "bob", "b" * 24, {"name": "Bob"}),
}


def _state(names: dict[str, str]) -> ReadState:
    rows: dict[str, tuple[str, str, str | None, bytes, bytes | None, int, bytes]] = {
        path: ("user", "", None, bytes.fromhex(name), None, 0, b"") for path, name in names.items()
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
