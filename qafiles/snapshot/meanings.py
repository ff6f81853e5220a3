"""What the values of references mean: there are many more references than different values, and each is looked up once."""

from collections.abc import Callable, Iterable, Mapping

from qafiles.kinds import Kind
from qafiles.references import SHARED_KINDS
from qafiles.snapshot.entity_file import EntityFile

Meanings = Mapping[tuple[Kind, str | None], Mapping[str, EntityFile | None]]
"""The file that each value names, None where it dangles, by the kind that it must name and the project that it stands in."""


def meanings(
    files: Iterable[EntityFile], resolve: Callable[[Kind, str, str | None], EntityFile | None]
) -> dict[tuple[Kind, str | None], dict[str, EntityFile | None]]:
    """Return what the references of some files mean, placeholders apart; `resolve` tells it for a kind, value and project."""
    known: dict[tuple[Kind, str | None], dict[str, EntityFile | None]] = {}
    for file in files:
        data, project = file.data, file.project
        for name, target, many in file.reference_fields:
            value = data.get(name)
            if value is None:
                continue
            files_by_value = known.get((target, project))
            if files_by_value is None:
                files_by_value = known[target, project] = {}
            if not many:
                if value.__class__ is str and value not in files_by_value:
                    files_by_value[value] = resolve(target, value, project)
            elif value.__class__ is list:
                for item in value:
                    if item.__class__ is str and item not in files_by_value:
                        files_by_value[item] = resolve(target, item, project)
    return known


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
