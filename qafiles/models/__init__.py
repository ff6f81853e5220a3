"""The kinds of entity as pydantic models."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import Final

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
]
