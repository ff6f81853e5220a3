"""The `sops` mapping of a secret's file, matched at every depth: what SOPS writes there, and nothing else.

https://github.com/getsops/sops/blob/main/stores/stores.go
"""

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.sops_files.config import ENCRYPTED_REGEX
from qafiles.sops_files.flaw import Flaw
from qafiles.sops_files.recipients import NAMED, in_stanza
from qafiles.sops_files.sealed_keys import is_sealed_key
from qafiles.sops_files.sealed_value import is_mac

SET_AGAIN: Final = "take the file from a commit in which it is whole, or set the secret again"

_KEYS: Final = frozenset(
    {*NAMED, "key_groups", "shamir_threshold", "lastmodified", "mac", "encrypted_regex", "version"}
)
_is_time = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z\Z").match
_is_version = re.compile(r"[0-9]{1,2}\.[0-9]{1,3}\.[0-9]{1,3}(?:-(?:alpha|beta|rc)\.?[0-9]{1,3})?\Z").match
_is_word = re.compile(r"[A-Za-z0-9_.:/+=@-]{0,200}\Z").match
_ENTRY_KEYS: Final[dict[str, tuple[str, ...]]] = {
    "age": ("recipient",),
    "pgp": ("created_at", "fp"),
    "kms": ("arn", "created_at", "aws_profile"),
    "gcp_kms": ("resource_id", "created_at"),
    "azure_kv": ("vault_url", "name", "version", "created_at"),
    "hc_vault": ("vault_address", "engine_path", "key_name", "created_at"),
    "hckms": ("key_id", "created_at"),
}
"""What stands beside `enc` in an entry of each type."""
_OPTIONAL: Final = {"kms": ("role", "context", "aws_profile")}


def wrong_stanza(stanza: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what a `sops` mapping has that SOPS does not write, or lacks; who the recipients are is not looked at."""
    for key in stanza:
        if key == "mac_only_encrypted":
            why = "the MAC does not protect the name and the version"
            yield Flaw(why, ("sops", key), SET_AGAIN, at_key=True)
        elif key not in _KEYS:
            yield Flaw("unknown key below `sops`", ("sops", key), SET_AGAIN, at_key=True)
    if stanza.get("encrypted_regex") != ENCRYPTED_REGEX:
        why = (
            f"`sops.encrypted_regex` must be `{ENCRYPTED_REGEX}`, or the next write stores the value in clear"
        )
        yield Flaw(why, ("sops", "encrypted_regex"), SET_AGAIN)
    if not isinstance(stanza.get("mac"), str) or not is_mac(stanza["mac"]):
        yield Flaw("`sops.mac` is missing or no MAC of SOPS", ("sops", "mac"), SET_AGAIN)
    if not isinstance(stanza.get("lastmodified"), str) or not _is_time(stanza["lastmodified"]):
        yield Flaw("`sops.lastmodified` is missing or no time", ("sops", "lastmodified"), SET_AGAIN)
    if not isinstance(stanza.get("version"), str) or not _is_version(stanza["version"]):
        yield Flaw("`sops.version` is missing or no version of SOPS", ("sops", "version"), SET_AGAIN)
    yield from _wrong_groups(stanza)
    names = {pointer: recipient for recipient, pointer in in_stanza(stanza)}
    for pointer, kind, entry in _entries(stanza):
        recipient = names.get(pointer[1:])
        # That an entry names no key is said with the recipients.
        yield from _wrong_entry(entry, pointer, kind, recipient[1] if recipient else None)


def _wrong_groups(stanza: Mapping[str, Any]) -> Iterator[Flaw]:
    """Yield what SOPS does not write around the entries: groups beside keys without one, and lists that are none."""
    groups, threshold = stanza.get("key_groups"), stanza.get("shamir_threshold")
    for kind in NAMED:
        if kind in stanza and not isinstance(stanza[kind], list):
            yield Flaw("no list of recipients", ("sops", kind), SET_AGAIN)
        elif groups is not None and stanza.get(kind):
            yield Flaw("recipients beside `key_groups`", ("sops", kind), SET_AGAIN, at_key=True)
    if groups is not None and (
        not isinstance(groups, list) or not all(isinstance(group, dict) for group in groups)
    ):
        yield Flaw("no list of groups of keys", ("sops", "key_groups"), SET_AGAIN)
        return
    for number, group in enumerate(groups or ()):
        for key, listed in group.items():
            if key not in NAMED or not isinstance(listed, list):
                why = "no list of recipients of a type of keys"
                yield Flaw(why, ("sops", "key_groups", number, key), SET_AGAIN, at_key=True)
    fits = isinstance(threshold, int) and not isinstance(threshold, bool) and threshold in range(1, 256)
    if "shamir_threshold" in stanza and not (fits and groups):
        yield Flaw("`sops.shamir_threshold` is no number of groups", ("sops", "shamir_threshold"), SET_AGAIN)


def _entries(stanza: Mapping[str, Any]) -> Iterator[tuple[Pointer, str, Any]]:
    """Yield the place, the type and the content of each entry of a recipient."""
    places: list[tuple[Any, Pointer]] = [(stanza, ("sops",))]
    groups = stanza.get("key_groups")
    if isinstance(groups, list):
        places += [(group, ("sops", "key_groups", number)) for number, group in enumerate(groups)]
    for place, pointer in places:
        for kind in NAMED:
            listed = place.get(kind) if isinstance(place, dict) else None
            for number, entry in enumerate(listed if isinstance(listed, list) else ()):
                yield (*pointer, kind, number), kind, entry


def _wrong_entry(entry: Any, pointer: Pointer, kind: str, recipient: str | None) -> Iterator[Flaw]:
    if not isinstance(entry, dict):
        yield Flaw("a recipient is no mapping", pointer, SET_AGAIN)
        return
    required, optional = _ENTRY_KEYS[kind], _OPTIONAL.get(kind, ())
    for key, value in entry.items():
        if key == "enc" or (recipient is None and key in required):
            continue
        if key not in (*required, *optional):
            yield Flaw("unknown key of a recipient", (*pointer, key), SET_AGAIN, at_key=True)
        elif not _fits(key, value):
            yield Flaw(f"this is no `{key}` of a recipient", (*pointer, key), SET_AGAIN)
    for key in required:
        if key not in entry and key not in optional and recipient is not None:
            yield Flaw(f"a recipient without `{key}`", pointer, SET_AGAIN)
    if recipient is not None and not is_sealed_key(kind, recipient, entry.get("enc")):
        yield Flaw("`enc` is no data key encrypted for this recipient", (*pointer, "enc"), SET_AGAIN)


def _fits(key: str, value: Any) -> bool:
    """Return whether a value has the form of a field beside `enc`; the names of keys have been looked at."""
    if key == "context":
        return isinstance(value, dict) and all(
            isinstance(item, str) and _is_word(item) for pair in value.items() for item in pair
        )
    if key == "created_at":
        return isinstance(value, str) and _is_time(value) is not None
    if key in {"role", "aws_profile", "version"}:
        return isinstance(value, str) and _is_word(value) is not None
    return isinstance(value, str)
