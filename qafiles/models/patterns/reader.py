r"""Reading patterns: what only one of Python, ECMAScript and Rust knows is refused.

What they read differently has one meaning here, that of ECMAScript without flags: `$` is the very end, `.` is anything but a
line break, `\d` and `\w` are ASCII: https://json-schema.org/understanding-json-schema/reference/regular_expressions
"""

import re
from typing import Final

from qafiles.models.patterns.nodes import (
    Ahead,
    Chars,
    Choice,
    Edge,
    Node,
    Ranges,
    Repeat,
    Sequence,
    complement,
    union,
)

_DEEPEST: Final = 20
_LONGEST: Final = 1000

_DIGITS: Final[Ranges] = ((0x30, 0x39),)
_WORD: Final[Ranges] = ((0x30, 0x39), (0x41, 0x5A), (0x5F, 0x5F), (0x61, 0x7A))
# https://tc39.es/ecma262/#sec-white-space and #sec-line-terminators
_SPACE: Final[Ranges] = (
    (0x09, 0x0D), (0x20, 0x20), (0xA0, 0xA0), (0x1680, 0x1680), (0x2000, 0x200A),
    (0x2028, 0x2029), (0x202F, 0x202F), (0x205F, 0x205F), (0x3000, 0x3000), (0xFEFF, 0xFEFF),
)  # fmt: skip
_BREAKS: Final[Ranges] = ((0x0A, 0x0A), (0x0D, 0x0D), (0x2028, 0x2029))
_CONTROLS: Final = {"t": 0x09, "n": 0x0A, "v": 0x0B, "f": 0x0C, "r": 0x0D}
_PUNCTUATION: Final = frozenset("^$\\.*+?()[]{}|/-")


class PatternError(ValueError):
    """A pattern that can't be used; the text says why."""


