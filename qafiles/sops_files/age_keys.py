"""The user's own age key, where SOPS looks for it: https://getsops.io/docs/#encrypting-using-age."""

import base64
import os
import re
import sys
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, NamedTuple

from qafiles.sops_files.recipients import is_age_recipient

_named_in_comment = re.compile(r"#\s*(?:public key|recipient):\s*(age1\S+)\s*\Z", re.IGNORECASE).match
_OF_AGE_ITSELF = "AGE-SECRET-KEY-"
_MOST_CHARACTERS = 1024 * 1024


class OwnKey(NamedTuple):
    """The public key of the user's age key, and where the key is: a variable or a file. `made` is whether it is new."""

    recipient: str
    place: str
    made: bool = False


def key_file(variables: Mapping[str, str] = os.environ) -> Path:
    """Return the file in which SOPS looks for the user's age keys, whether or not there is one."""
    if variables.get("SOPS_AGE_KEY_FILE"):
        return Path(variables["SOPS_AGE_KEY_FILE"]).absolute()
    home = Path.home()
    folder = home / ".config"
    if sys.platform == "win32":
        folder = Path(variables.get("APPDATA") or home / "AppData/Roaming")
    elif variables.get("XDG_CONFIG_HOME"):
        folder = Path(variables["XDG_CONFIG_HOME"])
    elif sys.platform == "darwin":
        folder = home / "Library/Application Support"
    return folder.absolute() / "sops/age/keys.txt"


def own_recipients(variables: Mapping[str, str] = os.environ, printed: str = "") -> frozenset[str]:
    """Return the public keys of all age keys that the user has, and of the SSH keys that no passphrase protects.

    Those are the keys that SOPS takes without asking: https://getsops.io/docs/#encrypting-using-age. `printed` is what the
    command of a password manager printed. What a plugin keeps may be out of reach, and is none of them.
    """
    texts = [variables.get("SOPS_AGE_KEY", ""), _text_of(key_file(variables)), printed]
    public = {key for text in texts for key in public_keys(text, _OF_AGE_ITSELF)}
    place = variables.get("SOPS_AGE_SSH_PRIVATE_KEY_FILE")
    places = [Path(place)] if place else [Path.home() / ".ssh" / name for name in ("id_ed25519", "id_rsa")]
    return frozenset(public | {key for item in places if (key := ssh_public_key(_text_of(item))) is not None})


def ssh_public_key(text: str) -> str | None:
    """Return the public key in the file of an SSH private key, None where a passphrase protects it or it is none.

    https://github.com/openssh/openssh-portable/blob/master/PROTOCOL.key
    """
    lines = text.strip().splitlines()
    if len(lines) < 3 or "OPENSSH PRIVATE KEY" not in lines[0]:
        return None
    try:
        content = base64.b64decode("".join(lines[1:-1]), validate=True)
    except ValueError:
        return None
    rest = content.removeprefix(b"openssh-key-v1\0")
    cipher, rest = _ssh_string(rest)
    for _ in range(2):
        _, rest = _ssh_string(rest)
    public, _ = _ssh_string(rest[4:])
    form, _ = _ssh_string(public)
    key = f"{form.decode('ascii', 'replace')} {base64.b64encode(public).decode()}"
    return key if cipher == b"none" and is_age_recipient(key) else None


def _ssh_string(content: bytes) -> tuple[bytes, bytes]:
    """Return the string at the beginning of a text, and what is behind it: RFC 4251, section 5."""
    end = 4 + int.from_bytes(content[:4], "big")
    return content[4:end], content[end:]


def _text_of(place: Path) -> str:
    try:
        with place.open(encoding="utf-8", errors="replace") as file:
            return file.read(_MOST_CHARACTERS)
    except (OSError, ValueError):
        return ""


def own_key(variables: Mapping[str, str] = os.environ) -> OwnKey | None:
    """Return the first age key that the user has; None where there is none whose public key can be told."""
    for public in public_keys(variables.get("SOPS_AGE_KEY", "")):
        return OwnKey(public, "SOPS_AGE_KEY")
    place = key_file(variables)
    text = _text_of(place)
    return next((OwnKey(public, os.fspath(place)) for public in public_keys(text)), None)


def made_key(place: Path) -> OwnKey | None:
    """Return a new age key, written into a file that was not there and that only its owner can read.

    None where pyrage is not installed, or where the file can't be made; a file that is there is never changed.
    """
    x25519 = _x25519()
    if x25519 is None:
        return None
    identity = x25519.Identity.generate()
    created = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    text = f"# created: {created}\n# public key: {identity.to_public()}\n{identity}\n"
    try:
        place.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        descriptor = os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(descriptor, "w", encoding="ascii") as file:
            file.write(text)
    except OSError:
        return None
    return OwnKey(str(identity.to_public()), os.fspath(place), made=True)


def public_keys(text: str, beginning: str = "AGE-") -> Iterator[str]:
    """Yield the public keys of the keys in a text that begin so: computed, or as the comment before each says."""
    x25519 = _x25519()
    commented_key = None
    for line in map(str.strip, text.splitlines()):
        comment = _named_in_comment(line)
        if comment:
            commented_key = comment[1]
        elif line.startswith("AGE-"):
            public = _computed(x25519, line) or commented_key
            commented_key = None
            if public is not None and line.startswith(beginning) and is_age_recipient(public):
                yield public


def _computed(x25519: Any, key: str) -> str | None:
    if x25519 is None or not key.startswith("AGE-SECRET-KEY-1"):
        return None
    try:
        return str(x25519.Identity.from_str(key).to_public())
    except Exception:  # noqa: BLE001  # whatever is wrong with a key, its text must be in no message
        return None


def _x25519() -> Any:
    """Return the part of pyrage that knows such keys; None where it is not installed."""
    try:
        from pyrage import x25519  # type: ignore[import-untyped]  # noqa: PLC0415  # an optional extra
    except ImportError:
        return None
    return x25519
