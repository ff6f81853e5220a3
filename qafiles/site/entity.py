"""The page of one entity: its text and facts, what it refers to and what refers to it, and its history."""

from collections.abc import Iterator, Mapping, Sequence
from functools import lru_cache
from typing import Any, Final, NamedTuple

from markupsafe import Markup

from qafiles.history import LogEntry
from qafiles.layout import LABELS
from qafiles.models import fields_of
from qafiles.pages import clean, markdown, printed
from qafiles.reports.outcomes import word
from qafiles.results.configs import NO_CONFIG
from qafiles.results.joined import Joined
from qafiles.site.changes import MOST_ENTRIES, ShownEntry, pending_entry, repr_of, shown_log
from qafiles.site.content import Content, heading
from qafiles.site.custom_values import custom_values
from qafiles.site.fields import own_fields
from qafiles.site.places import to_root
from qafiles.site.relations import Relation, graph, incoming_of, outgoing_of
from qafiles.site.values import address, link, linked, settings_of, shown
from qafiles.snapshot import EntityFile

_PROSE: Final = {"test_description": "", "content": "", "extra_rules": "Extra rules"}
"""The fields that are rendered as Markdown, with the heading above."""


class Text(NamedTuple):
    """A rendered text with the heading above it, which may be empty."""

    heading: str
    html: Markup


class Fact(NamedTuple):
    """A field with its value as HTML, and what it is for where somebody said."""

    label: str
    html: Markup
    about: str = ""


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


def _facts(content: Content, file: EntityFile, derived: Mapping[str, Any], root: str) -> Iterator[Fact]:
    parent = content.snapshot.parent(file)
    if parent is not None:
        yield Fact(LABELS[parent.kind].capitalize(), link(root, content.target(parent)))
    if content.results is not None and file.kind == "test_case":
        yield Fact("Outcome", _outcomes(content.results, file))
    fields, custom = fields_of(file.kind), custom_values(content, file, root)
    references = {item.name for item in file.reference_fields}
    for name, value in own_fields(
        file, (*_PROSE, "browser_config", "created_at", "updated_at", "version")
    ).items():
        label = (fields[name].title if name in fields else None) or name
        if value is None or value == [] or (name == "name" and value == heading(file)) or name in custom:
            continue
        if name in references:
            html = linked(content, file, name, root)
        elif name in {"url_route", "default_url_route"}:
            html = address(content, file, value)
        elif name == "color":
            html = content.target(file).swatch + Markup(" {}").format(clean(repr_of(value)))
        else:
            html = shown(value)
        yield Fact(label, html)
    for name, (html, about) in custom.items():
        yield Fact((fields[name].title if name in fields else None) or name, html, about)
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


def _outcomes(results: Joined, case: EntityFile) -> Markup:
    """Return how a test case ended in each browser config that it lists or ran in."""
    cells = results.cells(case)
    named = [(cell.config.handle if cell.config else NO_CONFIG, word(cell.outcome)) for cell in cells]
    if len(named) == 1 and cells[0].config is None:
        return Markup("{}").format(clean(named[0][1]))
    return Markup("<br>").join(Markup("{}: {}").format(clean(config), clean(end)) for config, end in named)


def _mono(text: str) -> Markup:
    return Markup(f'<span class="mono">{printed(text)}</span>')  # noqa: S704  # escaped


@lru_cache(maxsize=5_000)
def _when(value: str) -> Markup:
    day = value.partition("T")[0]
    return Markup('<time datetime="{}">{}</time>').format(clean(value), clean(day))
