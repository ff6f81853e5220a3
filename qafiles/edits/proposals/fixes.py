"""What `fix` mends in one file, each mend from bytes to bytes, and the sentence that says what it did."""

import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Final

from qafiles.diagnostics import Diagnostic, Pointer, Span
from qafiles.errors import EditRefusedError
from qafiles.parsing import UNSHOWN_FIELDS, Positions, parse
from qafiles.parsing.values import value_at
from qafiles.references import Reference
from qafiles.schema.problems import own_key
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.yaml_text.changes import with_value, without
from qafiles.yaml_text.document import Document
from qafiles.yaml_text.quotes import in_quotes, quoting
from qafiles.yaml_text.texts import with_texts

NewId = Callable[[], str]

_MOST_QUOTES: Final = 100


@dataclass(frozen=True, slots=True)
class Fix:
    """One thing that was mended: the file, the line where it was wrong, and what was done."""

    path: str
    line: int
    done: str


Fixed = tuple[bytes, tuple[Fix, ...]]
"""The bytes of a file after some mends."""


def quotes(path: str, content: bytes, findings: list[Diagnostic]) -> Fixed:
    """Return a file with quotes around what YAML reads as an alias, a comment, a mapping or a number."""
    fixes: list[Fix] = []
    for _ in range(_MOST_QUOTES):
        quoted = next(_quotings(content), None)
        if quoted is None:
            break
        span, text = quoted
        content = _spliced(content, span, text)
        fixes.append(Fix(path, span.line, _wrote(content, span.line, text)))
    if parse(content).refusals:
        return content, tuple(fixes)
    for finding in findings:
        if finding.code == "QF203" and finding.pointer:
            content, text = _number_as_text(content, finding.pointer)
            fixes += [Fix(path, finding.line, _wrote(content, finding.line, text))] if text else []
        elif finding.code == "QF117" and finding.pointer:
            positions = Positions(content)
            hidden = quoting(positions.lines, positions.span(finding.pointer, "value"))
            if hidden is not None:
                content = _spliced(content, *hidden)
                fixes.append(Fix(path, hidden.span.line, _wrote(content, hidden.span.line, hidden.text)))
    return content, tuple(fixes)


def _wrote(content: bytes, line: int, text: str) -> str:
    """Return what was done, without the text where it may be a password."""
    before = Positions(content).lines[line - 1]
    return "put the value in quotes" if any(name in before for name in UNSHOWN_FIELDS) else f"wrote {text}"


def _quotings(content: bytes) -> Iterator[tuple[Span, str]]:
    """Yield where quotes make a file legible, and the text in quotes."""
    lines = Positions(content).lines
    for refusal in parse(content).refusals:
        if refusal.code in {"QF114", "QF116"} and refusal.fixable:
            span = refusal.span
            if span.line == span.end_line:
                yield span, in_quotes(lines[span.line - 1][span.column - 1 : span.end_column - 1])
        elif refusal.code == "QF117" and (quoted := quoting(lines, refusal.span)) is not None:
            yield quoted


def _spliced(content: bytes, span: Span, text: str) -> bytes:
    """Return a file with another text in the place of a span of one line."""
    lines = re.split(rb"(\r\n|\r|\n)", content)
    at = 2 * (span.line - 1)
    mark = "\ufeff" if span.line == 1 and lines[0].startswith(b"\xef\xbb\xbf") else ""
    line = lines[at].decode("utf-8", "surrogateescape").removeprefix(mark)
    line = mark + line[: span.column - 1] + text + line[span.end_column - 1 :]
    lines[at] = line.encode("utf-8", "surrogateescape")
    return b"".join(lines)


def _number_as_text(content: bytes, pointer: Pointer) -> tuple[bytes, str]:
    """Return a file with a number or a truth value in quotes, as it is written, and that text."""
    document = Document(content)
    entry = document.find(pointer)
    value = value_at(document.data, pointer) if entry is not None else None
    if entry is None or not isinstance(value, bool | int | float):
        return content, ""
    raw = document.text[entry[2].start.index : entry[2].end.index]
    span = Positions(content).span(pointer)
    return _spliced(content, span, in_quotes(raw)), in_quotes(raw)


