"""The format `markdown` of `diff`: a comment for a pull request, with a section to unfold for each sort of change.

Text from files stands in code spans alone, as in the summary of `validate`: there no markup, link, image, HTML, mention
or emoji is read.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Final

from qafiles.diagnostics import json_pointer
from qafiles.diff.changes import WHATS, Diff, EntityChange, What
from qafiles.diff.words import Piece
from qafiles.parsing.values import ABSENT
from qafiles.render.diff.parts import (
    changed_lines,
    fields,
    is_prose,
    label,
    lines_of,
    listed,
    name,
    notes,
    readers,
    rule_name,
    says,
    some,
    summary,
    text_of,
)
from qafiles.render.escape import escape
from qafiles.render.markdown import code_span
from qafiles.render.numbers import counted
from qafiles.snapshot.field_changes import FieldChange

LIMIT: Final = 65_536
"""How many characters GitHub takes for a comment; bytes are counted here, of which there are never fewer."""

_RESERVE: Final = 400
"""Room for the ends of sections and for the sentence about what is left out."""
_WIDTH: Final = 300
_TITLES: Final[dict[What, str]] = {
    "added": "Added",
    "removed": "Removed",
    "renamed": "Renamed",
    "moved": "Moved",
    "changed": "Changed",
}
_BACKTICKS: Final = re.compile("`+")
_TAGS: Final = {"=": "", "-": "del", "+": "ins"}


def render(diff: Diff) -> Iterator[str]:
    """Yield a line that sums up, and the changes in sections; what does not fit is counted at the end."""
    head = f"### qafiles\n\n**{summary(diff)[0].upper()}{summary(diff)[1:]}.**\n"
    head += "".join(f"\nNot compared: {code_span(sentence)}\n" for sentence in diff.left_out.sentences)
    head += "".join(_rules(diff))
    yield head
    left = LIMIT - _RESERVE - len(head.encode())
    sections = [("Settings", [_entry("`qafiles.yaml`", (), [*diff.settings])])] if diff.settings else []
    for what in WHATS:
        changes = [change for change in listed(diff) if change.what == what]
        if changes:
            sections.append((_TITLES[what], [_of(change) for change in changes]))
    left_out = 0
    for heading, entries in sections:
        opened = False
        for short, whole in entries:
            text = whole if len(whole.encode()) <= left // 2 else short
            begin = "" if opened else _begin(heading, len(entries))
            if len((begin + text).encode()) + len(_END) > left:
                left_out += 1
                continue
            yield begin + text
            opened = True
            left -= len((begin + text).encode())
        if opened:
            yield _END
            left -= len(_END)
    if left_out:
        more = counted(left_out, "entity", "entities")
        yield f"\n{more} left out here; `qafiles diff` lists all of them.\n"


_END: Final = "\n</details>\n"


def _begin(heading: str, number: int) -> str:
    return f"\n<details><summary>{heading} ({number})</summary>\n\n"


def _of(change: EntityChange) -> tuple[str, str]:
    handle = code_span(change.file.handle)
    if change.before is not None and change.before.handle != change.file.handle:
        handle = f"{code_span(change.before.handle)} → {handle}"
    called = name(change) if change.what in {"added", "removed"} else ""
    more = f": {_code(called)}" if called else ""
    heading = f"{label(change)} {handle}{more}"
    sentences = [*notes(change)]
    sentences += [
        f"**{words}** {code_span(who)}" for words, who in readers(change.readers, new=change.before is None)
    ]
    return _entry(heading, tuple(sentences), [*fields(change)], [*says(change)])


def _rules(diff: Diff) -> Iterator[str]:
    """Yield the lines on `.sops.yaml`, which stand above everything: who comes to decrypt, and who no longer does."""
    if diff.rules:
        yield "\n**Who can decrypt (`.sops.yaml`)**\n\n"
    for rule in diff.rules:
        if not rule.readers:
            yield "- its text; nobody gains or loses access by it\n"
        for words, who in readers(rule.readers):
            yield f"- {code_span(rule_name(rule))}: **{words}** {code_span(who)}\n"


def _entry(
    heading: str, sentences: tuple[str, ...], items: list[FieldChange], said: Sequence[FieldChange] = ()
) -> tuple[str, str]:
    """Return an item of a list, first without and then with its fields; what a new entity says is folded."""
    lines = [f"  - {sentence}\n" for sentence in sentences]
    for item in items:
        lines += _field(item)
    if said:
        lines.append("\n  <details><summary>what it says</summary>\n\n")
        for item in said:
            lines += _said(item)
        lines.append("\n  </details>\n\n")
    short = f"- {heading}{' (fields left out)' if lines else ''}\n"
    return short, f"- {heading}\n{''.join(lines)}"


def _field(item: FieldChange) -> Iterator[str]:
    key = code_span(item.name)
    if item.form == "prose":
        yield f"  - {key}\n"
        lines, more = changed_lines(item)
        for line in lines:
            if line:
                yield f"    - {' '.join(map(_piece, line))}\n"
        if more:
            yield f"    - and {more} more lines\n"
    elif item.form == "mapping":
        parts, more = some(item.parts)
        for part in parts:
            pointer = json_pointer(part.pointer)[1:].replace("/", ".")
            yield f"  - {_code(pointer)}: {_value(part.old)} → {_value(part.new)}\n"
        if more:
            yield f"  - {key}: and {more} more changes\n"
    elif item.form == "items":
        yield f"  - {key}: {_items(item)}\n"
    else:
        old, new = (values[0] if values else ABSENT for values in (item.removed, item.added))
        yield f"  - {key}: {_value(old)} → {_value(new)}\n"


def _said(item: FieldChange) -> Iterator[str]:
    """Yield the lines of a field of an entity that is new; a text stands in a block of code, as it was written."""
    key = code_span(item.name)
    if not is_prose(item):
        values, more = some(item.added)
        rest = f" and {more} more" if more else ""
        yield f"  - {key}: {', '.join(map(_value, values)) or '(none)'}{rest}\n"
        return
    lines, more = lines_of(item.new)
    fence = "`" * (max((len(backticks) for backticks in _BACKTICKS.findall(item.new)), default=0) + 3)
    yield f"  - {key}\n\n    {fence}text\n"
    for line in lines:
        yield f"    {escape(line)}\n"
    yield f"    {fence}\n"
    if more:
        yield f"\n    and {more} more lines\n"
    yield "\n"


def _items(item: FieldChange) -> str:
    clauses = []
    for verb, values in (("removed", item.removed), ("added", item.added)):
        if values:
            items, more = some(values)
            rest = f" and {more} more" if more else ""
            clauses.append(f"{verb} {', '.join(_value(value) for value in items)}{rest}")
    return "; ".join(clauses) or "other order"


def _value(value: object) -> str:
    return "(none)" if value is ABSENT else _code(text_of(value, _WIDTH))


def _code(text: str) -> str:
    return code_span(text if len(text) <= _WIDTH else text[: _WIDTH - 1] + "…")


def _piece(piece: Piece) -> str:
    tag = _TAGS[piece.sign]
    code = _code(piece.text.strip(" ") or piece.text)
    return f"<{tag}>{code}</{tag}>" if tag else code
