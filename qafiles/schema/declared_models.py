"""The models of the kinds with the fields that a data root declares."""

from functools import cache
from typing import Annotated, Any

from pydantic import BaseModel, Field, GetPydanticSchema, create_model

from qafiles.declared_fields import DeclaredFields
from qafiles.kinds import Kind
from qafiles.models import MODELS
from qafiles.schema.declared import core_of_values


@cache
def declared_model(kind: Kind, declared: DeclaredFields) -> type[BaseModel]:
    """Return the model of a kind with the fields that a data root declares; its own where there are none."""
    fields: dict[str, Any] = {
        field.name: (_type(core_of_values(field.schema)), ... if field.required else Field(None))
        for field in declared.of(kind).values()
    }
    model = MODELS[kind]
    return create_model(model.__name__, __base__=model, **fields) if fields else model


def _type(core: Any) -> Any:
    return Annotated[Any, GetPydanticSchema(lambda _source, _handler: core)]
