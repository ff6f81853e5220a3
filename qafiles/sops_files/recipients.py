"""Recipients: who can decrypt, as `.sops.yaml` and the files of secrets name them.

The types of keys, and how a file names each: https://github.com/getsops/sops/blob/main/stores/stores.go
"""

import base64
import binascii
import re
from collections.abc import Callable, Iterable, Mapping
from functools import lru_cache
from types import MappingProxyType
from typing import Any, Final

_BECH32: Final = "qpzry9x8gf2tvdw0s3jn54khce6mua7l"
_GENERATORS: Final = (0x3B6A57B2, 0x26508E6D, 0x1EA119FA, 0x3D4233DD, 0x2A1462B3)
_is_ssh_key = re.compile(r"ssh-(?:ed25519|rsa) [A-Za-z0-9+/]{40,}={0,2}(?: [^\r\n]*)?\Z").match
_is_fingerprint = re.compile(r"[0-9A-F]{40}\Z").match
_is_arn = re.compile(r"arn:aws[\w-]*:kms:[^:\s]+:[0-9]+:(?:key|alias)/\S+\Z").match
_is_gcp_key = re.compile(r"projects/[^/\s]+/locations/[^/\s]+/keyRings/[^/\s]+/cryptoKeys/[^/\s]+\Z").match
_azure_key = re.compile(r"(https://[^/\s]+)/keys/([^/\s]+)(?:/([^/\s]*))?/?\Z").match
_vault_key = re.compile(r"(https?://[^/\s]+)/v1/(\S+)/keys/([^/\s]+)\Z").match

Recipient = tuple[str, str]
"""The type of a key, as a file's `sops` mapping names it, and the name of the key."""


LOCAL_KEY_TYPES: Final = frozenset({"age", "pgp"})
"""Types of keys that no service is asked for."""


@lru_cache(maxsize=1000)
def is_age_recipient(text: str) -> bool:
    """Return whether a text is an age public key (also of a plugin) or an SSH public key.

    https://github.com/C2SP/C2SP/blob/main/age.md, https://github.com/bitcoin/bips/blob/master/bip-0173.mediawiki
    """
    if _is_ssh_key(text):
        return _is_whole_ssh_key(text)
    prefix, one, data = text.rpartition("1")
    if (
        not one
        or not prefix.startswith("age")
        or len(data) < 6
        or len(text) > 2000
        or set(data) - set(_BECH32)
    ):
        return False
    values = [ord(char) >> 5 for char in prefix] + [0] + [ord(char) & 31 for char in prefix]
    checksum = 1
    for value in values + [_BECH32.index(char) for char in data]:
        top = checksum >> 25
        checksum = (checksum & 0x1FFFFFF) << 5 ^ value
        for bit, generator in enumerate(_GENERATORS):
            checksum ^= generator if top >> bit & 1 else 0
    return checksum == 1 and (prefix != "age" or len(data) == 58)


def plugin_of(key: str) -> str | None:
    """Return the name of the plugin of age that encrypts for a recipient, None where age does: https://c2sp.org/age-plugin."""
    prefix, one, _ = key.rpartition("1")
    return prefix.removeprefix("age1") if one and prefix.startswith("age1") else None


def _is_whole_ssh_key(text: str) -> bool:
    """Return whether the data of an SSH public key is of the type that stands before it: RFC 4253, section 6.6."""
    form, data, *_ = text.split(" ")
    try:
        blob = base64.b64decode(data, validate=True)
    except binascii.Error:
        return False
    head = len(form).to_bytes(4, "big") + form.encode()
    return blob.startswith(head) and (form != "ssh-ed25519" or len(blob) == len(head) + 36)


def _age(text: str) -> str | None:
    """Return a recipient of age; of an SSH key the type and the data, whatever comment is behind them."""
    if not is_age_recipient(text):
        return None
    return " ".join(text.split(" ")[:2])


def age_keys(listed: object) -> tuple[str, ...]:
    """Return the keys in the list of a user's `age_recipients`, each once and as `NAMED` gives it, whatever the list is."""
    texts = [item for item in listed if isinstance(item, str)] if isinstance(listed, list) else []
    return tuple(dict.fromkeys(key for text in texts if (key := _age(text.strip())) is not None))


