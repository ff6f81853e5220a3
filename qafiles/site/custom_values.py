"""Custom fields of an entity as HTML: what is declared in its order, where it came from, and other keys."""

from collections.abc import Iterator, Mapping
from typing import Any, Final

from markupsafe import Markup

from qafiles.declared_fields import ORIGIN, DeclaredField
from qafiles.kinds import KIND_FACTS
from qafiles.pages import clean, printed
from qafiles.site.changes import repr_of
from qafiles.site.content import Content
from qafiles.site.fields import own_fields
from qafiles.site.values import linked, outside_link
from qafiles.snapshot import EntityFile
from qafiles.snapshot.foreign_keys import foreign_key


def custom_values(content: Content, file: EntityFile, root: str) -> dict[str, tuple[Markup, str]]:
    """Return the `x-` keys of an entity, each with its value as HTML and what it is for.

    Declared ones come first, in the order of qafiles.yaml, then `x-source` and the others by name; what is empty is left out.
    """
    declared = file.declared.of(file.kind)
    own = own_fields(file)
    names = [name for name in own if name.startswith("x-")]
    order = [*declared, ORIGIN, *sorted(names)]
    values = {}
    for name in sorted(names, key=order.index):
        field, value = declared.get(name), own[name]
        if value is None or value in ([], {}, ""):
            continue
        if name == ORIGIN and (key := foreign_key(file)) is not None:
            html = outside_link(str(value.get("url") or ""), str(key))
        elif field is not None and field.target is not None:
            html = linked(content, file, name, root)
        else:
            html = _shown(value, field.schema if field is not None else {})
        values[name] = html, field.description if field is not None else ""
    return values


def _shown(value: Any, schema: Mapping[str, Any]) -> Markup:
    if isinstance(value, list):
        items = Markup("").join(
            Markup("<li>{}</li>").format(_shown(item, schema.get("items", {}))) for item in value
        )
        return Markup("<ul>{}</ul>").format(items)
    if isinstance(value, Mapping):
        inner = schema.get("properties", {})
        pairs = Markup("").join(
            Markup('<li><span class="mono">{}</span>: {}</li>').format(
                clean(str(key)), _shown(item, inner.get(key, {}))
            )
            for key, item in value.items()
        )
        return Markup('<ul class="settings">{}</ul>').format(pairs)
    if schema.get("format") == "uri" and isinstance(value, str):
        return outside_link(value, value)
    return printed(word_of(value))


def declarations_of(fields: Mapping[str, DeclaredField]) -> Iterator[tuple[str, str, str]]:
    """Yield the name of each declared field, what its values are and what it is for."""
    for name, field in fields.items():
        needed = "; required" if field.required else ""
        yield name, f"{_what(field)}{needed}", field.description


def _what(field: DeclaredField) -> str:
    if field.target is not None:
        facts = KIND_FACTS[field.target]
        return facts.plural.lower() if field.many else f"one of the {facts.plural.lower()}"
    some = "some" if field.many else "one"
    if field.choices:
        return f"{some} of {', '.join(map(word_of, field.choices))}"
    inner = field.schema.get("items", field.schema)
    stated = inner.get("format") or inner.get("type")
    what = _WORDS.get(stated, "any value") if isinstance(stated, str) else "any value"
    return f"list: {what}" if field.type == "array" and "items" in field.schema else what


_WORDS: Final[Mapping[str, str]] = {
    "date": "date",
    "uri": "address",
    "email": "e-mail address",
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "mapping",
}


def word_of(choice: object) -> str:
    """Return what people call a value that is no list and no mapping."""
    return "yes" if choice is True else "no" if choice is False else repr_of(choice)
