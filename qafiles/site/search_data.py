"""What the browser searches in, as a script: a page that was opened as a file may not fetch data."""

import json
import re
from collections.abc import Iterator
from typing import Any, Final

from qafiles.kinds import KIND_FACTS
from qafiles.pages import clean
from qafiles.site.changes import repr_of
from qafiles.site.content import Content
from qafiles.site.fields import own_fields
from qafiles.snapshot import EntityFile

_LONGEST: Final = 1_500
"""Characters of an entity's text that are kept as they are; behind them each word stands once, so that all can be found."""

_WORD: Final = re.compile(r"\w+")


def search_data(content: Content) -> str:
    """Return a script that sets `qafilesSearch`: `labels`, `names`, and `rows` of title, kind, handle, page, project, tags, text.

    Kind, project and tags are numbers of names; `labels` are what people call the kinds.
    """
    numbers: dict[str, int] = {}

    def number(name: str) -> int:
        return numbers.setdefault(name, len(numbers))

    rows = []
    for file in content.snapshot.files.values():
        target = content.target(file)
        tags = [number(clean(content.target(tag).title)) for tag in content.targets(file, "tags")]
        text = _searchable(" ".join(" ".join(_texts(content, file)).split()))
        rows.append(
            [
                clean(target.title),
                number(file.kind),
                clean(file.handle),
                target.page,
                number(clean(file.project or "")),
                tags,
                clean(text),
            ]
        )
    lines = ",\n".join(map(as_script, rows))
    labels = {kind: facts.label.capitalize() for kind, facts in KIND_FACTS.items()}
    return f"globalThis.qafilesSearch = {{labels: {as_script(labels)}, names: {as_script([*numbers])}, rows: [\n{lines}\n]}};\n"


def _searchable(text: str) -> str:
    """Return a text in which the same words can be found, and in which words of a long one stand but once."""
    if len(text) <= _LONGEST:
        return text
    end = text.rfind(" ", 0, _LONGEST) if " " in text[:_LONGEST] else _LONGEST
    known = {word.casefold() for word in _WORD.findall(text[:end])}
    more = {word.casefold(): None for word in _WORD.findall(text[end:])}
    return " ".join([text[:end], *(word for word in more if word not in known)])


def _texts(content: Content, file: EntityFile) -> Iterator[str]:
    for name, value in own_fields(file).items():
        if name.startswith("x-"):
            yield from (content.target(target).title for target in content.targets(file, name))
            yield from _numbers(value)
    for value in own_fields(file, ("created_at", "updated_at", "tags", "color")).values():
        yield from _inside(value)


def _numbers(value: Any) -> Iterator[str]:
    """Yield the numbers of a custom field, by which people look for tickets and the like."""
    if isinstance(value, dict | list):
        for item in value.values() if isinstance(value, dict) else value:
            yield from _numbers(item)
    elif isinstance(value, int | float) and not isinstance(value, bool):
        yield repr_of(value)


def _inside(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        for key, item in value.items():
            yield str(key)
            yield from _inside(item)
    elif isinstance(value, list):
        for item in value:
            yield from _inside(item)


def as_script(value: Any) -> str:
    """Return a value as JavaScript that is safe wherever a script may stand; all but ASCII is escaped."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
