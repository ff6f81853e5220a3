"""`environments` in qafiles.yaml as they are written: the URLs and the secrets with which the same tests run elsewhere."""

from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qafiles.models.text_patterns import SUFFIX_PATTERN
from qafiles.models.values import CLOSED, Items, SecretName, Url

Suffix = Annotated[str, StringConstraints(pattern=SUFFIX_PATTERN), Field(examples=["_STAGING"])]


class EnvironmentSettings(BaseModel):
    """Other URLs and other secrets for the same tests."""

    model_config = ConfigDict(title="Environment", **CLOSED)

    secret_suffix: Suffix = Field(
        "",
        title="Suffix of secrets",
        description="What the names of its secrets end in: `{{ secret.X }}` means `X_STAGING`.",
    )
    shared: Items[SecretName] = Field(
        (),
        title="Shared secrets",
        description="Secrets that it takes under their plain names.",
        examples=[["PUBLIC_TOKEN"]],
    )
    default_url_route: dict[str, Url] = Field(
        default_factory=dict,
        title="Default URL routes",
        description="Project: the URL in the place of the project's own `default_url_route`.",
        examples=[{"acme/shop": "https://staging.shop.example.com"}],
    )


MAX_ENVIRONMENTS: Final = 50
"""Environments of a data root: each is compared with every secret that is named."""
