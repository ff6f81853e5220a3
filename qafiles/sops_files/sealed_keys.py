"""The data key of a secret's file, encrypted for one recipient: its form, which has no room for any other text.

https://github.com/C2SP/C2SP/blob/main/age.md, https://www.rfc-editor.org/rfc/rfc9580
"""

import base64
import binascii
import hashlib
import re
from typing import Final

_MOST_CHARACTERS: Final = 16 * 1024
_LINES: Final = r"(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{1,64}={0,2}\n"
_age_armor = re.compile(
    rf"-----BEGIN AGE ENCRYPTED FILE-----\n({_LINES})-----END AGE ENCRYPTED FILE-----\n?"
).fullmatch
# GnuPG writes its version where it is told to, and nothing else above the text.
_pgp_armor = re.compile(
    r"-----BEGIN PGP MESSAGE-----\n(?:Version: GnuPG v[0-9.]{1,12}\n)?\n"
    rf"({_LINES})=[A-Za-z0-9+/]{{4}}\n-----END PGP MESSAGE-----\n?"
).fullmatch
_BODY: Final = rb"(?:[A-Za-z0-9+/]{64}\n)*[A-Za-z0-9+/]{0,63}\n"
_MAC: Final = rb"--- [A-Za-z0-9+/]{43}\n"
_HEADERS: Final = {
    "x25519": rb"-> X25519 [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43}\n",
    "ssh-ed25519": rb"-> ssh-ed25519 (?P<tag>[A-Za-z0-9+/]{6}) [A-Za-z0-9+/]{43}\n[A-Za-z0-9+/]{43}\n",
    "ssh-rsa": rb"-> ssh-rsa (?P<tag>[A-Za-z0-9+/]{6})\n" + _BODY,
    "plugin": rb"(?:->(?: [\x21-\x7e]{1,1000}){1,8}\n" + _BODY + rb"){1,8}",
}
_age_header = {
    name: re.compile(rb"age-encryption\.org/v1\n" + stanza + _MAC).match for name, stanza in _HEADERS.items()
}
_PAYLOADS: Final = frozenset({16 + 32 + 16, 16 + 33 + 16})
"""Bytes of a nonce, a data key and a tag; a share of a key group has one byte more."""
_is_base64 = re.compile(r"(?:[A-Za-z0-9+/]{4})*(?:[A-Za-z0-9+/]{2}==|[A-Za-z0-9+/]{3}=)?\Z").match
_is_base64_url = re.compile(r"[A-Za-z0-9_-]{40,4000}={0,2}\Z").match
_is_vault_text = re.compile(r"vault:v[0-9]{1,6}:[A-Za-z0-9+/]{40,4000}={0,2}\Z").match
_ENCRYPTED_DATA: Final = frozenset({9, 18, 20})
"""Tags of packets that hold encrypted data: https://www.rfc-editor.org/rfc/rfc9580#name-packet-types."""


def is_sealed_key(kind: str, recipient: str, text: object) -> bool:
    """Return whether a text is what SOPS writes below `enc` for a recipient of a type of keys."""
    if not isinstance(text, str) or len(text) > _MOST_CHARACTERS:
        return False
    if kind == "age":
        return _is_age_text(recipient, text)
    if kind == "pgp":
        return _is_pgp_text(text)
    if kind == "hc_vault":
        return _is_vault_text(text) is not None
    if kind == "azure_kv":
        return _is_base64_url(text) is not None
    return 40 <= len(text) <= 4000 and _is_base64(text) is not None


def _is_age_text(recipient: str, text: str) -> bool:
    """Return whether a text is an armored file of age with the stanza of its recipient alone and a data key in it."""
    armored = _age_armor(text)
    content = _decoded(armored[1]) if armored else None
    if content is None:
        return False
    form, _, key = recipient.partition(" ")
    if not key:
        form = "x25519" if form.startswith("age1") and form.rindex("1") == 3 else "plugin"
    header = _age_header[form](content)
    if header is None or len(content) - header.end() not in _PAYLOADS:
        return False
    return not key or header["tag"] == _tag(key)


def _tag(key: str) -> bytes:
    """Return how age names the SSH key for which a stanza is."""
    digest = hashlib.sha256(base64.b64decode(key.partition(" ")[0])).digest()
    return base64.b64encode(digest[:4]).rstrip(b"=")


def _decoded(lines: str) -> bytes | None:
    """Return what base64 of several lines holds, None where an encoder would have written it otherwise."""
    text = lines.replace("\n", "")
    try:
        content = base64.b64decode(text, validate=True)
    except binascii.Error:
        return None
    return content if base64.b64encode(content).decode() == text else None


def _is_pgp_text(text: str) -> bool:
    """Return whether a text is an armored message with one key packet and one of encrypted data."""
    armored = _pgp_armor(text)
    content = _decoded(armored[1]) if armored else None
    tags = _packet_tags(content) if content is not None else []
    return len(tags) == 2 and tags[0] == 1 and tags[1] in _ENCRYPTED_DATA


def _packet_tags(content: bytes) -> list[int]:
    """Return the tags of the packets in a message, none where they do not fill it: https://www.rfc-editor.org/rfc/rfc9580#section-4.2."""
    tags: list[int] = []
    at = 0
    while at < len(content) and len(tags) < 3:
        first, body = content[at], content[at + 1 : at + 6]
        if not first & 0x80 or len(body) < 1:
            return []
        if first & 0x40:
            tag = first & 0x3F
            width = 1 if body[0] < 192 else 2 if body[0] < 224 else 5
            if len(body) < width or 224 <= body[0] < 255:
                return []
            size = (
                body[0]
                if width == 1
                else ((body[0] - 192) << 8) + body[1] + 192
                if width == 2
                else int.from_bytes(body[1:5], "big")
            )
        else:
            tag, width = first >> 2 & 0xF, (1, 2, 4, 0)[first & 3]
            size = int.from_bytes(body[:width], "big") if width else len(content) - at - 1
        at += 1 + width + size
        tags.append(tag)
    return tags if at == len(content) else []
