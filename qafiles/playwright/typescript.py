"""Values as TypeScript: whatever text they hold stays inside its literal."""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from qafiles.references import PLACEHOLDER

_WIDTH: Final = 100
"""Columns that a mapping or a list may take on one line."""

_is_identifier: Final = re.compile(r"[A-Za-z_$][A-Za-z0-9_$]*").fullmatch


def text(value: str) -> str:
    """Return a text as a literal in ASCII: a JSON text is one, since ECMAScript 2019 with any line separator."""
    return json.dumps(value)


def key(name: str) -> str:
    """Return the key of an object; `__proto__` as a plain key would set the prototype instead."""
    if name == "__proto__":
        return f"[{text(name)}]"
    return name if _is_identifier(name) else text(name)


def literal(value: Any, indent: str = "") -> str:
    """Return a value of JSON as an expression, whose further lines begin with `indent`.

    `{{ secret.NAME }}` in a text is a call of `secret`.
    """
    if isinstance(value, str):
        return _with_secrets(value)
    if isinstance(value, Mapping):
        entries = [f"{key(name)}: {literal(item, indent + '  ')}" for name, item in value.items()]
        return _bracketed("{", entries, "}", indent)
    if isinstance(value, list | tuple):
        return _bracketed("[", [literal(item, indent + "  ") for item in value], "]", indent)
    return json.dumps(value)


def _bracketed(opening: str, entries: list[str], closing: str, indent: str) -> str:
    if not entries:
        return opening + closing
    space = " " if opening == "{" else ""
    line = f"{opening}{space}{', '.join(entries)}{space}{closing}"
    if len(line) + len(indent) <= _WIDTH and "\n" not in line:
        return line
    return opening + "".join(f"\n{indent}  {entry}," for entry in entries) + f"\n{indent}{closing}"


def _with_secrets(value: str) -> str:
    if "{{" not in value:
        return text(value)
    parts = [*_parts(value)]
    return " + ".join(parts) if parts else text(value)


def _parts(value: str) -> Iterator[str]:
    """Yield a text and the secrets in it as expressions."""
    end = 0
    for match in PLACEHOLDER.finditer(value):
        if match.start() > end:
            yield text(value[end : match.start()])
        yield f"secret({text(match[1])})"
        end = match.end()
    if end < len(value):
        yield text(value[end:])
