"""The kinds of entity as pydantic models."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

from pydantic.fields import FieldInfo

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.models.browser_config import BrowserConfig
from qafiles.models.entity import Entity
from qafiles.models.people import Member, Organization, User
from qafiles.models.secret_value import SecretValue
from qafiles.models.settings import Settings
from qafiles.models.testing import Document, Project, Tag, TestCase, TestTraversal


def _model(kind: Kind, place: str) -> type[Entity]:
    module, _, name = place.partition(":")
    model: type[Entity] = getattr(import_module(f"qafiles.models.{module}"), name)
    model.kind = kind
    return model


MODELS: Final[Mapping[Kind, type[Entity]]] = MappingProxyType(
    {kind: _model(kind, facts.model) for kind, facts in KIND_FACTS.items()}
)


def fields_of(kind: Kind) -> Mapping[str, FieldInfo]:
    """Return the fields of a kind by the keys that files have, `x-source` last."""
    fields = {field.alias or name: field for name, field in MODELS[kind].model_fields.items()}
    last = {name: fields.pop(name) for name in [name for name in fields if name.startswith("x-")]}
    return {**fields, **last}


__all__ = [
    "MODELS",
    "BrowserConfig",
    "Document",
    "Entity",
    "Member",
    "Organization",
    "Project",
    "SecretValue",
    "Settings",
    "Tag",
    "TestCase",
    "TestTraversal",
    "User",
    "fields_of",
]
