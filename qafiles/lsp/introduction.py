"""The answer to an editor's `initialize`, as pygls gives it, without importing pygls."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from qafiles.lsp.encoding import ENCODINGS, Encoding
from qafiles.version import __version__

TRIGGERS: Final = ("[", ",", " ", "{", ".", "/", "'", '"')
"""What makes an editor ask for completions."""

_SAVING: Final = ("willSave", "willSaveWaitUntil")


class Introduction(NamedTuple):
    """What an editor says of itself: its request's id, its folders, and what the answer depends on.

    That is the unit of columns, whether it knows `prepareRename`, and the kinds of messages before a text is saved on which it
    has a word.
    """

    id: int | str
    folders: tuple[str, ...]
    encoding: Encoding
    has_prepare_rename: bool
    saving: tuple[str, ...]

    @property
    def answer(self) -> dict[str, Any]:
        """The response to the request."""
        capabilities: dict[str, Any] = {
            "positionEncoding": self.encoding,
            "textDocumentSync": {
                "openClose": True,
                "change": 1,
                "save": True,
                **dict.fromkeys(self.saving, False),
            },
            "completionProvider": {"triggerCharacters": [*TRIGGERS]},
            "hoverProvider": True,
            "definitionProvider": True,
            "referencesProvider": True,
            "documentSymbolProvider": True,
            "codeActionProvider": {"codeActionKinds": ["quickfix"]},
            "workspaceSymbolProvider": {"resolveProvider": False},
            "renameProvider": {"prepareProvider": True} if self.has_prepare_rename else True,
            "executeCommandProvider": {"commands": []},
            "workspace": {
                "workspaceFolders": {"supported": True, "changeNotifications": True},
                "fileOperations": {},
            },
        }
        about = {"name": "qafiles", "version": __version__}
        return {"id": self.id, "result": {"capabilities": capabilities, "serverInfo": about}}


def introduction_of(message: Mapping[str, Any]) -> Introduction | None:
    """Return what an `initialize` says; None for another message, and for one that pygls has to judge."""
    number, params = message.get("id"), message.get("params")
    if message.get("jsonrpc") != "2.0" or message.get("method") != "initialize":
        return None
    if not isinstance(number, int | str) or isinstance(number, bool) or not isinstance(params, dict):
        return None
    try:
        general, text = (
            _part(params["capabilities"], "general"),
            _part(params["capabilities"], "textDocument"),
        )
        has_prepare_rename = _flag(_part(text, "rename"), "prepareSupport") or False
        synchronization = _part(text, "synchronization")
        saving = tuple(name for name in _SAVING if _flag(synchronization, name) is not None)
        return Introduction(number, _folders(params), _encoding(general), has_prepare_rename, saving)
    except (AttributeError, KeyError, TypeError):
        return None


def _encoding(general: Mapping[str, Any]) -> Encoding:
    """Return the first of the editor's encodings that is known, as pygls chooses it."""
    offered = general.get("positionEncodings")
    if not isinstance(offered, list | None):
        raise TypeError(offered)
    return next((name for word in offered or () for name in ENCODINGS if name == word), "utf-16")


def _flag(part: Mapping[str, Any], name: str) -> bool | None:
    value = part.get(name)
    if not isinstance(value, bool | None):
        raise TypeError(value)
    return value


def _part(values: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    """Return what an editor says of a part of its capabilities; nothing is said by null, too."""
    part = values.get(name)
    if not isinstance(part, dict | None):
        raise TypeError(part)
    return part or {}


def _folders(params: Mapping[str, Any]) -> tuple[str, ...]:
    """Return the URIs of the workspace's folders, else that of its root. Raises TypeError for the obsolete `rootPath`."""
    folders = tuple(folder["uri"] for folder in params.get("workspaceFolders") or ())
    root = params.get("rootUri")
    if not folders and root is None and params.get("rootPath") is not None:
        raise TypeError(params["rootPath"])
    uris = folders or ((root,) if root else ())
    if not all(isinstance(uri, str) for uri in uris):
        raise TypeError(uris)
    return uris
