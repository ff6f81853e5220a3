"""An editor, as far as a language server can tell: it starts the server, keeps texts and makes the edits it is sent."""

import asyncio
import os
import shutil
import sys
import threading
import time
from collections.abc import Callable, Coroutine, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, TypeVar
from urllib.parse import unquote

from lsprotocol import types
from pygls.lsp.client import LanguageClient

T = TypeVar("T")

CAPABILITIES = types.ClientCapabilities(
    workspace=types.WorkspaceClientCapabilities(
        workspace_edit=types.WorkspaceEditClientCapabilities(
            document_changes=True, resource_operations=[types.ResourceOperationKind.Rename]
        ),
        did_change_watched_files=types.DidChangeWatchedFilesClientCapabilities(
            dynamic_registration=True, relative_pattern_support=True
        ),
    ),
)


class Editor:
    """A client of one server process; positions are those of the protocol."""

    def __init__(
        self,
        *folders: Path,
        capabilities: types.ClientCapabilities = CAPABILITIES,
        command: Sequence[str] = (sys.executable, "-m", "qafiles"),
        environment: Mapping[str, str] = os.environ,
    ) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()
        self._changed = threading.Condition()
        self.diagnostics: dict[str, list[types.Diagnostic]] = {}
        self.published: list[types.PublishDiagnosticsParams] = []
        self.messages: list[str] = []
        self.watched: list[dict[str, Any]] = []
        self.texts: dict[str, str] = {}
        self._versions: dict[str, int] = {}
        self.errors = bytearray()
        self.client = LanguageClient("tests", "1")
        self.client.feature(types.TEXT_DOCUMENT_PUBLISH_DIAGNOSTICS)(partial(self._take))
        self.client.feature(types.WINDOW_SHOW_MESSAGE)(partial(self._hear))
        self.client.feature(types.CLIENT_REGISTER_CAPABILITY)(partial(self._register))
        self._wait(self._start(folders, capabilities, command, {**environment, "PYTHONWARNINGS": "error"}))

    async def _start(
        self,
        folders: tuple[Path, ...],
        capabilities: types.ClientCapabilities,
        command: Sequence[str],
        environment: Mapping[str, str],
    ) -> None:
        self.started = time.perf_counter()
        await self.client.start_io(*command, "lsp", env=environment)
        self._errors = asyncio.ensure_future(self._read_errors())
        named = [types.WorkspaceFolder(folder.as_uri(), folder.name) for folder in folders]
        params = types.InitializeParams(capabilities=capabilities, workspace_folders=named)
        self.answer = await self.client.initialize_async(params)
        self.client.initialized(types.InitializedParams())

    async def _read_errors(self) -> None:
        stream = self.process.stderr
        while stream is not None and (line := await stream.readline()):
            self.errors.extend(line)

    @property
    def process(self) -> asyncio.subprocess.Process:
        server = self.client._server  # noqa: SLF001  # pygls has no other way to the process
        assert server is not None
        return server

    def _wait(self, work: Coroutine[Any, Any, T]) -> T:
        return asyncio.run_coroutine_threadsafe(work, self._loop).result(60)

    def call(self, function: Callable[[], T]) -> T:
        """Return what a function returns when it runs where the client lives."""

        async def run() -> T:
            return function()

        return self._wait(run())

    def _take(self, params: types.PublishDiagnosticsParams) -> None:
        with self._changed:
            self.diagnostics[params.uri] = [*params.diagnostics]
            self.published.append(params)
            self._changed.notify_all()

    def _hear(self, params: types.ShowMessageParams) -> None:
        with self._changed:
            self.messages.append(params.message)
            self._changed.notify_all()

    def _register(self, params: types.RegistrationParams) -> None:
        with self._changed:
            for registration in params.registrations:
                options: Any = registration.register_options
                self.watched += options["watchers"]
            self._changed.notify_all()

    def until(self, fits: Callable[[], T], seconds: float = 120) -> T:
        """Return the first true value that a function of what the server has sent gives; fail when none comes."""
        with self._changed:
            end = time.monotonic() + seconds
            while not (value := fits()):
                left = end - time.monotonic()
                assert left > 0, (self.diagnostics, self.messages, self.errors.decode())
                self._changed.wait(left)
            return value

    def codes(self, path: Path) -> list[str]:
        """Return the codes of the findings that are shown of a file."""
        return [str(found.code) for found in self.diagnostics.get(path.as_uri(), [])]

    def use(self, folder: Path) -> None:
        """Add a folder to the workspace, as new: nothing is open, and nothing was said."""
        for said in (self.published, self.messages, self.errors, self.texts, self.diagnostics):
            said.clear()
        event = types.WorkspaceFoldersChangeEvent(
            added=[types.WorkspaceFolder(folder.as_uri(), folder.name)], removed=[]
        )
        params = types.DidChangeWorkspaceFoldersParams(event)
        self.call(lambda: self.client.workspace_did_change_workspace_folders(params))

    def leave(self, folder: Path) -> None:
        """Close everything and take a folder out of the workspace."""
        for uri in [*self.texts]:
            self.close(path_of(uri))
        event = types.WorkspaceFoldersChangeEvent(
            added=[], removed=[types.WorkspaceFolder(folder.as_uri(), folder.name)]
        )
        params = types.DidChangeWorkspaceFoldersParams(event)
        self.call(lambda: self.client.workspace_did_change_workspace_folders(params))
        self.until(lambda: not any(self.diagnostics.values()))

    def open(self, path: Path, text: str | None = None) -> None:
        uri = path.as_uri()
        self.texts[uri] = path.read_bytes().decode() if text is None else text
        self._versions[uri] = 1
        item = types.TextDocumentItem(uri, "yaml", 1, self.texts[uri])
        self.call(lambda: self.client.text_document_did_open(types.DidOpenTextDocumentParams(item)))

    def change(self, path: Path, text: str) -> int:
        """Send a new text and return its version."""
        uri = path.as_uri()
        self.texts[uri] = text
        self._versions[uri] += 1
        version = self._versions[uri]
        params = types.DidChangeTextDocumentParams(
            types.VersionedTextDocumentIdentifier(uri=uri, version=version),
            [types.TextDocumentContentChangeWholeDocument(text)],
        )
        self.call(lambda: self.client.text_document_did_change(params))
        return version

    def close(self, path: Path) -> None:
        uri = path.as_uri()
        del self.texts[uri]
        params = types.DidCloseTextDocumentParams(types.TextDocumentIdentifier(uri))
        self.call(lambda: self.client.text_document_did_close(params))

    def on_disk(self, *paths: Path, kind: types.FileChangeType = types.FileChangeType.Changed) -> None:
        events = [types.FileEvent(path.as_uri(), kind) for path in paths]
        params = types.DidChangeWatchedFilesParams(events)
        self.call(lambda: self.client.workspace_did_change_watched_files(params))

    def position(self, path: Path, before: str) -> types.Position:
        """Return the position right behind the first occurrence of a text, in UTF-16 units."""
        text = self.texts[path.as_uri()]
        head = text[: text.index(before) + len(before)].replace("\r\n", "\n")
        line = head.rpartition("\n")[2]
        return types.Position(head.count("\n"), len(line.encode("utf-16-le")) // 2)

    def at(self, path: Path, before: str) -> dict[str, Any]:
        return {
            "text_document": types.TextDocumentIdentifier(path.as_uri()),
            "position": self.position(path, before),
        }

    def complete(self, path: Path, before: str) -> list[types.CompletionItem]:
        params = types.CompletionParams(**self.at(path, before))
        found = self._wait(self.client.text_document_completion_async(params))
        if isinstance(found, types.CompletionList):
            return [*found.items]
        return [*(found or [])]

    def hover(self, path: Path, before: str) -> types.Hover | None:
        return self._wait(self.client.text_document_hover_async(types.HoverParams(**self.at(path, before))))

    def definition(self, path: Path, before: str) -> types.Location | None:
        params = types.DefinitionParams(**self.at(path, before))
        found = self._wait(self.client.text_document_definition_async(params))
        assert found is None or isinstance(found, types.Location)
        return found

    def references(self, path: Path, before: str, *, own: bool = False) -> list[types.Location]:
        params = types.ReferenceParams(types.ReferenceContext(own), **self.at(path, before))
        return [*(self._wait(self.client.text_document_references_async(params)) or [])]

    def prepare_rename(self, path: Path, before: str) -> types.PrepareRenamePlaceholder:
        params = types.PrepareRenameParams(**self.at(path, before))
        found = self._wait(self.client.text_document_prepare_rename_async(params))
        assert isinstance(found, types.PrepareRenamePlaceholder)
        return found

    def rename(self, path: Path, before: str, name: str) -> types.WorkspaceEdit:
        params = types.RenameParams(new_name=name, **self.at(path, before))
        found = self._wait(self.client.text_document_rename_async(params))
        assert found is not None
        return found

    def outline(self, path: Path) -> list[types.DocumentSymbol]:
        params = types.DocumentSymbolParams(types.TextDocumentIdentifier(path.as_uri()))
        found = self._wait(self.client.text_document_document_symbol_async(params))
        return [item for item in found or [] if isinstance(item, types.DocumentSymbol)]

    def symbols(self, query: str) -> list[str]:
        found = self._wait(self.client.workspace_symbol_async(types.WorkspaceSymbolParams(query)))
        return [item.name for item in found or []]

    def fixes(self, path: Path, code: str) -> list[types.CodeAction]:
        """Return the quick fixes for the first finding with a code."""
        found = next(item for item in self.diagnostics[path.as_uri()] if item.code == code)
        params = types.CodeActionParams(
            types.TextDocumentIdentifier(path.as_uri()), found.range, types.CodeActionContext([found])
        )
        answer = self._wait(self.client.text_document_code_action_async(params))
        return [item for item in answer or [] if isinstance(item, types.CodeAction)]

    def edited(self, text: str, edits: list[types.TextEdit]) -> str:
        """Return a text with edits made, last one first."""
        lines = text.split("\n")

        def index(position: types.Position) -> int:
            before = lines[position.line].encode("utf-16-le")[: 2 * position.character]
            return sum(len(line) + 1 for line in lines[: position.line]) + len(before.decode("utf-16-le"))

        for edit in sorted(edits, key=lambda edit: index(edit.range.start), reverse=True):
            text = text[: index(edit.range.start)] + edit.new_text + text[index(edit.range.end) :]
        return text

    def apply(self, edit: types.WorkspaceEdit) -> None:
        """Make a workspace edit on disk, in its order."""
        for change in edit.document_changes or []:
            if isinstance(change, types.TextDocumentEdit):
                place = path_of(change.text_document.uri)
                edits = [item for item in change.edits if isinstance(item, types.TextEdit)]
                place.write_bytes(self.edited(place.read_bytes().decode(), edits).encode())
            elif isinstance(change, types.RenameFile):
                new = path_of(change.new_uri)
                assert not new.exists()
                new.parent.mkdir(parents=True, exist_ok=True)
                shutil.move(path_of(change.old_uri), new)

    def stop(self, *, politely: bool = True) -> int:
        """End the server and return its exit code."""
        if politely:
            self._wait(self.client.shutdown_async(None))
        self.call(lambda: self.client.exit(None))
        code = self.ended()
        self.kill()
        return code

    def ended(self) -> int:
        """Return the exit code of a server that ends by itself."""
        return self._wait(asyncio.wait_for(self.process.wait(), 20))

    def kill(self) -> None:
        """Let go of everything, however the server is."""
        if self.process.returncode is None:
            self.call(self.process.kill)

        async def end() -> None:
            await self.process.wait()
            await self._errors
            await asyncio.sleep(0.05)
            for task in asyncio.all_tasks() - {asyncio.current_task()}:
                task.cancel()
            await asyncio.sleep(0)

        if self._loop.is_running():
            self._wait(end())
            self._loop.call_soon_threadsafe(self._loop.stop)
            self._thread.join(10)
            self._loop.close()


def path_of(uri: str) -> Path:
    assert uri.startswith("file://")
    return Path(unquote(uri.removeprefix("file://")))
