"""Edits of files as the protocol has them; the editor makes them, the server writes nothing."""

import re
from collections.abc import Callable
from typing import Final, NamedTuple

from lsprotocol import types

from qafiles.diagnostics import Span
from qafiles.lsp import convert
from qafiles.lsp.json_values import visible
from qafiles.lsp.positions import Document
from qafiles.lsp.quick_fixes import Fix
from qafiles.lsp.rename import RenameRefusedError, Renaming

_FOLDERS_SINCE: Final = 9
"""The minor version of Neovim from which it renames folders."""


class Target(NamedTuple):
    """How a path of the data root becomes a text, a URI and the version that the editor has of it."""

    document: Callable[[str], Document]
    uri: Callable[[str], str]
    version: Callable[[str], int | None]


class Client(NamedTuple):
    """What an editor says of itself."""

    capabilities: types.ClientCapabilities
    info: types.ClientInfo | None


def may_rename(path: str, client: Client) -> bool:
    """Return whether an editor renames a file or a folder when a server asks for it.

    Neovim names the operation alone, which has no other form than among the changes of documents.
    """
    workspace = client.capabilities.workspace
    edit = workspace.workspace_edit if workspace is not None else None
    able = edit is not None and types.ResourceOperationKind.Rename in (edit.resource_operations or [])
    return able and (path.endswith(".yaml") or not _is_old_neovim(client.info))


def _is_old_neovim(info: types.ClientInfo | None) -> bool:
    """Return whether it is a Neovim that writes a folder as if it were a file, and stops half-way: 0.7 is known to."""
    version = re.match(r"v?0\.(\d+)", info.version or "") if info is not None else None
    return (
        info is not None
        and info.name == "Neovim"
        and version is not None
        and int(version[1]) < _FOLDERS_SINCE
    )


def rename_edit(renaming: Renaming, target: Target, client: Client) -> types.WorkspaceEdit:
    """Return a rename as one edit of the workspace: the texts first, then the file or the folder."""
    if not may_rename(renaming.old_path, client):
        what = "files" if renaming.old_path.endswith(".yaml") else "folders"
        raise RenameRefusedError(
            f"this editor renames no {what} for a language server; save all files and run `{renaming.command}`"
        )
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
        title=visible(fix.title),
        kind=types.CodeActionKind.QuickFix,
        diagnostics=[diagnostic],
        is_preferred=fix.preferred or None,
        edit=types.WorkspaceEdit(changes={uri: [edit]}),
    )


def span_between(document: Document, range_: types.Range) -> Span:
    """Return the span of an editor's range."""
    start = document.point(range_.start.line, range_.start.character)
    return Span(*start, *document.point(range_.end.line, range_.end.character))
