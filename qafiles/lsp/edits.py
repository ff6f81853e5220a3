"""Edits of files as the protocol has them; the editor makes them, the server writes nothing."""

from collections.abc import Callable
from typing import NamedTuple

from lsprotocol import types

from qafiles.diagnostics import Span
from qafiles.lsp import convert
from qafiles.lsp.positions import Document
from qafiles.lsp.quick_fixes import Fix
from qafiles.lsp.rename import RenameRefusedError, Renaming


class Target(NamedTuple):
    """How a path of the data root becomes a text, a URI and the version that the editor has of it."""

    document: Callable[[str], Document]
    uri: Callable[[str], str]
    version: Callable[[str], int | None]


def may_rename_files(capabilities: types.ClientCapabilities) -> bool:
    """Return whether an editor renames files when a server asks for it."""
    edit = capabilities.workspace.workspace_edit if capabilities.workspace is not None else None
    return (
        edit is not None
        and bool(edit.document_changes)
        and types.ResourceOperationKind.Rename in (edit.resource_operations or [])
    )


def rename_edit(
    renaming: Renaming, target: Target, capabilities: types.ClientCapabilities
) -> types.WorkspaceEdit:
    """Return a rename as one edit of the workspace: the texts first, then the file or the folder."""
    if not may_rename_files(capabilities):
        raise RenameRefusedError("this editor renames no files for a language server; `qafiles mv` does it")
    by_path: dict[str, list[types.TextEdit | types.AnnotatedTextEdit | types.SnippetTextEdit]] = {}
    for edit in renaming.edits:
        place = convert.range_of(target.document(edit.path), edit.span)
        by_path.setdefault(edit.path, []).append(types.TextEdit(place, edit.text))
    changes: list[types.TextDocumentEdit | types.CreateFile | types.RenameFile | types.DeleteFile] = []
    for path, edits in by_path.items():
        document = types.OptionalVersionedTextDocumentIdentifier(
            uri=target.uri(path), version=target.version(path)
        )
        changes.append(types.TextDocumentEdit(document, edits))
    if renaming.new_path != renaming.old_path:
        options = types.RenameFileOptions(overwrite=False, ignore_if_exists=False)
        old, new = target.uri(renaming.old_path), target.uri(renaming.new_path)
        changes.append(types.RenameFile(old, new, options=options))
    return types.WorkspaceEdit(document_changes=changes)


def quick_fix_edit(fix: Fix, diagnostic: types.Diagnostic, uri: str, document: Document) -> types.CodeAction:
    """Return a mend as an action that an editor offers at a finding."""
    edit = types.TextEdit(convert.range_of(document, fix.span), fix.text)
    return types.CodeAction(
        title=convert.visible(fix.title),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=fix.preferred or None,
        edit=types.WorkspaceEdit(changes={uri: [edit]}),
    )


def span_between(document: Document, range_: types.Range) -> Span:
    """Return the span of an editor's range."""
    start = document.point(range_.start.line, range_.start.character)
    return Span(*start, *document.point(range_.end.line, range_.end.character))
