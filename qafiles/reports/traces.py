"""What leads from documents to test cases, traversals, browser configs and secrets, and back."""

from collections.abc import Iterable
from functools import cached_property

from qafiles.kinds import SECRET, Kind
from qafiles.reports.report import EntityRef, ref
from qafiles.reports.request import Request
from qafiles.snapshot import EntityFile
from qafiles.snapshot.unread import may_concern

Files = tuple[EntityFile, ...]


class Traces:
    """The relations between the selected entities of a request; a reference to an entity of the wrong kind is none."""

    def __init__(self, request: Request) -> None:
        self.snapshot = request.snapshot
        self.selection = request.selection
        self._doubts: set[tuple[str, Kind]] = set()

    @cached_property
    def _paths(self) -> frozenset[str]:
        return self.selection.paths

    def targets(self, file: EntityFile, kind: Kind) -> Files:
        """Return the selected entities of a kind that a file refers to, each once, sorted by path."""
        links = self.snapshot.outgoing(file)
        return self._sorted(link.target for link in links if link.target and link.target.kind == kind)

    def sources(self, file: EntityFile, kind: Kind) -> Files:
        """Return the selected entities of a kind that refer to a file, each once, sorted by path."""
        links = self.snapshot.incoming(file)
        return self._sorted(
            link.source for link in links if link.source.kind == kind and link.reference.target == file.kind
        )

    def _sorted(self, files: Iterable[EntityFile]) -> Files:
        files_by_path = {file.path: file for file in files if file.path in self._paths}
        return tuple(files_by_path[path] for path in sorted(files_by_path))

    def documents(self, case: EntityFile) -> Files:
        """Return the documents of a test case: the one that it names and those that name it."""
        return self._sorted((*self.targets(case, "document"), *self.sources(case, "document")))

    def cases(self, document: EntityFile) -> Files:
        """Return the test cases of a document: those that name it and the one that it names."""
        return self._sorted((*self.sources(document, "test_case"), *self.targets(document, "test_case")))

    def traversals(self, case: EntityFile) -> Files:
        """Return the traversals of a test case."""
        return self.sources(case, "test_traversal")

    def configs(self, case: EntityFile, traversal: EntityFile | None) -> Files:
        """Return the browser configs that a way through a test case is for: its own, else all those of the test case."""
        own = self.targets(traversal, "browser_config") if traversal is not None else ()
        return own or self.targets(case, "browser_config")

    def untraversed(self, case: EntityFile) -> Files:
        """Return the browser configs of a test case with which no traversal goes; one that names none goes with all."""
        own = [self.targets(traversal, "browser_config") for traversal in self.traversals(case)]
        if () in own:
            return ()
        known = {config.path for configs in own for config in configs}
        left = tuple(config for config in self.targets(case, "browser_config") if config.path not in known)
        return () if left and self.doubtful(case, "test_traversal") else left

    def secrets(self, *files: EntityFile | None) -> Files:
        """Return the secrets that entities refer to, in a field or in a text."""
        return self._sorted(
            secret for file in files if file is not None for secret in self.targets(file, SECRET)
        )

    def doubtful(self, file: EntityFile, kind: Kind) -> bool:
        """Return whether an entity without one of a kind may have it in what can't be read; such gaps are noted."""
        is_doubtful = may_concern(self.snapshot, file, kind)
        if is_doubtful:
            self._doubts.add((file.path, kind))
        return is_doubtful

    def notes(self) -> tuple[str, ...]:
        """Return a sentence on gaps that may be none, and are not counted."""
        if not self._doubts:
            return ()
        gaps = "1 possible gap is" if len(self._doubts) == 1 else f"{len(self._doubts)} possible gaps are"
        return (f"{gaps} not counted: files that can't be read may fill them",)

    def disagree(self, case: EntityFile, document: EntityFile) -> bool:
        """Return whether a document names a test case that names another document (rule QF404)."""
        wanted = {file.path for file in self.targets(case, "document")}
        named = {file.path for file in self.targets(document, "test_case")}
        return case.path in named and bool(wanted) and document.path not in wanted


def refs(files: Iterable[EntityFile]) -> tuple[EntityRef, ...]:
    """Return a cell that names several entities."""
    return tuple(map(ref, files))
