"""At which files a rule has to look to tell whether an edit brings more findings: those that it changes, and those around them."""

from collections.abc import Collection, Iterable, Iterator
from types import MappingProxyType
from typing import Final

from qafiles.declared_fields import ORIGIN
from qafiles.kinds import Kind
from qafiles.layout import looks_like_id, name_problem
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.lazy import lazy
from qafiles.snapshot.resolution import MOST_ALONE

States = tuple[Snapshot, Snapshot]

_KINDS: Final = frozenset({"document", "tag", "test_case", "test_traversal"})
"""The kinds of files that decide nothing for others but what references to them mean."""

_AT_ITSELF: Final = frozenset({"QF601"})
"""Rules whose findings at a file depend on no other of these kinds."""
_AT_REFERENCES: Final = frozenset({"QF306", "QF401", "QF402", "QF403", "QF405", "QF407", "QF409"})
"""Rules whose findings depend on what the references of each file mean, and on nothing else of these kinds."""
_AT_REFERENCES_OF_REFERENCES: Final = frozenset({"QF312", "QF404"})
"""Rules whose findings depend on what else refers to the test case that a file refers to, or what that refers to."""
_OF_UNNAMED: Final = MappingProxyType({"QF407": "tag", "QF409": "browser_config"})
"""Rules that find what no reference names, with the kind."""
_AT_SECRETS: Final = frozenset({"QF406", "QF408", "QF410"})
"""Rules whose findings depend on the references of each file, and on which projects use a browser config."""


class Concerned:
    """Two states that differ in some files of entities, and the files at which findings of rules may differ."""

    def __init__(self, before: Snapshot, after: Snapshot, paths: Collection[str]) -> None:
        """Take the states before and after an edit, and the paths of the files that it changes."""
        self._states = before, after
        self._paths = frozenset(paths)
        self._edited = [file for state in self._states for path in paths if (file := state.files.get(path))]

    def states(self, code: str) -> States | None:
        """Return the states with all files at which a rule has to look for more findings, None where it finds no more."""
        if any(file.kind not in _KINDS for file in self._edited):
            return self._states
        if code in _AT_ITSELF:
            return self._only_at(self._paths)
        if code == "QF303":
            return self._states if self._has_odd_names else None
        if code == "QF305":
            return None if self._have_parents else self._states
        if code == "QF507":
            # These kinds lie in folders of which every file may have any name.
            return None
        if code == "QF315":
            return self._states if any(ORIGIN in file.data for file in self._edited) else None
        if code in _OF_UNNAMED and self._leaves_named(_OF_UNNAMED[code]):
            return None
        if code in _AT_REFERENCES:
            return self._near
        if code in _AT_REFERENCES_OF_REFERENCES:
            return self._around
        if code in _AT_SECRETS and self._uses_configs_alike:
            return self._near
        return self._states

    def _only_at(self, paths: frozenset[str]) -> States:
        before, after = self._states
        return before.replaced(only_at=paths), after.replaced(only_at=paths)

    @property
    def _has_odd_names(self) -> bool:
        parts = {part for file in self._edited for part in file.handle.split("/")}
        return any(name_problem(part) is not None or looks_like_id(part) for part in parts)

    @property
    def _have_parents(self) -> bool:
        return all(
            handle is not None and (kind, handle) in state.by_handle
            for state in self._states
            for file in self._edited
            for kind, handle in (("project", file.project), ("organization", file.organization))
        )

    @lazy
    def _near(self) -> States:
        """The states with those files alone that change, and those that refer to one of them in either state."""
        naming = self._naming(self._edited)
        return self._states if naming is None else self._only_at(self._paths.union(naming))

    @lazy
    def _around(self) -> States:
        """The same, with the files that refer to a test case among them, or to one that they refer to."""
        near = self._near[0].only_at
        if near is None:
            return self._states
        naming = self._naming([*{file.path: file for file in self._test_cases(near)}.values()])
        return self._states if naming is None else self._only_at(near.union(naming))

    def _test_cases(self, paths: Iterable[str]) -> Iterator[EntityFile]:
        """Yield the test cases that do not change, among some files and those that they refer to."""
        for state in self._near:
            for path in paths:
                file = state.files.get(path)
                if file is None:
                    continue
                for other in (file, *(link.target for link in state.outgoing(file))):
                    if other is not None and other.kind == "test_case" and other.path not in self._paths:
                        yield other

    def _naming(self, files: Collection[EntityFile]) -> list[str] | None:
        """Return the paths of the files that refer to some files, or would; None where it is quicker to look at all."""
        if len(files) > MOST_ALONE:
            return None
        values = {value for file in files for value in (file.id, file.handle, file.handle.split("/", 2)[-1])}
        return [
            file.path
            for file in self._states[0].naming(files)
            if any(reference.value in values for reference in file.plain_references())
        ]

    def _leaves_named(self, kind: Kind) -> bool:
        """Return whether nothing of a kind that references name is named no more, nor comes anew, and all that may name it can be read."""
        before, after = (
            {path for path in state.named if state.files[path].kind == kind} for state in self._near
        )
        return before <= after and all(file.valid and file.kind != kind for file in self._edited)

    @property
    def _uses_configs_alike(self) -> bool:
        """Whether the same projects use each browser config in both states."""
        before, after = self._near
        return before.projects_by_config == after.projects_by_config
