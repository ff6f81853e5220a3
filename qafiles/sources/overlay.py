"""A source in which other texts lie over some files: what an editor has not saved, or what an edit would write."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from typing import NamedTuple

from qafiles.sources import Content, Source, SourceEntry, Unreadable


class OverlaySource(NamedTuple):
    """The files of another source, of which some have another text."""

    base: Source
    listed: Collection[SourceEntry]
    buffers: Mapping[str, bytes]
    has_history: bool = False
    """Whether git is asked what became of files that are not there."""

    @property
    def revision(self) -> str | None:
        """The commit that the files below come from."""
        return self.base.revision

    @property
    def root(self) -> str:
        """The data root relative to the top of the git repository."""
        return self.base.root

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sentences about what the source below could not take into account."""
        return self.base.unchecked

    def entries(self) -> list[SourceEntry]:
        """Return the paths that were listed when this source was made."""
        return [*self.listed]

    def only(self, entries: Sequence[SourceEntry]) -> "OverlaySource":
        """Return the part of this source that holds the given entries."""
        return self._replace(listed=tuple(sorted(entries)))

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry: the editor's, unless the path is a link or can't be a file at all."""
        for entry, content in zip(entries, self.base.read(entries), strict=True):
            text = None if isinstance(content, Unreadable) else self.buffers.get(entry.path)
            yield content if text is None else text

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently git's history added each of the paths, 1 for the last."""
        return self.base.additions(paths)
