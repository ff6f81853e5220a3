"""A source of files held in memory."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from qafiles.sources.source import MAX_READ, Content, SourceEntry


@dataclass(frozen=True)
class MemorySource:
    """Files held in memory, by path relative to the data root."""

    files: Mapping[str, bytes | str]
    revision: str | None = None
    root: str = "."
    unchecked: tuple[str, ...] = ()

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted."""
        return [SourceEntry(path) for path in sorted(self.files)]

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry."""
        for entry in entries:
            content = self.files.get(entry.path)
            if isinstance(content, str):
                # A lone surrogate, as from "\ud800", becomes bytes that the reader then refuses as invalid UTF-8.
                yield content.encode("utf-8", "surrogatepass")[:MAX_READ]
            else:
                yield content if content is None else content[:MAX_READ]

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return nothing: memory has no history."""
        del paths
        return {}
