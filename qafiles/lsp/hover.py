"""What an editor shows of a reference, a placeholder or an id under the mouse."""

from collections.abc import Iterator
from typing import NamedTuple

from qafiles.diagnostics import Span
from qafiles.layout import LABELS, PROJECT_KINDS, Place, classify, nearest
from qafiles.lsp import declared_fields
from qafiles.lsp.completion import short
from qafiles.lsp.lookups import incoming, secrets_for
from qafiles.lsp.markup import code, plain
from qafiles.lsp.navigation import Spot, spot_at
from qafiles.lsp.positions import Document, Point
from qafiles.references import Reference
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import environments_of_secret
from qafiles.snapshot.titles import title

_COMPARED = 1000


class Hover(NamedTuple):
    """A text in Markdown, and the span that it is about."""

    text: str
    span: Span


def hover(snapshot: Snapshot, path: str, document: Document, point: Point) -> Hover | None:
    """Return what is known of the entity that a place of a file names, or what was expected where nothing has it.

    On the key of a declared field, it is what the field holds and what it is for.
    """
    spot = spot_at(snapshot, path, document, point)
    if spot is None:
        return _of_key(snapshot, path, document, point)
    file = snapshot.files.get(path)
    if spot.target is None:
        text = _missing(snapshot, file, spot.reference) if spot.reference is not None else ""
        return Hover(text, spot.span) if text else None
    return Hover(_described(snapshot, spot), spot.span)


def _of_key(snapshot: Snapshot, path: str, document: Document, point: Point) -> Hover | None:
    place = classify(path)
    key_and_span = (
        declared_fields.key_at(snapshot, place.kind, document, point) if isinstance(place, Place) else None
    )
    if key_and_span is None:
        return None
    key, span = key_and_span
    paragraphs = [
        f"**{plain(key.name)}** {plain(key.summary)}",
        plain(key.description),
        "declared in `qafiles.yaml`",
    ]
    return Hover("\n\n".join(filter(None, paragraphs)), span)


def _described(snapshot: Snapshot, spot: Spot) -> str:
    file = spot.target
    assert file is not None  # noqa: S101  # the caller has looked
    lines = [f"**{LABELS[file.kind]}** {plain(title(file))}", ""]
    lines.append(f"handle {code(file.handle)}  ")
    lines.append(f"id {code(file.id)}  " if file.id else "no id  ")
    if file.project is not None and file.kind != "project":
        parent = snapshot.by_handle.get(("project", file.project))
        name = f" ({plain(title(parent))})" if parent is not None else ""
        lines.append(f"project {code(file.project)}{name}  ")
    if file.kind == "tag" and isinstance(color := file.get("color"), str):
        lines.append(f"colour {code(color)}  ")
    if file.is_secret:
        version = file.get("version")
        lines.append(f"version {version}; the value stays encrypted  " if isinstance(version, int) else "")
        if spot.reference is not None:
            lines += _in_environments(snapshot, file)
    if spot.reference is None:
        number = sum(1 for _ in incoming(snapshot, file))
        lines.append("1 reference to it  " if number == 1 else f"{number} references to it  ")
    elif spot.reference.target != file.kind:
        lines.append(f"but {code(spot.reference.field)} names a {LABELS[spot.reference.target]}  ")
    lines.append(code(file.path))
    return "\n".join(line for line in lines if line or lines.index(line) == 1)


def _in_environments(snapshot: Snapshot, secret: EntityFile) -> Iterator[str]:
    """Yield a line for each environment: the secret that the name of one means there."""
    if environments_of_secret(snapshot, secret):
        return
    for environment in snapshot.settings.environments.values():
        name = environment.secret_name(secret.secret_name)
        is_there = snapshot.secret_named(str(secret.project), name) is not None
        yield f"in {code(environment.name)} {code(name)}{'' if is_there else ', which is missing'}  "


def _missing(snapshot: Snapshot, file: EntityFile | None, reference: Reference) -> str:
    label = LABELS[reference.target]
    if snapshot.is_id(reference.value):
        return f"**no entity has this id**\n\nexpected: a {label}"
    message = f"**no {label} is called** {code(reference.value)}"
    if file is None:
        return message
    if reference.placeholder:
        where = f"the project {code(file.project)}" if file.project else "each project that uses this config"
        names = [secret.secret_name for secret in secrets_for(snapshot, file)]
        expected = f"expected: the `secret_name` of a secret of {where}"
    else:
        others = [
            other
            for other in snapshot.of_kind(reference.target)
            if other.kind not in PROJECT_KINDS or other.project == file.project
        ]
        names = [short(other, file) for other in others]
        inside = (
            f" of the project {code(file.project)}"
            if reference.target in PROJECT_KINDS and file.project
            else ""
        )
        expected = f"expected: the id or the handle of a {label}{inside}"
    near = nearest(reference.value, names[:_COMPARED])
    return f"{message}\n\n{expected}" + (f"; did you mean {code(near)}?" if near else "")
