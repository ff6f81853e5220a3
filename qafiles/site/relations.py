"""What an entity refers to and what refers to it, as its page shows them."""

from collections.abc import Iterator
from functools import lru_cache
from typing import NamedTuple

from markupsafe import Markup

from qafiles.kinds import Kind
from qafiles.layout import LABELS
from qafiles.models import fields_of
from qafiles.pages.graph import Node, neighbourhood
from qafiles.site.content import Content, Target
from qafiles.snapshot import EntityFile, Link


class Relation(NamedTuple):
    """One end of a reference: the entity, or what a dangling one says; `label` says how they are related."""

    target: Target | None
    text: str
    label: str


def outgoing_of(content: Content, file: EntityFile) -> list[Relation]:
    """Return what an entity refers to, and the project or organization that it lies in."""
    links = content.snapshot.outgoing(file)
    written = {link.reference.field for link in links}
    relations = [
        Relation(content.target(parent), "", f"{label_of(file.kind, name)}, by its folder")
        for name, parent in content.snapshot.place_of(file).items()
        if name not in written and parent is not None
    ]
    seen = set()
    for link in links:
        relation = _relation(content, link, _meant(content, link), file)
        if relation not in seen:
            seen.add(relation)
            relations.append(relation)
    return relations


def _meant(content: Content, link: Link) -> EntityFile | None:
    """Return what a reference leads to: a placeholder to the secret that the site's environment means by it."""
    if content.environment is None or not link.reference.placeholder:
        return link.target
    name, source = content.environment.secret_name(link.reference.value), link.source
    projects = (source.project,) if source.project else content.snapshot.projects_using(source)
    secrets = (content.snapshot.secret_named(project, name) for project in projects)
    return next((secret for secret in secrets if secret is not None), None)


def incoming_of(content: Content, file: EntityFile) -> list[Relation]:
    """Return what refers to an entity."""
    relations = dict.fromkeys(
        _relation(content, link, link.source, link.source) for link in content.snapshot.incoming(file)
    )
    return [*relations]


def _relation(content: Content, link: Link, other: EntityFile | None, source: EntityFile) -> Relation:
    field = label_of(source.kind, link.reference.field)
    if link.reference.placeholder:
        field = f"named in {field.lower()}"
    if other is None:
        # Whatever stands in a secret's file may be the secret.
        value = link.reference.value if not source.is_secret else field
        if content.environment is not None and link.reference.placeholder:
            value = content.environment.secret_name(value)
        missing = f"{value} is missing"
        return Relation(None, missing, f"{LABELS[link.reference.target]}, {field.lower()}")
    return Relation(content.target(other), "", _relation_label(other.kind, field))


@lru_cache(maxsize=1_000)
def _relation_label(other: Kind, field: str) -> str:
    kind = LABELS[other]
    return kind.capitalize() if field.lower().rstrip("s") == kind else f"{kind.capitalize()} · {field}"


@lru_cache(maxsize=1_000)
def label_of(kind: Kind, name: str) -> str:
    """Return what people call a field: the title that the model gives it."""
    fields = fields_of(kind)
    return (fields[name].title if name in fields else None) or name


def graph(target: Target, root: str, incoming: list[Relation], outgoing: list[Relation]) -> Markup | None:
    """Return the picture of an entity between what refers to it and what it refers to; None where there is neither."""
    before, after = ([*dict.fromkeys(_nodes(root, side))] for side in (incoming, outgoing))
    if not before and not after:
        return None
    return neighbourhood(Node(target.title, target.label), before, after)


def _nodes(root: str, side: list[Relation]) -> Iterator[Node]:
    for item in side:
        if item.target is not None:
            yield Node(item.target.title, item.target.label, root + item.target.page)