def an_id(file: EntityFile, content: bytes, mint: NewId) -> Fixed:
    """Return a file with an id, where it has none."""
    if file.data.get("id") is not None or not file.data:
        return content, ()
    minted = mint()
    done = Fix(file.path, 1, f"minted the id {minted}")
    return with_value(content, ("id",), minted, kind=file.kind), (done,)


def another_id(
    file: EntityFile, content: bytes, mint: NewId, original: EntityFile, *, certain: bool
) -> Fixed:
    """Return a copied file with an id of its own."""
    minted = mint()
    why = (
        f"a copy of {original.path}"
        if certain
        else f"taken for a copy of {original.path}, whose path comes first"
    )
    line = Positions(content).span(("id",)).line
    done = Fix(file.path, line, f"minted the id {minted}: this is {why}")
    return with_value(content, ("id",), minted, kind=file.kind), (done,)


def renamed_fields(path: str, content: bytes, findings: list[Diagnostic]) -> Fixed:
    """Return a file whose unknown fields begin with `x-`, where that is their mend."""
    fixes = []
    for pointer in (f.pointer for f in findings if f.code == "QF202" and f.pointer and len(f.pointer) == 1):
        old = str(pointer[0])
        new, data = own_key(old), parse(content).data
        span = Positions(content).span(pointer, "key")
        after = _spliced(content, span, new or old)
        if new is not None and parse(after) == ({new if k == old else k: v for k, v in data.items()}, ()):
            content = after
            fixes.append(Fix(path, span.line, f"renamed `{old}` to `{new}`"))
    return content, tuple(fixes)


def without_repetitions(path: str, content: bytes, findings: list[Diagnostic]) -> Fixed:
    """Return a file without the entries of lists that name an entity once more."""
    positions = Positions(content)
    fixes = []
    pointers = [f.pointer for f in findings if f.code == "QF405" and f.pointer]
    for pointer in sorted(pointers, key=lambda p: (str(p[0]), p[-1]), reverse=True):
        content = without(content, pointer)
        fixes.append(Fix(path, positions.span(pointer).line, f"took the second entry out of `{pointer[0]}`"))
    return content, tuple(fixes)


def renamed_references(file: EntityFile, content: bytes, values: dict[Reference, str]) -> Fixed:
    """Return a file whose dangling references name the entities that had those handles before."""
    mine = {reference: value for reference, value in values.items() if reference.path == file.path}
    if not mine:
        return content, ()
    positions = Positions(content)
    fixes = [
        Fix(file.path, positions.span(reference.pointer).line, f"`{reference.value}` is `{value}` now")
        for reference, value in mine.items()
    ]
    texts = [(reference.pointer, "", 0, value) for reference, value in mine.items()]
    return with_texts(content, texts), tuple(fixes)


def fields_by_place(snapshot: Snapshot, file: EntityFile, content: bytes) -> Fixed:
    """Return a file with the ids of the parents that its folder implies, where it leaves them out."""
    fixes = []
    for name, parent in snapshot.place_of(file).items():
        if parent is None or parent.id is None or name in file.data:
            continue
        content = with_value(content, (name,), parent.id, kind=file.kind)
        document = Document(content)
        entry = document.find((name,))
        if entry is not None:
            end = document.line_end(entry[2].end.index)
            text = f"{document.text[:end]}  # {parent.handle}{document.text[end:]}"
            content = document.checked(text, document.data) or content
        fixes.append(Fix(file.path, Positions(content).span((name,)).line, f"added `{name}`"))
    return content, tuple(fixes)


def tried(fix: Callable[[], Fixed], content: bytes) -> Fixed:
    """Return what a mend gives, or the file as it is where the text is too strange for it."""
    try:
        return fix()
    except EditRefusedError:
        return content, ()
