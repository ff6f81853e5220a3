"""Parts of texts changed in place: references, the secrets that prose names, and the comments behind references."""

import copy
import re
from collections.abc import Sequence
from itertools import islice, takewhile
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer, json_pointer
from qafiles.errors import EditRefusedError
from qafiles.parsing.nodes import Node
from qafiles.parsing.values import value_at
from qafiles.yaml_text.changes import with_value
from qafiles.yaml_text.document import Document, Splice

_BEHIND: Final = re.compile(r"[ \t]*,?[ \t]+(#[ \t]*([^\r\n]*?))[ \t]*(?=[\r\n]|\Z)")
_SINGLE_SPACE: Final = re.compile(r"(?<!\s) (?!\s)")
_MOST_REWRITTEN: Final = 200
"""Values of one file up to which each is written by an edit of its own."""


class TextChange(NamedTuple):
    """What takes the place of a text inside the value at a pointer: of the occurrence with this number, from 0.

    An empty `within` is the whole value. One that begins with `#` and is not in the value is looked for in the comment
    behind it.
    """

    pointer: Pointer
    within: str
    occurrence: int
    new: str


def with_texts(content: bytes, changes: Sequence[tuple[Pointer, str, int, str]]) -> bytes:
    """Return the bytes of a file with all these texts changed. Raises EditRefusedError, also for a text that is not there."""
    document = Document(content)
    expected = copy.deepcopy(document.data)
    splices: list[Splice] = []
    values: dict[Pointer, list[tuple[int, int, str]]] = {}
    parts_of: dict[Pointer, list[TextChange]] = {}
    comments: list[TextChange] = []
    for item in changes:
        change = TextChange(*item)
        value = _text_at(document, change.pointer)
        within = change.within or value
        if within.startswith("#") and within not in value:
            comments.append(change)
            splices.append(_comment_splice(document, change))
            continue
        at = _occurrence(value, within, change.occurrence)
        if at is None:
            raise EditRefusedError(
                f"`{within[:60]}` is not in the text at {json_pointer(change.pointer)} (any more)"
            )
        values.setdefault(change.pointer, []).append((at, at + len(within), change.new))
        parts_of.setdefault(change.pointer, []).append(change._replace(within=within))
        splices += _value_splice(document, parts_of[change.pointer][-1])
    new_values: dict[Pointer, str] = {}
    for pointer, parts in values.items():
        text = _text_at(document, pointer)
        for start, end, new in sorted(parts, reverse=True):
            text = text[:start] + new + text[end:]
        new_values[pointer] = text
        _set(expected, pointer, text)
    try:
        return document.result([*dict.fromkeys(splices)], expected)
    except EditRefusedError:
        # Quotes and escapes: what can't be changed in its place is written as a whole, and that value alone.
        if len(new_values) + len(comments) > _MOST_REWRITTEN:
            raise
        for pointer, text in new_values.items():
            content = _with_text(content, parts_of[pointer], text)
        for change in comments:
            again = Document(content)
            content = again.result([_comment_splice(again, change)], expected, change.pointer)
        return content


def comment_behind(content: bytes, pointer: Pointer) -> str | None:
    """Return the comment on the line behind the value at a pointer, without its `#`; None where there is none.

    Raises EditRefusedError.
    """
    return comment_in(Document(content), pointer)


def comment_in(document: Document, pointer: Pointer, *, whole: bool = False) -> str | None:
    """Return what `comment_behind` does, of a file that was read already; the `whole` one with its `#` and the blanks behind it."""
    entry = document.find(pointer) if pointer else None
    match = _BEHIND.match(document.text, entry[2].end.index) if entry else None
    return match[1 if whole else 2] if match else None


def _text_at(document: Document, pointer: Pointer) -> str:
    try:
        data = value_at(document.data, pointer)
    except (LookupError, TypeError):
        data = None
    if not isinstance(data, str):
        raise EditRefusedError(f"there is no text at {json_pointer(pointer) or 'the top'} (any more)")
    return data


def _set(data: Any, pointer: Pointer, value: str) -> None:
    value_at(data, pointer[:-1])[pointer[-1]] = value


def _occurrence(text: str, within: str, number: int, start: int = 0, end: int | None = None) -> int | None:
    """Return where the occurrence of a text with this number, from 0, begins."""
    end = len(text) if end is None else end
    at = -1
    for _ in range(number + 1):
        at = text.find(within, start, end)
        if at < 0:
            return None
        start = at + max(len(within), 1)
    return at


def _value_splice(document: Document, change: TextChange) -> list[Splice]:
    """Return what changes the part of the text that differs, also where lines are folded around it; nothing if it is not found."""
    entry = document.find(change.pointer)
    # Some readers refuse a tab in plain text: the value is then written anew, in quotes.
    if entry is None or ("\t" in change.new and not entry[2].style):
        return []
    node = entry[2]
    start = document.next_line(node.start.index) if node.style in {"|", ">"} else node.start.index
    old, new = change.within, change.new
    before = _beginning(old, new)
    old, new = old.removeprefix(before), new.removeprefix(before)
    behind = _beginning(old[::-1], new[::-1])[::-1]
    old, new = old.removesuffix(behind), new.removesuffix(behind)
    pattern = re.compile(f"{_folded(before, node)}({re.escape(old)}){_folded(behind, node)}")
    matches = pattern.finditer(document.text, start, node.end.index)
    match = next(islice(matches, change.occurrence, None), None)
    return [Splice(*match.span(1), new.replace("\n", document.eol))] if match else []


def _beginning(one: str, other: str) -> str:
    """Return what two texts begin with alike."""
    return "".join(a for a, _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


def _folded(text: str, node: Node) -> str:
    """Return a pattern for a text as it may stand in a value: where its style folds lines, a single space may be a line break.

    Where several spaces could be one, there would be more ways to match than can be tried.
    """
    if node.style == "|":
        return re.escape(text)
    return r"(?: |[ \t]*\r?\n[ \t]*)".join(map(re.escape, _SINGLE_SPACE.split(text)))


def _with_text(content: bytes, changes: Sequence[TextChange], text: str) -> bytes:
    """Return the bytes with the changes of one value, whose text is then this one: in its place, or anew as a whole."""
    document = Document(content)
    pointer = changes[0].pointer
    expected = copy.deepcopy(document.data)
    _set(expected, pointer, text)
    splices = [splice for change in changes for splice in _value_splice(document, change)]
    try:
        return document.result(splices, expected, pointer)
    except EditRefusedError:
        return with_value(content, pointer, text)


def _comment_splice(document: Document, change: TextChange) -> Splice:
    entry = document.find(change.pointer)
    match = _BEHIND.match(document.text, entry[2].end.index) if entry else None
    at = match and _occurrence(document.text, change.within, change.occurrence, match.start(1), match.end(1))
    if at is None or "\n" in change.new or "\r" in change.new or not change.new.startswith("#"):
        raise EditRefusedError(
            f"`{change.within[:60]}` is no comment behind {json_pointer(change.pointer)} (any more)"
        )
    return Splice(at, at + len(change.within), change.new)
