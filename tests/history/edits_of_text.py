"""Edits of an entity's text as people make them, each of which leaves legible YAML behind."""

import random
import re
from collections.abc import Callable
from typing import Final

_WORDS: Final = ("open", "cart", "price", "sort", "guest", "order", "filter", "total", "coupon", "login")
_PROSE: Final = re.compile(r"(?m)^(?:test_description|content|extra_rules): \|[-+0-9]*\n(?:(?:  .*)?\n)+")
_TAGS: Final = re.compile(r"(?m)^(?:tags|x-labels):\n(?:  - .+\n|- .+\n)+")


def new_id(source: random.Random) -> str:
    """Return an id as CUID2 gives them."""
    return source.choice("abcdefgh") + "".join(source.choices("0123456789abcdefghijklmnopqrstuvwxyz", k=23))


def edited(text: str, source: random.Random) -> str:
    """Return the text of an entity after one edit that changes its data."""
    return source.choice(_EDITS)(text if text.endswith("\n") else text + "\n", source)


def reformatted(text: str, source: random.Random) -> str:
    """Return the text after an edit that changes a comment or the order of keys and no data."""
    text = text if text.endswith("\n") else text + "\n"
    number = source.randrange(10**6)
    if text.startswith("#") and source.random() < 0.5:
        return text.partition("\n")[2]
    found = re.match(r"(id: .*\n)([a-z_]+: [\w-]+\n)", text)
    if found and source.random() < 0.4:
        return found[2] + found[1] + text[found.end() :]
    return f"# reviewed {number}\n{text}"


def _words(source: random.Random) -> str:
    return " ".join(source.choices(_WORDS, k=3)) + f" {source.randrange(1000)}"


def _with_note(text: str, source: random.Random) -> str:
    key = f"x-note-{source.randrange(3)}"
    line = f"{key}: {_words(source)}\n"
    changed, count = re.subn(rf"(?m)^{key}: .*\n", line, text)
    return changed if count else text + line


def _without_note(text: str, source: random.Random) -> str:
    changed, count = re.subn(r"(?m)^x-note-\d: .*\n", "", text, count=1)
    return changed if count else _with_note(text, source)


def _renamed(text: str, source: random.Random) -> str:
    changed, count = re.subn(r"(?m)^name: .*\n", f"name: {_words(source)}\n", text, count=1)
    return changed if count else _with_note(text, source)


def _with_line(text: str, source: random.Random) -> str:
    found = _PROSE.search(text)
    if found is None:
        return _with_note(text, source)
    lines = found[0].splitlines(keepends=True)
    lines.insert(source.randrange(2, len(lines) + 1), f"  And I {_words(source)}\n")
    return text[: found.start()] + "".join(lines) + text[found.end() :]


def _with_label(text: str, source: random.Random) -> str:
    found = _TAGS.search(text)
    item = f"  - {source.choice(_WORDS)}-{source.randrange(30)}\n"
    if found is None:
        return f"{text}x-labels:\n{item}"
    lines = [
        line if line.startswith("  ") or line[0] != "-" else "  " + line
        for line in found[0].splitlines(keepends=True)
    ]
    if len(lines) > 2 and source.random() < 0.4:
        del lines[source.randrange(1, len(lines))]
    else:
        lines.insert(source.randrange(1, len(lines) + 1), item)
    return text[: found.start()] + "".join(lines) + text[found.end() :]


def _with_settings(text: str, source: random.Random) -> str:
    line = f"x-settings: {{retries: {source.randrange(5)}, mode: {source.choice(_WORDS)}, sizes: [{source.randrange(4)}, 2]}}\n"
    changed, count = re.subn(r"(?m)^x-settings: .*\n", line, text)
    return changed if count else text + line


_EDITS: Final[tuple[Callable[[str, random.Random], str], ...]] = (
    _with_note,
    _without_note,
    _renamed,
    _with_line,
    _with_line,
    _with_label,
    _with_settings,
)
