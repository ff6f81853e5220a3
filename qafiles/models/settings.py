"""The settings of a data root: what qafiles.yaml sets, as plain values; `written` has the models that check it."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Literal, NamedTuple

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.models.access import AccessSettings, access_of
from qafiles.models.environments import Environment, environments_of

Level = Literal["error", "warning", "info"]


class PathRules(NamedTuple):
    """Rules for the files that one glob matches."""

    ignore: tuple[str, ...] = ()


class Rules(NamedTuple):
    """Which rules report, and how severely: codes or prefixes of codes, and globs relative to the data root."""

    ignore: tuple[str, ...] = ()
    severity: Mapping[str, Level] = MappingProxyType({})
    paths: Mapping[str, PathRules] = MappingProxyType({})


class Settings(NamedTuple):
    """The settings of a data root."""

    requires: str | None = None
    unique_secret_names: Literal["repository", "project"] = "repository"  # noqa: S105  # a scope, no secret
    rules: Rules = Rules()
    fields: DeclaredFields = NOTHING_DECLARED
    environments: Mapping[str, Environment] = MappingProxyType({})
    access: AccessSettings = AccessSettings()
    automated: tuple[str, ...] = ()
    """The conditions of test cases that should have a test."""


def settings_of(data: Mapping[str, Any], fields: DeclaredFields | None = None) -> Settings:
    """Return what a qafiles.yaml sets, from data that the schemas accept; `fields` are those of the data, where they are known."""
    return Settings(
        data.get("requires"),
        data.get("unique_secret_names", "repository"),
        _rules(data.get("rules", {})),
        _fields(data.get("fields", {})) if fields is None else fields,
        environments_of(data.get("environments", {})),
        access_of(data.get("access", {})),
        tuple(data.get("automated", ())),
    )


def _rules(written: Mapping[str, Any]) -> Rules:
    return Rules(
        tuple(written.get("ignore", ())),
        {**written.get("severity", {})},
        {glob: PathRules(tuple(of.get("ignore", ()))) for glob, of in written.get("paths", {}).items()},
    )


def _fields(written: Mapping[str, Any]) -> DeclaredFields:
    if not written:
        return NOTHING_DECLARED
    from qafiles.models.custom_fields import declared  # noqa: PLC0415  # most data roots declare none

    return declared(written)
