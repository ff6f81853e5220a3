"""Where bytes come from: the working tree, a plain folder, the index, a revision, a merge, memory, or an editor."""

from qafiles.sources.folder import FolderSource
from qafiles.sources.git_objects import GitObjectSource, entry_in_git
from qafiles.sources.memory import MemorySource
from qafiles.sources.source import NESTED, SYMLINK, Content, Source, SourceEntry, Unreadable

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
