"""The server: what an editor opens, changes and closes, and what is published to it."""

import asyncio
import json
import logging
import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from io import BufferedReader
from pathlib import Path
from threading import Event
from typing import TYPE_CHECKING, Any, BinaryIO, Final

from lsprotocol import types
from pygls.io_ import StdoutWriter, run_async
from pygls.lsp.server import LanguageServer

from qafiles.diagnostics import Diagnostic
from qafiles.layout import ENTITY_FOLDERS, SETTINGS_FILE
from qafiles.lsp import convert
from qafiles.lsp.encoding import ENCODINGS
from qafiles.lsp.features import Features, RefusedError, import_answers
from qafiles.lsp.incoming import Again
from qafiles.lsp.opening import Opening
from qafiles.lsp.positions import Document
from qafiles.lsp.session import Session
from qafiles.lsp.uris import to_path, to_uri
from qafiles.lsp.worker import Worker
from qafiles.lsp.workspace import Workspace
from qafiles.version import __version__

if TYPE_CHECKING:
    from qafiles.lsp.edits import Client

_WATCHED: Final = (SETTINGS_FILE, ".gitignore", f"{{{','.join(reversed(ENTITY_FOLDERS))}}}/**")
_SWITCH: Final = 0.0005
"""Seconds after which the thread that runs the rules lets a request go ahead; Python's own choice is ten times that."""

_log = logging.getLogger("qafiles.lsp")


class Server(LanguageServer):
    """The language server; errors go to stderr, and only what concerns the user to the editor."""

    def __init__(self, opening: Opening | None = None) -> None:
        # Whole texts are sent with each change: pygls and editors disagree on what a line break is.
        super().__init__("qafiles", __version__, types.TextDocumentSyncKind.Full)
        begun = opening.begun if opening is not None else {}
        self.files = Workspace(self._publish, self._tell, self._watch, begun)
        self.may_exit = False
        self._seeking: asyncio.Future[None] | None = None  # the event loop alone would let it be collected
        self._preparing: asyncio.Future[None] | None = None  # as above
        self._client_info: types.ClientInfo | None = None
        self.on(types.INITIALIZE, self._introduced)
        self.on(types.INITIALIZED, self._initialized)
        self.on(types.SHUTDOWN, self._shutdown)
        self.on(types.WORKSPACE_DID_CHANGE_WORKSPACE_FOLDERS, self._folders_changed)
        self.on(types.TEXT_DOCUMENT_DID_OPEN, self._opened)
        self.on(types.TEXT_DOCUMENT_DID_CHANGE, self._changed)
        self.on(types.TEXT_DOCUMENT_DID_CLOSE, self._closed)
        self.on(types.TEXT_DOCUMENT_DID_SAVE, self._saved)
        self.on(types.WORKSPACE_DID_CHANGE_WATCHED_FILES, self._on_disk)
        Features(self).register()

    def on(self, method: str, handler: Callable[[Any], Any], options: Any = None) -> None:
        """Let a method answer; pygls marks its handlers with attributes, which a bound method can't take."""
        self.feature(method, options)(partial(handler))

    def report_server_error(self, error: Exception, source: Any) -> None:
        """Log an error; pygls would show each one in a window."""
        if not isinstance(error, RefusedError):
            _log.error("%s: %s", getattr(source, "__name__", source), error)

    @property
    def client(self) -> "Client":
        """What the editor says of itself."""
        from qafiles.lsp.edits import Client  # noqa: PLC0415  # imported for the first edit

        return Client(self.client_capabilities, self._client_info)

    def version_of(self, uri: str) -> int | None:
        """Return the version of a text that the editor has open, or None."""
        return self.workspace.get_text_document(uri).version

    def _introduced(self, params: types.InitializeParams) -> None:
        self._client_info = params.client_info

    async def _initialized(self, params: types.InitializedParams) -> None:
        del params
        encoding = self.workspace.position_encoding
        chosen = encoding.value if isinstance(encoding, types.PositionEncodingKind) else encoding
        self.files.encoding = next((name for name in ENCODINGS if name == chosen), "utf-16")
        root = self.workspace.root_uri
        for uri in [*self.workspace.folders] or ([root] if root else []):
            await self._add(uri)
        if self._watching() is None:
            self._seeking = asyncio.ensure_future(self.files.seek())
        self._preparing = asyncio.ensure_future(self._prepare())

    async def _prepare(self) -> None:
        """Import what answers requests once the data is loaded, which comes first."""
        for session in [*self.files.sessions.values()]:
            await session.loaded.wait()
        await self.files.reading.run(import_answers)

    async def _add(self, uri: str) -> None:
        folder = to_path(uri)
        if folder is not None:
            await self.files.add_folder(folder)

    def _shutdown(self, params: None) -> None:
        del params
        self.may_exit = True

    async def _folders_changed(self, params: types.DidChangeWorkspaceFoldersParams) -> None:
        for removed in params.event.removed:
            folder = to_path(removed.uri)
            if folder is not None:
                self.files.remove_folder(folder)
        for added in params.event.added:
            await self._add(added.uri)

    def _opened(self, params: types.DidOpenTextDocumentParams) -> None:
        self.files.open(params.text_document.uri, params.text_document.text)

    def _changed(self, params: types.DidChangeTextDocumentParams) -> None:
        uri = params.text_document.uri
        self.files.change(uri, self.workspace.get_text_document(uri).source)

    def _closed(self, params: types.DidCloseTextDocumentParams) -> None:
        self.files.close(params.text_document.uri)

    def _saved(self, params: types.DidSaveTextDocumentParams) -> None:
        self.files.on_disk([params.text_document.uri])

    def _on_disk(self, params: types.DidChangeWatchedFilesParams) -> None:
        self.files.on_disk(change.uri for change in params.changes)

    def _publish(self, session: Session, path: str, diagnostics: Sequence[Diagnostic]) -> None:
        documents: dict[str, Document] = {}

        def document(name: str) -> Document:
            if name not in documents:
                documents[name] = Document(session.text(name), self.files.encoding)
            return documents[name]

        def uri(name: str) -> str:
            return self.files.uri(session, name)

        lsp_diagnostics = [convert.diagnostic_of(diagnostic, document, uri) for diagnostic in diagnostics]
        version = self.version_of(uri(path))
        self.text_document_publish_diagnostics(
            types.PublishDiagnosticsParams(uri(path), lsp_diagnostics, version)
        )

    def _tell(self, message: str) -> None:
        _log.warning("%s", message)
        self.window_show_message(types.ShowMessageParams(types.MessageType.Warning, f"qafiles: {message}"))

    def _watching(self) -> types.DidChangeWatchedFilesClientCapabilities | None:
        """Return how the editor watches what it is asked to watch, or None where it does not."""
        can = self.client_capabilities.workspace
        watching = can.did_change_watched_files if can is not None else None
        return watching if watching is not None and watching.dynamic_registration else None

    def _watch(self, root: Path) -> bool:
        """Ask the editor to say when files of a data root change on disk, wherever it lies; return whether it can."""
        watching = self._watching()
        if watching is None:
            return False
        patterns: list[types.GlobPattern] = ["**/qafiles.yaml"]
        for pattern in _WATCHED:
            inside = types.RelativePattern(to_uri(root), pattern)
            patterns.append(inside if watching.relative_pattern_support else f"**/{pattern}")
        options = types.DidChangeWatchedFilesRegistrationOptions(
            [types.FileSystemWatcher(p) for p in patterns]
        )
        method = types.WORKSPACE_DID_CHANGE_WATCHED_FILES
        registration = types.Registration(f"qafiles {root}", method, options)
        self.client_register_capability(types.RegistrationParams([registration]))
        return True


