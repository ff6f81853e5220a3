"""The files that merging two commits would give, as a source: no branch has to be checked out or changed for it."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property

from qafiles.diagnostics import Diagnostic, EntityName
from qafiles.git.merge import Conflict, Merge, merge
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.parsing import MAX_SECRET_SIZE
from qafiles.sources import Content, GitObjectSource, SourceEntry, entry_in_git
from qafiles.sources.field_merge import field_merge

_WORDS: Mapping[str, str] = {
    "contents": "both sides changed the same lines",
    "content": "both sides changed the same lines",
    "modify/delete": "one side changed the file, and the other deleted it",
    "rename/delete": "one side renamed the file, and the other deleted it",
    "rename/rename": "both sides renamed the file, differently",
    "add/add": "both sides added the file, with different contents",
    "rename/add": "one side added the file, and the other renamed one to it",
}


@dataclass(frozen=True)
class MergedSource:
    """The result of merging the commit `theirs`, which the user calls `name`, into that of another source."""

    ours: GitObjectSource
    theirs: str
    name: str
    merge: Merge = field(repr=False)
    revision: str | None = None

    @property
    def root(self) -> str:
        """The data root relative to the top of the git repository."""
        return self.ours.root

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sentences about conflicts in files that hold no entity."""
        others = [
            conflict.path
            for conflict in self.merge.conflicts
            if self._relative(conflict.path) not in self.conflicts
        ]
        if not others:
            return ()
        listed = ", ".join(others[:5]) + (f" and {len(others) - 5} more" if len(others) > 5 else "")
        return (f"merging `{self.name}` leaves conflicts in files that hold no entity: {listed}",)

    def _relative(self, path: str) -> str:
        """Return a path of the repository relative to the data root; an empty text when it lies elsewhere."""
        prefix = self.ours.folder + "/" if self.ours.folder else ""
        return path.removeprefix(prefix) if path.startswith(prefix) else ""

    @cached_property
    def conflicts(self) -> Mapping[str, Conflict]:
        """The conflicts in entities and settings, by path relative to the data root."""
        by_path = {self._relative(conflict.path): conflict for conflict in self.merge.conflicts}
        return {
            path: conflict
            for path, conflict in by_path.items()
            if path == SETTINGS_FILE or isinstance(classify(path), Place)
        }

    def entries(self) -> list[SourceEntry]:
        """Return every path, sorted."""
        source_entries = (entry_in_git(entry) for entry in self.merge.entries)
        return sorted(
            entry._replace(unmerged=entry.path in self.conflicts) for entry in source_entries if entry
        )

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry."""
        contents = self.merge.contents
        rest = self.ours.read([entry for entry in entries if entry.blob not in contents])
        for entry in entries:
            new = contents.get(entry.blob)
            yield next(rest) if new is None else entry.refused or new
        next(rest, None)  # to its end, where git is waited for

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently the history up to the common ancestor added each of the paths, 1 for the last."""
        return self.ours._replace(revision=self.merge.base).additions(paths)

    def with_conflicts(self, diagnostics: Sequence[Diagnostic]) -> list[Diagnostic]:
        """Return diagnostics of these files in which each conflict is one of this merge, with none left out."""
        result = []
        named = set()
        for diagnostic in diagnostics:
            conflict = self.conflicts.get(diagnostic.path)
            if diagnostic.code == "QF107" and conflict is not None:
                named.add(diagnostic.path)
                message, hint = self._message_and_hint(conflict)
                result.append(diagnostic._replace(message=message, hint=hint))
            else:
                result.append(diagnostic)
        for path, conflict in self.conflicts.items():
            if path not in named:
                place = classify(path)
                owner = EntityName(place.kind, None, place.handle) if isinstance(place, Place) else None
                message, hint = self._message_and_hint(conflict)
                result.append(
                    Diagnostic("QF107", "merge-conflict", "error", message, path, entity=owner, hint=hint)
                )
        return result

    def _message_and_hint(self, conflict: Conflict) -> tuple[str, str]:
        """Return the message and the hint for a conflict, which say by fields what git sees as lines."""
        what = f"merging `{self.name}` leaves a conflict here: {_WORDS.get(conflict.what, conflict.what)}"
        hint = f"merge `{self.name}` into this branch, resolve the conflict, and commit"
        place = classify(self._relative(conflict.path))
        base, ours, theirs = conflict.sides
        if not isinstance(place, Place) or place.is_secret or ours is None or theirs is None:
            return what, hint
        merged_fields = field_merge(place.kind, base, ours, theirs)
        if merged_fields is None:
            return what, hint
        if merged_fields.disagreeing:
            return f"{what}, and disagree about {_listed(merged_fields.disagreeing)}", hint
        if not merged_fields.theirs:
            return f"{what}, but not what they say: it resolves by fields", f"{hint}: keep this branch's text"
        taken = f"keep this branch's text, then give it what `{self.name}` changed: {_listed(merged_fields.theirs)}"
        mine = f"{_listed(merged_fields.ours)} here, " if merged_fields.ours else ""
        return f"{what}, but it resolves by fields: {mine}{_listed(merged_fields.theirs)} there", (
            f"merge `{self.name}` into this branch, {taken}; and commit"
        )


def _listed(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names[:5]) + (
        f" and {len(names) - 5} more" if len(names) > 5 else ""
    )


def merged_source(ours: GitObjectSource, theirs: str) -> MergedSource:
    """Return the files that merging a revision into a commit would give.

    Raises UnknownRevisionError, and GitError as `merge` does.
    """
    commit = ours.repository.commit(theirs)
    result = merge(ours.repository, str(ours.revision), commit, ours.folder, MAX_SECRET_SIZE + 1)
    return MergedSource(ours, commit, theirs, result)
