"""The files of a snapshot by kind, and those at which findings are looked for."""

from collections.abc import Collection, Mapping

from qafiles.kinds import Kind
from qafiles.snapshot.entity_file import EntityFile, by_kind
from qafiles.snapshot.file_rows import RowFiles, of_kind
from qafiles.snapshot.lazy import lazy


class FilesOfKinds:
    """The files of a snapshot, each kind looked up as it is asked for."""

    files: Mapping[str, EntityFile]
    only_at: frozenset[str] | None

    @lazy
    def by_kind(self) -> Mapping[Kind, tuple[EntityFile, ...]]:
        """The files of each kind, sorted by path."""
        return {kind: tuple(files) for kind, files in by_kind(self.files.values()).items()}

    def of_kind(self, kind: Kind) -> tuple[EntityFile, ...]:
        """Return the files of a kind, sorted by path."""
        if "by_kind" in self.__dict__ or not isinstance(self.files, RowFiles):
            return self.by_kind[kind]
        files = self._of_kind.get(kind)
        if files is None:
            files = self._of_kind[kind] = of_kind(self.files, kind)
        return files

    @lazy
    def _of_kind(self) -> dict[Kind, tuple[EntityFile, ...]]:
        """The files of each kind that was asked for alone."""
        return {}

    def looked_at(self, kind: Kind) -> tuple[EntityFile, ...]:
        """Return the files of a kind at which findings are looked for, sorted by path."""
        all_files = self.only_at is None
        return self.of_kind(kind) if all_files else tuple(f for f in self._looked_at if f.kind == kind)

    @property
    def _looked_at(self) -> Collection[EntityFile]:
        """The files whose references are looked at, sorted by path."""
        paths = self.only_at
        return (
            self.files.values()
            if paths is None
            else [self.files[p] for p in sorted(paths) if p in self.files]
        )
