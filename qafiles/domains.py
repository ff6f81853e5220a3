"""The grammar of `allowed_domains`: what an entry covers, or what is wrong with it.

An entry is `[scheme://](host | *.host | localhost | IPv4 | [IPv6])[:port]`, in lower case and punycode. `host` is
exact, `*.host` is the host and its subdomains, no scheme means http and https, no port means any. Nothing here
raises, whatever the text.
"""

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from ipaddress import IPv4Address, IPv6Address
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from qafiles.layout import nearest

MAX_HOST: Final = 253
MAX_LENGTH: Final = 300
"""More than a scheme, the longest possible host and a port take."""

GRAMMAR: Final = (
    "an entry is a host, `*.host`, an IPv4 or an [IPv6] address; `scheme://` and `:port` are optional"
)

# RFC 6761, RFC 6762 (with its appendix G) and ICANN's `internal`: names that nobody can register.
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

_DEFAULT_PORTS: Final = {"http": 80, "https": 443}
_DOTS: Final = str.maketrans("\u3002\uff0e\uff61", "...")
# The stdlib's IDNA 2003 replaces them, which to today's browsers makes another domain.
_DEVIATIONS: Final = frozenset("ßς")

_plain = re.compile(r"(\*\.)?((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63})\Z").match
_is_label = re.compile(r"[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\Z").match
_is_number = re.compile(r"(?:[0-9]+|0x[0-9a-f]*)\Z").match
_is_scheme = re.compile(r"[a-z][a-z0-9+.-]*\Z").match
_is_port = re.compile(r"[1-9][0-9]{0,4}\Z").match
_is_pattern = re.compile(r"[a-z0-9._*\x80-\U0010ffff-]+\Z").match
_strays = re.compile(r"[^a-z0-9._-]").search
_slipped_scheme = re.compile(r"(https?)(?::/|:(?=[a-z])|/+)(?=.)").match
_placeholder = re.compile(r"[{}$]|%[A-Za-z_]+%").search
_authority = re.compile(r"[a-zA-Z]{1,8}://[^/?#]*").match


@dataclass(frozen=True, slots=True)
class Domain:
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


@dataclass(frozen=True, slots=True)
class Problem:
    """What is wrong with an entry: `what` goes on from the entry's text, and `hint` says what to write instead.

    `dangerous` entries allow far more than they seem to; `meant` is what an entry covers, or would if it were mended.
    The host of a dangerous one may hold `*` anywhere.
    """

    what: str
    hint: str
    dangerous: bool = False
    meant: Domain | None = None


class Origin(NamedTuple):
    """The part of a URL that an entry is compared with."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        """Return the origin as text, without the scheme's own port."""
        port = "" if _DEFAULT_PORTS.get(self.scheme) == self.port else f":{self.port}"
        return f"{self.scheme}://{self.host}{port}"


def parse(entry: str) -> Domain | Problem:
    """Return what an entry of `allowed_domains` covers, or what is wrong with it."""
    if len(entry) > MAX_LENGTH:
        return Problem(f"has {len(entry)} characters, more than any host", GRAMMAR)
    return _parse(entry)


def covered_by(entry: str) -> Domain | None:
    """Return what an entry covers, or would if it were mended; None when that can't be told."""
    found = parse(entry)
    return found if isinstance(found, Domain) else found.meant


def covers(domain: Domain, url: str) -> bool:
    """Return whether an entry allows an absolute http(s) URL."""
    found = origin(url)
    return found is not None and allows(domain, found)


def allows(domain: Domain, place: Origin) -> bool:
    """Return whether an entry allows an origin."""
    if domain.scheme != place.scheme and (domain.scheme is not None or place.scheme not in _DEFAULT_PORTS):
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
    default = _DEFAULT_PORTS.get(parts.scheme)
    if default is None or port == 0 or "\\" in text:
        return None
    host = _punycode(f"[{host}]" if ":" in host else host).removesuffix(".")
    address = _host(host)
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
    if _is_address(host):
        return [host]
    found = [host]
    while "." in host:
        host = host.partition(".")[2]
        found.append(host)
    return found


def masked(entry: str) -> str:
    """Return an entry without what may be secret in it, and without invisible characters."""
    head, at, tail = entry.rpartition("@")
    if at:
        scheme, separator, _ = head.partition("://")
        entry = f"{scheme if separator and _is_scheme(scheme.lower()) else ''}{separator}…@{tail}"
    for mark in "?#":
        before, found, after = entry.partition(mark)
        entry = f"{before}{mark}…" if found and after else entry
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in entry[:MAX_LENGTH])


def shown(entry: str) -> str:
    """Return an entry as messages show it, shortened."""
    text = masked(entry).strip()
    return text if len(text) <= 60 else text[:57] + "…"


