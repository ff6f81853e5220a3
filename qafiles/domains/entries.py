"""The grammar of `allowed_domains`: what an entry covers, or what is wrong with it.

An entry is `[scheme://](host | *.host | localhost | IPv4 | [IPv6])[:port]`, in lower case and punycode. `host` is exact,
`*.host` is the host and its subdomains, no scheme means http and https, no port means any. Nothing here raises, whatever the text.
"""

import re
import unicodedata
from functools import lru_cache
from typing import Final, NamedTuple

from qafiles.domains.domain import MAX_LENGTH, Domain
from qafiles.domains.hosts import (
    DEFAULT_PORTS,
    DOTS,
    MAX_HOST,
    PRIVATE_SUFFIXES,
    canonical_host,
    in_punycode,
    is_address,
    is_label,
    is_number,
    is_scheme,
)
from qafiles.layout import nearest
from qafiles.parsing.late_pattern import LatePattern

GRAMMAR: Final = (
    "an entry is a host, `*.host`, an IPv4 or an [IPv6] address; `scheme://` and `:port` are optional"
)
_plain = LatePattern(r"(\*\.)?((?:[a-z0-9_](?:[a-z0-9_-]{0,61}[a-z0-9_])?\.)+[a-z]{2,63})\Z").match
_is_port = LatePattern(r"[1-9][0-9]{0,4}\Z").match
_is_pattern = LatePattern(r"[a-z0-9._*\x80-\U0010ffff-]+\Z").match
_strays = LatePattern(r"[^a-z0-9._-]").search
_slipped_scheme = LatePattern(r"(https?)(?::/|:(?=[a-z])|/+)(?=.)").match
_placeholder = LatePattern(r"[{}$]|%[A-Za-z_]+%").search


class Problem(NamedTuple):
    """What is wrong with an entry: `what` goes on from the entry's text, and `hint` says what to write instead.

    `dangerous` entries allow far more than they seem to; `meant` is what an entry covers, or would if it were mended.
    The host of a dangerous one may hold `*` anywhere.
    """

    what: str
    hint: str
    dangerous: bool = False
    meant: Domain | None = None


def parse(entry: str) -> Domain | Problem:
    """Return what an entry of `allowed_domains` covers, or what is wrong with it."""
    if len(entry) > MAX_LENGTH:
        return Problem(f"has {len(entry)} characters, more than any host", GRAMMAR)
    return _parse(entry)


def covered_by(entry: str) -> Domain | None:
    """Return what an entry covers, or would if it were mended; None when that can't be told."""
    parsed = parse(entry)
    return parsed if isinstance(parsed, Domain) else parsed.meant


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
    parts = _split(text.strip().lower().translate(DOTS))
    danger = _danger(parts)
    if danger is not None:
        return danger
    parsed = _strict(text)
    if isinstance(parsed, Domain):
        return parsed
    suggestion = _strict(_meant_entry(parts))
    if isinstance(suggestion, Domain) and _danger(_split(str(suggestion))) is None:
        return Problem(parsed, f"write {_quoted(suggestion)}", meant=suggestion)
    return Problem(parsed, _advice(text, parts))


def _quoted(domain: Domain) -> str:
    """Return an entry in the form in which YAML takes it."""
    text = str(domain)
    return f"`'{text}'`" if text.startswith(("*", "[")) else f"`{text}`"


def _danger(parts: _Parts) -> Problem | None:
    """Return why a pattern is dangerous, or None."""
    host = parts.host.removesuffix(".")
    if "*" not in host or not _is_pattern(host):
        return None
    scheme = parts.scheme if parts.scheme in DEFAULT_PORTS else None
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
        suggestion = Domain(rest, scheme, port, subdomains=True)
        hint = (
            f"write {_quoted(suggestion)}"
            if canonical_host(rest) and "." in rest
            else "write `'*.host'`, with a dot"
        )
        return Problem(
            f"allows `evil{rest[:60]}` too: a dot is missing behind `*`", hint, dangerous=True, meant=meant
        )
    if "." not in rest and rest not in PRIVATE_SUFFIXES and is_label(rest) and not is_number(rest):
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
    address = canonical_host(host)
    if address is None:
        return _host_flaw(host)
    subdomains = host != parts.host
    if subdomains and is_address(host):
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
            scheme is not None and (not is_scheme(scheme) or _near_scheme(scheme)),
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


def _port(text: str | None) -> int | None:
    """Return a port as a number, or None when the text is none."""
    return int(text) if text and _is_port(text) and int(text) <= 65535 else None


def _near_scheme(scheme: str) -> str | None:
    """Return http or https when a scheme is neither but nearly so."""
    return None if scheme in DEFAULT_PORTS else nearest(scheme, [*DEFAULT_PORTS])


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
        (is_address(host), "is no IPv4 address"),
        (len(host) > MAX_HOST, f"has a host of {len(host)} characters, and {MAX_HOST} are the most"),
        (any(len(label) > 63 for label in labels), "has a part of more than 63 characters between two dots"),
    )
    return next((flaw for is_so, flaw in flaws if is_so), "has a part that begins or ends with `-`")


def _meant_entry(parts: _Parts) -> str:
    """Return the entry that was probably meant, which may be invalid still."""
    scheme, _, host, port, tail = parts
    if scheme is None:
        slip = _slipped_scheme(f"{host}{'' if port is None else ':' + port}{tail}")
        if slip:
            return _meant_entry(_split(f"{slip[1]}://{slip.string[slip.end() :].lstrip('/')}"))
        if not host and tail.startswith("//"):
            return _meant_entry(_split(tail.lstrip("/")))
    elif "*" in scheme:
        scheme = None
    else:
        scheme = _near_scheme(scheme) or scheme
    if host.count(":") > 1 and not host.startswith("["):
        host = f"[{host}]"
    elif host.startswith(".") and not host.startswith(".."):
        host = f"*{host}"
    host = in_punycode(host).removesuffix(".")
    port_suffix = f":{port}" if port and port != "*" else ""
    return f"{scheme}://{host}{port_suffix}" if scheme else f"{host}{port_suffix}"


def _advice(text: str, parts: _Parts) -> str:
    """Return a hint for an entry that can't be mended."""
    if _placeholder(text):
        return "write the host itself: nothing is replaced here"
    if re.search(r"[,;|]|[^ \t\r\n][ \t\r\n]+[^ \t\r\n]", text):
        return "write one entry for each host"
    if parts.port is not None and not _port(parts.port):
        return "write a port from 1 to 65535; without one, every port is meant"
    return GRAMMAR
