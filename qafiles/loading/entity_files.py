"""Files as entities at their places, and how they get from the process that reads them to the one that needs them."""

from collections.abc import Mapping
from typing import Any, Final, NamedTuple

from qafiles.declared_fields import DeclaredFields
from qafiles.diagnostics import Diagnostic, Finding, RuleFinding
from qafiles.layout import Place
from qafiles.loading.file_problem import FileProblem
from qafiles.loading.one_file import LoadedFile
from qafiles.schema.validators import MAX_PROBLEMS
from qafiles.snapshot import EntityFile
from qafiles.snapshot.entity_fields import EntityFields, packed

_NONE_BROKEN: Final = frozenset[str]()
_new = tuple.__new__  # a NamedTuple's own constructor takes more than twice as long


class ReadEntity(NamedTuple):
    """An entity as its file says it, with the problems of the file.

    `is_as_named` is whether its bytes have the name that they were compared with.
    """

    file: EntityFile
    problems: tuple[FileProblem, ...] = ()
    is_as_named: bool = False

    def diagnostics(self) -> list[Diagnostic]:
        """Return the problems as diagnostics of the file."""
        name = self.file.name
        return [problem.diagnostic(self.file.path, name) for problem in self.problems]


def entity_read(path: str, place: Place, loaded: LoadedFile, declared: DeclaredFields) -> ReadEntity:
    """Return a loaded file as the entity at a place; fields with problems are broken, and no rule has looked at it."""
    fields = loaded.data if isinstance(loaded.data, dict) else {}
    broken = _NONE_BROKEN
    if len(loaded.problems) >= MAX_PROBLEMS:
        broken = frozenset(fields)  # the list of problems was cut, so that any field may have one
    elif loaded.problems:
        broken = frozenset(str(problem.pointer[0]) for problem in loaded.problems if problem.pointer)
    file = EntityFile(
        path, place.kind, place.handle, loaded.id, fields, not loaded.problems, broken, declared
    )
    return _new(ReadEntity, (file, loaded.problems, False))


def as_named(read: ReadEntity) -> ReadEntity:
    """Return an entity whose bytes have the name that they were compared with."""
    return _new(ReadEntity, (read.file, read.problems, True))


Plain = tuple[Any, ...]
"""What is known of a file, but for its place, without classes."""


def to_plain(read: ReadEntity, findings: tuple[RuleFinding, ...] | None, numbers: Mapping[str, int]) -> Plain:
    """Return an entity that has been read, and what is found in its file, for this process or another."""
    file, problems, is_as_named = read
    fields, at_hand = packed(file.data if type(file.data) is dict else dict(file.data), numbers)
    plain_problems = tuple(problem.to_plain() for problem in problems) if problems else ()
    plain_findings = findings and [(code, finding.to_plain()) for code, finding in findings]
    return (
        file.id,
        fields,
        at_hand,
        file.valid,
        tuple(file.broken),
        plain_problems,
        plain_findings,
        is_as_named,
    )


def from_plain(
    path: str, place: Place, plain: Plain, declared: DeclaredFields, numbers: Mapping[str, int]
) -> ReadEntity:
    """Return the entity at a place of which `to_plain` made this, with the same numbers of fields."""
    id_, fields, at_hand, valid, broken, problems, findings, is_as_named = plain
    file = EntityFile(
        path,
        place.kind,
        place.handle,
        id_,
        EntityFields(fields, at_hand, numbers),
        valid,
        frozenset(broken) if broken else _NONE_BROKEN,
        declared,
        findings and tuple((code, Finding.from_plain(item)) for code, item in findings),
    )
    read_problems = tuple(map(FileProblem.from_plain, problems)) if problems else ()
    return _new(ReadEntity, (file, read_problems, is_as_named))
