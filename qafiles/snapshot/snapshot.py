"""Everything that was loaded from one source, immutable, with look-ups in both directions of every relation."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final, Self

from qafiles.declared_fields import ORIGIN
from qafiles.diagnostics import NOTHING_LEFT_OUT, Diagnostic, LeftOut, RuleFindings, Undecided
from qafiles.errors import UnknownEntityError
from qafiles.kinds import Kind
from qafiles.snapshot.entity_file import EntityFile, Examine
from qafiles.snapshot.file_rows import with_errors
from qafiles.snapshot.foreign_keys import files_by_key
from qafiles.snapshot.lazy import lazy
from qafiles.snapshot.naming import find
from qafiles.snapshot.read_state import ReadState
from qafiles.snapshot.resolution import Resolution
from qafiles.snapshot.shared_ids import has_shared_ids, refuse_unclear, shared_ids
from qafiles.snapshot.texts_in_files import candidates
from qafiles.snapshot.unread_fields import may_refer, unread_fields
from qafiles.sources import Content, Source, SourceEntry

if TYPE_CHECKING:
    from qafiles.models import Entity, Settings

_NONE: Final[Mapping[str, str | None]] = MappingProxyType({})


class Snapshot(Resolution):
    """What one source held at one moment. Equal bytes give equal snapshots, wherever they came from."""

    files: Mapping[str, EntityFile]
    other_paths: tuple[str, ...]
    settings: "Settings"
    diagnostics: tuple[Diagnostic, ...]
    source: Source
    entries: Mapping[str, SourceEntry]
    undecided: tuple[Undecided, ...]
    """What rules could not decide, since the clone lacks commits or objects."""
    carriers: Mapping[str, str | None]
    """The path of the file that an id means which several have, None where that can't be told; see `history.settled`."""
    lacking: LeftOut
    """What git lacks that might tell."""
    examine: Examine | None
    """What has looked at each file as it was read, and does so with files that are read again; None for nothing."""
    as_named: frozenset[str]
    """The paths whose bytes have the names of git's that loading compared them with."""
    read_state: ReadState | None
    """From which bytes the files were made, where files of an earlier run could be taken; None where all were read."""
    rule_findings: RuleFindings | None
    """What the rules found that look at more than one file; None where they have not run, or not all alike."""
    only_at: frozenset[str] | None
    """The files whose references are looked at, where findings at them alone are asked for; None for all."""

    def __init__(  # noqa: PLR0913  # one parameter for each thing that is known
        self,
        files: Mapping[str, EntityFile],
        other_paths: tuple[str, ...],
        settings: "Settings",
        diagnostics: tuple[Diagnostic, ...] = (),
        *,
        source: Source,
        entries: Mapping[str, SourceEntry],
        undecided: tuple[Undecided, ...] = (),
        carriers: Mapping[str, str | None] = _NONE,
        lacking: LeftOut = NOTHING_LEFT_OUT,
        examine: Examine | None = None,
        as_named: frozenset[str] = frozenset(),
        read_state: ReadState | None = None,
        rule_findings: RuleFindings | None = None,
        only_at: frozenset[str] | None = None,
    ) -> None:
        """Take what was loaded, and what is known of it."""
        # No dataclass: to import what makes those takes as long as to read a hundred files.
        self.__dict__.update(
            files=files,
            other_paths=other_paths,
            settings=settings,
            diagnostics=diagnostics,
            source=source,
            entries=entries,
            undecided=undecided,
            carriers=carriers,
            lacking=lacking,
            examine=examine,
            as_named=as_named,
            read_state=read_state,
            rule_findings=rule_findings,
            only_at=only_at,
        )

    def __setattr__(self, name: str, value: object) -> None:
        """Raise AttributeError: what was loaded stays as it is."""
        raise AttributeError(f"a snapshot can't be changed: {name}")

    def __eq__(self, other: object) -> bool:
        """Return whether another snapshot holds the same, wherever it came from and whatever is known besides."""
        if not isinstance(other, Snapshot):
            return NotImplemented
        return (
            self.files == other.files
            and self.other_paths == other.other_paths
            and self.settings == other.settings
            and self.diagnostics == other.diagnostics
        )

    __hash__ = None  # type: ignore[assignment]  # nor have its files one

    def replaced(self, **values: Any) -> Self:
        """Return the snapshot with other values, by the names of its fields; nothing is taken over of what was looked up."""
        return type(self)(**{name: self.__dict__[name] for name in Snapshot.__annotations__} | values)

    @lazy
    def shared_ids(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The ids that several files have, with those files, sorted by path."""
        is_shared = has_shared_ids(self.files, self.by_id)
        return shared_ids(self.files.values()) if is_shared else {}

    @lazy
    def by_key(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The files that have each key of another tool, by the key alone and by `TOOL:KEY`."""
        return files_by_key(candidates(self.files, (ORIGIN.encode(),)))

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

    def unread_fields(self, file: EntityFile) -> frozenset[str]:
        """Return the fields of a file that can't be read, all that may refer where nothing can."""
        return unread_fields(file, is_legible=self.is_legible(file))

    @lazy
    def _unread(self) -> frozenset[tuple[Kind, str | None, frozenset[str]]]:
        """The kinds and projects of files with fields that can't be read."""
        bad = with_errors(self.files)
        return frozenset((file.kind, file.project, self.unread_fields(file)) for file in bad)

    def may_be_used(self, file: EntityFile, by: Kind | None = None) -> bool:
        """Return whether what can't be read may refer to an entity: of its project, or any where one has none."""
        return any(
            by in {None, kind}
            and may_refer(kind, project, fields, self.settings.fields.references(kind), file)
            for kind, project, fields in self._unread
        )

    @lazy
    def illegible(self) -> frozenset[str]:
        """The paths of files with errors of syntax other than such as have one right mend."""
        return frozenset(d.path for d in self.diagnostics if d.code.startswith("QF1") and not d.fixable)

    def is_legible(self, file: EntityFile) -> bool:
        """Return whether a file has no error of syntax, or only such as have one right mend."""
        return file.path not in self.illegible

    def find(self, argument: str, *, shortened: bool = True) -> EntityFile:
        """Return the entity that a command line argument names; raises UnknownEntityError as `naming.find` does."""
        file = find(argument, self, shortened=shortened)
        refuse_unclear(argument, file, self.carriers, self.shared_ids)
        return file
