"""`.sops.yaml`: who can decrypt which file. SOPS overlooks unknown keys and broken expressions; this does not.

https://github.com/getsops/sops#using-sopsyaml-conf-to-select-kms-pgp-and-age-for-new-files
"""

from collections.abc import Callable, Collection, Iterator, Mapping
from functools import lru_cache
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.layout import nearest
from qafiles.sops_files.expressions import expression
from qafiles.sops_files.flaw import Flaw
from qafiles.sops_files.recipients import NAMED, Recipient, Shares, shares
from qafiles.sops_files.threshold import wrong_threshold

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
_MOST_RULES: Final = 100
"""Rules that are read: each is compared with those before it, and each secret with each."""
_SAMPLE: Final = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"


class CreationRule(NamedTuple):
    """A rule of `.sops.yaml`: the paths that it is for (None for all), its recipients, and those in their groups."""

    pointer: Pointer
    path_regex: str | None
    recipients: frozenset[Recipient]
    encrypted_regex: str | None
    shares: Shares

    @property
    def is_broken(self) -> bool:
        """Whether the rule is for no path because its expression is none."""
        return self.path_regex is not None and _matching(self.path_regex) is None

    def fits(self, path: str) -> bool:
        """Return whether the rule is for a path relative to the folder of `.sops.yaml`; never for a broken expression."""
        if self.path_regex is None:
            return True
        matches = _matching(self.path_regex)
        return matches is not None and matches(path)


@lru_cache(_MOST_RULES)
def _matching(path_regex: str) -> Callable[[str], bool] | None:
    """Return what the expression of a rule matches, None where it is none."""
    return expression(path_regex)


class SopsConfig(NamedTuple):
    """The rules of a `.sops.yaml`, in their order, and what is wrong with the file."""

    rules: tuple[CreationRule, ...]
    flaws: tuple[Flaw, ...]

    def rule_for(self, path: str) -> CreationRule | None:
        """Return the first rule that is for a path, which is the one that SOPS takes, or None."""
        return next((rule for rule in self.rules if rule.fits(path)), None)


def read_config(data: Any, secrets: Collection[str] = ()) -> SopsConfig:
    """Return what the data of a `.sops.yaml` says, whatever it is; `secrets` are paths of secrets, for which there is a rule.

    Without them, only rules for secrets of any project are taken for rules that are for secrets.
    """
    if not isinstance(data, dict):
        return SopsConfig((), (Flaw("is no mapping", (), "write `creation_rules:` with a list of rules"),))
    flaws = [*_unknown(data, _TOP_KEYS, ())]
    rules: list[CreationRule] = []
    listed = data.get("creation_rules")
    if not isinstance(listed, list) or not listed:
        hint = "write a rule with `path_regex`, `encrypted_regex` and recipients"
        flaws.append(Flaw("`creation_rules` is no list of rules", ("creation_rules",), hint))
        listed = []
    if len(listed) > _MOST_RULES:
        why = f"there are {len(listed)} rules, of which {_MOST_RULES} are read"
        flaws.append(
            Flaw(why, ("creation_rules",), "make one rule of those with the same recipients", at_key=True)
        )
    for number, item in enumerate(listed[:_MOST_RULES]):
        pointer: Pointer = ("creation_rules", number)
        if not isinstance(item, dict):
            flaws.append(Flaw("a rule is no mapping", pointer, "write its keys below each other"))
            continue
        numbered_recipients, wrong = _recipients(item, pointer)
        rule = _rule(item, pointer, numbered_recipients)
        flaws += [
            *_unknown(item, _RULE_KEYS, pointer),
            *_broken_expressions(item, rule),
            *_wrong_selectors(item, rule, any(map(rule.fits, (_SAMPLE, *secrets)))),
            *_shadows(rule, rules),
            *wrong_threshold(item, pointer),
            *wrong,
        ]
        rules.append(rule)
    config = SopsConfig(tuple(rules), tuple(flaws))
    legible = rules and not any(rule.is_broken for rule in rules)
    without = [path for path in secrets if config.rule_for(path) is None] if legible else []
    if without:
        more = f", nor for {len(without) - 1} more" if len(without) > 1 else ""
        why = f"no rule is for {without[0]}{more}"
        hint = (
            rf"add one with `path_regex: secret_values/[^/]+\.yaml$` and `encrypted_regex: {ENCRYPTED_REGEX}`"
        )
        flaws.append(Flaw(why, ("creation_rules",), hint, at_key=True))
    return SopsConfig(tuple(rules), tuple(flaws))


def _rule(
    item: Mapping[str, Any], pointer: Pointer, numbered_recipients: list[tuple[int, Recipient]]
) -> CreationRule:
    path_regex, selector = item.get("path_regex"), item.get("encrypted_regex")
    return CreationRule(
        pointer,
        path_regex if isinstance(path_regex, str) else None,
        frozenset(recipient for _, recipient in numbered_recipients),
        selector if isinstance(selector, str) else None,
        shares(numbered_recipients, item.get("shamir_threshold")),
    )


