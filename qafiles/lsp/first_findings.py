"""The findings that are kept of data roots, and the messages that show them, as those of the server would."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, NamedTuple

from qafiles.cache.contents import content_of
from qafiles.diagnostics import Diagnostic
from qafiles.lsp.encoding import Encoding
from qafiles.lsp.json_values import diagnostic_values
from qafiles.lsp.positions import Document, to_bytes
from qafiles.lsp.uris import to_path, to_uri
from qafiles.validation.verdict import Verdict

_OPENED = "textDocument/didOpen"
_CHANGED = "textDocument/didChange"
_CLOSED = "textDocument/didClose"
_DOUBTFUL = frozenset(
    {
        "exit",
        "shutdown",
        "textDocument/didSave",
        "workspace/didChangeWatchedFiles",
        "workspace/didChangeWorkspaceFolders",
    }
)
"""What an editor says after which what is on disk, or what is to be shown, is another matter."""

Findings = dict[str, tuple[Diagnostic, ...]]


class OpenText(NamedTuple):
    """A text that an editor has open: its URI as the editor writes it, its version, and its content."""

    uri: str
    version: int | None
    text: str


class OpenTexts:
    """The texts that an editor has open, by their places."""

    def __init__(self) -> None:
        self.by_path: dict[Path, OpenText] = {}

    def hear(self, message: Mapping[str, Any]) -> bool:
        """Take what a message says of texts; return whether what was known of the disk still counts after it."""
        method = message.get("method")
        if method in _DOUBTFUL:
            return False
        if method in {_OPENED, _CHANGED, _CLOSED}:
            params = message["params"]
            document = params["textDocument"]
            path = to_path(document["uri"])
            if path is None:
                return True
            if method == _CLOSED:
                self.by_path.pop(path, None)
            elif method == _OPENED:
                self.by_path[path] = OpenText(document["uri"], document["version"], document["text"])
            else:
                change = params["contentChanges"][-1]
                if "range" in change:
                    return False
                opened = self.by_path[path]
                self.by_path[path] = OpenText(opened.uri, document["version"], change["text"])
        return True

    def are_saved(self, root: Path) -> bool:
        """Return whether each text in a data root is what is on disk."""
        return all(
            content_of(str(path)) == b"=" + to_bytes(opened.text)
            for path, opened in self.by_path.items()
            if path.is_relative_to(root)
        )


def by_path(verdict: Verdict) -> Findings:
    """Return the findings of a verdict by the path of their file, sorted by it."""
    findings: dict[str, list[Diagnostic]] = {}
    for diagnostic in verdict.diagnostics:
        findings.setdefault(diagnostic.path, []).append(diagnostic)
    return {path: tuple(findings[path]) for path in sorted(findings)}


def messages(
    root: Path, findings: Findings, verdict: Verdict, texts: OpenTexts, encoding: Encoding
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each file of a data root with findings, and the message that shows them."""
    documents: dict[str, Document] = {}

    def document(path: str) -> Document:
        if path not in documents:
            opened = texts.by_path.get(root / path)
            if opened is not None:
                text = opened.text
            else:
                (content,) = verdict.read([path])
                text = (content or b"").decode("utf-8-sig", "replace")
            documents[path] = Document(text, encoding)
        return documents[path]

    def uri(path: str) -> str:
        opened = texts.by_path.get(root / path)
        return opened.uri if opened is not None else to_uri(root / path)

    for path, diagnostics in findings.items():
        params: dict[str, Any] = {
            "uri": uri(path),
            "diagnostics": [diagnostic_values(diagnostic, document, uri) for diagnostic in diagnostics],
        }
        opened = texts.by_path.get(root / path)
        if opened is not None:
            params["version"] = opened.version
        yield path, {"method": "textDocument/publishDiagnostics", "params": params}
