"""The answers to a plain `show`, `refs` or `list`, for which the command line is not imported: that takes as long as git."""

import os
import sys
from typing import Final, NamedTuple

from qafiles.cache.working_tree import WorkingTree
from qafiles.kinds import kind_named
from qafiles.loading.asked import folder_and_rest
from qafiles.render.output import Output
from qafiles.snapshot import Snapshot

_FORMATS: Final = {
    "show": ("text", "json"),
    "refs": ("tree", "json", "dot", "mermaid"),
    "list": ("table", "json", "jsonl", "csv", "ids", "paths"),
}


class Lookup(NamedTuple):
    """What a command line asks for: the folder of `-C`, the command, an entity or a kind, and the format."""

    folder: str
    command: str
    word: str
    format: str


def lookup_of(arguments: list[str]) -> Lookup | None:
    """Return what a command line asks for; None for one that click has to read."""
    folder, rest = folder_and_rest(arguments)
    if os.name != "posix" or folder is None or not folder.isascii():
        return None
    if len(rest) not in {2, 3, 4} or rest[0] not in _FORMATS:
        return None
    command, word, *more = rest
    form = _FORMATS[command][0]
    if more:
        name, _, value = more[0].partition("=")
        form = value if len(more) == 1 else more[1]
        if name != "--format" or bool(value) != (len(more) == 1):
            return None
    # A path is one below the current folder, and a revision is another state.
    is_plain = word.isascii() and word[:1] not in {"", "-"} and "@" not in word and not word.endswith(".yaml")
    if not is_plain or form not in _FORMATS[command] or not os.path.isdir(folder):  # noqa: PTH112  # pathlib is slow to import
        return None
    if command == "list" and kind_named(word) is None:
        return None
    return Lookup(folder, command, word, form)


def looked_up(lookup: Lookup, tree: object) -> tuple[Snapshot, Output]:
    """Return the snapshot that a command line asks of, and what is written; takes and raises what loading does.

    `tree` is the working tree, if git was asked about one.
    """
    from pathlib import Path  # noqa: PLC0415  # git is at work, and this is slow to import

    from qafiles.loading.data_root import load_data_root  # noqa: PLC0415  # as above

    _, command, word, form = lookup
    folder = Path(lookup.folder)
    loaded = load_data_root(folder, tree=tree if isinstance(tree, WorkingTree) else None)
    if command == "show":
        from qafiles.render.show_output import show_output  # noqa: PLC0415  # for this command alone

        return loaded, show_output(loaded, word, folder, format_=form)
    if command == "refs":
        from qafiles.render.refs_output import refs_output  # noqa: PLC0415  # as above

        return loaded, refs_output(loaded, word, format_=form, is_terminal=sys.stdout.isatty())
    from qafiles.render.list_output import list_output  # noqa: PLC0415  # as above
    from qafiles.render.terminal import width  # noqa: PLC0415  # as above

    kind = kind_named(word)
    assert kind is not None  # noqa: S101  # as `lookup_of` has seen
    return loaded, list_output(loaded, kind, format_=form, width=width())
