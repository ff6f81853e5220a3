"""Tar as a stream."""

from collections.abc import Generator
from typing import Final

from qafiles.secrets.scanning.content import Content, Parser

_BLOCK: Final = 512


def tar_parser(content: Content) -> Parser:
    """Take the bytes of a tar, member by member: https://www.gnu.org/software/tar/manual/html_node/Standard.html."""
    inbox = bytearray()
    name = b""
    while True:
        while len(inbox) < _BLOCK:
            inbox += yield
        header = bytes(inbox[:_BLOCK])
        del inbox[:_BLOCK]
        if not header.strip(b"\0"):
            continue
        if not is_tar_header(header):
            content.tell("the tar is damaged")
            return
        size, kind = _tar_number(header[124:136]), header[156:157]
        if kind in b"LKxg":  # the name of the next member, and more of it
            text = yield from taken(inbox, size)
            name = text.rstrip(b"\0") if kind == b"L" else name
        else:
            member = content.member((name or _tar_name(header)).decode(errors="replace"))
            name = b""
            try:
                yield from taken(inbox, size, member)
            finally:
                member.close()
        yield from taken(inbox, -size % _BLOCK)


def taken(inbox: bytearray, size: int, member: Content | None = None) -> Generator[None, bytes, bytes]:
    """Take bytes from the inbox and feed them to a member; return the first of them."""
    first = b""
    while size > 0:
        if not inbox:
            inbox += yield
        part = bytes(inbox[:size])
        del inbox[: len(part)]
        size -= len(part)
        first = first or part[:4096]
        if member is not None:
            member.feed(part)
    return first


def is_tar_header(header: bytes) -> bool:
    """Return whether the sum in a header is that of its bytes."""
    try:
        checksum, _ = _tar_number(header[148:156]), _tar_number(header[124:136])
    except ValueError:
        return False
    return checksum == sum(header[:148]) + 8 * 32 + sum(header[156:]) and checksum > 8 * 32


def _tar_number(text: bytes) -> int:
    if text[:1] == b"\x80":
        return int.from_bytes(text[1:], "big")
    return int(text.strip(b" \0") or b"0", 8)


def _tar_name(header: bytes) -> bytes:
    prefix = header[345:500].partition(b"\0")[0] if header[257:263] == b"ustar\0" else b""
    name = header[:100].partition(b"\0")[0]
    return prefix + b"/" + name if prefix else name
