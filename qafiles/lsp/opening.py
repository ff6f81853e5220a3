"""The beginning of a conversation with an editor, before pygls is imported: what is kept of the last run is shown at once.

pygls hears every message again, from the first one on, and its answer to the one that was answered is not sent.
"""

import os
import time
from importlib.machinery import PathFinder
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.lsp.incoming import Incoming, Outgoing
from qafiles.lsp.introduction import Introduction, introduction_of
from qafiles.validation.asked import stored_verdict_at

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from qafiles.cache.kept_answer import KeptAnswer
    from qafiles.lsp.begun import Begun

_MOST_ROOTS: Final = 4
_MOST_FOLDERS: Final = 1000
"""How many data roots are asked about, and how many folders looked into for them, before there is a server."""

_PATIENCE: Final = 1.0
"""Seconds after which what git said of a tree is no longer taken for what the tree is."""


class Opening(NamedTuple):
    """What was read of an editor, the id of its `initialize` where that is answered, and what was begun with data roots."""

    received: bytes
    answered: int | str | None
    begun: "Mapping[Path, Begun]"


def opened(stdin: int = 0, stdout: int = 1) -> Opening | None:
    """Return how a conversation over two descriptors has begun; None where pygls has to begin it, or is missing."""
    if not hasattr(os, "posix_spawn"):
        return None
    if any(PathFinder.find_spec(name) is None for name in ("pygls", "lsprotocol")):
        return None
    incoming, outgoing = Incoming(stdin), Outgoing(stdout)
    try:
        message = incoming.next(None)
        introduction = introduction_of(message) if message is not None else None
    except (ValueError, RecursionError, OSError):
        introduction = None
    if introduction is None:
        return Opening(bytes(incoming.received), None, {})
    begun: dict[Path, Begun] = {}
    try:
        outgoing.send(introduction.answer)
        _publish(incoming, outgoing, introduction, begun)
    except Exception:  # noqa: BLE001, S110  # whatever is wrong, the server itself loads and shows everything
        pass
    return Opening(bytes(incoming.received), introduction.id, begun)


def _publish(
    incoming: Incoming, outgoing: Outgoing, introduction: Introduction, begun: "dict[Path, Begun]"
) -> None:
    """Show what is wrong in the data roots in an editor's folders, as far as it is known or quickly found."""
    began = time.monotonic()
    near = _stored_near(introduction.folders)
    stored = {
        root: near if near is not None and near.tree.root == str(root) else stored_verdict_at(root)
        for root in _roots(introduction.folders)
    }
    for answer in stored.values():
        if answer is not None:
            answer.go_on()
    # While git is at work.
    from qafiles.lsp.begun import Begun  # noqa: PLC0415
    from qafiles.lsp.first_findings import (  # noqa: PLC0415
        OpenTexts,
        is_quickly_loaded,
        kept,
        loaded,
        messages,
    )
    from qafiles.validation.kept import KeptVerdict  # noqa: PLC0415

    texts, is_initialized = OpenTexts(), False
    while not is_initialized:
        message = incoming.next(None)
        if message is None or not texts.hear(message):
            return
        is_initialized = message.get("method") == "initialized"
    if time.monotonic() - began > _PATIENCE:
        return
    verdicts = {
        root: KeptVerdict(answer).read(is_kept_at_rest=False, is_prepared=False)
        for root, answer in stored.items()
        if answer is not None and answer.tree.root == str(root)
    }
    while (message := incoming.next(0)) is not None:
        if not texts.hear(message):
            return
    for root, verdict in verdicts.items():
        is_saved = texts.are_saved(root)
        if verdict is not None and is_saved:
            first = kept(verdict)
        elif (answer := stored[root]) is not None and is_quickly_loaded(answer):
            first = loaded(root, texts)
        else:
            continue
        begun[root] = Begun({}, first.state, first.checked)
        for path, message in messages(root, first, texts, introduction.encoding):
            outgoing.send(message)
            begun[root].published[path] = first.findings[path]
    # After what a person waits for, but no later than one run of `validate` would.
    if time.monotonic() - began <= _PATIENCE:
        for answer in stored.values():
            if answer is not None:
                answer.keep_at_rest()


def _stored_near(folders: tuple[str, ...]) -> "KeptAnswer | None":
    """Return what may be kept of the data root around an editor's first folder, with git at work before more is imported."""
    path = folders[0].removeprefix("file://") if folders else ""
    return stored_verdict_at(path) if path.startswith("/") and "%" not in path else None


def _roots(folders: tuple[str, ...]) -> "list[Path]":
    """Return the first data roots in or around an editor's folders."""
    from qafiles.lsp.roots import roots_in  # noqa: PLC0415
    from qafiles.lsp.uris import to_path  # noqa: PLC0415

    paths = [path for uri in folders if (path := to_path(uri)) is not None]
    roots = (root for path in paths for root in roots_in(path, _MOST_FOLDERS))
    return [*dict.fromkeys(roots)][:_MOST_ROOTS]
