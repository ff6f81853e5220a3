"""What a report is limited to: organizations, projects, suites and tags, and the entities that belong with them."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Final

from qafiles.errors import UsageError
from qafiles.kinds import SECRET, Kind
from qafiles.layout import PROJECT_KINDS, SUITE_KINDS, TOP_KINDS, Place, classify, name_part
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.selection import select


@dataclass(frozen=True, slots=True)
class Filters:
    """Names of organizations, projects, suites and tags: of the first three any, and all of the tags and conditions.

    An organization, project or tag is named by id, by handle, by the last part of it or by the path of its file or folder, a
    suite by its folders below `test_cases`, also with `organization/project/` in front, or by its path. `where` are conditions
    on the fields of test cases, as `qafiles list` takes them.
    """

    organizations: tuple[str, ...] = ()
    projects: tuple[str, ...] = ()
    suites: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    where: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.organizations or self.projects or self.choose_cases)

    @property
    def choose_cases(self) -> bool:
        """Whether they choose single test cases, and what has to do with these."""
        return bool(self.suites or self.tags or self.where)

    def as_mapping(self) -> Mapping[str, tuple[str, ...]]:
        """Return the filters that are set, by the name of their option."""
        named = {
            "organization": self.organizations,
            "project": self.projects,
            "suite": self.suites,
            "tag": self.tags,
            "where": self.where,
        }
        return {name: values for name, values in named.items() if values}


NO_FILTERS: Final = Filters()


def suite_of(file: EntityFile) -> str | None:
    """Return the suite that a file lies in as `organization/project/folders`; None where it lies in none."""
    if file.kind not in SUITE_KINDS or file.project is None:
        return None
    folder = file.handle.rpartition("/")[0]
    return folder if folder != file.project else None


@dataclass(frozen=True)
class Selection:
    """The entities of a snapshot that filters leave.

    Suites, tags and conditions choose test cases; documents, traversals, tags, secrets and browser configs are then those that have
    to do with these. Users belong to the organizations that they are members of.
    """

    snapshot: Snapshot
    filters: Filters

    @cached_property
    def _organizations(self) -> frozenset[str]:
        files = self.snapshot.of_kind("organization")
        known = {str(file.organization) for file in self.snapshot.files.values() if file.organization}
        ids = {file.id: file.handle for file in files}
        wanted = self.filters.organizations
        return frozenset(
            {handle for handle in known if handle in wanted} | {ids[name] for name in wanted if name in ids}
            if wanted
            else known
        )

    @cached_property
    def _projects(self) -> frozenset[str]:
        """The handles of projects, those without a file of their own among them."""
        known = {file.project for file in self.snapshot.files.values() if file.project is not None}
        known |= {file.handle for file in self.snapshot.of_kind("project")}
        ids = {file.handle: file.id for file in self.snapshot.of_kind("project")}
        wanted = {*self.filters.projects}
        return frozenset(
            handle
            for handle in known
            if handle.partition("/")[0] in self._organizations
            and (not wanted or wanted & {handle, name_part(handle), ids.get(handle) or handle})
        )

    @cached_property
    def _cases(self) -> Mapping[str, EntityFile]:
        tags = self.filters.tags
        return {
            file.path: file
            for file in self._fitting()
            if file.project in self._projects
            and self._in_suite(file.handle, file.project)
            and all(tag in _tag_names(self.snapshot, file) for tag in tags)
        }

    def _fitting(self) -> Iterable[EntityFile]:
        """Return the test cases that meet the conditions; none where a field is unknown, of which `problem_in` tells."""
        try:
            return [*select(self.snapshot, "test_case", where=self.filters.where)]
        except UsageError:
            return ()

    def _in_suite(self, handle: str, project: str | None) -> bool:
        wanted = self.filters.suites
        if not wanted:
            return True
        folder = handle.rpartition("/")[0] + "/"
        below = folder.removeprefix(f"{project}/")
        return any(
            folder.startswith(f"{suite}/") or below.startswith(f"{suite}/")
            for suite in (name.strip("/") for name in wanted)
        )

    @cached_property
    def paths(self) -> frozenset[str]:
        """The paths of all entities that are left."""
        return frozenset(self._paths())

    def _paths(self) -> Iterator[str]:
        snapshot, filters = self.snapshot, self.filters
        if not filters:
            yield from snapshot.files
            return
        narrow = filters.choose_cases
        projects = {case.project for case in self._cases.values()} if narrow else self._projects
        organizations = (
            {str(name).partition("/")[0] for name in projects}
            if narrow or filters.projects
            else self._organizations
        )
        left = {
            file.path
            for file in snapshot.files.values()
            if (file.project is None and file.organization in organizations)
            or (file.kind == "project" and file.handle in projects)
            or (
                file.kind in PROJECT_KINDS
                and (file.path in self._near_cases if narrow else file.project in projects)
            )
        }
        yield from left
        for file in snapshot.files.values():
            if file.kind in TOP_KINDS and any(link.source.path in left for link in snapshot.incoming(file)):
                yield file.path

    @cached_property
    def _near_cases(self) -> frozenset[str]:
        """The paths of the chosen test cases and of what has to do with them: one step away, and secrets two or three."""
        snapshot = self.snapshot
        near = dict(self._cases)
        for case in self._cases.values():
            near |= {link.source.path: link.source for link in snapshot.incoming(case)}
            near |= {link.target.path: link.target for link in snapshot.outgoing(case) if link.target}
        for _ in range(2):
            for file in [*near.values()]:
                near |= {
                    link.target.path: link.target
                    for link in snapshot.outgoing(file)
                    if link.target and link.target.kind in {SECRET, *TOP_KINDS}
                }
        return frozenset(near)

    def of_kind(self, kind: Kind) -> tuple[EntityFile, ...]:
        """Return the files of a kind that are left, sorted by path."""
        files = self.snapshot.of_kind(kind)
        return tuple(file for file in files if file.path in self.paths) if self.filters else files

    @cached_property
    def _ids(self) -> frozenset[str | None]:
        return frozenset(self.snapshot.files[path].id for path in self.paths) - {None}

    def holds(self, path: str, id_: str | None) -> bool:
        """Return whether an entity is left that had this path at some time; one that is gone is judged by the path."""
        if not self.filters or id_ in self._ids:
            return True
        place = classify(path)
        filters = self.filters
        if not isinstance(place, Place) or filters.tags or filters.where or id_ in self.snapshot.by_id:
            return False
        parts = place.handle.split("/")
        if place.kind in PROJECT_KINDS:
            handle = "/".join(parts[:2])
            fits = self._known_project(handle)
            return (
                fits
                and (place.kind in SUITE_KINDS or not self.filters.suites)
                and self._in_suite(place.handle, handle)
            )
        return (
            place.kind not in TOP_KINDS
            and not (self.filters.suites or (self.filters.projects and place.kind != "project"))
            and (
                self._known_project(place.handle)
                if place.kind == "project"
                else parts[0] in self._organizations
            )
        )

    def has_project(self, handle: str) -> bool:
        """Return whether a project fits the filters of organizations and projects."""
        return handle in self._projects

    def _known_project(self, handle: str) -> bool:
        """Return whether a project fits, also one that is gone."""
        filters = self.filters
        fits = not filters.projects or {handle, name_part(handle)} & {*filters.projects}
        organization = handle.partition("/")[0]
        return handle in self._projects or bool(
            fits and (not filters.organizations or organization in filters.organizations)
        )


def names_of(file: EntityFile) -> set[str | None]:
    """Return the names by which filters know an entity, beside paths."""
    return {file.id, file.handle, file.name_part}


def _tag_names(snapshot: Snapshot, case: EntityFile) -> set[str | None]:
    tags = [link.target for link in snapshot.outgoing(case) if link.reference.field == "tags"]
    return {name for tag in tags if tag is not None for name in names_of(tag)}
