"""Regular expressions of `.sops.yaml`, read by Rust's engine: like Go's it is linear in time and bounded in memory.

Python's own would hang on `(a*)*b`, and its language is another: https://github.com/google/re2/wiki/Syntax
"""

import re
from collections.abc import Callable
from typing import Final

from qafiles.models.core_extension import pydantic_core

_MAX_LENGTH: Final = 1000
_MOST_REPETITIONS: Final = 1000
_escape_or_class = re.compile(r"\\(?s:.)|\[\^?\]?(?:\\(?s:.)|[^\]\\])*\]")
# What Rust's expressions have and Go's have not: the flags x, u and R, \b{start}, set operations, a** and a{2}{3}.
_flags_of_rust = re.compile(r"\(\?[A-Za-z-]*[xuR]|\\[bB]\{").search
_sets_of_rust = re.compile(r"&&|--|~~|\[[^\]:]").search
_counted = re.compile(r"(\(|\)|)(?:\{([0-9]{1,9}),?([0-9]{0,9})\})?").findall
_nested_repetition = re.compile(r"(?:[*+?]|\{[0-9,]*\})\??(?:[*+]|\{[0-9])").search


_escapes = re.compile(r"\\(x\{[^}]*\}|[pP]\{[^}]*\}|(?s:.))").findall
_is_escape_of_go = re.compile(
    r"[aftnrvdDsSwWbBAzxpP]|x\{[0-9A-Fa-f]{1,6}\}|[\x20-\x7e]|[pP]\{(?:"
    r"C[cfos]?|L[lmotu]?|M[cen]?|N[dlo]?|P[cdefios]?|S[ckmo]?|Z[lps]?|Latin|Greek|Cyrillic|Han|Arabic|Hebrew|Thai)\}"
).fullmatch
"""What may stand behind a backslash: of letters those of Go alone; `\\<` is a `<` to Go and the beginning of a word to Rust."""


def _is_escaped_as_in_go(text: str) -> bool:
    return all(
        _is_escape_of_go(escape) and not (len(escape) == 1 and (escape in "<>" or _is_other_letter(escape)))
        for escape in _escapes(text)
    )


def _is_other_letter(character: str) -> bool:
    return character.isalnum() and character not in "aftnrvdDsSwWbBAzxpP"


def expression(text: str) -> Callable[[str], bool] | None:
    """Return what tells whether a text has a match for an expression anywhere; None for what is no expression of Go."""
    if len(text) > _MAX_LENGTH or _flags_of_rust(text) or not _is_escaped_as_in_go(text):
        return None
    bare = _escape_or_class.sub("x", text)
    if _nested_repetition(bare) or any(_sets_of_rust(item, 1) for item in _classes(text)):
        return None
    if _repetitions(bare) > _MOST_REPETITIONS:
        return None
    core = pydantic_core()
    try:
        schema = {"type": "str", "pattern": text, "regex_engine": "rust-regex", "strict": True}
        matches: Callable[[str], bool] = core.SchemaValidator(schema).isinstance_python
    except core.SchemaError:
        return None
    return matches


def _repetitions(bare: str) -> int:
    """Return how often an expression says that something is repeated: counts in one another are multiplied, as Go does."""
    most = [1]
    for bracket, first, last in _counted(bare):
        count = int(last or first or 1)
        if bracket == "(":
            most.append(1)
        elif bracket == ")" and len(most) > 1:
            inner = most.pop() * count
            most[-1] = max(most[-1], inner)
        else:
            most[-1] = max(most[-1], count)
    return max(most)


def _classes(text: str) -> list[str]:
    return [token for token in _escape_or_class.findall(text) if token.startswith("[")]
