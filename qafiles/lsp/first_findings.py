"""The first findings of data roots, kept or quickly found, and the messages that show them, as those of the server would."""

from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from qafiles.cache.contents import content_of
from qafiles.cache.file_rows import FilesStore
from qafiles.cache.kept_answer import KeptAnswer
from qafiles.lsp.begun import Findings
from qafiles.lsp.encoding import Encoding
from qafiles.lsp.json_values import diagnostic_values
from qafiles.lsp.positions import Document, to_bytes
from qafiles.lsp.uris import to_path, to_uri
from qafiles.validation.verdict import Verdict

if TYPE_CHECKING:
    from qafiles.diagnostics import Diagnostic
    from qafiles.lsp.state import RootState

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


class FirstFindings(NamedTuple):
    """The findings of files that are to be shown, by path, what reads a file of the data root, and what is known beside them."""

    findings: Findings
    read: Callable[[str], bytes | None]
    state: "RootState | None"
    checked: Findings


def kept(verdict: Verdict) -> FirstFindings:
    """Return the findings of a verdict that is kept of a data root as it is."""
    findings: dict[str, list[Diagnostic]] = {}
    for diagnostic in verdict.diagnostics:
        findings.setdefault(diagnostic.path, []).append(diagnostic)
    return FirstFindings(
        {path: tuple(findings[path]) for path in sorted(findings)},
        lambda path: next(verdict.read([path])),
        None,
        {},
    )


def is_quickly_loaded(answer: KeptAnswer) -> bool:
    """Return whether an earlier run has kept what it read of the files of a tree."""
    where = answer.tree.where()
    if where is None:
        return False
    return FilesStore(where.common_dir, where.git_dir, where.prefix, answer.tree.git).is_begun()


def loaded(root: Path, texts: OpenTexts) -> FirstFindings:
    """Return what is found in a data root that is loaded: by all rules where all texts are saved, else in each open file."""
    from qafiles.lsp.own_findings import own_findings  # noqa: PLC0415  # what is kept is shown without it
    from qafiles.lsp.state import all_findings, quickly_opened  # noqa: PLC0415  # as above

    if texts.are_saved(root):
        state = quickly_opened(root, {})
        checked = dict(all_findings(state))
        shown = {path: checked[path] for path in sorted(checked)}
    else:
        buffers = {
            path.relative_to(root).as_posix(): to_bytes(opened_text.text)
            for path, opened_text in texts.by_path.items()
            if path.is_relative_to(root)
        }
        state, checked = quickly_opened(root, buffers), {}
        own = (
            (path, own_findings(state, path)) for path in sorted(buffers) if path in state.snapshot.entries
        )
        shown = {path: findings for path, findings in own if findings}
    return FirstFindings(shown, state.snapshot.bytes_of, state, checked)


def messages(
    root: Path, first: FirstFindings, texts: OpenTexts, encoding: Encoding
) -> Iterator[tuple[str, dict[str, Any]]]:
    """Yield the path of each file of a data root with findings, and the message that shows them."""
    documents: dict[str, Document] = {}

    def document(path: str) -> Document:
        if path not in documents:
            opened = texts.by_path.get(root / path)
            if opened is not None:
                text = opened.text
            else:
                text = (first.read(path) or b"").decode("utf-8-sig", "replace")
            documents[path] = Document(text, encoding)
        return documents[path]

    def uri(path: str) -> str:
        opened = texts.by_path.get(root / path)
        return opened.uri if opened is not None else to_uri(root / path)

    for path, diagnostics in first.findings.items():
        params: dict[str, Any] = {
            "uri": uri(path),
            "diagnostics": [diagnostic_values(diagnostic, document, uri) for diagnostic in diagnostics],
        }
        opened = texts.by_path.get(root / path)
        if opened is not None:
            params["version"] = opened.version
        yield path, {"method": "textDocument/publishDiagnostics", "params": params}
