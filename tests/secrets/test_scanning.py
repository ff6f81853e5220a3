"""Files searched for values: every form of them, in every archive, within bounds of memory, time and depth."""

import base64
import bz2
import gzip
import html
import io
import json
import lzma
import os
import random
import tarfile
import tracemalloc
import urllib.parse
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.scanning.scan import Scanned, scan, stamps

VALUE = 'canary-7f3k9x2m "pässwörd"/<&>\'+ x'


def zipped(*members: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """Return a zip."""
    place = io.BytesIO()
    with zipfile.ZipFile(place, "w", method) as archive:
        for name, content in members:
            archive.writestr(name, content)
    return place.getvalue()


def streamed(name: str, content: bytes) -> bytes:
    """Return a zip as a program writes it that can't go back: sizes stand behind each member."""

    class Pipe(io.RawIOBase):
        def __init__(self) -> None:
            self.content = bytearray()

        def writable(self) -> bool:
            return True

        def write(self, part: bytes) -> int:  # type: ignore[override]
            self.content += part
            return len(part)

    pipe = Pipe()
    with zipfile.ZipFile(pipe, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr(name, content)
    return bytes(pipe.content)


def tarred(name: str, content: bytes, form: int = tarfile.PAX_FORMAT) -> bytes:
    """Return a tar."""
    place = io.BytesIO()
    with tarfile.open(fileobj=place, mode="w", format=form) as archive:
        member = tarfile.TarInfo(name)
        member.size = len(content)
        archive.addfile(member, io.BytesIO(content))
    return place.getvalue()


def searched(folder: Path, content: bytes, value: str = VALUE) -> Scanned:
    """Return what a search for a value in a file comes to."""
    (folder / "file").write_bytes(content)
    return scan(folder, {"acme/shop/ADMIN_PASSWORD": Plaintext(value.encode())})


FORMS: dict[str, Callable[[str], bytes]] = {
    "plain": str.encode,
    "JSON": lambda value: json.dumps({"password": value}).encode(),
    "JSON of characters": lambda value: json.dumps([value], ensure_ascii=False).encode(),
    "JSON in JSON": lambda value: json.dumps({"body": json.dumps({"password": value})}).encode(),
    "JSON for scripts": lambda value: json.dumps(value).replace("<", "\\u003c").replace(">", "\\u003e").replace("&", "\\u0026").encode(),
    "JSON with slashes": lambda value: json.dumps(value).replace("/", "\\/").encode(),
    "form": lambda value: urllib.parse.urlencode({"password": value}).encode(),
    "form in JSON": lambda value: json.dumps(urllib.parse.urlencode({"password": value})).encode(),
    "URL": lambda value: urllib.parse.quote(value, safe="").encode(),
    "encodeURIComponent": lambda value: urllib.parse.quote(value, safe="!'()*~-._").encode(),
    "URL in lower case": lambda value: urllib.parse.quote(value, safe="").lower().encode(),
    "HTML": lambda value: html.escape(value).encode(),
    "HTML of Chromium": lambda value: html.escape(value, quote=False).encode(),
    "HTML in JSON": lambda value: json.dumps(html.escape(value)).encode(),
    "HTML in ASCII": lambda value: html.escape(value).encode("ascii", "xmlcharrefreplace"),
    "base64": lambda value: base64.b64encode(value.encode()),
    "base64 in the middle": lambda value: base64.b64encode(b"user:" + value.encode() + b"\n"),
    "base64 for URLs": lambda value: base64.urlsafe_b64encode(b"1" + value.encode()),
    "base64 of JSON": lambda value: base64.b64encode(json.dumps({"password": value}).encode()),
    "hex": lambda value: value.encode().hex().encode(),
    "hex in capitals": lambda value: value.encode().hex().upper().encode(),
    "UTF-16": lambda value: value.encode("utf-16-le"),
}  # fmt: skip


@pytest.mark.parametrize("form", FORMS)
def test_a_value_is_found_in_each_form(tmp_path: Path, form: str) -> None:
    assert len(searched(tmp_path, b"before " + FORMS[form](VALUE) + b" behind").hits) == 1


ARCHIVES: dict[str, Callable[[bytes], bytes]] = {
    "zip": lambda content: zipped(("a.txt", b"nothing"), ("b.txt", content)),
    "stored zip": lambda content: zipped(("b.txt", content), method=zipfile.ZIP_STORED),
    "streamed zip": lambda content: streamed("b.txt", content),
    "gz": gzip.compress,
    "two gz": lambda content: gzip.compress(content[:9]) + gzip.compress(content[9:]),
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "tar": lambda content: tarred("b.txt", content),
    "old tar": lambda content: tarred("n" * 150, content, tarfile.GNU_FORMAT),
    "report of Playwright": lambda content: (
        b'<script>window.playwrightReportBase64 = "data:application/zip;base64,'
        + base64.b64encode(zipped(("report.json", content)))
        + b'";</script>'
    ),
}


@pytest.mark.parametrize("outer", ARCHIVES)
@pytest.mark.parametrize("inner", ARCHIVES)
def test_a_value_is_found_in_archives_in_archives(tmp_path: Path, outer: str, inner: str) -> None:
    content = ARCHIVES[outer](ARCHIVES[inner](b"pad " * 100 + VALUE.encode()))
    result = searched(tmp_path, content)
    assert [hit.secret for hit in result.hits] == [0]
    assert not result.unsearched


def test_a_value_is_found_across_the_pieces_in_which_a_file_is_read(tmp_path: Path) -> None:
    for missing in (1, 10, len(VALUE.encode()) - 1):
        assert searched(tmp_path, b"x" * ((1 << 18) - missing) + VALUE.encode()).hits


def test_the_innermost_member_is_named(tmp_path: Path) -> None:
    content = zipped(("trace.zip", zipped(("0-trace.network", VALUE.encode()), method=zipfile.ZIP_STORED)))
    (hit,) = searched(tmp_path, content).hits
    assert (hit.members, hit.form) == (("trace.zip", "0-trace.network"), "plain")


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        (zipped(("a", bytes(range(256)) * 2))[:200], "ends in it"),
        (gzip.compress(random.Random(1).randbytes(5000))[:900], "ends too early"),  # noqa: S311  # no secret
        (gzip.compress(b"x" * 600)[:20] + b"\xff" * 600, "damaged"),
        (b"\x28\xb5\x2f\xfd" + bytes(600), "zstd"),
        (b"7z\xbc\xaf\x27\x1c" + bytes(600), "7z"),
        (zipped(("a", b"x" * 9999), method=zipfile.ZIP_LZMA), "method 14"),
    ],
    ids=["cut zip", "cut gz", "damaged gz", "zstd", "7z", "zip of another method"],
)
def test_what_can_not_be_searched_is_told(tmp_path: Path, content: bytes, reason: str) -> None:
    result = searched(tmp_path, content)
    assert not result.hits
    assert reason in result.unsearched[0].reason