def _is_worth_telling(record: logging.LogRecord) -> bool:
    """Return whether a log record is about an error of ours: a refused request has its answer already."""
    kind = record.exc_info[0] if record.exc_info else None
    return kind is None or not issubclass(kind, RefusedError)


class _Introduced(StdoutWriter):
    """Where messages to an editor go that has the answer to its `initialize`: all but that of pygls to the same request."""

    def __init__(self, stdout: BinaryIO, answered: int | str) -> None:
        super().__init__(stdout)
        self._answered: int | str | None = answered

    def write(self, data: bytes) -> None:
        if self._answered is not None:
            message = json.loads(data.partition(b"\r\n\r\n")[2])
            if "method" not in message and message.get("id") == self._answered:
                self._answered = None
                return
        super().write(data)


class _Input:
    """What the editor says, read on a thread that a blocked read does not make the process wait for, as that of pygls does."""

    def __init__(self, stdin: BinaryIO) -> None:
        self._stdin = stdin
        self._worker = Worker()

    async def readline(self) -> bytes:
        return await self._worker.run(self._stdin.readline)

    async def readexactly(self, n: int) -> bytes:
        return await self._worker.run(partial(self._stdin.read, n))


def _log_unless_cancelled(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
    """Log what went wrong in the event loop; that its end cancels what is under way is no error."""
    if not isinstance(context.get("exception"), asyncio.CancelledError):
        loop.default_exception_handler(context)


async def _converse(server: Server, stdin: BinaryIO) -> None:
    """Answer the editor until its messages end; pygls answers an exit with SystemExit."""
    asyncio.get_running_loop().set_exception_handler(_log_unless_cancelled)
    await run_async(Event(), _Input(stdin), server.protocol, error_handler=server.report_server_error)


def serve(opening: Opening | None = None) -> int:
    """Serve one editor over stdin and stdout until it says exit; return 1 when it left without shutdown.

    `opening` is what it has said, and was shown, before.

    Raises KeyboardInterrupt at Ctrl-C.
    """
    handler = logging.StreamHandler(sys.stderr)
    handler.addFilter(_is_worth_telling)
    logging.basicConfig(level=logging.WARNING, format="%(name)s: %(message)s", handlers=[handler])
    sys.setswitchinterval(_SWITCH)
    # Whatever else writes to stdout would break the protocol.
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    server, stdin, writer = Server(opening), sys.stdin.buffer, StdoutWriter(out)
    if opening is not None:
        stdin = BufferedReader(Again(opening.received, sys.stdin.fileno()))
        if opening.answered is not None:
            writer = _Introduced(out, opening.answered)
    server.protocol.set_writer(writer)
    try:
        asyncio.run(_converse(server, stdin))
    except BrokenPipeError:
        _log.error("the editor is gone")  # where it left is no news
    except SystemExit:
        pass
    return 0 if server.may_exit else 1
