"""`.sops.yaml`: who can decrypt which file. SOPS overlooks unknown keys and broken expressions; this does not.

https://github.com/getsops/sops#using-sopsyaml-conf-to-select-kms-pgp-and-age-for-new-files
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.layout import nearest
from qafiles.sops_files.flaw import Flaw
from qafiles.sops_files.recipients import NAMED, Recipient

CONFIG_FILE: Final = ".sops.yaml"
ENCRYPTED_REGEX: Final = "^secret_value$"

_TOP_KEYS: Final = ("creation_rules", "destination_rules", "stores")
_KEY_TYPES: Final[dict[str, str]] = {
    "age": "age",
    "pgp": "pgp",
    "kms": "kms",
    "gcp_kms": "gcp_kms",
    "azure_keyvault": "azure_kv",
    "hc_vault_transit_uri": "hc_vault",
    "hckms": "hckms",
}
"""The key of a rule, and what files call the same type of key."""
_GROUP_TYPES: Final[dict[str, str]] = {**_KEY_TYPES, "vault": "hc_vault", "hc_vault": "hc_vault"}
_OTHER_SELECTORS: Final = (
    "unencrypted_suffix",
    "encrypted_suffix",
    "unencrypted_regex",
    "unencrypted_comment_regex",
    "encrypted_comment_regex",
    "mac_only_encrypted",
)
_RULE_KEYS: Final = (
    "path_regex",
    "encrypted_regex",
    *_KEY_TYPES,
    "aws_profile",
    "key_groups",
    "shamir_threshold",
    *_OTHER_SELECTORS,
)
# What Python's expressions have and those of Go have not, or mean otherwise: https://github.com/google/re2/wiki/Syntax
_only_in_python = re.compile(r"\(\?(?:[=!>#(]|<[=!]|P[=>])|\\[1-9Z]|[*+?}]\+").search


@dataclass(frozen=True, slots=True)
class CreationRule:
    """A rule of `.sops.yaml`: the paths that it is for (None for all) and its recipients."""

    pointer: Pointer
    path_regex: str | None
    recipients: frozenset[Recipient]
    encrypted_regex: str | None

    def fits(self, path: str) -> bool:
        """Return whether the rule is for a path relative to the folder of `.sops.yaml`; never for a broken expression."""
        if self.path_regex is None:
            return True
        try:
            return re.search(self.path_regex, path) is not None
        except (re.error, RecursionError, OverflowError):
            return False


@dataclass(frozen=True, slots=True)
class SopsConfig:
    """The rules of a `.sops.yaml`, in their order, and what is wrong with the file."""

    rules: tuple[CreationRule, ...]
    flaws: tuple[Flaw, ...]

    def rule_for(self, path: str) -> CreationRule | None:
        """Return the first rule that is for a path, which is the one that SOPS takes, or None."""
        return next((rule for rule in self.rules if rule.fits(path)), None)


def read_config(data: Any) -> SopsConfig:
    """Return what the data of a `.sops.yaml` says, whatever it is."""
    if not isinstance(data, dict):
        return SopsConfig((), (Flaw("is no mapping", (), "write `creation_rules:` with a list of rules"),))
    flaws = [*_unknown(data, _TOP_KEYS, ())]
    rules: list[CreationRule] = []
    listed = data.get("creation_rules")
    if not isinstance(listed, list) or not listed:
        hint = "write a rule with `path_regex`, `encrypted_regex` and recipients"
        flaws.append(Flaw("`creation_rules` is no list of rules", ("creation_rules",), hint))
        listed = []
    for number, item in enumerate(listed):
        pointer: Pointer = ("creation_rules", number)
        if not isinstance(item, dict):
            flaws.append(Flaw("a rule is no mapping", pointer, "write its keys below each other"))
            continue
        found, wrong = _recipients(item, pointer)
        flaws += [*_unknown(item, _RULE_KEYS, pointer), *_wrong_selectors(item, pointer), *wrong]
        path_regex, selector = item.get("path_regex"), item.get("encrypted_regex")
        before = next((rule for rule in rules if rule.path_regex is None), None)
        if before is not None:
            why = f"rule {int(before.pointer[1]) + 1} is for every path, so that this one is never reached"
            flaws.append(Flaw(why, pointer, "move the rule without `path_regex` to the end"))
        rules.append(
            CreationRule(
                pointer,
                path_regex if isinstance(path_regex, str) else None,
                frozenset(found),
                selector if isinstance(selector, str) else None,
            )
        )
    return SopsConfig(tuple(rules), tuple(flaws))


def _unknown(mapping: Mapping[Any, Any], known: tuple[str, ...], pointer: Pointer) -> Iterator[Flaw]:
    for key in mapping:
        if key not in known:
            near = nearest(str(key), [*known])
            hint = f"did you mean `{near}`?" if near else "delete it"
            yield Flaw("unknown key, which SOPS would overlook", (*pointer, key), hint, at_key=True)


def _wrong_selectors(rule: Mapping[str, Any], pointer: Pointer) -> Iterator[Flaw]:
    """Yield what is wrong with the expressions of a rule, and what would encrypt other values than `secret_value`."""
    for name in ("path_regex", "encrypted_regex"):
        text = rule.get(name)
        if text is None:
            continue
        if not isinstance(text, str) or not _is_expression(text):
            hint = "SOPS overlooks a broken expression, and then encrypts nothing"
            yield Flaw(f"`{name}` is no regular expression of Go", (*pointer, name), hint)
    if rule.get("encrypted_regex") != ENCRYPTED_REGEX and _may_be_for_secrets(rule.get("path_regex")):
        hint = f"write `encrypted_regex: {ENCRYPTED_REGEX}`, or narrow `path_regex` to other files"
        yield Flaw(
            "a rule for secrets encrypts other values than theirs", (*pointer, "encrypted_regex"), hint
        )
        return
    for name in _OTHER_SELECTORS:
        if name in rule and _may_be_for_secrets(rule.get("path_regex")):
            hint = (
                "delete it: with it, names and versions are not protected"
                if name == "mac_only_encrypted"
                else "delete it"
            )
            yield Flaw(f"`{name}` does not go with the files of secrets", (*pointer, name), hint, at_key=True)


def _may_be_for_secrets(path_regex: Any) -> bool:
    sample = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"
    return not isinstance(path_regex, str) or CreationRule((), path_regex, frozenset(), None).fits(sample)


def _is_expression(text: str) -> bool:
    if len(text) > 1000 or _only_in_python(text):
        return False
    try:
        re.compile(text)
    except (re.error, RecursionError, OverflowError):
        return False
    return True


def _recipients(rule: Mapping[str, Any], pointer: Pointer) -> tuple[list[Recipient], list[Flaw]]:
    """Return the recipients of a rule and those that name no key."""
    found: list[Recipient] = []
    flaws: list[Flaw] = []
    places: list[tuple[Any, Pointer, dict[str, str]]] = [(rule, pointer, _KEY_TYPES)]
    groups = rule.get("key_groups")
    if isinstance(groups, list):
        places += [
            (group, (*pointer, "key_groups", index), _GROUP_TYPES) for index, group in enumerate(groups)
        ]
    for place, where, types in places:
        for name, kind in types.items() if isinstance(place, dict) else ():
            for text, at in _texts(place.get(name), (*where, name)):
                key = NAMED[kind](text)
                if key is None:
                    hint = "no secret can be written until it is mended or deleted"
                    flaws.append(Flaw(f"this names no key of the type `{name}`", at, hint))
                else:
                    found.append((kind, key))
    if not found and not flaws:
        flaws.append(Flaw("the rule has no recipient", pointer, "add an age public key below `age:`"))
    return found, flaws


def _texts(value: Any, pointer: Pointer) -> Iterator[tuple[str, Pointer]]:
    """Yield the keys that a value names: texts between commas, or the items of a list, which may be mappings."""
    if isinstance(value, str):
        yield from ((part.strip(), pointer) for part in value.split(",") if part.strip())
    elif isinstance(value, list):
        for index, item in enumerate(value):
            named: Any = item
            if isinstance(item, dict):
                named = item.get("arn") or item.get("resource_id") or item.get("key_id") or _azure_url(item)
            yield str(named), (*pointer, index)
    elif value is not None:
        yield "", pointer


def _azure_url(item: Mapping[str, Any]) -> str:
    return f"{item.get('vaultUrl')}/keys/{item.get('key')}"
