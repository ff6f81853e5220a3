"""Pointers and values as messages show them: on one line, cut where they are long, and without what may be a secret."""

import json
import re
from collections.abc import Callable
from typing import Any, Final

from qafiles.diagnostics import Pointer
from qafiles.parsing import UNSHOWN_FIELDS


def dotted(pointer: Pointer) -> str:
    """Return a pointer as people write it, `browser_config.cookies[0].name`."""
    text = ""
    for part in pointer:
        text += f"[{part}]" if isinstance(part, int) else f".{short(part)}" if text else short(part)
    return text


def short(text: str) -> str:
    """Return a text on one line, cut where it is long; what stands around it stays, line breaks as escapes."""
    cut = text[:400]
    inner = cut.strip()
    before, after = cut[: len(cut) - len(cut.lstrip())], cut[len(cut.rstrip()) :]
    one_line = f"{_visible(before)}{' '.join(inner.split(None))}{_visible(after)}" if inner else ""
    return one_line if len(one_line) <= 60 else one_line[:57] + "…"


def _visible(blanks: str) -> str:
    return blanks.replace("\r", "\\r").replace("\n", "\\n").replace("\t", "\\t")


# A private key in the place of the public one, or a password in a URL.
_holds_secret: Final[Callable[[str], object]] = re.compile(
    r"AGE-SECRET-KEY-|PRIVATE KEY-----|//[^/\s@]*@|[?&](?:password|token|secret)="
).search


def shown(value: Any, field: str) -> str:
    """Return a value as messages show it; what may be a secret is not shown."""
    text = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return "not shown" if field in UNSHOWN_FIELDS or _holds_secret(text) else f"`{short(text)}`"


def described(value: Any) -> str:
    """Return what a value is, in a few words."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return f"the truth value {str(value).lower()}"
    if isinstance(value, int | float):
        return f"the number {value}"
    return "text" if isinstance(value, str) else "a list" if isinstance(value, list) else "a mapping"
