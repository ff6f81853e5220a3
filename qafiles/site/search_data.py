"""What the browser searches in, as a script: a page that was opened as a file may not fetch data."""

import json
from collections.abc import Iterator
from typing import Any, Final

from qafiles.pages import clean
from qafiles.site.content import Content, own_fields
from qafiles.snapshot import EntityFile

_LONGEST: Final = 1_500
"""Characters of an entity's text that can be found."""


def search_data(content: Content) -> str:
    """Return a script that sets `qafilesSearch`: `names`, and `rows` of title, kind, handle, page, project, tags, text.

    Kind, project and tags are numbers of names.
    """
    numbers: dict[str, int] = {}

    def number(name: str) -> int:
        return numbers.setdefault(name, len(numbers))

    rows = []
    for file in content.snapshot.files.values():
        target = content.target(file)
        tags = [number(clean(content.target(tag).title)) for tag in content.targets(file, "tags")]
        text = " ".join(" ".join(_texts(file)).split())[:_LONGEST]
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
    lines = ",\n".join(map(_script, rows))
    return f"globalThis.qafilesSearch = {{names: {_script([*numbers])}, rows: [\n{lines}\n]}};\n"


def _texts(file: EntityFile) -> Iterator[str]:
    for value in own_fields(file, ("created_at", "updated_at", "tags", "color")).values():
        yield from _inside(value)


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


def _script(value: Any) -> str:
    """Return a value as JavaScript that is safe wherever a script may stand; all but ASCII is escaped."""
    return json.dumps(value, separators=(",", ":")).replace("<", "\\u003c")
