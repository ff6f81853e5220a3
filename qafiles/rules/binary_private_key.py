"""Private keys in binary: of PGP as GnuPG exports them without `--armor`, and in DER.

https://www.rfc-editor.org/rfc/rfc9580#section-4.2, https://www.rfc-editor.org/rfc/rfc5958, https://www.rfc-editor.org/rfc/rfc7292
"""

from typing import Final

_SECRET_KEY: Final = (5, 7)
_AFTER_A_KEY: Final = (2, 7, 13, 14, 17)
"""Kinds of PGP packets: a secret key or subkey, and what may follow one."""
_PGP_VERSIONS: Final = (3, 4, 5, 6)
_PGP_ALGORITHMS: Final = (1, 2, 3, 16, 17, 18, 19, 20, 22, 25, 26, 27, 28)

_SEQUENCE, _INTEGER, _OCTETS, _OBJECT = 0x30, 0x02, 0x04, 0x06
_MOST_ELEMENTS: Final = 10
_DATA: Final = bytes.fromhex("06092a864886f70d0107")
_KEY_BAGS: Final = (bytes.fromhex("2a864886f70d010c0a0101"), bytes.fromhex("2a864886f70d010c0a0102"))
"""What PKCS#12 calls its parts that hold a private key, as it is or encrypted."""
_ENCRYPTIONS: Final = (bytes.fromhex("2a864886f70d0105"), bytes.fromhex("2a864886f70d010c01"))
"""How the names of the ways begin in which PKCS#8 encrypts: those of PKCS#5 and of PKCS#12."""

FIRST: Final = frozenset({0x94, 0x95, 0x96, 0x97, 0x9C, 0x9D, 0x9E, 0x9F, 0xC5, 0xC7, _SEQUENCE})
"""Bytes of which each such content begins with one."""


def binary_private_key_in(content: bytes) -> str | None:
    """Return the words for the form of the private key that a content is; None where it is none."""
    if not content or content[0] not in FIRST:
        return None
    try:
        return _in_der(content) if content[0] == _SEQUENCE else _of_pgp(content)
    except IndexError:
        return None  # it ends too early


def _of_pgp(content: bytes) -> str | None:
    kind, start, end = _packet(content, 0)
    is_key = (
        kind in _SECRET_KEY
        and content[start] in _PGP_VERSIONS
        # Version 3 has the days until it expires before the algorithm.
        and content[start + (7 if content[start] == min(_PGP_VERSIONS) else 5)] in _PGP_ALGORITHMS
        and end <= len(content)
        and (end == len(content) or _packet(content, end)[0] in _AFTER_A_KEY)
    )
    return "of PGP" if is_key else None


def _packet(content: bytes, at: int) -> tuple[int, int, int]:
    """Return the kind of a packet, and where its body begins and ends."""
    first = content[at]
    if first & 0x40:
        length = content[at + 1]
        if length < 192:
            return first & 0x3F, at + 2, at + 2 + length
        if length < 224:
            return first & 0x3F, at + 3, at + 3 + ((length - 192) << 8) + content[at + 2] + 192
        start = at + 6
        return first & 0x3F, start, start + int.from_bytes(content[at + 2 : start])
    size = (1, 2, 4, 0)[first & 3]
    start = at + 1 + size
    end = start + int.from_bytes(content[at + 1 : start]) if size else len(content)
    return first >> 2 & 0xF, start, end


def _in_der(content: bytes) -> str | None:
    outer = _elements(content, 0, len(content))
    if len(outer) != 1:
        return None
    parts = _elements(content, *outer[0][1:])
    kinds = tuple(kind for kind, _, _ in parts)
    values = [content[start:end] for _, start, end in parts]
    if kinds == (_SEQUENCE, _OCTETS):
        is_encrypted = values[0][2:].startswith(_ENCRYPTIONS) and values[0][0] == _OBJECT
        return "in PKCS#8" if is_encrypted else None
    if kinds[:1] != (_INTEGER,) or len(values[0]) != 1:
        return None
    version = values[0][0]
    if kinds[1:3] == (_SEQUENCE, _OCTETS) and version in (0, 1):
        return "in PKCS#8" if values[1][0] == _OBJECT else None
    if kinds[1:2] == (_SEQUENCE,) and version == 3 and values[1].startswith(_DATA):
        return "in PKCS#12" if any(bag in content for bag in _KEY_BAGS) else None
    is_rsa_or_dsa = version == 0 and {*kinds} == {_INTEGER} and len(kinds) in (6, 9)
    is_elliptic = version == 1 and kinds[1:2] == (_OCTETS,)
    return "of SSH" if is_rsa_or_dsa or is_elliptic else None


def _elements(content: bytes, at: int, end: int) -> list[tuple[int, int, int]]:
    """Return the first elements of DER between two places: the kind of each, and where its content begins and ends."""
    elements: list[tuple[int, int, int]] = []
    while at < end and len(elements) < _MOST_ELEMENTS:
        length, start = content[at + 1], at + 2
        if length & 0x80:
            start += length & 0x7F
            length = int.from_bytes(content[at + 2 : start])
        elements.append((content[at], start, start + length))
        at = start + length
    return elements if at == end else []
