"""Everything that was loaded from one source, immutable, with look-ups in both directions of every relation."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING

from qafiles.diagnostics import NOTHING_LEFT_OUT, Diagnostic, LeftOut, Undecided
from qafiles.errors import UnknownEntityError
from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import looks_like_id
from qafiles.references import SHARED_KINDS, Reference, handles_meant, parents
from qafiles.snapshot.entity_file import EntityFile, Examine, by_kind
from qafiles.snapshot.foreign_keys import files_by_key
from qafiles.snapshot.lazy import lazy
from qafiles.snapshot.link import Link
from qafiles.snapshot.naming import find
from qafiles.snapshot.shared_ids import files_by_id, refuse_unclear, shared_ids
from qafiles.snapshot.unread_fields import may_refer, referring_fields
from qafiles.sources import Content, Source, SourceEntry

if TYPE_CHECKING:
    from qafiles.models import Entity, Settings

_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


@dataclass(frozen=True)
class Snapshot:
    """What one source held at one moment. Equal bytes give equal snapshots, wherever they came from."""

    files: Mapping[str, EntityFile]
    other_paths: tuple[str, ...]
    settings: "Settings"
    diagnostics: tuple[Diagnostic, ...] = ()
    undecided: tuple[Undecided, ...] = field(default=(), compare=False)
    """What rules could not decide, since the clone lacks commits or objects."""
    carriers: Mapping[str, str | None] = field(default_factory=dict, compare=False, repr=False)
    """The path of the file that an id means which several have, None where that can't be told; see `history.settled`."""
    lacking: LeftOut = field(default=NOTHING_LEFT_OUT, compare=False, repr=False)
    """What git lacks that might tell."""
    examine: Examine | None = field(default=None, compare=False, repr=False)
    """What has looked at each file as it was read, and does so with files that are read again; None for nothing."""
    source: Source = field(compare=False, repr=False, kw_only=True)
    entries: Mapping[str, SourceEntry] = field(compare=False, repr=False, kw_only=True)

    @lazy
    def by_id(self) -> Mapping[str, EntityFile]:
        """The file with each id; of several, the one that `carriers` name, else the first by path."""
        return files_by_id(self.files, self.carriers)

    @lazy
    def shared_ids(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The ids that several files have, with those files, sorted by path."""
        is_shared = len(self.by_id) < sum(file.id is not None for file in self.files.values())
        return shared_ids(self.files.values()) if is_shared else {}

    @lazy
    def by_handle(self) -> Mapping[tuple[Kind, str], EntityFile]:
        """The file of each kind and handle."""
        return MappingProxyType({(file.kind, file.handle): file for file in self.files.values()})

    @lazy
    def by_key(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The files that have each key of another tool, by the key alone and by `TOOL:KEY`."""
        return files_by_key(self.files.values())

    @lazy
    def by_kind(self) -> Mapping[Kind, tuple[EntityFile, ...]]:
        """The files of each kind, sorted by path."""
        return {kind: tuple(files) for kind, files in by_kind(self.files.values()).items()}

    def exists(self, path: str) -> bool:
        """Return whether a listed path can be read: git also lists files that are deleted but not yet committed."""
        return self.content(path) is not None

    def content(self, path: str) -> Content:
        """Return the bytes of a listed file, or why it can't be read; None where there is none."""
        entry = self.entries.get(path)
        return next(iter(self.source.read([entry])), None) if entry is not None else None

    def bytes_of(self, path: str) -> bytes | None:
        """Return the bytes of a listed file, None where there is none that can be read."""
        content = self.content(path)
        return content if isinstance(content, bytes) else None

    def of_kind(self, kind: Kind) -> tuple[EntityFile, ...]:
        """Return the files of a kind, sorted by path."""
        return self.by_kind[kind]

    def entity(self, file: EntityFile | str) -> "Entity":
        """Return the pydantic model of a valid file, given itself, its id or its handle.

        Raises UnknownEntityError when there is none, or when its file has errors.
        """
        from qafiles.models import MODELS  # noqa: PLC0415  # listing and looking up need no models

        file = self.find(file) if isinstance(file, str) else file
        if not file.valid:
            raise UnknownEntityError(f"{file.path} has errors; `qafiles validate {file.path}` names them")
        return MODELS[file.kind].model_validate(dict(file.data)).placed(file.path, file.handle)

    def entities(self, kind: Kind) -> Iterator["Entity"]:
        """Yield the pydantic models of all valid files of a kind, sorted by path."""
        for file in self.of_kind(kind):
            if file.valid:
                yield self.entity(file)

    def is_id(self, value: str) -> bool:
        """Return whether the value of a reference is an id and no handle: that of an entity, or what nothing else looks like."""
        return value in self.by_id or looks_like_id(value)

    def resolve(self, reference: Reference) -> EntityFile | None:
        """Return the file that a reference names, of whatever kind an id belongs to; None when it dangles."""
        source = self.files[reference.path]
        if reference.placeholder:
            return self._secret(source, reference.value)
        return self._resolve(reference.target, reference.value, source.project)

    def _resolve(self, kind: Kind, value: str, project: str | None) -> EntityFile | None:
        if self.is_id(value):
            return self.by_id.get(value)
        named = (self.by_handle.get((kind, handle)) for handle in handles_meant(value, project))
        return next(filter(None, named), None)

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
        return tuple(sorted(self._users.get(config.path, ())))

    @lazy
    def links(self) -> tuple[Link, ...]:
        """Every reference of every file, placeholders included, sorted by path."""
        return tuple(link for links in self._outgoing.values() for link in links)

    @lazy
    def _answers(self) -> dict[tuple[Kind, str | None], dict[str, EntityFile | None]]:
        """What the values of references to a kind resolve to in a project: there are many more than different ones."""
        return {}

    def _links_of(self, file: EntityFile) -> tuple[Link, ...]:
        links = []
        target, answers = None, dict[str, EntityFile | None]()
        for reference in file.references():
            value = reference.value
            if reference.within:
                linked_file = self._secret(file, value)
            else:
                if reference.target is not target:
                    target = reference.target
                    answers = self._answers.setdefault((target, file.project), {})
                if value not in answers:
                    answers[value] = self._resolve(target, value, file.project)
                linked_file = answers[value]
            links.append(_new(Link, (reference, file, linked_file)))
        return tuple(links)

    @lazy
    def _of_others(self) -> Mapping[str, tuple[Link, ...]]:
        """The references of all files but browser configs and the like, whose placeholders mean what these say."""
        files = self.files.items()
        return {path: self._links_of(file) for path, file in files if file.kind not in SHARED_KINDS}

    @lazy
    def _users(self) -> Mapping[str, set[str]]:
        """The projects that refer to each browser config, by its path."""
        projects_by_path: dict[str, set[str]] = {}
        for links in self._of_others.values():
            for _, source, target in links:
                if target is not None and target.kind in SHARED_KINDS and source.project is not None:
                    projects_by_path.setdefault(target.path, set()).add(source.project)
        return projects_by_path

    @lazy
    def _outgoing(self) -> Mapping[str, tuple[Link, ...]]:
        others = self._of_others
        return {
            path: others[path] if path in others else self._links_of(file)
            for path, file in self.files.items()
        }

    @lazy
    def _incoming(self) -> Mapping[str, tuple[Link, ...]]:
        links_by_path: dict[str, list[Link]] = {}
        for link in self.links:
            if link.target is not None:
                links_by_path.setdefault(link.target.path, []).append(link)
        return {path: tuple(links) for path, links in links_by_path.items()}

    def outgoing(self, file: EntityFile) -> tuple[Link, ...]:
        """Return the references that a file makes, in the order of its kind's table."""
        return self._outgoing[file.path]

    def incoming(self, file: EntityFile) -> tuple[Link, ...]:
        """Return the references to a file, sorted by the path of the file that makes them."""
        return self._incoming.get(file.path, ())

    def unread_fields(self, file: EntityFile) -> frozenset[str]:
        """Return the fields of a file that can't be read, all that may refer where nothing can."""
        if file.valid or (file.data and self.is_legible(file)):
            return file.broken
        return referring_fields(file)

    @lazy
    def _unread(self) -> frozenset[tuple[Kind, str | None, frozenset[str]]]:
        """The kinds and projects of files with fields that can't be read."""
        bad = [file for file in self.files.values() if not file.valid]
        return frozenset((file.kind, file.project, self.unread_fields(file)) for file in bad)

    def may_be_used(self, file: EntityFile, by: Kind | None = None) -> bool:
        """Return whether what can't be read may refer to an entity: of its project, or any where one has none."""
        return any(
            by in {None, kind}
            and may_refer(kind, project, fields, self.settings.fields.references(kind), file)
            for kind, project, fields in self._unread
        )

    @lazy
    def _unmendable(self) -> frozenset[str]:
        return frozenset(d.path for d in self.diagnostics if d.code.startswith("QF1") and not d.fixable)

    def is_legible(self, file: EntityFile) -> bool:
        """Return whether a file has no error of syntax, or only such as have one right mend."""
        return file.path not in self._unmendable

    def parent(self, file: EntityFile) -> EntityFile | None:
        """Return the project or organization whose folder a file lies in, or None."""
        within = KIND_FACTS[file.kind].within
        if within == "root":
            return None
        return self.by_handle.get(
            (within, str(file.organization if within == "organization" else file.project))
        )

    def find(self, argument: str, *, shortened: bool = True) -> EntityFile:
        """Return the entity that a command line argument names; raises UnknownEntityError as `naming.find` does."""
        file = find(argument, self, shortened=shortened)
        refuse_unclear(argument, file, self.carriers, self.shared_ids)
        return file

    def place_of(self, file: EntityFile) -> Mapping[str, EntityFile | None]:
        """Return the by-place fields of a file's kind with the entity that the folder implies."""
        return {name: self.by_handle.get(parent) for name, parent in parents(file.kind, file.handle).items()}
