"""What editors ask about a file: each request is one look-up and one conversion, imported when it is first asked for."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import TYPE_CHECKING, Any, Protocol

from lsprotocol import types
from pygls.exceptions import JsonRpcException

from qafiles.diagnostics import START
from qafiles.layout import Place, classify
from qafiles.lsp import convert
from qafiles.lsp.introduction import TRIGGERS
from qafiles.lsp.positions import Point
from qafiles.lsp.workspace import File, Workspace

if TYPE_CHECKING:
    from qafiles.lsp import edits, navigation


class RefusedError(JsonRpcException):
    """A request that is refused; editors show the message."""

    CODE = types.LSPErrorCodes.RequestFailed
    MESSAGE = "refused"


class Server(Protocol):
    """What the answers need of the server that gives them."""

    files: Workspace

    @property
    def client(self) -> "edits.Client":
        """What the editor says of itself."""

    def on(self, method: str, handler: Callable[[Any], Any], options: Any = None) -> None:
        """Let a method answer."""

    def version_of(self, uri: str) -> int | None:
        """Return the version of a text that the editor has open, or None."""


class Features:
    """The answers of a server; None is the protocol's word for nothing."""

    def __init__(self, server: Server) -> None:
        self._server = server
        self._files = server.files

    def register(self) -> None:
        """Tell the server which method answers which request."""
        on = self._server.on
        on(
            types.TEXT_DOCUMENT_COMPLETION,
            self.complete,
            types.CompletionOptions(trigger_characters=TRIGGERS),
        )
        on(types.TEXT_DOCUMENT_HOVER, self.hover)
        on(types.TEXT_DOCUMENT_DEFINITION, self.definition)
        on(types.TEXT_DOCUMENT_REFERENCES, self.references)
        on(types.TEXT_DOCUMENT_PREPARE_RENAME, self.prepare_rename)
        on(types.TEXT_DOCUMENT_RENAME, self.rename, types.RenameOptions(prepare_provider=True))
        on(types.TEXT_DOCUMENT_DOCUMENT_SYMBOL, self.outline)
        on(types.WORKSPACE_SYMBOL, self.entities)
        kinds = types.CodeActionOptions(code_action_kinds=[types.CodeActionKind.QuickFix])
        on(types.TEXT_DOCUMENT_CODE_ACTION, self.quick_fixes, kinds)

    async def complete(self, params: types.CompletionParams) -> types.CompletionList | None:
        """Return what may be written at a place."""
        from qafiles.lsp import completion  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        if file is None:
            return None
        point = _point(file, params.position)
        proposals = completion.complete(file.snapshot, file.path, file.document, point)
        return convert.completion_of(proposals, file.document)

    async def hover(self, params: types.HoverParams) -> types.Hover | None:
        """Return what is known of what is named at a place."""
        from qafiles.lsp import hover  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        if file is None:
            return None
        description = hover.hover(file.snapshot, file.path, file.document, _point(file, params.position))
        if description is None:
            return None
        text = types.MarkupContent(types.MarkupKind.Markdown, description.text)
        return types.Hover(text, convert.range_of(file.document, description.span))

    async def definition(self, params: types.DefinitionParams) -> types.Location | None:
        """Return where the id of what is named at a place stands."""
        from qafiles.lsp import navigation  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        spot = _spot(file, params.position) if file is not None else None
        if file is None or spot is None:
            return None
        target = navigation.definition(file.snapshot, spot, file.texts)
        return None if target is None else self._location(file, target)

    async def references(self, params: types.ReferenceParams) -> list[types.Location] | None:
        """Return every reference to what is named at a place."""
        from qafiles.lsp import navigation  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        spot = _spot(file, params.position) if file is not None else None
        if file is None or spot is None:
            return None
        own = params.context.include_declaration

        def find() -> list[types.Location]:
            targets = navigation.references(file.snapshot, spot, file.texts, declaration=own)
            return [self._location(file, target) for target in targets]

        return await self._files.reading.run(find)

    async def prepare_rename(
        self, params: types.PrepareRenameParams
    ) -> types.PrepareRenamePlaceholder | None:
        """Return the name that a rename at a place would change."""
        from qafiles.lsp import rename  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        if file is None:
            return None
        spot = _spot(file, params.position)
        try:
            name = rename.name_of(spot)
        except rename.RenameRefusedError as error:
            raise RefusedError(str(error)) from None
        span = spot.span if spot is not None else START
        return types.PrepareRenamePlaceholder(convert.range_of(file.document, span), name)

    async def rename(self, params: types.RenameParams) -> types.WorkspaceEdit | None:
        """Return the edit that gives what is named at a place another name."""
        from qafiles.lsp import edits, rename  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        if file is None:
            return None
        spot = _spot(file, params.position)
        target = edits.Target(
            file.texts.document,
            lambda path: self._files.uri(file.session, path),
            lambda path: self._server.version_of(self._files.uri(file.session, path)),
        )

        def find() -> types.WorkspaceEdit:
            renaming = rename.rename(file.snapshot, spot, params.new_name, file.texts)
            return edits.rename_edit(renaming, target, self._server.client)

        try:
            return await self._files.reading.run(find)
        except rename.RenameRefusedError as error:
            raise RefusedError(str(error)) from None

    async def outline(self, params: types.DocumentSymbolParams) -> Sequence[types.DocumentSymbol] | None:
        """Return the entity of a file with its fields."""
        from qafiles.lsp import symbols  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        place = classify(file.path) if file is not None else None
        if file is None or not isinstance(place, Place):
            return None
        outline = symbols.outline(file.snapshot, file.path, file.document)
        return None if outline is None else convert.symbols_of(outline, file.document, place.kind)

    async def entities(self, params: types.WorkspaceSymbolParams) -> list[types.SymbolInformation]:
        """Return the entities of all data roots that fit a query."""
        from qafiles.lsp import symbols  # noqa: PLC0415  # imported when it is asked for

        result: list[types.SymbolInformation] = []
        for session in [*self._files.sessions.values()]:
            await session.loaded.wait()
            if session.state is not None:
                snapshot = session.state.snapshot
                entity_files = await self._files.reading.run(
                    partial(symbols.entities, snapshot, params.query)
                )
                places = {file.path: self._files.uri(session, file.path) for file in entity_files}
                result += convert.entities_of(entity_files, places.__getitem__)
        return result[: symbols.LIMIT]

    async def quick_fixes(self, params: types.CodeActionParams) -> list[types.CodeAction] | None:
        """Return the mends of the findings in a range."""
        from qafiles.lsp import edits, quick_fixes  # noqa: PLC0415  # imported when it is asked for

        file = await self._files.file(params.text_document.uri)
        if file is None:
            return None

        def uri(path: str) -> str:
            return self._files.uri(file.session, path)

        span = edits.span_between(file.document, params.range)
        diagnostics = file.session.diagnostics(file.path)
        return [
            edits.quick_fix_edit(
                fix,
                convert.diagnostic_of(fix.diagnostic, file.texts.document, uri),
                params.text_document.uri,
                file.document,
            )
            for fix in quick_fixes.fixes(file.document, diagnostics, span)
        ]

    def _location(self, file: File, target: "navigation.Target") -> types.Location:
        place = convert.range_of(file.texts.document(target.path), target.span)
        return types.Location(self._files.uri(file.session, target.path), place)


def _point(file: File, position: types.Position) -> Point:
    return file.document.point(position.line, position.character)


def _spot(file: File, position: types.Position) -> "navigation.Spot | None":
    from qafiles.lsp import navigation  # noqa: PLC0415  # imported when it is asked for

    return navigation.spot_at(file.snapshot, file.path, file.document, _point(file, position))


def import_answers() -> None:
    """Import what answers requests, so that the first one of each kind need not wait for that."""
    from qafiles.lsp import (  # noqa: F401, PLC0415  # as above
        completion,
        edits,
        hover,
        navigation,
        quick_fixes,
        rename,
        symbols,
    )
