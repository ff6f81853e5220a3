"""Mends that an editor offers at a finding; each changes no more than the finding is about."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from typing import Final

from qafiles.diagnostics import Diagnostic, Span
from qafiles.lsp.completion import is_text
from qafiles.lsp.positions import Document
from qafiles.models.new_id import new_id
from qafiles.yaml_text.quotes import quoting

_DID_YOU_MEAN: Final = re.compile(r"^did you mean(?: [a-z ]+)? `([^`]+)`\?")
_WRITE_LITERAL: Final = re.compile(r"^write (?:'(.*)'|`([^`]*)`)")
_REPLACED: Final = ("QF202", "QF204", "QF205", "QF401", "QF406", "QF611")


@dataclass(frozen=True, slots=True)
class Fix:
    """A mend: what it is called, the finding that it ends, and the text that replaces a span."""

    title: str
    diagnostic: Diagnostic
    span: Span
    text: str
    preferred: bool = True


def fixes(document: Document, diagnostics: Iterable[Diagnostic], span: Span) -> Iterator[Fix]:
    """Yield the mends of the diagnostics that touch a span of a file."""
    for diagnostic in diagnostics:
        if diagnostic.span[:2] <= span[2:] and span[:2] <= diagnostic.span[2:]:
            yield from _fixes(document, diagnostic)


def _fixes(document: Document, diagnostic: Diagnostic) -> Iterator[Fix]:
    code, hint = diagnostic.code, diagnostic.hint or ""
    meant = _DID_YOU_MEAN.match(hint)
    if code in _REPLACED and meant:
        yield _replaced(document, diagnostic, meant[1])
    elif code == "QF117":
        yield from _quoted(document, diagnostic)
    elif code in {"QF114", "QF116", "QF203"} and hint.startswith("put it in quotes"):
        raw = document.slice(diagnostic.span)
        if raw and "\n" not in raw and "'" not in raw:
            yield Fix(f"Write '{raw}'", diagnostic, diagnostic.span, f"'{raw}'")
    elif code == "QF203" and hint.startswith("write a list"):
        raw = document.slice(diagnostic.span)
        if "\n" not in raw and not set(raw) & set("[],"):
            yield Fix(f"Write [{raw}]", diagnostic, diagnostic.span, f"[{raw}]")
    elif code == "QF204" and (literal := _WRITE_LITERAL.match(hint)):
        text = literal[1] or literal[2]
        if "…" not in text:
            yield _replaced(document, diagnostic, text)
    elif code == "QF405":
        span = _entry(document, diagnostic)
        if span is not None:
            yield Fix("Delete this entry", diagnostic, span, "")
    elif code == "QF301" or (code == "QF201" and diagnostic.pointer == ("id",)):
        yield from _new_id(document, diagnostic)


def _replaced(document: Document, diagnostic: Diagnostic, text: str) -> Fix:
    """Return the mend that writes another text, in the quotes that are there, or in new ones where they are needed."""
    span, raw = diagnostic.span, document.slice(diagnostic.span)
    name = re.fullmatch(r"(\{\{[ \t]*secret\.)([A-Za-z0-9_]+)([ \t]*\}\})", raw)
    if name:
        start = span.column + len(name[1])
        span = span._replace(column=start, end_column=start + len(name[2]))
        return Fix(f"Change to `{text}`", diagnostic, span, text)
    quote = raw[0] if len(raw) > 1 and raw[0] == raw[-1] and raw[0] in "'\"" else ""
    if not quote and (not is_text(text) or text.startswith("#") or ": " in text):
        quote = "'"
    inner = {'"': text.replace("\\", "\\\\").replace('"', '\\"'), "'": text.replace("'", "''")}.get(
        quote, text
    )
    return Fix(f"Change to `{text}`", diagnostic, span, f"{quote}{inner}{quote}")


def _quoted(document: Document, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Yield the mend that puts quotes around a value, if the file is then read without that complaint."""
    quotes = quoting(document.lines, diagnostic.span)
    if quotes is not None:
        yield Fix(f"Write {quotes.text}", diagnostic, quotes.span, quotes.text)


def _entry(document: Document, diagnostic: Diagnostic) -> Span | None:
    """Return the span of a list's entry with its comma, or with its whole line."""
    span = diagnostic.span
    line = document.line(span.line)
    before, after = line[: span.column - 1], line[span.end_column - 1 :]
    if re.fullmatch(r"[ \t]*-[ \t]+", before):
        if span.line < len(document.lines):
            return Span(span.line, 1, span.line + 1, 1)
        return Span(span.line - 1, len(document.line(span.line - 1)) + 1, span.line, len(line) + 1)
    comma = re.search(r",[ \t]*$", before)
    if comma:
        return span._replace(column=comma.start() + 1)
    following = re.match(r"[ \t]*,[ \t]*", after)
    if following:
        return span._replace(end_column=span.end_column + following.end())
    return span if before.rstrip().endswith("[") and after.lstrip().startswith("]") else None


def _new_id(document: Document, diagnostic: Diagnostic) -> Iterator[Fix]:
    """Yield the mend that writes a fresh id; where there is none, only before the first field of a block."""
    minted = new_id()
    if diagnostic.code == "QF201":
        first = next(
            (n for n, line in enumerate(document.lines, 1) if re.match(r"[A-Za-z][\w-]*:(?:[ \t]|\Z)", line)),
            None,
        )
        begun = any(
            line[:1] not in {"", "#"} and line != "---" for line in document.lines[: (first or 1) - 1]
        )
        if first is not None and not begun:
            yield Fix("Add an id", diagnostic, Span(first, 1, first, 1), f"id: {minted}\n")
        return
    raw = document.slice(diagnostic.span)
    quote = raw[0] if raw[:1] in {"'", '"'} else ""
    yield Fix(
        "Give this entity an id of its own",
        diagnostic,
        diagnostic.span,
        f"{quote}{minted}{quote}",
        preferred=False,
    )
