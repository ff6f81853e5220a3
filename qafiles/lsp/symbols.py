"""Outlines of files, and entities by name."""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from qafiles.diagnostics import Span
from qafiles.kinds import HIDDEN_FIELDS
from qafiles.layout import LABELS, Place, classify, name_part
from qafiles.lsp.positions import Document
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.titles import title

LIMIT: Final = 300
_KEY = re.compile(r"(['\"]?)([A-Za-z_][\w-]*)\1[ \t]*:(?=[ \t]|$)")


@dataclass(frozen=True, slots=True)
class Symbol:
    """A field with its value in brief: the span of both, and that of the key."""

    name: str
    detail: str
    span: Span
    key: Span


@dataclass(frozen=True, slots=True)
class Outline:
    """An entity with its top-level fields."""

    title: str
    detail: str
    span: Span
    fields: tuple[Symbol, ...]


def outline(snapshot: Snapshot, path: str, document: Document) -> Outline | None:
    """Return the outline of an entity's file, from its lines where it is no YAML; None for other files."""
    place = classify(path)
    if not isinstance(place, Place):
        return None
    file = snapshot.files.get(path)
    fields = tuple(_fields(file.data if file else {}, document))
    whole = Span(1, 1, len(document.lines), len(document.lines[-1]) + 1)
    name = title(file) if file is not None else name_part(place.handle)
    return Outline(name, f"{LABELS[place.kind]} {place.handle}", whole, fields)


def _fields(data: Any, document: Document) -> Iterable[Symbol]:
    if data:
        for name, value in data.items():
            key = document.positions.span((name,), "key")
            span = document.positions.span((name,))
            yield Symbol(name, _brief(name, value), Span(key.line, key.column, *max(key[2:], span[2:])), key)
        return
    for number, line in enumerate(document.lines, 1):
        match = _KEY.match(line)
        if match:
            yield Symbol(
                match[2],
                "",
                Span(number, 1, number, len(line) + 1),
                Span(number, 1, number, match.end(2) + 1),
            )


def _brief(name: str, value: Any) -> str:
    if name in HIDDEN_FIELDS or value is None:
        return ""
    if isinstance(value, list):
        return ", ".join(str(item) for item in value if not isinstance(item, list | dict))[:80]
    if isinstance(value, dict):
        return ", ".join(map(str, value))[:80]
    lines = str(value).strip().splitlines()
    return lines[0][:80] if lines else ""


def entities(snapshot: Snapshot, query: str) -> list[EntityFile]:
    """Return the entities whose handle, title or id contains the words of a query, at most so many that a list can show."""
    words = query.casefold().split()
    entity_files = []
    for file in snapshot.files.values():
        text = f"{file.handle} {title(file)} {file.id or ''} {LABELS[file.kind]}".casefold()
        if all(word in text for word in words):
            entity_files.append(file)
            if len(entity_files) == LIMIT:
                break
    return entity_files