def _shadows(rule: CreationRule, before: list[CreationRule]) -> Iterator[Flaw]:
    """Yield that a rule is never reached, since one before it is for the same paths or for all."""
    for other in before:
        if other.path_regex in {None, rule.path_regex}:
            which = "every path" if other.path_regex is None else "the same paths"
            why = f"rule {int(other.pointer[1]) + 1} is for {which}, so that this one is never reached"
            yield Flaw(why, rule.pointer, "make one rule of the two, or move the narrower one to the front")
            return


def _unknown(mapping: Mapping[Any, Any], known: tuple[str, ...], pointer: Pointer) -> Iterator[Flaw]:
    for key in mapping:
        if key not in known:
            near = nearest(str(key), [*known])
            hint = f"did you mean `{near}`?" if near else "delete it"
            yield Flaw(
                f"SOPS would overlook the unknown key `{str(key)[:40]}`", (*pointer, key), hint, at_key=True
            )


def _broken_expressions(item: Mapping[str, Any], rule: CreationRule) -> Iterator[Flaw]:
    selector = rule.encrypted_regex
    legible = {
        "path_regex": not rule.is_broken,
        "encrypted_regex": selector in {None, ENCRYPTED_REGEX} or expression(str(selector)) is not None,
    }
    for name, is_legible in legible.items():
        text = item.get(name)
        if text is not None and not (isinstance(text, str) and is_legible):
            hint = "SOPS overlooks a broken expression, and then encrypts nothing"
            yield Flaw(f"`{name}` is no regular expression of Go", (*rule.pointer, name), hint)


def _wrong_selectors(item: Mapping[str, Any], rule: CreationRule, for_secrets: bool) -> Iterator[Flaw]:  # noqa: FBT001  # the third fact about one rule
    """Yield what would encrypt other values of a secret's file than `secret_value`."""
    if not for_secrets:
        return
    if rule.encrypted_regex != ENCRYPTED_REGEX:
        why = "a rule for secrets encrypts other values than theirs"
        hint = f"write `encrypted_regex: {ENCRYPTED_REGEX}`, or narrow `path_regex` to other files"
        yield Flaw(why, (*rule.pointer, "encrypted_regex"), hint)
        return
    for name in _OTHER_SELECTORS:
        if name in item:
            lost = ": with it, names and versions are not protected" if name == "mac_only_encrypted" else ""
            why = f"`{name}` does not go with the files of secrets"
            yield Flaw(why, (*rule.pointer, name), f"delete it{lost}", at_key=True)


def field_of(kind: str) -> str:
    """Return the key of a rule below which keys of a type stand."""
    return next(name for name, named in _KEY_TYPES.items() if named == kind)


def named_keys(rule: Mapping[str, Any], pointer: Pointer) -> Iterator[tuple[str, str, str | None, Pointer]]:
    """Yield each key that a rule names: its type, the field that it stands in, the key (None for what is none), its place."""
    places: list[tuple[Any, Pointer, dict[str, str]]] = [(rule, pointer, _KEY_TYPES)]
    groups = rule.get("key_groups")
    for index, group in enumerate(groups if isinstance(groups, list) else ()):
        places.append((group, (*pointer, "key_groups", index), _GROUP_TYPES))
    for place, where, types in places:
        for name, kind in types.items() if isinstance(place, dict) else ():
            for text, at in _texts(place.get(name), (*where, name)):
                yield kind, name, NAMED[kind](text), at


def _recipients(rule: Mapping[str, Any], pointer: Pointer) -> tuple[list[tuple[int, Recipient]], list[Flaw]]:
    """Return the recipients of a rule, each with the number of its group (-1 for none), and those that name no key."""
    numbered_recipients: list[tuple[int, Recipient]] = []
    flaws: list[Flaw] = []
    groups = rule.get("key_groups")
    if isinstance(groups, list):
        for index, group in enumerate(groups):
            at: Pointer = (*pointer, "key_groups", index)
            flaws += _unknown(group, (*_GROUP_TYPES, "merge"), at) if isinstance(group, dict) else ()
    elif groups is not None:
        hint = "write each group as an item, with its types of keys"
        flaws.append(Flaw("`key_groups` is no list", (*pointer, "key_groups"), hint))
    for kind, name, key, at in named_keys(rule, pointer):
        if key is None:
            hint = "no secret can be written until it is mended or deleted"
            flaws.append(Flaw(f"this names no key of the type `{name}`", at, hint))
        else:
            inner = at[len(pointer) :]
            numbered_recipients.append((int(inner[1]) if inner[0] == "key_groups" else -1, (kind, key)))
    if not numbered_recipients and not flaws:
        flaws.append(Flaw("the rule has no recipient", pointer, "add an age public key below `age:`"))
    return numbered_recipients, flaws


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
