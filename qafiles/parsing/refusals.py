"""The reasons to refuse a file, and those among them that the bytes show before any of it is read as YAML."""

import re
from itertools import islice
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import START, Pointer, Span
from qafiles.kinds import SECRET_FIELDS
from qafiles.parsing.text import decode, has_directive_flood, span_at, span_of_marks

MAX_SIZE: Final = 1024 * 1024
MAX_SECRET_SIZE: Final = 2 * MAX_SIZE
"""Bytes of the file of a secret: encrypted, a value of 1 MiB takes a third more."""

MAX_DEPTH: Final = 64
MAX_REFUSALS: Final = 100
"""Reasons listed for one file; a file with more of them is no better understood by a longer list."""

UNSHOWN_FIELDS: Final = frozenset({SECRET_FIELDS[-1], "password", "passphrase"})
"""Fields whose values no message shows."""

_LFS: Final = b"version https://git-lfs.github.com/spec/"
LFS_POINTER: Final = "the file is a Git LFS pointer, whose content is not here"
"""https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md"""

# A byte order mark is one of them, but where a file begins `decode` has taken it away.
_CONTROL = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x84\x86-\x9f\ufeff\ufffe\uffff]")
_CONFLICT = re.compile(r"(?m)^<{7}(?=[ \r\n]|\Z)[^\r\n]*")


class Refusal(NamedTuple):
    """One reason why a file is refused; `pointer` names the value that could not be read because of it."""

    code: str
    message: str
    span: Span
    hint: str | None = None
    related: tuple[tuple[Span, str], ...] = ()
    fixable: bool = False
    pointer: Pointer | None = None


class Parsed(NamedTuple):
    """What a file says: its data as far as it is legible (None if not at all), and every reason to refuse it."""

    data: Any
    refusals: tuple[Refusal, ...] = ()


class Refusals:
    """The refusals of one text, collected while it is read."""

    def __init__(self, text: str) -> None:
        self._text = text
        self.listed: list[Refusal] = []

    @property
    def full(self) -> bool:
        """Whether there are as many as are listed for one file."""
        return len(self.listed) >= MAX_REFUSALS

    @property
    def last(self) -> Refusal | None:
        """The refusal that was added last."""
        return self.listed[-1] if self.listed else None

    def add(
        self,
        code: str,
        message: str,
        place: Any,
        hint: str | None = None,
        pointer: Pointer | None = None,
        **more: Any,
    ) -> None:
        """Add a refusal at a span, at a slice of the text or at an event of libyaml."""
        self.listed.append(Refusal(code, message, self.span(place), hint, pointer=pointer, **more))

    def add_comment(self, place: slice | None) -> None:
        """Add the refusal of a comment that nothing sets off from what stands before it, where there is one."""
        if place is not None:
            hint = "write a space before `#`; if text is meant, put the whole value in quotes"
            self.add("QF106", "a comment needs a space before its `#`", place, hint)

    def add_duplicate(self, key: str, event: Any, first_use: Any) -> None:
        """Add the refusal of a key that was used before."""
        first = self.span(first_use)
        message = f"duplicate key `{key[:60]}`, first used on line {first.line}"
        related = ((first, f"`{key[:60]}` is first used here"),)
        self.add("QF113", message, event, "keep one of the two", related=related)

    def add_depth(self, index: int, brackets: int | None) -> None:
        """Add the refusal of what nests too deep; what else is wrong inside of the brackets around it is not told."""
        if brackets is not None:
            begin = self.span(slice(brackets, brackets + 1))
            self.listed = [item for item in self.listed if item.span < begin]
        place = slice(index, index + 1)
        self.add("QF115", f"more than {MAX_DEPTH} levels of nesting", place, "flatten the value")

    def span(self, place: Any) -> Span:
        """Return the span of a slice of the text or of an event of libyaml; a span is itself."""
        if isinstance(place, Span):
            return place
        if isinstance(place, slice):
            return span_at(self._text, place.start, place.stop)
        return span_of_marks(self._text, place.start_mark, place.end_mark)

    def in_order(self) -> tuple[Refusal, ...]:
        """Return the refusals as they follow each other in the text; the last one says so where reading stopped."""
        ordered = sorted(self.listed[:MAX_REFUSALS], key=lambda refusal: refusal.span)
        if len(ordered) == MAX_REFUSALS:
            message = f"reading stopped after {MAX_REFUSALS} problems in this file"
            ordered.append(
                Refusal(ordered[-1].code, message, ordered[-1].span, "mend these, then see what is left")
            )
        return tuple(ordered)


def is_lfs_pointer(content: bytes) -> bool:
    """Return whether bytes stand for those of a file that Git LFS keeps elsewhere."""
    return content.startswith(_LFS)


def text_of(content: bytes, most: int = MAX_SIZE) -> tuple[str, tuple[Refusal, ...]]:
    """Return the text of a file, and why it can't be read as YAML at all."""
    if is_lfs_pointer(content):
        return "", (Refusal("QF101", LFS_POINTER, START, "`git lfs pull` gets the content"),)
    if len(content) > most:
        message = f"the file is larger than {most // 1024} KiB"
        return "", (Refusal("QF103", message, START, "split it, or keep large content outside"),)
    text, problem = decode(content)
    if problem:
        return text, (Refusal("QF104", problem.message, problem.span, problem.hint),)
    if refusals := _control_characters(text) or _merge_conflicts(text):
        return text, refusals
    if has_directive_flood(text):
        message = "YAML directives are not allowed"
        return text, (Refusal("QF110", message, START, "delete the lines that begin with `%`"),)
    return text, ()


def _control_characters(text: str) -> tuple[Refusal, ...]:
    refusals = []
    for match in islice(_CONTROL.finditer(text), MAX_REFUSALS):
        code_point = ord(match.group())
        escape = f"\\x{code_point:02X}" if code_point < 256 else f"\\u{code_point:04X}"
        message = f"control character U+{code_point:04X} is not allowed in YAML"
        hint = f"delete it, or write it as `{escape}` in double quotes"
        refusals.append(Refusal("QF105", message, span_at(text, *match.span()), hint))
    return tuple(refusals)


def _merge_conflicts(text: str) -> tuple[Refusal, ...]:
    """Return a refusal for each conflict, at its `<<<<<<<`; a line of `=======` alone may be text."""
    refusals = []
    for match in islice(_CONFLICT.finditer(text), MAX_REFUSALS):
        message = f"unresolved merge conflict: `{match.group().strip()[:60]}`"
        hint = "choose a side, delete the marker lines, then `git add` the file"
        refusals.append(Refusal("QF107", message, span_at(text, *match.span()), hint))
    return tuple(refusals)
