"""The forms in which a value stands in what programs write: as it is, escaped for a language, or encoded."""

import base64
import html
import json
import re
from collections.abc import Iterator
from typing import Final
from urllib.parse import quote, quote_plus

from qafiles.secrets.plaintext import Plaintext

SHORTEST: Final = 4
"""Characters of a value below which it occurs by chance everywhere."""

_LONGEST: Final = 2048
"""Bytes of a value that are searched for: of a longer one the middle, since many begin and end alike."""
_SHORTEST_ENCODED: Final = 8
"""Characters of base64 or hex below which a form occurs by chance in any large file."""

_ESCAPED_IN_SCRIPTS: Final = ("[<>&]", "[<>&']", "[<>/]", "[<>&'=+]")
"""What libraries escape in JSON within pages: https://html.spec.whatwg.org/multipage/scripting.html#restrictions-for-contents-of-script-elements"""


def forms_of(value: Plaintext) -> dict[bytes, str]:
    """Return the forms of a value, each with what it is called; none of a value that is too short to search for."""
    # What programs read from a variable or a file they often strip.
    text = _middle(value.reveal().decode(errors="replace").strip())
    if len(text) < SHORTEST:
        return {}
    forms: dict[bytes, str] = {}
    once = [*dict.fromkeys(_escaped(text))]
    for name, form in once:
        forms.setdefault(form.encode(), name)
    for name, form in once:
        # A body of JSON or a form is itself a string of a HAR or a trace, or base64 in it.
        for outer, again in _escaped(form):
            forms.setdefault(again.encode(), _nested(name, outer))
        for outer, encoded in _encoded(form.encode()):
            forms.setdefault(encoded, _nested(name, outer))
    for name in ("utf-16-le", "utf-16-be"):
        forms.setdefault(text.encode(name), "UTF-16")
    return forms


def _nested(name: str, outer: str) -> str:
    return next(
        (one for one, other in ((name, outer), (outer, name)) if other == "plain"), f"{name} in {outer}"
    )


def _middle(text: str) -> str:
    content = text.encode()
    if len(content) <= _LONGEST:
        return text
    start = (len(content) - _LONGEST) // 2
    return content[start : start + _LONGEST].decode(errors="ignore")


def _escaped(text: str) -> Iterator[tuple[str, str]]:
    """Yield a text in the escapes of each language; many are the same."""
    yield "plain", text
    ascii_json = json.dumps(text)[1:-1]
    for form in (json.dumps(text, ensure_ascii=False)[1:-1], ascii_json):
        yield "JSON", form
        yield "JSON", form.replace("/", r"\/")
        for characters in _ESCAPED_IN_SCRIPTS:
            for digits in ("x", "X"):
                yield "JSON", re.sub(characters, lambda match: f"\\u{ord(match[0]):04{digits}}", form)  # noqa: B023  # called at once
    yield "JSON", re.sub(r"\\u[0-9a-f]{4}", lambda match: r"\u" + match[0][2:].upper(), ascii_json)
    for form in (quote(text, safe=""), quote(text), quote_plus(text), quote(text, safe="!'()*~")):
        yield "URL", form
        yield "URL", re.sub("%[0-9A-F]{2}", lambda match: match[0].lower(), form)
    named = html.escape(text, quote=False)
    for quotes in (
        ("&quot;", "&#x27;"),
        ("&quot;", "&#39;"),
        ("&#34;", "&#39;"),
        ("&quot;", "&apos;"),
        ("&quot;", "'"),
        ('"', "'"),
    ):
        form = named.replace('"', quotes[0]).replace("'", quotes[1])
        yield "HTML", form
        yield "HTML", form.encode("ascii", "xmlcharrefreplace").decode()
    yield "HTML", "".join(char if char.isalnum() and char.isascii() else f"&#{ord(char)};" for char in text)
    yield (
        "HTML",
        "".join(char if char.isalnum() and char.isascii() else f"&#x{ord(char):x};" for char in text),
    )
    yield (
        "HTML",
        "".join(char if char.isalnum() and char.isascii() else f"&#x{ord(char):X};" for char in text),
    )
    if "\n" in text:
        yield "CRLF", text.replace("\r\n", "\n").replace("\n", "\r\n")


def _encoded(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Yield bytes in base64, wherever in a longer content they begin, and in hex."""
    for skipped in range(3):
        whole = base64.b64encode(bytes(skipped) + content)
        # Characters that also hold bits of what stands before or behind the bytes are left off.
        start = (skipped * 8 + 5) // 6
        end = (skipped + len(content)) * 8 // 6
        form = whole[start:end]
        if len(form) >= _SHORTEST_ENCODED:
            yield "base64", form
            yield "base64", form.translate(bytes.maketrans(b"+/", b"-_"))
    if 2 * len(content) >= _SHORTEST_ENCODED:
        yield "hex", content.hex().encode()
        yield "hex", content.hex().upper().encode()
