"""Look-ups that answer for one entity at once, where the snapshot would first index every link of the data root."""

import re
from collections.abc import Iterator
from functools import cache

from qafiles.diagnostics import Span
from qafiles.kinds import SECRET
from qafiles.lsp.encoding import Encoding
from qafiles.lsp.positions import Document
from qafiles.references import PLACEHOLDER_FIELDS, Reference, texts_in
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources.overlay import OverlaySource


def resolve(snapshot: Snapshot, reference: Reference) -> EntityFile | None:
    """Return what a reference names, as `Snapshot.resolve` does."""
    source = snapshot.files.get(reference.path)
    if reference.placeholder and source is not None and source.project is None:
        projects = sorted({file.project for file in _users(snapshot, source) if file.project is not None})
        return snapshot.first_secret(reference.value, projects)
    return snapshot.resolve(reference)


def secrets_for(snapshot: Snapshot, file: EntityFile) -> list[EntityFile]:
    """Return the secrets that a file's texts may name, sorted by path."""
    projects = {file.project} if file.project else {user.project for user in _users(snapshot, file)}
    return [secret for secret in snapshot.of_kind(SECRET) if secret.project in projects]


def _users(snapshot: Snapshot, config: EntityFile) -> Iterator[EntityFile]:
    for reference in incoming(snapshot, config):
        yield snapshot.files[reference.path]


def incoming(snapshot: Snapshot, target: EntityFile) -> Iterator[Reference]:
    """Yield the references to an entity, placeholders included, sorted by path."""
    names = {target.handle, target.handle.removeprefix(f"{target.project}/")}
    if target.id is not None:
        names.add(target.id)
    mention = f"secret.{target.secret_name}" if target.is_secret else None
    for file in snapshot.files.values():
        if not _mentions(file, names, mention):
            continue
        for reference in file.references():
            if (reference.placeholder or reference.value in names) and resolve(snapshot, reference) is target:
                yield reference


def _mentions(file: EntityFile, names: set[str], mention: str | None) -> bool:
    """Return whether a file may refer to an entity, decided without resolving anything."""
    data = file.data
    for name, _, many in file.reference_fields:
        value = data.get(name)
        if many:
            if isinstance(value, list) and any(isinstance(item, str) and item in names for item in value):
                return True
        elif isinstance(value, str) and value in names:
            return True
    return mention is not None and any(
        mention in text
        for name in PLACEHOLDER_FIELDS.get(file.kind, ())
        for _, text in texts_in(data.get(name), ())
    )


class Texts:
    """The files of a snapshot as documents, each read once."""

    def __init__(self, snapshot: Snapshot, encoding: Encoding = "utf-16") -> None:
        self._snapshot = snapshot
        self._encoding: Encoding = encoding
        self.document = cache(self._document)

    def _document(self, path: str) -> Document:
        return Document(text_of(self._snapshot, path), self._encoding)

    def id_span(self, path: str) -> Span:
        """Return the span of the id of an entity's file; of its beginning where it has none."""
        return inner(self.document(path), self.document(path).positions.span(("id",)))


def text_of(snapshot: Snapshot, path: str) -> str:
    """Return the text of a file as an editor has it or would have it: from disk without its byte order mark."""
    if isinstance(snapshot.source, OverlaySource) and path in snapshot.source.buffers:
        return snapshot.source.buffers[path].decode("utf-8", "surrogatepass")
    return (snapshot.bytes_of(path) or b"").decode("utf-8-sig", "replace")


def span_of(document: Document, reference: Reference) -> Span:
    """Return the span of a reference's text, quotes excluded, and of a placeholder's name alone."""
    written = reference.within or reference.value
    text = document.text
    first = text.find(written)
    # A name that stands in the text once stands where the reference is, and composing the file would cost a millisecond.
    if first >= 0 and text.find(written, first + 1) < 0 and "\n" not in written and "\\" not in text:
        line = 1 + len(re.findall(r"\r\n|\r|\n", text[:first]))
        column = first - max(text.rfind("\n", 0, first), text.rfind("\r", 0, first))
        span = Span(line, column, line, column + len(written))
    else:
        span = document.positions.span(
            reference.pointer, within=reference.within, occurrence=reference.occurrence
        )
    if reference.within:
        start = span.column + reference.within.index("secret.") + len("secret.")
        return span._replace(column=start, end_column=start + len(reference.value))
    return inner(document, span)


def inner(document: Document, span: Span) -> Span:
    """Return the span without the quotes around its text."""
    text = document.slice(span)
    if len(text) >= 2 and text[0] == text[-1] and text[0] in "'\"" and span.line == span.end_line:
        return span._replace(column=span.column + 1, end_column=span.end_column - 1)
    return span
