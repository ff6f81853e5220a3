"""Ids that several files have, as after `cp`."""

from collections.abc import Iterable, Mapping
from types import MappingProxyType

from qafiles.errors import UnknownEntityError
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.file_rows import FilesByKey, RowFiles


def files_by_id(
    files: Mapping[str, EntityFile], carriers: Mapping[str, str | None]
) -> Mapping[str, EntityFile]:
    """Return the file with each id; of several, the one that `carriers` name, else the first by path."""
    if isinstance(files, RowFiles):
        carrying = {id_: str(path) for id_, path in carriers.items() if path in files}
        return FilesByKey(files, {**files.paths_by_id, **carrying})
    first_by_id = {file.id: file for file in reversed([*files.values()]) if file.id is not None}
    carried = {id_: files[str(path)] for id_, path in carriers.items() if path in files}
    return MappingProxyType({**first_by_id, **carried})


def has_shared_ids(files: Mapping[str, EntityFile], by_id: Mapping[str, EntityFile]) -> bool:
    """Return whether several files have one id; `by_id` has one file for each."""
    if isinstance(files, RowFiles):
        return len(by_id) < files.number_with_ids
    return len(by_id) < sum(file.id is not None for file in files.values())


def shared_ids(files: Iterable[EntityFile]) -> Mapping[str, tuple[EntityFile, ...]]:
    """Return the ids that several files have, with those files in their order."""
    holders: dict[str, list[EntityFile]] = {}
    for file in files:
        if file.id is not None:
            holders.setdefault(file.id, []).append(file)
    return MappingProxyType(
        {id_: tuple(files_of_id) for id_, files_of_id in holders.items() if len(files_of_id) > 1}
    )


def refuse_unclear(
    argument: str,
    file: EntityFile,
    carriers: Mapping[str, str | None],
    shared: Mapping[str, tuple[EntityFile, ...]],
) -> None:
    """Raise UnknownEntityError where an argument is an id of which it is not known which file it means."""
    id_ = file.id or ""
    if carriers.get(id_, "") is None and argument != file.handle and id_.startswith(argument):
        raise UnknownEntityError(shared_id_problem(argument, [other.path for other in shared[id_]]))


def shared_id_problem(argument: str, paths: list[str]) -> str:
    """Return what to do where an id was named that several files have."""
    return (
        f"`{argument}` is the id of {' and '.join(paths)}; name the one that you mean by its path, or give the copy an "
        "id of its own with `qafiles fix`"
    )
