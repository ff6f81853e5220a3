"""The file of a secret for people: nothing of it is quoted, and to compare it, ciphertexts become short names.

Nothing is decrypted, and any bytes are taken, since git asks for this with whatever a commit or the working tree holds.
"""

import hashlib
import re
from collections.abc import Iterator
from typing import Final

# A `[` ends the search, so that no line of a megabyte takes longer than its length.
_ciphertext = re.compile(rb"ENC\[AES256_GCM,[^\[\]\n]*\]")
_has_value = re.compile(rb"secret_value[\"']?\s*:").search
_value = re.compile(rb"secret_value[\"']?[ \t]*:[ \t]*")
_encrypted = re.compile(rb"<encrypted #[0-9a-f]{6}>[\"']?[ \t]*\r?\n?").fullmatch
_is_field = re.compile(rb"[A-Za-z_\"']").match
_begins = re.compile(rb"([ \t]*)-----BEGIN (?:AGE ENCRYPTED FILE|PGP MESSAGE)-----").match
_ends: Final = (b"-----END AGE ENCRYPTED FILE-----", b"-----END PGP MESSAGE-----")
_NOT_ENCRYPTED: Final = b"<not encrypted>\n"


def holds_secret(content: bytes) -> bool:
    """Return whether a text, wherever it lies, has the field in which a secret stands, encrypted or not."""
    return _has_value(content) is not None


def masked(content: bytes) -> bytes:
    """Return the file with `<encrypted #a95b97>` in the place of each ciphertext, the digits being its SHA-256's first.

    A value that is not encrypted becomes `<not encrypted>`.
    """
    return b"".join(_lines(iter(content.splitlines(keepends=True))))


def _lines(lines: Iterator[bytes]) -> Iterator[bytes]:
    in_clear = False
    for line in lines:
        if in_clear and not _is_field(line):
            continue  # more of a value that is not encrypted
        armor = _begins(line)
        if armor:
            in_clear = False
            yield armor[1] + _name(_armored(line, lines)) + b"\n"
            continue
        shown = _ciphertext.sub(lambda match: _name(match[0]), line)
        value = _value.search(shown)
        in_clear = value is not None and not _encrypted(shown[value.end() :])
        yield shown[: value.end()] + _NOT_ENCRYPTED if in_clear and value else shown


def _armored(first: bytes, lines: Iterator[bytes]) -> bytes:
    """Return the lines of an armored text up to its end, or to that of the file."""
    block = [first.strip()]
    for line in lines:
        block.append(line.strip())
        if block[-1] in _ends:
            break
    return b"\n".join(block)


def _name(ciphertext: bytes) -> bytes:
    return b"<encrypted #%s>" % hashlib.sha256(ciphertext).hexdigest()[:6].encode()
