"""The page of one entity: its text and facts, what it refers to and what refers to it, and its history."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple
from urllib.parse import urlsplit

from markupsafe import Markup

from qafiles.history import LogEntry
from qafiles.layout import LABELS
from qafiles.models import fields_of
from qafiles.pages import clean, markdown, printed
from qafiles.site.changes import MOST_ENTRIES, ShownEntry, pending_entry, repr_of, shown_log
from qafiles.site.content import Content, Target, heading
from qafiles.site.fields import own_fields
from qafiles.site.places import to_root
from qafiles.site.relations import Relation, graph, incoming_of, outgoing_of
from qafiles.snapshot import EntityFile
from qafiles.snapshot.environments import effective_url

_PROSE: Final = {"test_description": "", "content": "", "extra_rules": "Extra rules"}
"""The fields that are rendered as Markdown, with the heading above."""


class Text(NamedTuple):
    """A rendered text with the heading above it, which may be empty."""

    heading: str
    html: Markup


class Fact(NamedTuple):
    """A field with its value as HTML."""

    label: str
    html: Markup


class Direction(NamedTuple):
    """The relations in one direction."""

    heading: str
    groups: list[Relation]


def entity_page(
    content: Content, file: EntityFile, log: Sequence[LogEntry], derived: Mapping[str, Any]
) -> dict[str, Any]:
    """Return what the template of an entity's page shows."""
    target = content.target(file)
    root = to_root(target.page)
    outgoing, incoming = outgoing_of(content, file), incoming_of(content, file)
    left_out = len(log) - MOST_ENTRIES
    settings = own_fields(file).get("browser_config")
    return {
        "title": target.title,
        "heading": target.title,
        "label": LABELS[file.kind],
        "handle": file.handle,
        "crumbs": content.crumbs(file),
        "texts": [*_texts(file)],
        "settings": settings_of(settings) if file.kind == "browser_config" and settings is not None else None,
        "unread": not file.valid and not file.data,
        "findings": content.findings.get(file.path, []),
        "relations": [Direction("Refers to", outgoing), Direction("Referred to by", incoming)],
        "graph": graph(target, root, incoming, outgoing),
        "history": _history(content, file, log) if content.history.unknown is None else None,
        "history_note": f"and {left_out:,} earlier commits; `qafiles log {file.handle}` tells all"
        if left_out > 0
        else content.history.incomplete,
        "facts": [*_facts(content, file, derived, root)],
        "logo": None,
    }


def _history(content: Content, file: EntityFile, log: Sequence[LogEntry]) -> list[ShownEntry]:
    pending = pending_entry(content, file)
    return [*([pending] if pending is not None else []), *shown_log(content, log)]


def _texts(file: EntityFile) -> Iterator[Text]:
    for name, above in _PROSE.items():
        text = own_fields(file).get(name)
        if not isinstance(text, str):
            continue
        if name in {"test_description", "content"}:
            text = _without_title(text, heading(file))
        if text.strip():
            yield Text(above, markdown(text, level=3 if above else 2))


def _without_title(text: str, title: str) -> str:
    """Return a text without a first line that says what the heading of the page says."""
    stripped = text.lstrip()
    first, _, rest = stripped.partition("\n")
    return rest if first.lstrip("#").strip() == title else text


def settings_of(value: Any) -> Any:
    """Return a value as templates show it, with keys and numbers of any sort as text."""
    if isinstance(value, Mapping):
        return {str(key): settings_of(item) for key, item in value.items()}
    if isinstance(value, list):
        return [settings_of(item) for item in value]
    return value if value is None or isinstance(value, bool | str) else repr_of(value)


def _facts(content: Content, file: EntityFile, derived: Mapping[str, Any], root: str) -> Iterator[Fact]:
    parent = content.snapshot.parent(file)
    if parent is not None:
        yield Fact(LABELS[parent.kind].capitalize(), _link(root, content.target(parent)))
    fields = fields_of(file.kind)
    references = {item.name for item in file.reference_fields}
    for name, value in own_fields(
        file, (*_PROSE, "browser_config", "created_at", "updated_at", "version")
    ).items():
        label = (fields[name].title if name in fields else None) or name
        if value is None or value == [] or (name == "name" and value == heading(file)):
            continue
        if name in references:
            html = _linked(content, file, name, root)
        elif name in {"url_route", "default_url_route"}:
            html = address(content, file, value)
        elif name == "color":
            html = content.target(file).swatch + Markup(" {}").format(clean(repr_of(value)))
        else:
            html = _value(value)
        yield Fact(label, html)
    times = {**derived, **{name: file.get(name) for name in ("created_at", "updated_at", "version")}}
    for name, label in (("created_at", "Created"), ("updated_at", "Updated"), ("version", "Version")):
        value = times.get(name) or derived.get(name)
        if value is not None:
            when = _when(str(value))
            if name == "updated_at" and file.path in content.pending:
                when += Markup(" and since then, not committed")
            yield Fact(label, when if name != "version" else printed(repr_of(value)))
    if file.id is not None:
        yield Fact("Id", _mono(file.id))
    yield Fact("Handle", _mono(file.handle))
    yield Fact("File", _mono(file.path))


def _mono(text: str) -> Markup:
    return Markup(f'<span class="mono">{printed(text)}</span>')  # noqa: S704  # escaped


@lru_cache(maxsize=5_000)
def _when(value: str) -> Markup:
    day = value.partition("T")[0]
    return Markup('<time datetime="{}">{}</time>').format(clean(value), clean(day))


def _value(value: Any) -> Markup:
    if isinstance(value, list):
        items = Markup("").join(Markup("<li>{}</li>").format(clean(repr_of(item))) for item in value)
        return Markup("<ul>{}</ul>").format(items)
    return printed("yes" if value is True else "no" if value is False else repr_of(value))


def _linked(content: Content, file: EntityFile, name: str, root: str) -> Markup:
    links = [link for link in content.snapshot.outgoing(file) if link.reference.field == name]
    shown = [
        _tag(root, content.target(link.target))
        if link.target is not None
        else Markup('<span class="severity error">{}</span>').format(clean(link.reference.value))
        for link in links
        if not link.reference.placeholder
    ]
    if len(shown) < 2:
        return Markup("").join(shown)
    return Markup('<ul class="tags">{}</ul>').format(
        Markup("").join(Markup("<li>{}</li>").format(x) for x in shown)
    )


@lru_cache(maxsize=5_000)
def _link(root: str, target: Target) -> Markup:
    return Markup('<a href="{}">{}</a>').format(root + target.page, clean(target.title))


@lru_cache(maxsize=5_000)
def _tag(root: str, target: Target) -> Markup:
    if not target.swatch:
        return _link(root, target)
    return Markup('<a class="tag" href="{}">{}{}</a>').format(
        root + target.page, target.swatch, clean(target.title)
    )


def address(content: Content, file: EntityFile, value: Any) -> Markup:
    """Return a URL as a link: a path is appended to the project's; what is no http(s) URL stays text.

    In an environment, the whole URL there is shown.
    """
    if not isinstance(value, str):
        return _value(value)
    url = effective_url(content.snapshot, file, content.environment) or value
    if content.environment is not None:
        value = url
    if not is_web_address(url):
        return printed(value)
    return Markup('<a href="{}" rel="noopener noreferrer nofollow">{}</a>').format(url, value)


def is_web_address(url: str) -> bool:
    """Return whether a text is an http(s) URL that a page may link."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return (
        parts.scheme in {"http", "https"} and bool(parts.netloc) and url.isprintable() and clean(url) == url
    )
