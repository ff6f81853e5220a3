"""libyaml's syntax errors in words that say what was expected and what to write instead."""

import re
from typing import Any, Final, NamedTuple

from yaml import MarkedYAMLError

from qafiles.diagnostics import START, Pointer, Span
from qafiles.parsing.refusals import UNSHOWN_FIELDS
from qafiles.parsing.text import lines_of

_is_secret = re.compile(rf"(?:{'|'.join(UNSHOWN_FIELDS)})[\"']?\s*:\s*\Z").search


def shown_of(text: str, pointer: Pointer) -> str:
    """Return a text as a message shows it: cut where it is long, and not at all below a field that may hold a secret."""
    return "…" if UNSHOWN_FIELDS.intersection(pointer) else text if len(text) <= 60 else text[:57] + "…"


class Description(NamedTuple):
    """The code, message, place and hint of a syntax error."""

    code: str
    message: str
    span: Span
    hint: str | None
    fixable: bool = False


# libyaml's problem -> (message, hint, whether the place is where the construct began)
_KNOWN: Final[dict[str, tuple[str, str, bool]]] = {
    "could not find expected ':'": (
        "this line is no `key: value`",
        "add the `:`; for text over several lines use a block scalar (`key: |`) and indent it",
        True,
    ),
    "mapping values are not allowed in this context": (
        "`: ` inside an unquoted value",
        "put the value in quotes, or use a block scalar (`key: |`)",
        False,
    ),
    "did not find expected key": (
        "the indentation fits no mapping above",
        "indent the line as deep as its neighbours",
        False,
    ),
    "did not find expected '-' indicator": (
        "the indentation fits no list above",
        "begin each item with `- ` in the same column",
        False,
    ),
    "did not find expected ',' or ']'": ("the list opened by `[` is not closed", "add `,` or `]`", True),
    "did not find expected ',' or '}'": ("the mapping opened by `{` is not closed", "add `,` or `}`", True),
    "did not find expected node content": (
        "a value is missing",
        "write the value, or close the bracket",
        False,
    ),
    "found unexpected end of stream": (
        "the quote opened here is never closed",
        "add the closing quote",
        True,
    ),
    "found unknown escape character": (
        "unknown escape in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
        False,
    ),
    "found invalid Unicode character escape code": (
        "the escape is no Unicode character",
        "write the character itself",
        False,
    ),
    "found a tab character where an indentation space is expected": (
        "a tab can't indent",
        "indent with spaces",
        False,
    ),
    "found a tab character that violates indentation": ("a tab can't indent", "indent with spaces", False),
    "did not find expected comment or line break": (
        "text after a block scalar's `|` or `>`",
        "begin the text on the next line, indented; or put the value in quotes",
        False,
    ),
    "block sequence entries are not allowed in this context": (
        "a list can't begin on this line",
        "begin the list on the next line, or write `[a, b]`",
        False,
    ),
    "did not find expected <document start>": (
        "text after the end of the document",
        "a file holds one mapping: delete what follows, or mend the indentation above",
        False,
    ),
    "found unexpected ':'": (
        "a key is missing before the `:`",
        "write the key, or put the value in quotes",
        False,
    ),
    "mapping keys are not allowed in this context": (
        "a `?` can't begin a key here",
        "put the value in quotes if the text is meant",
        False,
    ),
    "found unexpected document indicator": (
        "`---` or `...` stands inside a quoted text",
        "close the quote before it, or indent the line",
        False,
    ),
    "found character that cannot start any token": (
        "no value can begin with this character",
        "put the value in quotes",
        False,
    ),
    "found an indentation indicator equal to 0": (
        "the digit behind a block scalar's `|` or `>` is at least 1",
        "leave the digit out",
        False,
    ),
    "did not find expected alphabetic or numeric character": (
        "`&` and `*` begin an anchor and an alias, which are not allowed",
        "put the value in quotes if the text is meant",
        False,
    ),
    **dict.fromkeys(
        ("did not find expected hexdecimal number", "did not find expected hexadecimal number"),
        (
            "hexadecimal digits are missing in an escape",
            "write the character itself, or `\\\\` for a backslash",
            False,
        ),
    ),
    **dict.fromkeys(
        (
            "did not find expected '!'",
            "did not find expected tag URI",
            "did not find URI escaped octet",
            "did not find expected whitespace or line break",
            "did not find the expected '>'",
            "found an incorrect leading UTF-8 octet",
            "found an incorrect trailing UTF-8 octet",
            "found undefined tag handle",
        ),
        ("`!` begins a tag, which is not allowed", "put the value in quotes if the text is meant", False),
    ),
}
_UNKNOWN: Final = ("this is no YAML", "put the value in quotes, or use a block scalar (`key: |`)", False)
"""What is said of an error that libyaml has other words for: those of its releases differ."""
_STARTERS: Final = {
    "*": "an unquoted `*` begins an alias",
    "&": "an unquoted `&` begins an anchor",
    "!": "an unquoted `!` begins a tag",
    "%": "an unquoted `%` begins a directive",
    "?": "an unquoted `?` begins a key",
    ":": "no value can begin with an unquoted `:`",
    ">": "an unquoted `>` begins a block scalar",
    "@": "no value can begin with an unquoted `@`",
    "`": "no value can begin with an unquoted backtick",
}
_COMPARISON: Final = re.compile(r">(?:=|[0-9]+\.)")
_NAMED: Final = {"while scanning an alias", "while scanning an anchor", "while scanning a tag"}