class _Parts(NamedTuple):
    """An entry cut at its delimiters, whatever stands between them."""

    scheme: str | None
    userinfo: str | None
    host: str
    port: str | None
    tail: str


def _split(text: str) -> _Parts:
    scheme: str | None
    scheme, separator, rest = text.partition("://")
    if not separator or re.search(r"[/?#@\\]", scheme):
        scheme, rest = None, text
    end = re.search(r"[/?#\\]", rest)
    authority, tail = (rest[: end.start()], rest[end.start() :]) if end else (rest, "")
    userinfo: str | None
    userinfo, at, host = authority.rpartition("@")
    port: str | None = None
    if host.startswith("["):
        address, bracket, port_text = host.partition("]")
        if port_text.startswith(":"):
            host, port = address + bracket, port_text[1:]
    elif host.count(":") == 1:
        host, _, port = host.partition(":")
    return _Parts(scheme, userinfo if at else None, host, port, tail)


def is_plain(entry: str) -> bool:
    """Return whether an entry is an ordinary name with or without `*.`, which is told without parsing it."""
    return len(entry) <= MAX_HOST and _plain(entry) is not None


@lru_cache(maxsize=4096)
def _parse(text: str) -> Domain | Problem:
    match = _plain(text)
    if match and is_plain(text):
        return Domain(match[2], subdomains=match[1] is not None)
    parts = _split(text.strip().lower().translate(_DOTS))
    danger = _danger(parts)
    if danger is not None:
        return danger
    found = _strict(text)
    if isinstance(found, Domain):
        return found
    mended = _strict(_mended(parts))
    if isinstance(mended, Domain) and _danger(_split(str(mended))) is None:
        return Problem(found, f"write {_quoted(mended)}", meant=mended)
    return Problem(found, _advice(text, parts))


def _quoted(domain: Domain) -> str:
    """Return an entry in the form in which YAML takes it."""
    text = str(domain)
    return f"`'{text}'`" if text.startswith(("*", "[")) else f"`{text}`"


def _danger(parts: _Parts) -> Problem | None:
    """Return why a pattern is dangerous, or None."""
    host = parts.host.removesuffix(".")
    if "*" not in host or not _is_pattern(host):
        return None
    scheme = parts.scheme if parts.scheme in _DEFAULT_PORTS else None
    port = _port(parts.port)
    meant = Domain(host, scheme, port)
    rest = host.lstrip("*.")
    if not rest:
        hint = "name the hosts that the test visits; `*.example.com` is a host with its subdomains"
        return Problem("allows every host", hint, dangerous=True, meant=meant)
    if host.endswith("*"):
        what = f"allows every ending, such as `{host.rstrip('*.').lstrip('*.')[:60]}.evil.example`"
        return Problem(what, "write one entry for each host", dangerous=True, meant=meant)
    if not host.startswith("*.") and host.startswith("*") and "*" not in rest:
        mended = Domain(rest, scheme, port, subdomains=True)
        hint = f"write {_quoted(mended)}" if _host(rest) and "." in rest else "write `'*.host'`, with a dot"
        return Problem(
            f"allows `evil{rest[:60]}` too: a dot is missing behind `*`", hint, dangerous=True, meant=meant
        )
    if "." not in rest and rest not in PRIVATE_SUFFIXES and _is_label(rest) and not _is_number(rest):
        hint = f"name the domain: `'*.example.{rest[:60]}'`"
        what = f"allows every host that ends in `.{rest[:60]}`"
        return Problem(what, hint, dangerous=True, meant=Domain(rest, scheme, port, subdomains=True))
    return None


def _strict(text: str) -> Domain | str:
    """Return what an entry covers by the grammar, or the first thing that is wrong with it."""
    parts = _split(text)
    flaw = _flaw(text, parts)
    if flaw is not None:
        return flaw
    host = parts.host.removeprefix("*.")
    address = _host(host)
    if address is None:
        return _host_flaw(host)
    subdomains = host != parts.host
    if subdomains and _is_address(host):
        return "has `*.` before an address, which has no subdomains"
    return Domain(address, parts.scheme, int(parts.port) if parts.port else None, subdomains)


