"""Where bytes come from: the working tree, a plain folder, the index, a revision, a merge, memory, or an editor."""

from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

from qafiles.sources.source import NESTED, SYMLINK, Content, Source, SourceEntry, Unreadable

if TYPE_CHECKING:
    from qafiles.sources.folder import FolderSource
    from qafiles.sources.git_objects import GitObjectSource, entry_in_git
    from qafiles.sources.memory import MemorySource

__all__ = [
    "NESTED",
    "SYMLINK",
    "Content",
    "FolderSource",
    "GitObjectSource",
    "MemorySource",
    "Source",
    "SourceEntry",
    "Unreadable",
    "entry_in_git",
]

_HOMES: Final = MappingProxyType(
    {
        "FolderSource": "folder",
        "GitObjectSource": "git_objects",
        "MemorySource": "memory",
        "entry_in_git": "git_objects",
    }
)


def __getattr__(name: str) -> Any:
    """Return a source, imported when it is first used: completion looks for the data root alone."""
    if name not in _HOMES:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f"{__name__}.{_HOMES[name]}"), name)
    return value
