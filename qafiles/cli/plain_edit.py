"""A plain `set`, `new` or `mv`, for which click is not imported: that takes a third as long as git."""

import os
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from qafiles.cache.working_tree import WorkingTree
from qafiles.cli.edit_run import EditFlags, make_edit
from qafiles.cli.proposed import OF_MV, OF_NEW, OF_SET, named_groups, new_entity, other_fields, other_handle
from qafiles.kinds import kind_named
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.asked import folder_and_rest

if TYPE_CHECKING:
    from qafiles.edits.proposal import Proposal
    from qafiles.edits.writing.options import Outcome
    from qafiles.snapshot import Snapshot

_PLAIN = EditFlags(dry_run=False, message=None, format_="text")


class PlainEdit(NamedTuple):
    """What a command line asks for: the folder of `-C`, what proposes it, and the modules that this needs."""

    folder: Path
    propose: "Callable[[Snapshot], Proposal]"
    modules: tuple[str, ...]

    def make(self, asked: object) -> "Outcome":
        """Return its outcome, after it was made and told; `asked` is the working tree, if git was asked about one. Raises as `make_edit` does."""
        tree = asked if isinstance(asked, WorkingTree) else None
        return make_edit(self.folder, _PLAIN, self.propose, tree, modules=self.modules)


def plain_edit_of(arguments: list[str]) -> PlainEdit | None:
    """Return what a command line asks for, None for one that click has to read. Raises UsageError as the command does."""
    place, rest = folder_and_rest(arguments)
    # An argument that is no UTF-8 may be in another encoding.
    are_read = not any(word.startswith("-") or not _is_utf_8(word) for word in rest)
    if os.name != "posix" or place is None or not are_read or not place.isascii():
        return None
    folder = Path(place)
    if not folder.is_dir():
        return None
    command, *words = rest or [""]
    propose = _PROPOSED[command](words, folder) if command in _PROPOSED else None
    return PlainEdit(folder, *propose) if propose is not None else None


_Proposed = tuple["Callable[[Snapshot], Proposal]", tuple[str, ...]]


def _new(words: Sequence[str], _folder: Path) -> _Proposed | None:
    kind = kind_named(words[0]) if len(words) > 1 else None
    if kind is None or any("=@" in word for word in words):
        return None
    return new_entity(kind, words[1], words[2:]), OF_NEW


def _mv(words: Sequence[str], folder: Path) -> _Proposed | None:
    if len(words) != 2 or not _is_name(words[0], folder):
        return None
    return other_handle(*words), OF_MV


def _set(words: Sequence[str], folder: Path) -> _Proposed | None:
    names = [word for word in words if "=" not in word]
    if not names or len(names) == len(words) or any("=@" in word for word in words):
        return None
    if not all(_is_name(name, folder) for name in names):
        return None
    return other_fields(named_groups(tuple(words))), OF_SET


_PROPOSED = {"new": _new, "mv": _mv, "set": _set}


def _is_name(word: str, folder: Path) -> bool:
    """Return whether a word is an entity as it is written; a path is one below the folder, which may be no data root."""
    if not word.endswith(".yaml"):
        return bool(word) and "@" not in word
    is_as_written = "@" not in word and os.path.normpath(word) == word and word[0] != "/"
    return is_as_written and (folder / SETTINGS_FILE).is_file()


def _is_utf_8(word: str) -> bool:
    return word.isascii() or not any("\udc80" <= char <= "\udcff" for char in word)
