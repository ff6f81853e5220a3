"""What entries of `allowed_domains` cover, and the origins of URLs that they are compared with."""

from collections.abc import Iterable
from functools import lru_cache
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from qafiles.domains.hosts import DEFAULT_PORTS, canonical_host, in_punycode, is_address
from qafiles.parsing.late_pattern import LatePattern

MAX_LENGTH: Final = 300
"""More than a scheme, the longest possible host and a port take."""
_authority = LatePattern(r"[a-zA-Z]{1,8}://[^/?#]*").match


class Domain(NamedTuple):
    """What an entry covers. An address counts as a host, IPv6 in brackets; None is any port, or http and https."""

    host: str
    scheme: str | None = None
    port: int | None = None
    subdomains: bool = False

    def __str__(self) -> str:
        """Return the entry that means this."""
        scheme = f"{self.scheme}://" if self.scheme else ""
        port = f":{self.port}" if self.port else ""
        return f"{scheme}{'*.' if self.subdomains else ''}{self.host}{port}"


class Origin(NamedTuple):
    """The part of a URL that an entry is compared with."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the origin as text, without the scheme's own port."""
        port = "" if DEFAULT_PORTS.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def covers(domain: Domain, url: str) -> bool:
    """Return whether an entry allows an absolute http(s) URL."""
    url_origin = origin(url)
    return url_origin is not None and allows(domain, url_origin)


def allows(domain: Domain, place: Origin) -> bool:
    """Return whether an entry allows an origin."""
    if domain.scheme != place.scheme and (domain.scheme is not None or place.scheme not in DEFAULT_PORTS):
        return False
    if domain.port is not None and domain.port != place.port:
        return False
    return _host_allows(domain, place.host)


def _host_allows(domain: Domain, host: str) -> bool:
    if domain.host == host:
        return True
    if "*" in domain.host:
        before, after = domain.host[: domain.host.index("*")], domain.host[domain.host.rindex("*") + 1 :]
        return len(host) >= len(before) + len(after) and host.startswith(before) and host.endswith(after)
    return domain.subdomains and host.endswith("." + domain.host)


def origin(url: str) -> Origin | None:
    """Return the origin of an absolute http(s) URL, or None when a browser could not open it."""
    match = _authority(url[: MAX_LENGTH + 1])
    return _origin(match[0]) if match and len(match[0]) <= MAX_LENGTH else None


@lru_cache(maxsize=4096)
def _origin(text: str) -> Origin | None:
    try:
        parts = urlsplit(text)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        return None
    default = DEFAULT_PORTS.get(parts.scheme)
    if default is None or port == 0 or "\\" in text:
        return None
    host = in_punycode(f"[{host}]" if ":" in host else host).removesuffix(".")
    address = canonical_host(host)
    return None if address is None else Origin(parts.scheme, address, port or default)


class Hosts:
    """What a list of entries covers, without schemes and ports, made for comparing it with other lists."""

    def __init__(self, domains: Iterable[Domain]) -> None:
        self._exact: set[str] = set()
        self._wide: set[str] = set()
        self._parents: set[str] = set()
        self._any = False
        for domain in domains:
            self._any = self._any or "*" in domain.host
            (self._wide if domain.subdomains else self._exact).add(domain.host)
            self._parents.update(_suffixes(domain.host))

    def overlap(self, domains: Iterable[Domain]) -> bool:
        """Return whether some host is covered by both sides; a dangerous pattern counts as covering every host."""
        return self._any or any(
            "*" in domain.host
            or domain.host in self._exact
            or (domain.subdomains and domain.host in self._parents)
            or not self._wide.isdisjoint(_suffixes(domain.host))
            for domain in domains
        )


def _suffixes(host: str) -> list[str]:
    """Return a host and the domains above it; an address has none above it."""
    if is_address(host):
        return [host]
    domains = [host]
    while "." in host:
        host = host.partition(".")[2]
        domains.append(host)
    return domains