def _pgp(text: str) -> str | None:
    fingerprint = text.replace(" ", "").upper()
    return fingerprint if _is_fingerprint(fingerprint) else None


def _kms(text: str) -> str | None:
    return text.partition("+")[0] if _is_arn(text) else None


def _gcp(text: str) -> str | None:
    return text if _is_gcp_key(text) else None


def _azure(text: str) -> str | None:
    match = _azure_key(text)
    return f"{match[1]}/keys/{match[2]}" if match else None


def _vault(text: str) -> str | None:
    match = _vault_key(text)
    return text if match else None


def _huawei(text: str) -> str | None:
    return text if re.fullmatch(r"[\w-]+:\S+", text) else None


NAMED: Final[Mapping[str, Callable[[str], str | None]]] = MappingProxyType(
    {
        "age": _age,
        "pgp": _pgp,
        "kms": _kms,
        "gcp_kms": _gcp,
        "azure_kv": _azure,
        "hc_vault": _vault,
        "hckms": _huawei,
    }
)
"""For each type of key, what returns the name of a key from a text in `.sops.yaml`, or None when it names none."""


Shares = tuple[tuple[tuple[Recipient, ...], ...], int]
"""Groups of keys in a fixed order, and of how many of them one key each is needed to decrypt."""


def shares(named: Iterable[tuple[int, Recipient]], threshold: object) -> Shares:
    """Return the groups of keys, each named with the number of its group; without a threshold, all groups are needed.

    https://github.com/getsops/sops#key-groups
    """
    groups: dict[int, set[Recipient]] = {}
    for number, recipient in named:
        groups.setdefault(number, set()).add(recipient)
    sorted_groups = tuple(sorted(tuple(sorted(group)) for group in groups.values()))
    if len(sorted_groups) < 2:
        return sorted_groups, 1
    return sorted_groups, threshold if isinstance(threshold, int) and threshold > 0 else len(sorted_groups)


def shares_in_stanza(stanza: Mapping[str, Any]) -> Shares:
    """Return the groups of keys in the `sops` mapping of a file; what is illegible is left out."""
    return shares(
        (
            (int(pointer[1]) if pointer[0] == "key_groups" else -1, recipient)
            for recipient, pointer in in_stanza(stanza)
            if recipient is not None
        ),
        stanza.get("shamir_threshold"),
    )


def in_stanza(stanza: Mapping[str, Any]) -> list[tuple[Recipient | None, tuple[str | int, ...]]]:
    """Return each recipient in the `sops` mapping of a file with its pointer below that; None for one that is illegible."""
    recipients: list[tuple[Recipient | None, tuple[str | int, ...]]] = []
    places: list[tuple[Any, tuple[str | int, ...]]] = [(stanza, ())]
    groups = stanza.get("key_groups")
    if isinstance(groups, list):
        places += [(group, ("key_groups", number)) for number, group in enumerate(groups)]
    for place, pointer in places:
        for kind in NAMED:
            entries = place.get(kind) if isinstance(place, dict) else None
            for number, entry in enumerate(entries if isinstance(entries, list) else []):
                name = _name_in(kind, entry) if isinstance(entry, dict) else None
                recipients.append(((kind, name) if name else None, (*pointer, kind, number)))
    return recipients


def _name_in(kind: str, entry: Mapping[str, Any]) -> str | None:
    """Return the name of the key in one entry of a file, in the form in which NAMED gives it."""
    parts: tuple[Any, ...]
    if kind == "azure_kv":
        parts = (entry.get("vault_url"), "keys", entry.get("name"))
    elif kind == "hc_vault":
        parts = (entry.get("vault_address"), "v1", entry.get("engine_path"), "keys", entry.get("key_name"))
    else:
        field = {"age": "recipient", "pgp": "fp", "kms": "arn", "gcp_kms": "resource_id", "hckms": "key_id"}[
            kind
        ]
        key = entry.get(field)
        return NAMED[kind](key) if isinstance(key, str) else None
    if not all(isinstance(part, str) for part in parts):
        return None
    return NAMED[kind]("/".join(str(part).strip("/") for part in parts))
