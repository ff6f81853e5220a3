"""Splices inside `[…]` and `{…}`, where a comment belongs to the entry before it on its line, or else to the one below."""

import re
from collections.abc import Sequence
from typing import Any, Final, NamedTuple

from qafiles.errors import EditRefusedError
from qafiles.parsing.nodes import Node
from qafiles.yaml_text.document import Document, Splice, entries_of

_TOKEN: Final = re.compile(r"[ \t]+|(?P<break>\r\n|\r|\n)|(?P<comma>,)|(?P<comment>#[^\r\n]*)")
_QUESTION_MARK: Final = re.compile(r"(?<=[\s\[{,])\?\s+\Z")


class Entry(NamedTuple):
    """An entry between brackets: the white space and the comments above it, its text, and the comma and comments behind it."""

    lead: str
    text: str
    behind: str

    @property
    def has_comma(self) -> bool:
        """Whether a comma stands behind it."""
        return _comma(self.behind) is not None


class Brackets(NamedTuple):
    """What stands between two brackets: the comments behind the first one, the entries, and the tail before the last one."""

    opening: str
    entries: list[Entry]
    closing: str


def brackets(document: Document, node: Node) -> Brackets:
    """Return what stands between the brackets of a list or mapping. Raises EditRefusedError for text that is no entry."""
    text = document.text
    at = node.start.index + 1
    spans = [_span(document, key, value, node.start.index) for key, value in entries_of(node)]
    gaps = []
    for start, end in [*spans, (node.end.index - 1, node.end.index)]:
        gaps.append(_split(text[at:start]))
        at = end
    entries = [
        Entry(gaps[number][1], text[start:end], gaps[number + 1][0])
        for number, (start, end) in enumerate(spans)
    ]
    return Brackets(gaps[0][0], entries, gaps[-1][1])


def _span(document: Document, key: Node, value: Node, floor: int) -> tuple[int, int]:
    start, end = key.start.index, max(value.end.index, key.end.index)
    if key is not value and (mark := _QUESTION_MARK.search(document.text[floor:start])):
        start -= len(mark.group())
    return int(start), int(end)


def _split(gap: str) -> tuple[str, str]:
    """Return what of a gap belongs to the entry before it, and what to the one behind."""
    parts: list[tuple[str, bool]] = []
    on_line, cut = True, 0
    at = 0
    while at < len(gap):
        token = _TOKEN.match(gap, at)
        if token is None:
            raise EditRefusedError(
                "the text between brackets can't be edited; write it in a simpler style first"
            )
        own_line = bool(token["comment"]) and not on_line
        on_line = bool(token["comma"]) or (on_line and not token["break"])
        parts.append((token.group(), own_line))
        if token["comma"] or (token["comment"] and not own_line):
            cut = len(parts)
        at = token.end()
    if not any(own_line for _, own_line in parts[:cut]):
        return "".join(text for text, _ in parts[:cut]), "".join(text for text, _ in parts[cut:])
    # A comment on a line of its own stands before the comma, and yet belongs to what follows.
    before, above, margin = "", "", ""
    for text, own_line in parts[:cut]:
        if own_line:
            above += margin + text
            before = before.removesuffix(margin)
        else:
            before += text
        margin = text if not text.strip("\r\n") else margin + text if not text.strip() else ""
    return before, above + "".join(text for text, _ in parts[cut:])


def _comma(behind: str) -> int | None:
    """Return where the comma stands behind an entry."""
    at = 0
    while at < len(behind):
        token = _TOKEN.match(behind, at)
        if token is None:
            return None
        if token["comma"]:
            return at
        at = token.end()
    return None


def _with_comma(entry: Entry) -> Entry:
    return entry if entry.has_comma else entry._replace(behind="," + entry.behind)


def _without_comma(entry: Entry) -> Entry:
    at = _comma(entry.behind)
    return entry if at is None else entry._replace(behind=entry.behind[:at] + entry.behind[at + 1 :])


def _first_margin(space: str) -> str:
    """Return the last line break of white space and comments with what follows it; nothing where there is none."""
    match = re.search(r"(?:\r\n|\r|\n)[ \t]*\Z", space)
    return match.group() if match else ""


def rendered(document: Document, node: Node, inside: Brackets) -> Splice:
    """Return the splice that writes what stands between brackets; what follows a comment begins on a line of its own."""
    below = document.eol + _indentation(document, node) + "  "
    out, behind_comment = "", False
    parts = [(inside.opening, True)]
    for entry in inside.entries:
        parts += [(entry.lead, True), (entry.text, False), (entry.behind, True)]
    for text, is_gap in [*parts, (inside.closing, True)]:
        if text:
            out += below + text.lstrip(" \t") if behind_comment and text[0] not in "\r\n" else text
            behind_comment = is_gap and "#" in re.split(r"[\r\n]", text)[-1]
    return Splice(node.start.index + 1, node.end.index - 1, out + below if behind_comment else out)


