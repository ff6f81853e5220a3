"""The file of a secret for people: nothing of it is quoted, and to compare it, ciphertexts become short names.

Nothing is decrypted, and any bytes are taken, since git asks for this with whatever a commit or the working tree holds.
"""

import re
from collections.abc import Callable, Iterator
from typing import Final

# Exactly what SOPS writes, or a pull request could hide code from who reads `git diff` through this. No repetition may be
# followed by what it repeats, so that no line of a megabyte takes longer than its length.
_ciphertext = re.compile(
    rb"ENC\[AES256_GCM,data:[A-Za-z0-9+/]*={0,2},iv:[A-Za-z0-9+/]{43}=,tag:[A-Za-z0-9+/]{22}==,type:(?:str|int|float|bool|bytes|comment)\]"
)
_has_value = re.compile(rb"secret_value[\"']?\s*:").search
_value = re.compile(rb"[ \t]*[\"']?secret_value[\"']?[ \t]*:[ \t]*").match
_value_in_flow = re.compile(rb"secret_value[\"']?[ \t]*:[ \t]*").search
_is_flow = re.compile(rb"\s*\{").match
_encrypted = re.compile(rb"<encrypted #[0-9a-f]{6}>[\"']?[ \t]*\r?\n?").fullmatch
_goes_on = re.compile(rb"[ \t:]|\r?\n").match
_is_armored = re.compile(
    rb"[A-Za-z0-9+/]{0,76}={0,4}|(?:Version|Comment|Charset): [\x20-\x7e]{0,100}"
).fullmatch
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
    find_value = _value_in_flow if _is_flow(content) else _value
    return b"".join(_lines(iter(content.splitlines(keepends=True)), find_value))


def _lines(lines: Iterator[bytes], find_value: Callable[[bytes], re.Match[bytes] | None]) -> Iterator[bytes]:
    in_clear = False
    for line in lines:
        if in_clear and _goes_on(line):
            continue  # more of a value that is not encrypted
        armor = _begins(line)
        if armor:
            in_clear = False
            yield from _armored(line, armor[1], lines)
            continue
        shown = _ciphertext.sub(lambda match: _name(match[0]), line)
        value = find_value(shown)
        in_clear = value is not None and not _encrypted(shown[value.end() :])
        yield shown[: value.end()] + _NOT_ENCRYPTED if in_clear and value else shown


def _armored(first: bytes, indent: bytes, lines: Iterator[bytes]) -> Iterator[bytes]:
    """Yield the name of an armored text, or its lines as they are where they are not those of one, up to its end."""
    block = [first]
    for line in lines:
        block.append(line)
        text = line.strip()
        if text in _ends:
            yield indent + _name(b"\n".join(part.strip() for part in block)) + b"\n"
            return
        if not _is_armored(text):
            break
    yield from block


def _name(ciphertext: bytes) -> bytes:
    import hashlib  # noqa: PLC0415  # slow to import, and needed where text of a secret is shown

    return b"<encrypted #%s>" % hashlib.sha256(ciphertext).hexdigest()[:6].encode()
