"""Documents for other tools: JSON that steers nothing, and a finding as a record or as one line of text."""

import json
import re
from typing import Any, Final

from qafiles.diagnostics import Diagnostic, json_pointer
from qafiles.render.escape import OLD_COMMAND, escape, well_formed

# Such characters would steer the terminal or the CI runner that shows the document.
_UNSAFE: Final = re.compile("[\x7f-\x9f\u2028-\u202e\u2066-\u2069]|" + OLD_COMMAND)

# Made once: `json.dumps` makes one each time.
_in_one_line: Final = json.JSONEncoder(ensure_ascii=False).encode


def dump(value: object, indent: int | None = None) -> str:
    """Return a value as JSON, in one line without `indent`; lone surrogates become U+FFFD, since strict parsers refuse them."""
    return harmless(
        _in_one_line(value) if indent is None else json.dumps(value, indent=indent, ensure_ascii=False)
    )


def harmless(text: str) -> str:
    """Return JSON of the same value without what `dump` leaves out."""
    # What is printable is well-formed and steers nothing, and most of a large document is.
    if text.isprintable() and "##" not in text:
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
