"""Documents for other tools: JSON that steers nothing, and a finding as a record or as one line of text."""

import json
import json.encoder
import re
from collections.abc import Callable, Mapping
from math import isfinite
from types import MappingProxyType, NoneType
from typing import Any, Final

from qafiles.diagnostics import Diagnostic, json_pointer
from qafiles.render.escape import OLD_COMMAND, escape, well_formed

# Such characters would steer the terminal or the CI runner that shows the document.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]|" + OLD_COMMAND)

# Made once: `json.dumps` makes one each time.
_in_one_line: Final = json.JSONEncoder(ensure_ascii=False).encode
_quoted: Final = json.encoder.encode_basestring
_WORDS: Final[Mapping[type, Callable[[Any], str]]] = MappingProxyType(
    {
        int: repr,
        float: lambda number: repr(number) if isfinite(number) else json.dumps(number),
        bool: {False: "false", True: "true"}.__getitem__,
        NoneType: lambda _: "null",
    }
)
"""What is no text, list or mapping, and is written as it stands, whatever it stands in."""


def dump(value: object, indent: int | None = None, level: int = 0) -> str:
    """Return a value as JSON, in one line without `indent`; lone surrogates become U+FFFD, since strict parsers refuse them.

    `level` is in how many others the value stands.
    """
    return harmless(
        _in_one_line(value) if indent is None else _indented(value, "\n" + " " * indent * level, " " * indent)
    )


def _indented(value: object, line: str, indent: str) -> str:
    """Return a value as `json.dumps` does with `indent`, in less time; `line` is a line break with what lines begin with."""
    if value.__class__ is dict:
        if not value:
            return "{}"
        inner = line + indent
        parts = []
        for key, item in value.items():
            if key.__class__ is not str:
                return json.dumps(value, indent=len(indent), ensure_ascii=False).replace("\n", line)
            text = _quoted(item) if item.__class__ is str else _indented(item, inner, indent)
            parts.append(f"{_quoted(key)}: {text}")
        return f"{{{inner}{f',{inner}'.join(parts)}{line}}}"
    if value.__class__ is list or value.__class__ is tuple:
        if not value:
            return "[]"
        inner = line + indent
        parts = [_quoted(item) if item.__class__ is str else _indented(item, inner, indent) for item in value]
        return f"[{inner}{f',{inner}'.join(parts)}{line}]"
    if value.__class__ is str:
        return _quoted(value)
    word = _WORDS.get(value.__class__)
    if word is not None:
        return word(value)
    # A line break stands only between values.
    return json.dumps(value, indent=len(indent), ensure_ascii=False).replace("\n", line)


def harmless(text: str) -> str:
    """Return JSON of the same value without what `dump` leaves out."""
    # What is printable is well-formed and steers nothing, and most of a large document is; a line break is none of JSON's strings.
    if "##" not in text and ("\x7f" not in text if text.isascii() else text.replace("\n", "").isprintable()):
        return text
    # The other characters stand only inside JSON strings, where an escape means the same.
    text = well_formed(text)
    return _UNSAFE.sub(lambda match: f"\\u{ord(match[0]):04x}", text)


def one_line(diagnostic: Diagnostic) -> str:
    """Return the message and the hint as sentences in one printable line."""
    message = _sentence(escape(diagnostic.message))
    return f"{message} Hint: {_sentence(escape(diagnostic.hint))}" if diagnostic.hint else message


def as_record(diagnostic: Diagnostic) -> dict[str, Any]:
    """Return a diagnostic as it stands in JSON."""
    span, entity, pointer = diagnostic.span, diagnostic.entity, diagnostic.pointer
    return {
        "code": diagnostic.code,
        "name": diagnostic.name,
        "severity": diagnostic.severity,
        "message": diagnostic.message,
        "path": diagnostic.path,
        "line": span.line,
        "column": span.column,
        "end_line": span.end_line,
        "end_column": span.end_column,
        "entity": None if entity is None else {"kind": entity.kind, "id": entity.id, "handle": entity.handle},
        "pointer": None if pointer is None else json_pointer(pointer),
        "hint": diagnostic.hint,
        "fixable": diagnostic.fixable,
        "fingerprint": diagnostic.fingerprint,
        "related": [
            {"path": place.path, "line": place.line, "column": place.column, "message": place.message}
            for place in diagnostic.related
        ],
    }


def _sentence(text: str) -> str:
    return text if text.endswith((".", "?", "!", "…")) else f"{text}."
