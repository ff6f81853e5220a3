"""What all entities have in common."""

from typing import Annotated, Any, ClassVar

from pydantic import BaseModel, ConfigDict, Field, PrivateAttr, StringConstraints

from qafiles.layout import Kind
from qafiles.models.values import Id

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

    id: Id = Field(
        title="Id",
        description="The permanent identity of this entity: a CUID2, unique in the whole data root. Never reuse it in a copy.",
        examples=["tz4a98xxat96iws9zmbrgj3a"],
    )

    _handle: str = PrivateAttr(default="")
    _path: str = PrivateAttr(default="")

    @property
    def handle(self) -> str:
        """The human name that the path gives, `acme/shop/checkout/pay-by-card`."""
        return self._handle

    @property
    def path(self) -> str:
        """The path of the file relative to the data root."""
        return self._path

    def placed(self, path: str, handle: str) -> "Entity":
        """Return a copy of this entity that knows its path and handle."""
        copy = self.model_copy()
        copy.__pydantic_private__ = {"_path": path, "_handle": handle}
        return copy
