"""Zip, gz, bz2 and xz as streams: nothing is sought, and at most a chunk of each is held.

The directory at the end of a zip is not read: it may be of any size, and lie. Members are found by their own headers:
https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT, section 4.3.7.
"""

import binascii
import bz2
import lzma
import re
import struct
import zlib
from typing import Any, Final

from qafiles.secrets.scanning.content import CHUNK, Content, Parser, ParserOf
from qafiles.secrets.scanning.tar import is_tar_header, taken, tar_parser

_LOCAL: Final = b"PK\x03\x04"
_LOCAL_HEADER: Final = struct.Struct("<4xHHH8xIIHH")
_HAS_DESCRIPTOR: Final = 8
_MOST_TOLD: Final = 0xFFFFFFFF
_no_base64 = re.compile(rb"[^A-Za-z0-9+/\r\n]").search
_UNKNOWN: Final = (
    (b"\x28\xb5\x2f\xfd", "zstd"), (b"7z\xbc\xaf\x27\x1c", "7z"), (b"Rar!\x1a\x07", "rar"), (b"\x04\x22\x4d\x18", "lz4"),
)  # fmt: skip


def parser_for(head: bytes) -> ParserOf | str | None:
    """Return what parses an archive that begins so, why it can't be searched, or None where it is no archive."""
    if head.startswith((_LOCAL, b"PK\x05\x06", b"PK\x07\x08")):
        return zip_parser
    if head.startswith(b"\x1f\x8b\x08"):
        return lambda content: _compressed(content, "gz")
    if head.startswith(b"BZh") and head[4:10] == b"1AY&SY":
        return lambda content: _compressed(content, "bz2")
    if head.startswith(b"\xfd7zXZ\x00"):
        return lambda content: _compressed(content, "xz")
    if head[257:262] == b"ustar" or (len(head) == 512 and is_tar_header(head)):
        return tar_parser
    return next((f"{name} can't be looked into" for begin, name in _UNKNOWN if head.startswith(begin)), None)


def _decompressor(kind: str) -> Any:
    if kind == "gz":
        return _Inflated(31)
    if kind == "deflate":
        return _Inflated(-15)
    return bz2.BZ2Decompressor() if kind == "bz2" else lzma.LZMADecompressor(memlimit=128 << 20)


class _Inflated:
    """A decompressor of zlib with the interface of the others."""

    def __init__(self, window: int) -> None:
        self._inflate = zlib.decompressobj(window)
        self._rest = b""

    @property
    def eof(self) -> bool:
        return self._inflate.eof

    @property
    def needs_input(self) -> bool:
        return not self._rest

    @property
    def unused_data(self) -> bytes:
        return self._inflate.unused_data

    def decompress(self, data: bytes, max_length: int) -> bytes:
        out = self._inflate.decompress(self._rest + data, max_length)
        # A full output may leave more inside than `unconsumed_tail` shows.
        self._rest = self._inflate.unconsumed_tail
        return out


def _fed(member: Content, decompressor: Any, data: bytes) -> None:
    """Feed what data decompresses to, a chunk at a time. Raises the error of the decompressor."""
    out = decompressor.decompress(data, CHUNK)
    member.feed(out)
    while not decompressor.eof and (not decompressor.needs_input or len(out) == CHUNK):
        out = decompressor.decompress(b"", CHUNK)
        if not out and decompressor.needs_input:
            break
        member.feed(out)


def _compressed(content: Content, kind: str) -> Parser:
    """Take the bytes of one compressed stream after the other."""
    name = (content.members or (content.search.path,))[-1].rpartition("/")[2]
    member = content.member(re.sub(r"\.(?:gz|bz2|xz)\Z", "", name.replace(".tgz", ".tar.gz")))
    decompressor = _decompressor(kind)
    streams = 0
    try:
        while True:
            data = yield
            while (
                data.strip(b"\0") or not decompressor.eof
            ):  # behind the end may be padding, or another stream
                if decompressor.eof:
                    decompressor = _decompressor(kind)
                _fed(member, decompressor, data)
                if not decompressor.eof:
                    break
                data = decompressor.unused_data
                streams += 1
    except (zlib.error, OSError, lzma.LZMAError, EOFError):
        if not streams:  # what is no stream behind one that is whole was searched as it is
            content.tell(f"the {kind} is damaged")
    except GeneratorExit:
        if not decompressor.eof:
            content.tell(f"the {kind} ends too early")
        raise
    finally:
        member.close()


def zip_parser(content: Content) -> Parser:
    """Take the bytes of a zip, member by member."""
    inbox = bytearray()
    while True:
        at = inbox.find(_LOCAL)
        while at < 0:
            del inbox[:-3]
            inbox += yield
            at = inbox.find(_LOCAL)
        del inbox[:at]
        while len(inbox) < 30:
            inbox += yield
        _, flags, method, size, _, name_length, extra_length = _LOCAL_HEADER.unpack_from(inbox)
        begin = 30 + name_length + extra_length
        while len(inbox) < begin:
            inbox += yield
        name = bytes(inbox[30 : 30 + name_length]).decode(errors="replace")
        if size == _MOST_TOLD:
            size = _size_in(bytes(inbox[30 + name_length : begin]))
        del inbox[:begin]
        member = content.member(name)
        if flags & 1:
            member.tell("it is encrypted")
        elif method == 8:
            yield from _deflated(member, inbox)
        elif method == 0 and (size or not flags & _HAS_DESCRIPTOR):
            yield from taken(inbox, size, member)
        elif method:
            member.tell(f"method {method} of zip can't be unpacked")
        # What is stored without its size was searched with the zip; its own members are found by their headers.
        member.close()


def _size_in(extra: bytes) -> int:
    """Return the size that stands in the fields of a zip64."""
    while len(extra) >= 4:
        kind, length = struct.unpack_from("<HH", extra)
        if kind == 1 and length >= 16 and len(extra) >= 20:
            return int(struct.unpack_from("<Q", extra, 12)[0])
        extra = extra[4 + length :]
    return 0


def _deflated(member: Content, inbox: bytearray) -> Parser:
    """Take the bytes of a compressed member, and leave in the inbox those behind it."""
    decompressor = _decompressor("deflate")
    try:
        while True:
            data = bytes(inbox)
            inbox.clear()
            if data:
                _fed(member, decompressor, data)
            if decompressor.eof:
                inbox += decompressor.unused_data
                return
            inbox += yield
    except zlib.error:
        member.tell("it is damaged")
    except GeneratorExit:
        member.tell("the zip ends in it")
        member.close()
        raise


def base64_parser(member: Content) -> Parser:
    """Take a text from where an archive in base64 begins, up to the first character that is none of base64."""
    rest = b""
    try:
        while True:
            text = yield
            end = _no_base64(text)
            rest += (text[: end.start()] if end else text).translate(None, b"\r\n")
            whole = len(rest) // 4 * 4
            member.feed(binascii.a2b_base64(rest[:whole]))
            rest = rest[whole:]
            if end:
                if len(rest) > 1:
                    member.feed(binascii.a2b_base64(rest + b"=" * (-len(rest) % 4)))
                return
    finally:
        member.close()
