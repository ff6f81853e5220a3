"""The forms in which private keys are kept: of age, SSH and PGP as their programs write them, and those in PEM, JSON or base64.

https://www.rfc-editor.org/rfc/rfc7468, https://tartarus.org/~simon/putty-snapshots/htmldoc/AppendixC.html,
https://github.com/gpg/gnupg/blob/master/agent/keyformat.txt, https://www.rfc-editor.org/rfc/rfc7517
"""

import base64
import re
from functools import cache
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.rules.binary_private_key import binary_private_key_in

if TYPE_CHECKING:
    from collections.abc import Callable

_ENCODED: Final = (
    # "-----BEGIN ", the first line of age-keygen, and AGE-SECRET-KEY-1 wherever in the base64 it begins.
    "LS0tLS1CRUdJTi",
    "IyBjcmVhdGVkOi",
    "QUdFLVNFQ1JFVC1LRVktM",
    "FHRS1TRUNSRVQtS0VZLT",
    "BR0UtU0VDUkVULUtFWS0x",
)
MARKS: Final = (
    "AGE-SECRET-KEY-",
    "PRIVATE KEY-----",
    "PRIVATE KEY BLOCK-----",
    "PRIVATE KEY ----",
    "Private-Lines: ",
    "private-key (",
    ":private-key(",
    ":protected-private-key(",
    '"kty',
    *_ENCODED,
)
"""Texts of which each file with a private key has one."""

STEMS: Final = ("AGE-SECRET-KEY-", "PRIVATE KEY", "Private-Lines: ", "private-key", '"kty', *_ENCODED)
"""Fewer and shorter texts, of which each mark holds one."""

_BECH32: Final = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
# Between the lines of a key stands what a file puts there: indents, quotes, marks of comments,
# line breaks or their escapes.
# Each character can be read in one way alone, so that no text takes longer than its length.
_GAP: Final = r"(?:\\[nrt]|\\(?![nrt])|[+/](?=[^A-Za-z0-9+])|[^A-Za-z0-9+/\\]){1,200}?"
_HEADERS: Final = rf"(?:{_GAP}[A-Za-z][A-Za-z-]{{1,30}}: [^\n\\]{{0,200}}(?=[\n\\])){{0,9}}"
_BODY: Final = rf"{_HEADERS}{_GAP}[A-Za-z0-9+/]{{40}}"
_FORMS: Final = (
    rf"(?P<age>AGE-SECRET-KEY-(?:PQ-)?1[{_BECH32}]{{58}})"
    rf"|-----BEGIN (?:(?P<ssh>OPENSSH|RSA|DSA|EC) |(?P<pkcs8>ENCRYPTED |ANY )?)PRIVATE KEY-----{_BODY}"
    rf"|---- BEGIN SSH2 (?P<ssh2>ENCRYPTED) PRIVATE KEY ----{_BODY}"
    rf"|(?P<putty>Private-Lines): [0-9]{{1,4}}{_GAP}[A-Za-z0-9+/]{{20}}"
    rf"|-----BEGIN (?P<pgp>PGP) PRIVATE KEY BLOCK-----{_BODY}"
    r"|(?P<gnupg>private-key \([a-z0-9]{1,20}\s{0,40}\([a-z]{1,10}\s{1,40}[#\"0-9A-Za-z|])"
    r"|(?P<canonical>:(?:protected-)?private-key\([0-9]:[a-z0-9]{1,9}\()"
)
_NAMES: Final = {
    "age": "of age", "ssh": "of SSH", "ssh2": "of SSH", "putty": "of SSH", "pgp": "of PGP", "gnupg": "of PGP",
    "canonical": "of PGP", "pkcs8": "in PKCS#8",
}  # fmt: skip
_objects = re.compile(rb"\{[^{}]{40,20000}\}").finditer
_is_web_key = re.compile(rb"\"kty\\?\"").search
_private_part = re.compile(rb"\"[dk]\\?\"\s{0,9}:\s{0,9}\\?\"[A-Za-z0-9_-]{32}").search
_marks_encoded = re.compile("|".join(_ENCODED).encode()).finditer
_MOST_ENCODED: Final = 100
"""Texts in base64 of one file that are looked into."""
_REACH: Final = 4096
"""Characters of base64 on each side of a mark; a key stands near its beginning."""
_BASE64: Final = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/ \t\r\n"
_escapes = re.compile(rb"\\[nrt]")


class PrivateKey(NamedTuple):
    """A private key: the words for its form, and where in the content it begins."""

    form: str
    start: int


def _find(content: bytes) -> "re.Match[bytes] | None":
    return _form()(content)


@cache
def _form() -> "Callable[[bytes], re.Match[bytes] | None]":
    """Return what finds a key, which takes long to make and is seldom needed."""
    return re.compile(_FORMS.encode()).search


def private_key_in(content: bytes) -> PrivateKey | None:
    """Return the first private key in a content, None where there is none. In UTF-16, it counts bytes other than zero."""
    form = binary_private_key_in(content)
    if form is not None:
        return PrivateKey(form, 0)
    content = without_zeros(content)
    match = _find(content)
    if match is not None:
        return PrivateKey(_name(match), match.start())
    if b'"kty' in content:
        for item in _objects(content):
            if _is_web_key(item[0]) and _private_part(item[0]):
                return PrivateKey("in a JSON Web Key", item.start())
    for number, mark in enumerate(_marks_encoded(content)):
        encoded = _encoded_around(content, mark.start()) if number < _MOST_ENCODED else None
        if encoded is not None:
            return PrivateKey(f"{_name(encoded)}, in base64", mark.start())
    return None


def without_zeros(content: bytes) -> bytes:
    """Return what is read alike in UTF-8, and in UTF-16 or UTF-32 as shells of Windows write them."""
    return content.translate(None, b"\0")


def _name(match: "re.Match[bytes]") -> str:
    return _NAMES[match.lastgroup or "pkcs8"]


def _encoded_around(content: bytes, at: int) -> "re.Match[bytes] | None":
    """Return a key in the base64 around a mark, None where there is none."""
    before = _escapes.sub(b"\n", content[max(0, at - _REACH) : at])
    after = _escapes.sub(b"\n", content[at : at + _REACH])
    text = before[len(before.rstrip(_BASE64)) :] + after[: len(after) - len(after.lstrip(_BASE64))]
    characters = text.translate(None, b" \t\r\n")
    for skipped in range(4):  # other letters may stand before the base64
        rest = characters[skipped:]
        match = _find(base64.b64decode(rest + b"A" * (-len(rest) % 4)))
        if match is not None:
            return match
    return None
