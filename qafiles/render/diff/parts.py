"""What the formats of `diff` share: the parts of a change as short texts, still to be escaped."""

import json
import math
from collections.abc import Iterator, Mapping, Sequence
from typing import Any, Final

from qafiles.diff.changes import Diff, EntityChange
from qafiles.diff.readers import ReaderChange, RuleChange
from qafiles.diff.words import Piece, word_diff
from qafiles.layout import LABELS
from qafiles.parsing.values import ABSENT
from qafiles.references import BY_PLACE
from qafiles.render.numbers import counted
from qafiles.snapshot.field_changes import PROSE, FieldChange
from qafiles.snapshot.titles import title

MOST_ITEMS: Final = 30
"""Items of a list, and parts of a mapping, that are shown."""
MOST_LINES: Final = 60
"""Changed lines of a text that are shown."""


def summary(diff: Diff) -> str:
    """Return what happened to how many entities, in one sentence without a full stop."""
    clauses = [f"{number} {what}" for what, number in diff.counts.items() if number]
    carried = sum(change.is_only_carried for change in diff.changes)
    if carried:
        went = counted(carried, "entity", "entities")
        clauses.append(f"{went} carried along by a renamed project or organization")
    if diff.settings:
        clauses.append("other settings")
    if diff.rules:
        clauses.append("another .sops.yaml")
    return ", ".join(clauses) or "no changes"


def listed(diff: Diff) -> Iterator[EntityChange]:
    """Yield the changes that are shown one by one: not those that a project only carried along."""
    return (change for change in diff.changes if not change.is_only_carried)


def label(change: EntityChange) -> str:
    """Return what people call the kind of the entity."""
    return LABELS[change.kind]


def name(change: EntityChange) -> str:
    """Return what people call an entity that is new or gone, where that is more than its handle says."""
    if change.file.is_secret:
        return ""
    entity_title = title(change.file)
    return "" if entity_title == change.file.name_part else entity_title


def is_prose(item: FieldChange) -> bool:
    """Return whether a field of a new entity is a text of several lines or one that people write at length."""
    return isinstance(item.new, str) and (item.name in PROSE or "\n" in item.new)


def notes(change: EntityChange) -> Iterator[str]:
    """Yield sentences about a change that are no fields."""
    if change.secret is not None:
        yield change.secret
    if change.instead_of is not None:
        yield (
            f"another {LABELS[change.kind]} had this handle ({change.instead_of.id or 'without an id'}); "
            "references by handle mean this one now"
        )
    if change.illegible == ("before", "after"):
        yield "the file can't be read in either state"
    elif change.illegible:
        if change.illegible == ("before",):
            yield "the file could not be read" + (" before" if change.after is not None else "")
        else:
            when = " any more" if change.before is not None else ""
            yield f"the file can't be read{when}; `qafiles validate` says why"


def readers(items: Sequence[ReaderChange], *, new: bool = False) -> Iterator[tuple[str, str]]:
    """Yield what to say of each recipient who comes to read something or no longer does, and whose key it is."""
    for item in items:
        if item.what == "lost":
            yield "can no longer be read by", item.who
        elif item.what == "pending":
            yield "will be read, once it is encrypted anew, by", item.who
        else:
            yield "can be read by" if new else "can now be read by", item.who


def rule_name(rule: RuleChange) -> str:
    """Return how a rule of `.sops.yaml` is called: by its expression."""
    return rule.path_regex if rule.path_regex is not None else "all paths"


def fields(change: EntityChange) -> Iterator[FieldChange]:
    """Yield the fields to show: none of an entity that is new, gone or illegible, and nothing of ciphertext."""
    if change.before is not None and change.after is not None and not change.illegible:
        yield from (item for item in change.fields if item.form != "secret")


def says(change: EntityChange) -> Iterator[FieldChange]:
    """Yield what an entity that is new says: its text and its references, which nobody has read before.

    Its id, and what its folder says already, are left out; of a secret nothing is shown.
    """
    if change.before is None and not change.illegible and not change.file.is_secret:
        yield from (item for item in change.fields if item.name not in {"id", *BY_PLACE})


def lines_of(text: str, most: int | None = MOST_LINES) -> tuple[list[str], int]:
    """Return the first lines of a text that is new, and how many are left out."""
    lines = text.removesuffix("\n").split("\n")
    return lines[:most], 0 if most is None else max(0, len(lines) - most)


def text_of(value: Any, limit: int | None) -> str:
    """Return a value in one text: a text as it is, anything else as JSON, cut to so many characters."""
    if value is ABSENT:
        return ""
    text = value if isinstance(value, str) else json.dumps(finite(value), ensure_ascii=False)
    return text if limit is None or len(text) <= limit else text[: limit - 1] + "…"


def finite(value: Any) -> Any:
    """Return a value with the numbers that JSON does not have as the texts that YAML writes."""
    if isinstance(value, float) and not math.isfinite(value):
        return ".nan" if math.isnan(value) else (".inf" if value > 0 else "-.inf")
    if isinstance(value, Mapping):
        return {key: finite(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [finite(item) for item in value]
    return value


def some(items: Sequence[Any], most: int | None = MOST_ITEMS) -> tuple[Sequence[Any], int]:
    """Return the items that are shown, and how many more there are."""
    return items[:most], 0 if most is None else max(0, len(items) - most)


def changed_lines(change: FieldChange, limit: int | None = MOST_LINES) -> tuple[list[list[Piece]], int]:
    """Return the lines of a text in which words differ, an empty one for lines between them, and how many are left out."""
    lines: list[list[Piece]] = [[]]
    for sign, text in word_diff(change.old, change.new):
        first, *others = text.split("\n")
        end = "" if sign == "=" else "⏎"
        lines[-1].append(Piece(sign, first + (end if others else "")))
        for index, part in enumerate(others):
            lines.append([Piece(sign, part + (end if index < len(others) - 1 else ""))])
    shown_lines: list[list[Piece]] = []
    number, most = 0, len(lines) if limit is None else limit
    for line in lines:
        if any(sign != "=" and text for sign, text in line):
            number += 1
            if number <= most:
                shown_lines.append([piece for piece in line if piece.text])
        elif shown_lines and shown_lines[-1] and number < most:
            shown_lines.append([])
    return shown_lines[:-1] if shown_lines and not shown_lines[-1] else shown_lines, max(0, number - most)