def test_archives_are_followed_to_a_depth_and_what_lies_deeper_is_told(tmp_path: Path) -> None:
    content = VALUE.encode()
    for _ in range(7):
        content = zipped(("next.zip", content))
    assert searched(tmp_path, content).hits
    for _ in range(20):
        content = zipped(("next.zip", content))
    assert "nested" in searched(tmp_path, content).unsearched[0].reason


@pytest.mark.slow
def test_a_bomb_is_given_up_within_bounds_of_memory(tmp_path: Path) -> None:
    layer = zipped(*[(f"{number}.bin", bytes(40 << 20)) for number in range(4)])
    bomb = zipped(*[(f"{number}.zip", layer) for number in range(16)])
    tracemalloc.start()
    try:
        result = searched(tmp_path, bomb)
        assert tracemalloc.get_traced_memory()[1] < 32 << 20
    finally:
        tracemalloc.stop()
    assert "unpacks to more" in result.unsearched[0].reason


def test_short_values_are_not_searched_for_and_told(tmp_path: Path) -> None:
    result = searched(tmp_path, b"abc abc", "abc")
    assert (result.hits, result.too_short) == ((), ("acme/shop/ADMIN_PASSWORD",))


def test_a_long_value_is_found_by_its_middle(tmp_path: Path) -> None:
    value = "".join(f"line {number}\n" for number in range(10_000))
    assert searched(tmp_path, json.dumps({"key": value}).encode(), value).hits


def test_only_what_was_written_since_is_searched(tmp_path: Path) -> None:
    for name in ("old", "rewritten"):
        (tmp_path / name).write_text(VALUE)
    before = stamps(tmp_path)
    (tmp_path / "rewritten").write_text(VALUE)
    os.utime(tmp_path / "rewritten", ns=(before[tmp_path / "rewritten"].mtime,) * 2)
    (tmp_path / "new").write_text(VALUE)
    result = scan(tmp_path, {"A": Plaintext(VALUE.encode())}, before=before)
    assert [Path(hit.path).name for hit in result.hits] == ["new", "rewritten"]


def test_links_and_pipes_are_no_trap(tmp_path: Path) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    (tmp_path / "elsewhere.txt").write_text(VALUE)
    (folder / "loop").symlink_to(folder)
    (folder / "link.txt").symlink_to("../elsewhere.txt")
    os.mkfifo(folder / "pipe")
    result = scan(folder, {"A": Plaintext(VALUE.encode())})
    assert [Path(hit.path).name for hit in result.hits] == ["link.txt"]
    assert sorted(Path(item.path).name for item in result.unsearched) == ["loop", "pipe"]


def test_nothing_that_a_search_returns_shows_the_value(tmp_path: Path) -> None:
    result = searched(tmp_path, zipped(("a.json", json.dumps([VALUE]).encode())))
    assert result.hits
    assert "canary" not in repr(result)
