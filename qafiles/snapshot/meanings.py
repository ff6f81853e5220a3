"""What the values of references mean: there are many more references than different values, and each is looked up once."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from typing import NamedTuple

from qafiles.kinds import Kind, ReferenceField
from qafiles.references import SHARED_KINDS
from qafiles.snapshot.entity_fields import values_of
from qafiles.snapshot.entity_file import EntityFile

Meanings = Mapping[tuple[Kind, str | None], Mapping[str, EntityFile | None]]
"""The file that each value names, None where it dangles, by the kind that it must name and the project that it stands in."""


class Resolved(NamedTuple):
    """What the references of some files mean, placeholders apart.

    `repeating` are the files in one of whose lists two values mean the same, or nothing.
    """

    meanings: Meanings
    repeating: tuple[EntityFile, ...]


def resolved(
    files: Iterable[EntityFile], resolve: Callable[[Kind, str, str | None], EntityFile | None]
) -> Resolved:
    """Return what the references of some files mean; `resolve` tells it for a kind, a value and a project."""
    known: dict[tuple[Kind, str | None], dict[str, EntityFile | None]] = {}
    repeating: list[EntityFile] = []
    fields: Sequence[ReferenceField] = ()
    by_field: list[tuple[Kind, bool, dict[str, EntityFile | None]]] = []
    kind_and_project: tuple[Kind, str | None] | None = None
    for file in files:
        project = file.project
        if kind_and_project != (file.kind, project):
            # Files of one kind and project lie together.
            kind_and_project = file.kind, project
            fields = file.reference_fields
            by_field = [
                (field.target, field.many, known.setdefault((field.target, project), {})) for field in fields
            ]
        if not fields:
            continue
        repeats = False
        for (target, many, by_value), value in zip(by_field, values_of(file.data, fields), strict=False):
            if value is None:
                continue
            if not many:
                if value.__class__ is str and value not in by_value:
                    by_value[value] = resolve(target, value, project)
            elif value.__class__ is list:
                for item in value:
                    if item.__class__ is str and item not in by_value:
                        by_value[item] = resolve(target, item, project)
                if len(value) > 1:
                    targets = [id(by_value[item]) for item in value if item.__class__ is str]
                    repeats = repeats or len({*targets}) < len(targets)
        if repeats:
            repeating.append(file)
    return Resolved(known, tuple(repeating))


def named_paths(known: Meanings) -> frozenset[str]:
    """Return the paths of the files that references name."""
    return frozenset(
        file.path for by_value in known.values() for file in by_value.values() if file is not None
    )


def projects_by_path(known: Meanings) -> Mapping[str, set[str]]:
    """Return the projects whose entities refer to each file of a kind that projects share, by its path."""
    projects: dict[str, set[str]] = {}
    for (_, project), by_value in known.items():
        for file in by_value.values():
            if project is not None and file is not None and file.kind in SHARED_KINDS:
                projects.setdefault(file.path, set()).add(project)
    return projects


def odd_values(known: Meanings) -> frozenset[tuple[Kind, str | None, str]]:
    """Return the values with their kinds and projects that name nothing, another kind or another project.

    Those that name organizations are among them: of which an entity is, its project does not say.
    """
    return frozenset(
        (kind, project, value)
        for (kind, project), by_value in known.items()
        for value, file in by_value.items()
        if file is None
        or file.kind != kind
        or kind == "organization"
        or (file.project is not None and file.project != project)
    )
