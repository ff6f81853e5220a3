"""The ten kinds of entity as pydantic models, and the table of kinds."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from qafiles.layout import Kind
from qafiles.models.browser_config import BrowserConfig
from qafiles.models.entity import Entity
from qafiles.models.people import Member, Organization, User
from qafiles.models.secret_value import SecretValue
from qafiles.models.settings import Settings
from qafiles.models.testing import Document, Project, Tag, TestCase, TestTraversal

MODELS: Final[Mapping[Kind, type[Entity]]] = MappingProxyType(
    {
        "organization": Organization,
        "member": Member,
        "project": Project,
        "test_case": TestCase,
        "document": Document,
        "tag": Tag,
        "secret_value": SecretValue,
        "test_traversal": TestTraversal,
        "browser_config": BrowserConfig,
        "user": User,
    }
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
