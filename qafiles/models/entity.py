"""What all entities have in common."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qafiles.declared_fields import ORIGIN
from qafiles.kinds import Kind
from qafiles.models.origin import Origin
from qafiles.models.values import Id, Optional

ExtensionKey = Annotated[str, StringConstraints(pattern=r"^x-")]


class Entity(BaseModel):
    """One YAML file, validated and immutable; references stay values, which a snapshot resolves."""

    model_config = ConfigDict(
        frozen=True,
        strict=True,
        extra="allow",
        regex_engine="python-re",
        hide_input_in_errors=True,
        defer_build=True,
    )
    __pydantic_extra__: dict[ExtensionKey, Any]

    kind: ClassVar[Kind]
    """The name of the model's entry in the table of kinds, which is set from there."""

    id: Id = Field(
        title="Id",
        description="The permanent identity of this entity: a CUID2, unique in the whole data root. Never reuse it in a copy.",
        examples=["tz4a98xxat96iws9zmbrgj3a"],
    )

    x_source: Optional[Origin] = Field(
        None,
        alias=ORIGIN,
        title="Source",
        description="Where the entity came from: the tool, the key and perhaps the URL that it has there.",
        examples=[{"tool": "testrail", "key": "C123"}],
    )

    handle: ClassVar[str] = ""
    """The human name that the path gives, `acme/shop/checkout/pay-by-card`."""

    path: ClassVar[str] = ""
    """The path of the file relative to the data root."""

    def placed(self, path: str, handle: str) -> "Entity":
        """Return a copy of this entity that knows its path and handle.

        They are no fields, since the file does not hold them, and no private attributes, which would make validating
        each of ten thousand files slower.
        """
        copy = self.model_copy()
        copy.__dict__.update(path=path, handle=handle)
        return copy
