"""What references mean in a set of files: the files by id and handle, and the links in both directions."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Final

from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import looks_like_id
from qafiles.references import Reference, handles_meant, parents
from qafiles.snapshot.entity_fields import may_name_secrets
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import RowFiles, by_handle
from qafiles.snapshot.files_of_kinds import FilesOfKinds
from qafiles.snapshot.lazy import lazy
from qafiles.snapshot.link import Link
from qafiles.snapshot.meanings import Meanings, Resolved, named_paths, odd_values, projects_by_path, resolved
from qafiles.snapshot.shared_ids import files_by_id
from qafiles.snapshot.texts_in_files import candidates, texts_that_mean

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long

_SECRETS: Final = "secret_values"
"""The field that lists secrets."""

MOST_ALONE: Final = 16
"""Files that are asked for the references to them one by one, beyond which those of all files are looked up at once."""

_LISTING_SECRETS: Final = frozenset(
    kind for kind, facts in KIND_FACTS.items() if any(field.name == _SECRETS for field in facts.references)
)


class Resolution(FilesOfKinds):
    """The files of a snapshot, and what references between them mean; all of it is looked up as it is asked for."""

    carriers: Mapping[str, str | None]

    @lazy
    def by_id(self) -> Mapping[str, EntityFile]:
        """The file with each id; of several, the one that `carriers` name, else the first by path."""
        return files_by_id(self.files, self.carriers)

    @lazy
    def by_handle(self) -> Mapping[tuple[Kind, str], EntityFile]:
        """The file of each kind and handle."""
        return by_handle(self.files)

    def is_id(self, value: str) -> bool:
        """Return whether the value of a reference is an id and no handle: that of an entity, or what nothing else looks like."""
        return value in self.by_id or looks_like_id(value)

    def resolve(self, reference: Reference) -> EntityFile | None:
        """Return the file that a reference names, of whatever kind an id belongs to; None when it dangles."""
        source = self.files[reference.path]
        if reference.placeholder:
            return self._secret(source, reference.value)
        return self._resolve(reference.target, reference.value, source.project)

    def meant(self, kind: Kind, value: str, project: str | None) -> EntityFile | None:
        """Return the file that a reference to a kind names by a value, in a project or in none; None when it dangles."""
        known, key = self._known_meanings, (kind, value, project)
        if key not in known:
            known[key] = self._resolve(kind, value, project)
        return known[key]

    @lazy
    def _known_meanings(self) -> dict[tuple[Kind, str, str | None], EntityFile | None]:
        """What the values that somebody asked for mean: many files refer to the same ones."""
        return {}

    def _resolve(self, kind: Kind, value: str, project: str | None) -> EntityFile | None:
        file = self.by_id.get(value)
        if file is not None or looks_like_id(value):
            return file
        for handle in handles_meant(value, project):
            if (file := self.by_handle.get((kind, handle))) is not None:
                return file
        return None

    @lazy
    def _secrets(self) -> Mapping[tuple[str, str], EntityFile]:
        return {(str(file.project), file.secret_name): file for file in reversed(self.of_kind(SECRET))}

    def _secret(self, source: EntityFile, name: str) -> EntityFile | None:
        """Return a project's secret by name; a browser config means the first project that uses it and has one."""
        return self.first_secret(
            name, (source.project,) if source.project is not None else self.projects_using(source)
        )

    def first_secret(self, name: str, projects: Iterable[str]) -> EntityFile | None:
        """Return the secret of that name in the first of some projects that has one, None where none has."""
        return next(filter(None, (self._secrets.get((project, name)) for project in projects)), None)

    def secret_named(self, project: str, name: str) -> EntityFile | None:
        """Return the secret that texts of a project mean by a name."""
        return self._secrets.get((project, name))

    def projects_using(self, config: EntityFile) -> tuple[str, ...]:
        """Return the handles of the projects whose entities refer to a browser config, sorted."""
        return tuple(sorted(self.projects_by_config.get(config.path, ())))

    @lazy
    def links(self) -> tuple[Link, ...]:
        """Every reference of every file, placeholders included, sorted by path."""
        self._resolved  # noqa: B018  # all together, each value once
        return tuple(link for file in self._looked_at for link in self._outgoing(file.path))

    @lazy
    def _resolved(self) -> Resolved:
        return resolved(self._looked_at, self._resolve)

    @property
    def _meanings(self) -> Meanings:
        """What the values of all references mean, placeholders apart."""
        return self._resolved.meanings

    @property
    def repeating(self) -> tuple[EntityFile, ...]:
        """The files in one of whose lists of references two values mean the same, or nothing, sorted by path."""
        return self._resolved.repeating

    @lazy
    def named(self) -> frozenset[str]:
        """The paths of the files that references name, placeholders apart."""
        return named_paths(self._meanings)

    def is_named(self, file: EntityFile) -> bool:
        """Return whether a reference names a file, which for all but secrets is whether there are any to it."""
        return file.path in self.named

    @lazy
    def odd_links(self) -> tuple[Link, ...]:
        """The references, placeholders apart, that do not name an entity of their kind and, where it has one, their project.

        Those to organizations are among them. They are sorted by path.
        """
        odd = odd_values(self._meanings)
        return tuple(
            link
            for file in (self._looked_at if odd else ())
            if any((item.target, file.project, item.value) in odd for item in file.plain_references())
            for link in self.outgoing(file)
            if not link.reference.within
            and (link.reference.target, file.project, link.reference.value) in odd
        )

    @lazy
    def secret_links(self) -> tuple[Link, ...]:
        """The references of files that name secrets: in their texts, or in a list of them."""
        return tuple(
            link
            for file in self._looked_at
            if (file.kind in _LISTING_SECRETS and _SECRETS in file.data)
            or (may_name_secrets(file.data) and next(file.placeholders(), None) is not None)
            for link in self.outgoing(file)
        )

    @lazy
    def _links_by_path(self) -> dict[str, tuple[Link, ...]]:
        """The references of each file that was asked for them."""
        return {}

    def _outgoing(self, path: str) -> tuple[Link, ...]:
        links = self._links_by_path.get(path)
        if links is None:
            links = self._links_by_path[path] = tuple(self._links_of(self.files[path]))
        return links

    def _links_of(self, file: EntityFile) -> Iterator[Link]:
        target = None
        by_value: Mapping[str, EntityFile | None] = {}
        # Where a few files are asked for their references, what all others mean is not found out for it.
        is_whole = "_resolved" in self.__dict__ or not isinstance(self.files, RowFiles)
        is_alone = self.only_at is not None or not is_whole
        for reference in file.references():
            value = reference.value
            if reference.within:
                linked_file = self._secret(file, value)
            elif is_alone:
                linked_file = self.meant(reference.target, value, file.project)
            else:
                if reference.target is not target:
                    target = reference.target
                    by_value = self._meanings[target, file.project]
                linked_file = by_value[value]
            yield _new(Link, (reference, file, linked_file))

    @lazy
    def projects_by_config(self) -> Mapping[str, set[str]]:
        """The projects whose entities refer to each browser config, by its path."""
        return projects_by_path(self._meanings)

    @lazy
    def _incoming(self) -> Mapping[str, tuple[Link, ...]]:
        links_by_path: dict[str, list[Link]] = {}
        for link in self.links:
            if link.target is not None:
                links_by_path.setdefault(link.target.path, []).append(link)
        return {path: tuple(links) for path, links in links_by_path.items()}

    def outgoing(self, file: EntityFile) -> tuple[Link, ...]:
        """Return the references that a file makes, in the order of its kind's table."""
        return self._outgoing(file.path)

    def targets_of(self, file: EntityFile, field: str) -> Iterator[EntityFile]:
        """Yield the files that one field of a file names, without finding out what the others do."""
        for reference in file.references_of(field):
            value = reference.value
            target = (
                self._secret(file, value)
                if reference.within
                else self.meant(reference.target, value, file.project)
            )
            if target is not None:
                yield target

    def incoming(self, file: EntityFile) -> tuple[Link, ...]:
        """Return the references to a file, sorted by the path of the file that makes them."""
        if isinstance(self.files, RowFiles) and "_incoming" not in self.__dict__:
            alone = self._incoming_alone
            links = alone.get(file.path)
            if links is None and len(alone) < MOST_ALONE:
                links = alone[file.path] = tuple(self._links_to(file))
            if links is not None:
                return links
        return self._incoming.get(file.path, ())

    @lazy
    def _incoming_alone(self) -> dict[str, tuple[Link, ...]]:
        """The references to each file that was asked for them alone."""
        return {}

    def _links_to(self, file: EntityFile) -> Iterator[Link]:
        """Yield the references to a file, of those files alone that hold a text by which it may be meant."""
        for other in self.naming((file,)):
            yield from (
                link for link in self._outgoing(other.path) if link.target and link.target.path == file.path
            )

    def naming(self, targets: Collection[EntityFile]) -> Iterable[EntityFile]:
        """Return the files that may refer to some files, sorted by path, and perhaps more: those that hold a text that may mean one."""
        texts = texts_that_mean(targets) if len(targets) <= MOST_ALONE else ()
        return candidates(self.files, sorted(texts)) if texts else self.files.values() if targets else ()

    def parent(self, file: EntityFile) -> EntityFile | None:
        """Return the project or organization whose folder a file lies in, or None."""
        within = KIND_FACTS[file.kind].within
        if within == "root":
            return None
        return self.by_handle.get(
            (within, str(file.organization if within == "organization" else file.project))
        )

    def place_of(self, file: EntityFile) -> Mapping[str, EntityFile | None]:
        """Return the by-place fields of a file's kind with the entity that the folder implies."""
        return {name: self.by_handle.get(parent) for name, parent in parents(file.kind, file.handle).items()}
