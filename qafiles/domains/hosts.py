"""Hosts as browsers compare them: lower case, punycode, canonical addresses."""

import unicodedata
from ipaddress import IPv4Address, IPv6Address
from typing import Final

from qafiles.parsing.late_pattern import LatePattern

MAX_HOST: Final = 253
DEFAULT_PORTS: Final = {"http": 80, "https": 443}
DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
# The stdlib's IDNA 2003 replaces them, which to today's browsers makes another domain.
_DEVIATIONS: Final = frozenset("ßς")


is_label = LatePattern(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z").match
is_number = LatePattern(r"(?:[0-9]+|0x[0-9a-f]*)\Z").match
is_scheme = LatePattern(r"[a-z][a-z0-9+.-]*\Z").match
PRIVATE_SUFFIXES: Final = frozenset(
    [
        "corp",
        "example",
        "home",
        "internal",
        "intranet",
        "invalid",
        "lan",
        "local",
        "localhost",
        "private",
        "test",
    ]
)


def is_address(host: str) -> bool:
    """Return whether a host is an IP address rather than a name; browsers look at the last part alone."""
    return host.startswith("[") or is_number(host.rpartition(".")[2]) is not None


def canonical_host(host: str) -> str | None:
    """Return the canonical form of a host in lower case, or None when it is none."""
    try:
        if host.startswith("["):
            if not host.endswith("]") or "%" in host:
                return None
            return f"[{IPv6Address(host[1:-1]).compressed}]"
        if is_address(host):
            return str(IPv4Address(host))
    except ValueError:
        return None
    return host if len(host) <= MAX_HOST and all(map(is_label, host.split("."))) else None


def in_punycode(host: str) -> str:
    """Return a host in lower case with its Unicode labels as browsers send them; what can't be encoded stays."""
    host = host.lower()
    if host.isascii():
        return host
    try:
        return ".".join(map(_encoded, unicodedata.normalize("NFKC", host).translate(DOTS).split(".")))
    except (UnicodeError, ValueError):
        return host


def _encoded(label: str) -> str:
    if label.isascii():
        return label
    if _DEVIATIONS.isdisjoint(label):
        return label.encode("idna").decode("ascii").lower()
    return "xn--" + label.encode("punycode").decode("ascii").lower()
