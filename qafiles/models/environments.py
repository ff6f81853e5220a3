"""Environments that qafiles.yaml declares: the URLs and the secrets with which the same tests run elsewhere."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, NamedTuple

NO_ROUTES: Final[Mapping[str, str]] = MappingProxyType({})


class Environment(NamedTuple):
    """One environment that qafiles.yaml declares.

    `routes` are the URLs that stand in the place of the `default_url_route` of projects, which an id or a handle names.
    """

    name: str
    secret_suffix: str = ""
    shared: tuple[str, ...] = ()
    routes: Mapping[str, str] = NO_ROUTES

    def secret_name(self, name: str) -> str:
        """Return the name of the secret that `{{ secret.NAME }}` means here; no other one stands in for it."""
        return name if name in self.shared else name + self.secret_suffix

    def plain_name(self, secret_name: str) -> str | None:
        """Return the NAME that means a secret here, which is that of its variable; None where no name means it."""
        name = secret_name if secret_name in self.shared else secret_name.removesuffix(self.secret_suffix)
        return name if name and self.secret_name(name) == secret_name else None


def environments_of(written: Mapping[str, Mapping[str, Any]]) -> dict[str, Environment]:
    """Return the environments of `environments` in qafiles.yaml by name, from data that the schemas accept."""
    return {
        name: Environment(
            name,
            each.get("secret_suffix", ""),
            tuple(each.get("shared", ())),
            MappingProxyType({**each.get("default_url_route", {})}),
        )
        for name, each in written.items()
    }
