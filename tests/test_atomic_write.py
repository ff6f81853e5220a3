"""A file is written all at once: its old content or its new, whatever ends the writer."""

import os
import resource
import signal
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.atomic_write import write_atomically


def _names(folder: Path) -> list[str]:
    return sorted(place.name for place in folder.iterdir())


def test_a_new_file_has_the_permissions_of_any_new_file(tmp_path: Path) -> None:
    (tmp_path / "plain").write_bytes(b"")
    write_atomically(tmp_path / "new", b"text")
    assert (tmp_path / "new").read_bytes() == b"text"
    assert (tmp_path / "new").stat().st_mode == (tmp_path / "plain").stat().st_mode
    assert _names(tmp_path) == ["new", "plain"]


@pytest.mark.parametrize("mode", [0o600, 0o640, 0o444, 0o755])
def test_a_file_that_is_replaced_keeps_its_permissions(tmp_path: Path, mode: int) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"old")
    place.chmod(mode)
    write_atomically(place, b"new", sync=True)
    assert (place.read_bytes(), stat.S_IMODE(place.stat().st_mode)) == (b"new", mode)


def test_permissions_that_are_asked_for_hold(tmp_path: Path) -> None:
    write_atomically(tmp_path / "file", b"new", mode=0o600)
    assert stat.S_IMODE((tmp_path / "file").stat().st_mode) == 0o600


@pytest.mark.parametrize("there", [True, False])
def test_a_link_that_is_followed_stays_and_its_target_is_written(tmp_path: Path, there: bool) -> None:  # noqa: FBT001  # a parameter
    (tmp_path / "other").mkdir()
    target, link = tmp_path / "other" / "target", tmp_path / "link"
    if there:
        target.write_bytes(b"old")
    link.symlink_to(target)
    write_atomically(link, b"new", follow_links=True)
    assert link.is_symlink()
    assert target.read_bytes() == b"new"


def test_a_link_that_is_not_followed_is_replaced_and_its_target_stays(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"old")
    (tmp_path / "link").symlink_to("target")
    write_atomically(tmp_path / "link", b"new")
    assert not (tmp_path / "link").is_symlink()
    assert (tmp_path / "target").read_bytes() == b"old"


def test_a_device_stays_one(tmp_path: Path) -> None:
    (tmp_path / "link").symlink_to(os.devnull)
    write_atomically(tmp_path / "link", b"new", follow_links=True)
    assert stat.S_ISCHR(Path(os.devnull).stat().st_mode)


def test_a_name_as_long_as_the_file_system_allows_is_written(tmp_path: Path) -> None:
    write_atomically(tmp_path / ("n" * 255), b"new")
    assert (tmp_path / ("n" * 255)).read_bytes() == b"new"


def test_a_disk_without_room_leaves_the_old_file_and_nothing_beside_it(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"old")
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    before = signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, hard))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomically(place, b"n" * 10_000)
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
        signal.signal(signal.SIGXFSZ, before)
    assert place.read_bytes() == b"old"
    assert _names(tmp_path) == ["file"]


def test_a_folder_in_the_way_is_an_error_and_nothing_is_left(tmp_path: Path) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(OSError, match="folder"):
        write_atomically(tmp_path / "folder", b"new")
    assert _names(tmp_path) == ["folder"]


@pytest.mark.skipif(os.geteuid() == 0, reason="root writes everywhere")
def test_a_folder_that_is_read_only_is_an_error(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with pytest.raises(PermissionError):
        write_atomically(tmp_path / "file", b"new")


@pytest.mark.slow
def test_a_writer_that_is_killed_leaves_the_old_content_or_the_new(tmp_path: Path) -> None:
    place = tmp_path / "file"
    place.write_bytes(b"0" * 3_000_000)
    script = (
        "import sys; from qafiles.atomic_write import write_atomically\n"
        "print(flush=True)\n"
        "while True:\n"
        "    for digit in b'0123456789': write_atomically(sys.argv[1], bytes([digit]) * 3_000_000)\n"
    )
    for _ in range(5):
        with subprocess.Popen([sys.executable, "-c", script, place], stdout=subprocess.PIPE) as writer:
            assert writer.stdout is not None
            writer.stdout.readline()
            for _ in range(20):
                assert len(set(place.read_bytes())) == 1
            writer.kill()
        content = place.read_bytes()
        assert (len(content), len(set(content))) == (3_000_000, 1)


@pytest.mark.parametrize("place", ["there.txt", "/dev/full"])
def test_what_does_not_fit_on_the_disk_is_named(tmp_path: Path, place: str) -> None:
    code = (
        "import resource; resource.setrlimit(resource.RLIMIT_FSIZE, (10, 10));"
        "from qafiles.atomic_write import write_atomically\n"
        f"try: write_atomically({str(tmp_path / place)!r}, bytes(9000), follow_links=True)\n"
        "except OSError as error: print(error.filename)"
    )
    ended = subprocess.run([sys.executable, "-B", "-c", code], capture_output=True, text=True, check=True)
    assert ended.stdout == f"{tmp_path / place}\n"
    assert [*tmp_path.iterdir()] == []