class _Reader:
    """A pattern and how much of it is read."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.at = 0
        self.depth = 0

    def peek(self, text: str) -> bool:
        return self.text.startswith(text, self.at)

    def take(self, text: str) -> bool:
        if self.peek(text):
            self.at += len(text)
            return True
        return False

    def next(self) -> str:
        if self.at >= len(self.text):
            raise PatternError("it ends too early")
        self.at += 1
        return self.text[self.at - 1]

    def choice(self) -> Node:
        self.depth += 1
        if self.depth > _DEEPEST:
            raise PatternError(f"its groups are nested more than {_DEEPEST} deep")
        parts = [self.sequence()]
        while self.take("|"):
            parts.append(self.sequence())
        self.depth -= 1
        return parts[0] if len(parts) == 1 else Choice(tuple(parts))

    def sequence(self) -> Node:
        parts: list[Node] = []
        while self.at < len(self.text) and self.text[self.at] not in "|)":
            parts.append(self.repeated(self.atom()))
        return Sequence(tuple(parts))

    def repeated(self, part: Node) -> Node:
        bounds = self.bounds()
        if bounds is None:
            return part
        if not _takes_text(part):
            raise PatternError("`^`, `$` and what looks ahead can't be repeated")
        lazy = self.take("?")
        if self.peek("+") or self.bounds() is not None:
            raise PatternError("a repetition is repeated; put the inner one into `( )`")
        return Repeat(part, *bounds, lazy)

    def bounds(self) -> tuple[int, int | None] | None:
        for sign, bounds in (("*", (0, None)), ("+", (1, None)), ("?", (0, 1))):
            if self.take(sign):
                return bounds
        if not self.peek("{"):
            return None
        match = re.compile(r"\{([0-9]+)(,?)([0-9]*)\}").match(self.text, self.at)
        if match is None or (match[3] and not match[2]):
            raise PatternError("a `{` begins a number of times, as in `{2,5}`; the character itself is `\\{`")
        if max(len(match[1]), len(match[3])) > 4:
            raise PatternError("a number of times has at most four digits, as in `{1,9999}`")
        self.at = match.end()
        least = int(match[1])
        most = int(match[3]) if match[3] else None if match[2] else least
        if most is not None and most < least:
            raise PatternError(f"`{match[0]}` has the greater number first")
        return least, most

    def atom(self) -> Node:
        char = self.next()
        if char in "^$":
            return Edge(char == "^")
        if char == ".":
            return Chars(complement(_BREAKS))
        if char == "\\":
            return Chars(self.escape())
        if char == "[":
            return Chars(self.set())
        if char == "(":
            return self.group()
        if char in "*+?{":
            raise PatternError(f"there is nothing before the `{char}` that could be repeated")
        if char in "]}":
            raise PatternError(f"a `{char}` of its own is written `\\{char}`")
        return Chars(((ord(char), ord(char)),))

    def group(self) -> Node:
        wanted: bool | None = None
        if self.take("?"):
            if self.take("=") or self.take("!"):
                wanted = self.text[self.at - 1] == "="
            elif not self.take(":"):
                raise PatternError(f"`(?{self.text[self.at : self.at + 2]}` is not read alike everywhere")
        part = self.choice()
        if not self.take(")"):
            raise PatternError("a `(` is not closed")
        return part if wanted is None else Ahead(part, wanted)

    def escape(self) -> Ranges:
        char = self.next()
        known = {"d": _DIGITS, "w": _WORD, "s": _SPACE}
        if char.lower() in known:
            members = known[char.lower()]
            return members if char.islower() else complement(members)
        if char in _CONTROLS:
            return ((_CONTROLS[char], _CONTROLS[char]),)
        if char in "xu":
            digits = self.text[self.at : self.at + (2 if char == "x" else 4)]
            if re.fullmatch("[0-9a-fA-F]{2}|[0-9a-fA-F]{4}", digits) is None:
                raise PatternError(f"`\\{char}` needs {2 if char == 'x' else 4} hexadecimal digits")
            self.at += len(digits)
            if 0xD800 <= int(digits, 16) <= 0xDFFF:
                raise PatternError(f"`\\u{digits}` is half a character; write the character itself")
            return ((int(digits, 16), int(digits, 16)),)
        if char in _PUNCTUATION:
            return ((ord(char), ord(char)),)
        raise PatternError(f"`\\{char}` is not read alike everywhere")

    def set(self) -> Ranges:
        negated = self.take("^")
        if self.peek("]"):
            raise PatternError("`[]` holds no character; a `]` among others is written `\\]`")
        members: list[tuple[int, int]] = []
        while not self.take("]"):
            first = self.member()
            if self.peek("-") and not self.peek("-]"):
                self.at += 1
                last = self.member()
                if (
                    len(first) != 1
                    or len(last) != 1
                    or first[0][0] != first[0][1]
                    or last[0][0] != last[0][1]
                ):
                    raise PatternError("a `-` stands between two characters, or last in the `[ ]`")
                if last[0][0] < first[0][0]:
                    raise PatternError(
                        f"`{chr(first[0][0])}-{chr(last[0][0])}` is no range: it runs backwards"
                    )
                members.append((first[0][0], last[0][0]))
            else:
                members += first
        ranges = complement(union(members)) if negated else union(members)
        if not ranges:
            raise PatternError("no character is left in a `[ ]`")
        return ranges

    def member(self) -> Ranges:
        char = self.next()
        if char == "\\":
            return self.escape()
        if char == "[":
            raise PatternError("a `[` among others is written `\\[`")
        if self.text[self.at : self.at + 1] == char and char in "&|~-":
            raise PatternError(f"`{char}{char}` inside of `[ ]` is not read alike everywhere")
        return ((ord(char), ord(char)),)


def _takes_text(node: Node) -> bool:
    """Return whether a part may take a character of the text."""
    match node:
        case Chars():
            return True
        case Sequence(parts) | Choice(parts):
            return any(map(_takes_text, parts))
        case Repeat(part):
            return _takes_text(part)
    return False


def read(pattern: str) -> Node:
    """Return the parts of a pattern; raises PatternError for one that Python or ECMAScript can't read, or read differently."""
    if len(pattern) > _LONGEST:
        raise PatternError(f"it has more than {_LONGEST} characters")
    reader = _Reader(pattern)
    node = reader.choice()
    if reader.at < len(pattern):
        raise PatternError("a `)` closes no group; the character itself is `\\)`")
    return node
