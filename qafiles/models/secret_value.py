"""Secrets: clear fields around one value that SOPS encrypts."""

from typing import Annotated, Any, ClassVar

from pydantic import ConfigDict, Field, StringConstraints

from qafiles.models.entity import Entity
from qafiles.models.values import Id, RefersTo, SecretName, SecretVersion

# Fixed width: SOPS joins the values for its MAC without separators, so that no character may be able to change places.
SECRET_TIMESTAMP_PATTERN = r"^[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z(?![\s\S])"  # noqa: S105  # a pattern, no secret
SecretTimestamp = Annotated[
    str, StringConstraints(pattern=SECRET_TIMESTAMP_PATTERN), Field(examples=["2026-03-01T09:30:00Z"])
]


class SecretValue(Entity):
    """A secret of a project; `secret_value` is ciphertext, and no text form of this object shows it."""

    model_config = ConfigDict(title="Secret value", extra="forbid")
    x_source: ClassVar[None] = None  # type: ignore[misc]  # SOPS signs the file as a whole, so it has the seed's fields alone

    project_id: Annotated[Id, RefersTo("project")] = Field(
        title="Project",
        description="The id (not the handle) of the project.",
        examples=["wtz3hhilkekfkiw5uhg0sx5k"],
    )
    secret_name: SecretName = Field(
        title="Secret name",
        description="The name in `{{ secret.NAME }}`; the file is secret_values/NAME.yaml.",
    )
    created_at: SecretTimestamp = Field(title="Created at", description="UTC, to the second, in quotes.")
    updated_at: SecretTimestamp = Field(title="Updated at", description="UTC, to the second, in quotes.")
    version: SecretVersion = Field(title="Version", description="One more for each change of the value.")
    secret_value: Annotated[str, StringConstraints(min_length=1)] = Field(
        title="Secret value", description="Ciphertext, written by `sops` alone.", repr=False
    )
    sops: dict[str, Any] = Field(
        title="SOPS", description="What SOPS needs to decrypt the value.", repr=False
    )