def _flaw(text: str, parts: _Parts) -> str | None:
    """Return the first thing that is wrong around the host, or None."""
    scheme = None if parts.scheme is None else parts.scheme.lower()
    what = {"?": "a query", "#": "a fragment"}.get(parts.tail[:1], "a path")
    flaws = (
        (not text.strip(), "is empty"),
        (_placeholder(text), "holds a placeholder"),
        (_has_invisible(text), "holds white space or an invisible character"),
        (
            scheme is not None and (not _is_scheme(scheme) or _near_scheme(scheme)),
            "has a scheme that does not exist",
        ),
        (parts.userinfo is not None, "holds a user name or a password"),
        (scheme is None and _slipped_scheme(text), "has a scheme without `://`"),
        (parts.tail, f"has {what}, and only whole hosts are compared"),
        (not parts.host.isascii(), "is not in punycode, the form in which browsers compare hosts"),
        (text != text.lower(), "is not in lower case"),
        (parts.port is not None and not _port(parts.port), "has a port that is no number from 1 to 65535"),
    )
    return next((flaw for is_so, flaw in flaws if is_so), None)


def _is_address(host: str) -> bool:
    """Return whether a host is an IP address rather than a name; browsers look at the last part alone."""
    return host.startswith("[") or _is_number(host.rpartition(".")[2]) is not None


def _port(text: str | None) -> int | None:
    """Return a port as a number, or None when the text is none."""
    return int(text) if text and _is_port(text) and int(text) <= 65535 else None


def _near_scheme(scheme: str) -> str | None:
    """Return http or https when a scheme is neither but nearly so."""
    return None if scheme in _DEFAULT_PORTS else nearest(scheme, [*_DEFAULT_PORTS])


def _host(host: str) -> str | None:
    """Return the canonical form of a host in lower case, or None when it is none."""
    try:
        if host.startswith("["):
            if not host.endswith("]") or "%" in host:
                return None
            return f"[{IPv6Address(host[1:-1]).compressed}]"
        if _is_address(host):
            return str(IPv4Address(host))
    except ValueError:
        return None
    return host if len(host) <= MAX_HOST and all(map(_is_label, host.split("."))) else None


def _has_invisible(text: str) -> bool:
    if text.isascii():
        return " " in text or not text.isprintable()
    return any(unicodedata.category(char)[0] in "ZC" for char in text)


def _host_flaw(host: str) -> str:
    """Return the first thing that is wrong with a host."""
    stray = _strays(host)
    labels = host.split(".")
    flaws = (
        (not host, "has no host"),
        (host.startswith("[") or host.count(":") > 1, "is no IPv6 address in brackets"),
        ("*" in host, "has a `*` elsewhere than at the beginning, before a dot"),
        (stray, f"holds `{stray[0] if stray else ''}`, which no host does"),
        (host.startswith("."), "begins with a dot"),
        (host.endswith("."), "ends in a dot"),
        ("" in labels, "has two dots in a row"),
        (_is_address(host), "is no IPv4 address"),
        (len(host) > MAX_HOST, f"has a host of {len(host)} characters, and {MAX_HOST} are the most"),
        (any(len(label) > 63 for label in labels), "has a part of more than 63 characters between two dots"),
    )
    return next((flaw for is_so, flaw in flaws if is_so), "has a part that begins or ends with `-`")


def _mended(parts: _Parts) -> str:
    """Return the entry that was probably meant, which may be invalid still."""
    scheme, _, host, port, tail = parts
    if scheme is None:
        slip = _slipped_scheme(f"{host}{'' if port is None else ':' + port}{tail}")
        if slip:
            return _mended(_split(f"{slip[1]}://{slip.string[slip.end() :].lstrip('/')}"))
        if not host and tail.startswith("//"):
            return _mended(_split(tail.lstrip("/")))
    elif "*" in scheme:
        scheme = None
    else:
        scheme = _near_scheme(scheme) or scheme
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    elif host.startswith(".") and not host.startswith(".."):
        host = f"*{host}"
    host = _punycode(host).removesuffix(".")
    kept = f":{port}" if port and port != "*" else ""
    return f"{scheme}://{host}{kept}" if scheme else f"{host}{kept}"


def _advice(text: str, parts: _Parts) -> str:
    """Return a hint for an entry that can't be mended."""
    if _placeholder(text):
        return "write the host itself: nothing is replaced here"
    if re.search(r"[,;|]|[^ \t\r\n][ \t\r\n]+[^ \t\r\n]", text):
        return "write one entry for each host"
    if parts.port is not None and not _port(parts.port):
        return "write a port from 1 to 65535; without one, every port is meant"
    return GRAMMAR


def _punycode(host: str) -> str:
    """Return a host in lower case with its Unicode labels as browsers send them; what can't be encoded stays."""
    host = host.lower()
    if host.isascii():
        return host
    try:
        return ".".join(map(_encoded, unicodedata.normalize("NFKC", host).translate(_DOTS).split(".")))
    except (UnicodeError, ValueError):
        return host


def _encoded(label: str) -> str:
    if label.isascii():
        return label
    if _DEVIATIONS.isdisjoint(label):
        return label.encode("idna").decode("ascii").lower()
    return "xn--" + label.encode("punycode").decode("ascii").lower()