def _indentation(document: Document, node: Node) -> str:
    """Return the white space at the beginning of the line in which a bracket stands."""
    line = document.line_start(node.start.index)
    before = document.text[line : node.start.index]
    return before[: len(before) - len(before.lstrip(" "))]


def in_place(document: Document, parent: Node, key: Node, node: Node, inline: str) -> Splice:
    """Return the splice that writes a value inside brackets."""
    start, end = node.start.index, node.end.index
    if start < end:
        return Splice(start, end, inline)
    if isinstance(parent.children, dict) and ":" not in document.text[key.end.index : end]:
        return Splice(end, end, f": {inline}")
    return Splice(end, end, f" {inline}")


def added_entry(document: Document, parent: Node, index: int, text: str) -> list[Splice]:
    """Return the splices that add an entry before the one with a number, or at the end."""
    inside = brackets(document, parent)
    entries = [*inside.entries]
    below = document.eol + _indentation(document, parent) + "  "
    if index < len(entries):
        following = entries[index]
        if "#" in following.lead:
            entries.insert(index, Entry(_first_margin(following.lead) or below, text, ","))
        else:
            own_line = _first_margin(following.lead)
            entries[index] = following._replace(lead=following.lead if own_line else " ")
            entries.insert(index, Entry(following.lead, text, ","))
    elif entries:
        last = entries[-1]
        own_line = _first_margin(last.lead) or (below if "#" in last.behind else "")
        if not own_line and "\n" in document.text[parent.start.index : parent.end.index]:
            own_line = "" if len(entries) > 1 or "#" not in inside.closing else below
        entries[-1] = _with_comma(last)
        entries.append(Entry(own_line or " ", text, "," if last.has_comma else ""))
    else:
        lead = below if "#" in inside.opening or "#" in inside.closing else ""
        entries.append(Entry(lead, text, ""))
    return [rendered(document, parent, inside._replace(entries=entries))]


def taken_entry(document: Document, parent: Node, node: Node) -> list[Splice]:
    """Return the splice that takes an entry away, with its comma and the comments that belong to it."""
    inside = brackets(document, parent)
    entries = [*inside.entries]
    number = next(i for i, (_, value) in enumerate(entries_of(parent)) if value is node)
    entry = entries.pop(number)
    if number < len(entries):
        following = entries[number]
        if not _first_margin(following.lead) and "#" not in entry.lead:
            entries[number] = following._replace(lead=entry.lead)
        elif not _first_margin(following.lead):
            entries[number] = following._replace(lead=_first_margin(entry.lead))
    elif entries and not entry.has_comma:
        entries[-1] = _without_comma(entries[-1])
    closing = inside.closing
    if not entries and "#" not in inside.opening + closing:
        closing = ""
    return [rendered(document, parent, inside._replace(entries=entries, closing=closing))]


def in_order_of(entries: Sequence[Entry], order: Sequence[int]) -> list[Entry]:
    """Return entries in another order, each with its comments; white space stays where it was."""
    ordered = []
    for place, number in enumerate(order):
        entry, there = _without_comma(entries[number]), entries[place]
        space = there.lead if "#" not in there.lead else _first_margin(there.lead)
        behind = entry.behind if "#" in entry.behind else ""
        entry = Entry(entry.lead if "#" in entry.lead else space, entry.text, behind)
        ordered.append(_with_comma(entry) if place < len(order) - 1 or entries[-1].has_comma else entry)
    return ordered


def has_comments(document: Document, node: Node) -> bool:
    """Return whether comments stand between brackets that belong to no entry there."""
    inside = brackets(document, node)
    return "#" in inside.opening + inside.closing


def replaced(document: Document, node: Node, value: Any, text: str) -> tuple[str, str]:
    """Return the comments behind the first bracket of a value that goes, and the text of the new one with the tail of the old.

    `text` is the new value on one line; the tail stays where list takes the place of list, or mapping of mapping.
    """
    inside = brackets(document, node)
    same_kind = isinstance(value, list) == (node.style == "[") and isinstance(value, list | dict)
    if not same_kind or "#" not in inside.opening + inside.closing:
        return inside.opening.strip(), text
    below = document.eol + _indentation(document, node) + "  "
    body = below + text[1:-1] if text[1:-1] else ""
    closing = inside.closing if "#" in inside.closing else below
    return "", text[0] + inside.opening + body + closing + text[-1]
