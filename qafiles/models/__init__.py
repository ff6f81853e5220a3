"""The kinds of entity as pydantic models, imported when they are used: most files are judged without them."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from qafiles.kinds import KIND_FACTS, Kind

if TYPE_CHECKING:
    from pydantic.fields import FieldInfo

    from qafiles.models.browser_config import BrowserConfig
    from qafiles.models.entity import Entity
    from qafiles.models.people import Member, Organization, User
    from qafiles.models.secret_value import SecretValue
    from qafiles.models.settings import Settings
    from qafiles.models.testing import Document, Project, Tag, TestCase, TestTraversal

    MODELS: Mapping[Kind, type[Entity]]

_HOMES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "BrowserConfig": "browser_config",
        "Document": "testing",
        "Entity": "entity",
        "Member": "people",
        "Organization": "people",
        "Project": "testing",
        "SecretValue": "secret_value",
        "Settings": "settings",
        "Tag": "testing",
        "TestCase": "testing",
        "TestTraversal": "testing",
        "User": "people",
    }
)


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used."""
    if name == "MODELS":
        value: Any = MappingProxyType({kind: _model(kind, facts.model) for kind, facts in KIND_FACTS.items()})
    elif name in _HOMES:
        if _HOMES[name] not in {"entity", "settings"}:
            __getattr__("MODELS")  # which tells each model its kind
        value = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    else:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    globals()[name] = value
    return value


def _model(kind: Kind, place: str) -> "type[Entity]":
    module, _, name = place.partition(":")
    model: type[Entity] = getattr(import_module(f"{__name__}.{module}"), name)
    model.kind = kind
    return model


def fields_of(kind: Kind) -> "Mapping[str, FieldInfo]":
    """Return the fields of a kind by the keys that files have, `x-source` last."""
    from qafiles.models import MODELS  # noqa: PLC0415  # made by `__getattr__`

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