def describe(text: str, error: MarkedYAMLError | None, end: int | None = None) -> Description:
    """Return the description of a syntax error; without marks (libyaml's limits) it is placed at the start.

    `end` is where the text was cut before it was read, if it was: what stands there is no part of the mistake.
    """
    if error is None or (mark := error.problem_mark or error.context_mark) is None:
        return Description("QF106", "the file can't be read as YAML", START, None)
    lines = lines_of(text)
    context = error.context_mark or mark
    if end is not None and mark.index >= end:
        mark = context
    if lines[min(context.line, len(lines) - 1)].startswith("%"):
        what, advice = "YAML directives are not allowed", "delete it: every file is read as YAML 1.2"
        return Description("QF110", what, _span(lines, context), advice)
    named = error.context in _NAMED or _COMPARISON.match(_line(lines, context)[1])
    if needs_quotes := _unquoted(text, lines, context if named else mark):
        return needs_quotes
    problem = error.problem or ""
    before, rest = _line(lines, mark)
    if rest.startswith("\t"):
        return Description("QF106", "a tab can't indent", _span(lines, mark), "indent with spaces")
    message, hint, at_context = _KNOWN.get(problem, _UNKNOWN)
    if problem == "did not find expected key" and rest.startswith(":"):
        message, hint = "a key is missing before the `:`", "write the key"
    elif problem == "did not find expected key" and before.strip():
        message = "text follows the end of a value"
        hint = "put the whole value in quotes of the other kind, or use a block scalar (`key: |`)"
    elif problem == "did not find expected key" and error.context_mark is not None:
        message = f"the indentation fits no mapping above (one begins on line {context.line + 1})"
    elif problem.startswith("mapping values") and (above := _key_without_space(lines, mark.line - 1)):
        name, place = above
        return Description("QF106", f"a space is missing behind `{name}:`", place, f"write `{name}: …`")
    elif problem.startswith("mapping values") and mark.line and before.strip() and ": " not in before:
        message = "this line is indented as a part of the value above"
        hint = "indent it as deep as the field above; text over several lines needs a block scalar (`key: |`)"
    return Description("QF106", message, _span(lines, context if at_context else mark), hint)


def _unquoted(text: str, lines: list[str], mark: Any) -> Description | None:
    """Return that a value needs quotes, where an indicator begins it."""
    before, rest = _line(lines, mark)
    opened = before.rstrip()
    begins_line = opened == "" and rest[:1] not in {"?", ":"}
    if (
        rest[:1] not in _STARTERS
        or (rest[:1] == ">" and not _COMPARISON.match(rest))
        or not (begins_line or opened.endswith((":", "-", "[", ",", "{")))
    ):
        return None
    value = rest.split(" #")[0].rstrip()
    if opened.endswith(("[", ",", "{")):
        value = re.split(r"[,\]}]", value)[0].rstrip()
    quoted = value.replace("'", "''")
    shown, written = (value[:60], quoted[:60]) if not _is_secret(text[: mark.index]) else ("…", "…")
    place = Span(mark.line + 1, mark.column + 1, mark.line + 1, mark.column + len(value) + 1)
    message = f"`{shown}` needs quotes: {_STARTERS[rest[0]]}"
    return Description("QF117", message, place, f"write '{written}'", fixable=True)


def _key_without_space(lines: list[str], number: int) -> tuple[str, Span] | None:
    """Return the key of a line `key:value`, which is text to YAML, and its place."""
    match = re.match(r"[ -]*([A-Za-z_][\w-]*):(?![/\s]|.*:\s)", lines[number]) if number >= 0 else None
    return (match[1], Span(number + 1, match.start(1) + 1, number + 1, match.end() + 1)) if match else None


def _line(lines: list[str], mark: Any) -> tuple[str, str]:
    """Return the parts of a line before and behind a mark."""
    line = lines[mark.line] if mark.line < len(lines) else ""
    return line[: mark.column], line[mark.column :]


def _span(lines: list[str], mark: Any) -> Span:
    """Return the span from a mark to the end of its line, at least one column, inside the file."""
    line, column = mark.line, mark.column
    while line > 0 and (line >= len(lines) or not lines[line].strip()):
        line -= 1
        column = len(lines[line])
    end = max(len(lines[line].rstrip()), column)
    column = min(column, end)
    return Span(line + 1, column + 1, line + 1, max(end, column + 1) + 1)
