"""What is kept between runs counts only where it is exactly what the same user wrote, and its loss is never noticed."""

import os
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles.cache.store import Store

_KEY = b"format 1, release 7"
_BODY = b"a body\x00 of any bytes\n" * 9

pytestmark = pytest.mark.skipif(
    sys.platform == "win32", reason="owners and permission bits are those of POSIX"
)


@pytest.fixture
def store(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Store:
    """Return a store with a file in it, whose second folder is empty."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    (tmp_path / ".git").mkdir()
    store = Store.of(tmp_path / ".git")
    assert store.write("verdict-1", _KEY, _BODY)
    return store


def _file(store: Store) -> Path:
    return Path(store.folders[0], "verdict-1")


def _shared_folder(place: Path) -> None:
    place.parent.chmod(0o770)


def _file_that_others_write(place: Path) -> None:
    place.chmod(0o602)


def _linked_file(place: Path) -> None:
    place.rename(place.with_name("elsewhere"))
    place.symlink_to("elsewhere")


def _linked_folder(place: Path) -> None:
    place.parent.rename(place.parent.with_name("elsewhere"))
    place.parent.symlink_to("elsewhere")


def _second_name(place: Path) -> None:
    place.with_name("second").hardlink_to(place)


def _pipe(place: Path) -> None:
    place.unlink()
    os.mkfifo(place)


def _folder(place: Path) -> None:
    place.unlink()
    place.mkdir()


def _nothing(place: Path) -> None:
    place.unlink()


def _cut_short(place: Path) -> None:
    place.write_bytes(place.read_bytes()[:-1])


def _empty(place: Path) -> None:
    place.write_bytes(b"")


def _longer(place: Path) -> None:
    place.write_bytes(place.read_bytes() + b"\n")


def _flipped(place: Path) -> None:
    content = bytearray(place.read_bytes())
    content[-3] ^= 4
    place.write_bytes(content)


_WAYS: list[Callable[[Path], None]] = [
    _shared_folder,
    _file_that_others_write,
    _linked_file,
    _linked_folder,
    _second_name,
    _pipe,
    _folder,
    _nothing,
    _cut_short,
    _empty,
    _longer,
    _flipped,
]


def test_what_was_written_comes_back_under_its_name_and_key_alone(store: Store) -> None:
    assert store.read("verdict-1", _KEY) == _BODY
    assert store.read("verdict-2", _KEY) is None
    assert store.read("verdict-1", _KEY + b" ") is None
    _file(store).rename(_file(store).with_name("verdict-2"))
    assert store.read("verdict-2", _KEY) is None


@pytest.mark.parametrize("way", _WAYS)
def test_what_is_not_exactly_that_or_could_be_of_somebody_else_is_none(
    store: Store, way: Callable[[Path], None]
) -> None:
    way(_file(store))
    assert store.read("verdict-1", _KEY) is None


@pytest.mark.parametrize("way", _WAYS)
def test_after_it_was_refused_it_is_written_anew(store: Store, way: Callable[[Path], None]) -> None:
    way(_file(store))
    assert store.write("verdict-1", _KEY, b"new")
    assert store.read("verdict-1", _KEY) == b"new"


@pytest.mark.skipif(sys.platform == "win32" or os.geteuid() != 0, reason="only root gives files away")
@pytest.mark.parametrize("what", ["file", "folder"])
def test_what_belongs_to_another_user_is_none(store: Store, what: str) -> None:
    place = _file(store)
    os.chown(place if what == "file" else place.parent, 12345, 12345)
    assert store.read("verdict-1", _KEY) is None
    assert store.write("verdict-1", _KEY, b"new")
    assert store.read("verdict-1", _KEY) == b"new"


def test_where_no_folder_can_be_made_nothing_is_kept_and_nothing_raised(tmp_path: Path) -> None:
    blocked = tmp_path / "file"
    blocked.write_text("")
    store = Store((str(blocked), str(blocked / "below"), "\0", "/proc/nowhere/qafiles"))
    assert not store.write("verdict-1", _KEY, _BODY)
    assert store.read("verdict-1", _KEY) is None
    assert store.names("") == set()
    store.keep_latest("", 0)


def test_the_latest_files_stay_by_number_and_by_size(store: Store) -> None:
    for number in range(9):
        store.write(f"verdict-{number}", _KEY, _BODY)
        os.utime(Path(store.folders[0], f"verdict-{number}"), (number, number))
    store.write("pages", _KEY, _BODY)
    Path(store.folders[0], "verdict-3.0a1b2c3d").write_bytes(b"left by a killed writer")
    os.utime(Path(store.folders[0], "verdict-3.0a1b2c3d"), (0, 0))
    store.keep_latest("verdict-", 4)
    assert store.names("") == {"pages", "verdict-5", "verdict-6", "verdict-7", "verdict-8"}
    store.keep_latest("verdict-", 4, size=2 * (len(_BODY) + 65))
    assert store.names("") == {"pages", "verdict-7", "verdict-8"}


def test_a_name_that_leads_elsewhere_is_no_file_of_it(store: Store) -> None:
    assert store.read("verdict-1\0", _KEY) is None


def test_a_folder_that_others_share_stays_so_and_the_user_keeps_his_own(store: Store) -> None:
    shared, own = map(Path, store.folders)
    shared.chmod(0o775)
    assert store.write("verdict-1", _KEY, b"new")
    assert shared.stat().st_mode & 0o777 == 0o775
    assert own.stat().st_mode & 0o077 == 0
    assert store.read("verdict-1", _KEY) == b"new"


@pytest.mark.parametrize(
    ("variables", "expected"),
    [
        ({"XDG_CACHE_HOME": "/somewhere"}, ["/somewhere/qafiles"]),
        ({"XDG_CACHE_HOME": "here", "HOME": "/home/ada"}, ["/home/ada/.cache/qafiles"]),
        ({"XDG_CACHE_HOME": "", "HOME": "/home/ada"}, ["/home/ada/.cache/qafiles"]),
        ({"XDG_CACHE_HOME": "", "HOME": "here"}, []),
    ],
)
def test_no_folder_is_taken_for_the_users_that_lies_below_the_current_one(
    variables: dict[str, str], expected: list[str], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    assert [str(Path(folder).parent) for folder in Store.of(tmp_path).folders[1:]] == expected


@pytest.mark.parametrize("place", [0, 64, 65, 66, 700_000, -2, -1])
@pytest.mark.parametrize("flipped", [1, 0x80, 0xFF])
def test_a_large_body_with_another_byte_is_none(store: Store, place: int, flipped: int) -> None:
    body = bytes(range(256)) * (5 << 10)
    assert store.write("verdict-1", _KEY, body)
    assert store.read("verdict-1", _KEY) == body
    content = bytearray(_file(store).read_bytes())
    content[place] ^= flipped
    _file(store).write_bytes(content)
    assert store.read("verdict-1", _KEY) is None


def test_a_large_body_that_is_shorter_or_longer_is_none(store: Store) -> None:
    body = b"\0" * (2 << 20)
    assert store.write("verdict-1", _KEY, body)
    content = _file(store).read_bytes()
    for other in (content[:-1], content + b"\0", content[:65]):
        _file(store).write_bytes(other)
        assert store.read("verdict-1", _KEY) is None


@pytest.mark.parametrize("size", [10, 3 << 20])
def test_what_is_written_in_pieces_is_read_as_one(store: Store, size: int) -> None:
    assert store.write("verdict-1", b"key", b"a" * size, b"", b"b" * size)
    assert store.read("verdict-1", b"key") == b"a" * size + b"b" * size
