"""Who may change what beyond the roles of members, and what proves who somebody is, as qafiles.yaml sets it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

Operation = Literal["create", "change", "rename", "delete"]


class AccessRule(NamedTuple):
    """Which operations some people may do; the first rule that fits a change decides alone."""

    who: tuple[str, ...]
    may: tuple[Operation, ...]
    paths: tuple[str, ...] = ()
    kinds: tuple[str, ...] = ()
    fields: tuple[str, ...] = ()


class AccessSettings(NamedTuple):
    """Who may change what, and what proves who somebody is."""

    require_signed: Literal["error", "warn", "platform"] = "error"
    repository_admins: tuple[str, ...] = ()
    pgp_keys: Mapping[str, tuple[str, ...]] = MappingProxyType({})
    rules: tuple[AccessRule, ...] = ()


def access_of(written: Mapping[str, Any]) -> AccessSettings:
    """Return what `access` in qafiles.yaml sets, from data that the schemas accept."""
    return AccessSettings(
        written.get("require_signed", "error"),
        tuple(written.get("repository_admins", ())),
        {user: tuple(keys) for user, keys in written.get("pgp_keys", {}).items()},
        tuple(
            AccessRule(**{name: tuple(values) for name, values in rule.items()})
            for rule in written.get("rules", ())
        ),
    )
