"""Files that may hold a private key, of many, as git tells of them."""

from collections.abc import Container
from functools import partial

from qafiles.errors import GitError
from qafiles.git.searching import paths_with
from qafiles.rules.private_key_forms import MARKS
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, GitObjectSource
from qafiles.sources.overlay import OverlaySource


def suspects_of(snapshot: Snapshot) -> Container[str]:
    """Return the paths of files that may hold a key: git looks for the marks and for what is no text; where there is none, all are read."""
    buffers: set[str] = set()
    source = snapshot.source
    while isinstance(source, OverlaySource):
        buffers |= {*source.buffers}
        source = source.base
    if isinstance(source, FolderSource) and source.repository is not None:
        look = partial(paths_with, source.repository, root=source.root)
    elif isinstance(source, GitObjectSource):
        look = partial(paths_with, source.repository, root=source.root, revision=source.revision, cached=True)
    else:
        return snapshot.entries
    try:
        marked, texts = look(MARKS), look([""], in_binary=False)
    except GitError:
        return snapshot.entries  # git lacks some of them
    return marked | buffers | (snapshot.entries.keys() - texts)
