"""Completion of references, of `{{ secret.NAME }}` and of declared fields; the model's keys and choices are the JSON Schema's."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final, Literal

from qafiles.diagnostics import Span
from qafiles.kinds import Kind
from qafiles.layout import LABELS, PROJECT_KINDS, Place, classify, name_part
from qafiles.lsp import declared_fields
from qafiles.lsp.context import Slot, placeholder_at, slot_at
from qafiles.lsp.lookups import secrets_for
from qafiles.lsp.markup import plain
from qafiles.lsp.positions import Document, Point
from qafiles.parsing.scalars import NumberOutOfRangeError, resolve
from qafiles.references import BY_PLACE
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import environments_of_secret
from qafiles.snapshot.titles import title

LIMIT: Final = 300
"""Proposals of one answer; an editor asks again with more letters when there were more."""


@dataclass(frozen=True, slots=True)
class Proposal:
    """What may be meant; `text` replaces the span, and `filter` is what typed letters are looked for in."""

    label: str
    detail: str
    documentation: str
    span: Span
    text: str
    filter: str
    what: Literal["entity", "key", "value"] = "entity"


@dataclass(frozen=True, slots=True)
class Proposals:
    """Proposals in the order in which they are to be shown; not `complete` when there were too many."""

    items: tuple[Proposal, ...] = ()
    complete: bool = True


def complete(snapshot: Snapshot, path: str, document: Document, point: Point) -> Proposals:
    """Return what may be written at a place of a file: entities for a reference, secrets behind `{{`, declared keys and choices."""
    place = classify(path)
    if not isinstance(place, Place):
        return Proposals()
    placeholder = placeholder_at(document, point, place.kind)
    file = snapshot.files.get(path) or EntityFile(path, place.kind, place.handle, None, {})
    if placeholder is not None:
        # What an environment means by a name is not written: texts hold the plain one.
        secrets = {
            secret.secret_name: secret
            for secret in reversed(secrets_for(snapshot, file))
            if not environments_of_secret(snapshot, secret)
        }
        fitting = [
            name for name in sorted(secrets) if placeholder.typed.casefold() in f"secret.{name}".casefold()
        ]
        return _limited(
            _proposal(secrets[name], name, placeholder.span, f" secret.{name} }}}}", f" secret.{name} {name}")
            for name in fitting
        )
    slot = slot_at(document, point, snapshot.settings.fields.references(place.kind))
    if slot is None:
        return _limited(_declared(snapshot, place.kind, document, point))
    return _limited(
        _proposal(other, short(other, file), slot.span, _written(slot, other, file), _haystack(other, file))
        for other in _candidates(snapshot, file, slot)
    )


def short(other: EntityFile, file: EntityFile) -> str:
    """Return the handle by which one file refers to another: short inside the project."""
    same = other.kind in PROJECT_KINDS and file.project is not None and other.project == file.project
    return other.handle.removeprefix(f"{file.project}/") if same else other.handle


def _candidates(snapshot: Snapshot, file: EntityFile, slot: Slot) -> list[EntityFile]:
    """Return the entities that fit a slot, those of the same suite first."""
    if slot.field.name in BY_PLACE:
        implied = snapshot.place_of(file).get(slot.field.name)
        return [implied] if implied is not None else []
    used = {*slot.others}
    typed = slot.typed.casefold()
    fitting = [
        other
        for other in snapshot.of_kind(slot.field.target)
        if (other.kind not in PROJECT_KINDS or other.project == file.project)
        and (not typed or typed in _haystack(other, file).casefold())
        and used.isdisjoint({other.handle, short(other, file), str(other.id)})
    ]
    suites = short(file, file).split("/")[:-1]
    return sorted(fitting, key=lambda other: _rank(short(other, file), suites, typed))


def _rank(handle: str, suites: list[str], typed: str) -> tuple[bool, int, str]:
    shared = 0
    for mine, theirs in zip(suites, handle.split("/")[:-1], strict=False):
        if mine != theirs:
            break
        shared += 1
    begins = handle.casefold().startswith(typed) or name_part(handle).casefold().startswith(typed)
    return not begins, -shared, handle


def _haystack(other: EntityFile, file: EntityFile) -> str:
    return f"{short(other, file)} {title(other)} {other.id or ''}"


def _written(slot: Slot, other: EntityFile, file: EntityFile) -> str:
    """Return what is to be written into a slot: in a secret the id, else the handle, quoted where YAML reads no text."""
    text = str(other.id) if file.is_secret and other.id else short(other, file)
    if not slot.quote and not is_text(text):
        text = f"'{text}'"
    return f"[{text}]" if slot.bare else text


def is_text(text: str) -> bool:
    """Return whether YAML reads an unquoted text as text."""
    try:
        return isinstance(resolve(text), str)
    except NumberOutOfRangeError:
        return False


def _proposal(other: EntityFile, label: str, span: Span, text: str, sought: str) -> Proposal:
    kind = LABELS[other.kind]
    lines = [f"{kind} `{other.handle}`", f"id: `{other.id or 'none'}`", f"`{other.path}`"]
    return Proposal(label, f"{title(other)} ({kind})", "  \n".join(lines), span, text, sought)


def _declared(snapshot: Snapshot, kind: Kind, document: Document, point: Point) -> Iterator[Proposal]:
    keys = declared_fields.keys_at(snapshot, kind, document, point)
    for key in keys.known if keys is not None else ():
        assert keys is not None  # noqa: S101  # or there were none
        text = key.name if keys.colon else f"{key.name}: "
        yield Proposal(key.name, key.summary, plain(key.description), keys.span, text, key.name, "key")
    for choice in declared_fields.choices_at(snapshot, kind, document, point):
        yield Proposal(choice.text, "", "", choice.span, choice.written, choice.text, "value")


def _limited(proposals: Iterable[Proposal]) -> Proposals:
    items = tuple(proposals)
    return Proposals(items[:LIMIT], len(items) <= LIMIT)
