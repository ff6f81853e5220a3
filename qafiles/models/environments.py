"""`environments` in qafiles.yaml: the URLs and the secrets with which the same tests run elsewhere."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Annotated, Final

from pydantic import BaseModel, ConfigDict, Field, StringConstraints

from qafiles.models.values import CLOSED, SUFFIX_PATTERN, Items, SecretName, Url

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

NO_ROUTES: Final[Mapping[str, str]] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class Environment:
    """One environment that qafiles.yaml declares.

    `routes` are the URLs that stand in the place of the `default_url_route` of projects, which an id or a handle names.
    """

    name: str
    secret_suffix: str = ""
    shared: tuple[str, ...] = ()
    routes: Mapping[str, str] = field(default_factory=lambda: NO_ROUTES)

    def secret_name(self, name: str) -> str:
        """Return the name of the secret that `{{ secret.NAME }}` means here; no other one stands in for it."""
        return name if name in self.shared else name + self.secret_suffix

    def plain_name(self, secret_name: str) -> str | None:
        """Return the NAME that means a secret here, which is that of its variable; None where no name means it."""
        name = secret_name if secret_name in self.shared else secret_name.removesuffix(self.secret_suffix)
        return name if name and self.secret_name(name) == secret_name else None


def environments_of(written: Mapping[str, EnvironmentSettings]) -> dict[str, Environment]:
    """Return the environments of `environments` in qafiles.yaml by name, each validated."""
    return {
        name: Environment(name, each.secret_suffix, each.shared, MappingProxyType(each.default_url_route))
        for name, each in written.items()
    }
