"""Our values as those of the protocol."""

from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Final

from lsprotocol import types

from qafiles.diagnostics import Diagnostic, Span
from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import LABELS
from qafiles.lsp.json_values import diagnostic_values, visible
from qafiles.lsp.positions import Document
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title

if TYPE_CHECKING:
    from qafiles.lsp.completion import Proposals
    from qafiles.lsp.symbols import Outline

_PROPOSED: Final = {
    "entity": types.CompletionItemKind.Reference,
    "key": types.CompletionItemKind.Property,
    "value": types.CompletionItemKind.Value,
}

SYMBOLS: Final[dict[Kind, types.SymbolKind]] = {
    kind: types.SymbolKind[facts.symbol] for kind, facts in KIND_FACTS.items()
}


def range_of(document: Document, span: Span) -> types.Range:
    """Return a span as a range of the protocol."""
    start, end = document.range(span)
    return types.Range(types.Position(*start), types.Position(*end))


def diagnostic_of(
    diagnostic: Diagnostic, document: Callable[[str], Document], uri: Callable[[str], str]
) -> types.Diagnostic:
    """Return a finding as the protocol has it; the hint stands below the message."""
    values = diagnostic_values(diagnostic, document, uri)
    related = [
        types.DiagnosticRelatedInformation(
            types.Location(other["location"]["uri"], _range(other["location"]["range"])), other["message"]
        )
        for other in values.get("relatedInformation", ())
    ]
    return types.Diagnostic(
        range=_range(values["range"]),
        message=values["message"],
        severity=types.DiagnosticSeverity(values["severity"]),
        code=values.get("code"),
        source=values["source"],
        related_information=related or None,
    )


def _range(values: Mapping[str, Mapping[str, int]]) -> types.Range:
    return types.Range(types.Position(**values["start"]), types.Position(**values["end"]))


def completion_of(proposals: "Proposals", document: Document) -> types.CompletionList:
    """Return proposals as a list that an editor keeps in this order."""
    items = []
    for number, proposal in enumerate(proposals.items):
        items.append(
            types.CompletionItem(
                label=proposal.label,
                kind=_PROPOSED[proposal.what],
                detail=visible(proposal.detail) or None,
                documentation=types.MarkupContent(types.MarkupKind.Markdown, proposal.documentation),
                sort_text=f"{number:04d}",
                filter_text=proposal.filter,
                text_edit=types.TextEdit(range_of(document, proposal.span), proposal.text),
            )
        )
    return types.CompletionList(is_incomplete=not proposals.complete, items=items)


def entities_of(
    entity_files: Sequence[EntityFile], uri: Callable[[str], str]
) -> list[types.SymbolInformation]:
    """Return entities as symbols of a workspace, at the beginning of their files."""
    start = types.Range(types.Position(0, 0), types.Position(0, 0))
    return [
        types.SymbolInformation(
            location=types.Location(uri(file.path), start),
            name=visible(f"{file.handle}: {title(file)}"),
            kind=SYMBOLS[file.kind],
            container_name=LABELS[file.kind],
        )
        for file in entity_files
    ]


def symbols_of(outline: "Outline", document: Document, kind: Kind) -> Sequence[types.DocumentSymbol]:
    """Return the outline of a file: its entity, with the fields below."""
    fields = [
        types.DocumentSymbol(
            name=field.name,
            detail=visible(field.detail),
            kind=types.SymbolKind.Field,
            range=range_of(document, field.span),
            selection_range=range_of(document, field.key),
        )
        for field in outline.fields
    ]
    whole = range_of(document, outline.span)
    first = fields[0].selection_range if fields else types.Range(whole.start, whole.start)
    return [
        types.DocumentSymbol(
            name=visible(outline.title) or "(no title)",
            detail=outline.detail,
            kind=SYMBOLS[kind],
            range=whole,
            selection_range=first,
            children=fields,
        )
    ]
