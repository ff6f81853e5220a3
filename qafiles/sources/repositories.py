"""The git repository that a source reads from."""

from qafiles.git import GitRepository
from qafiles.sources.folder import FolderSource
from qafiles.sources.git_objects import GitObjectSource
from qafiles.sources.overlay import OverlaySource
from qafiles.sources.source import Source


def repository_of(source: Source) -> GitRepository | None:
    """Return the repository of a source, whatever lies over it; None where there is none."""
    while isinstance(source, OverlaySource):
        source = source.base
    if isinstance(source, FolderSource | GitObjectSource):
        return source.repository
    from qafiles.sources.merged import MergedSource  # noqa: PLC0415  # few look at merges

    return source.ours.repository if isinstance(source, MergedSource) else None
