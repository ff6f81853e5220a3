"""Projects by the names that people give them."""

from qafiles.errors import UnknownEntityError
from qafiles.layout import LABELS, Place, classify
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.naming import beginning_with
from qafiles.snapshot.snapshot import Snapshot


def find_project(snapshot: Snapshot, argument: str) -> EntityFile:
    """Return the project that an argument names: by id or its beginning, handle, last part of it, or path of file or folder.

    Raises UnknownEntityError, with the nearest project, when there is none.
    """
    word = argument.removeprefix("project:")
    entity = snapshot.by_id.get(word) or snapshot.files.get(path_of_project(word))
    if entity is None:
        ids = beginning_with(word, (str(file.id) for file in snapshot.of_kind("project")))
        handles = [("project", word.strip("/")) in snapshot.by_handle]
        if len(ids) == 1 and not any(handles):
            return snapshot.by_id[ids[0]]
        return snapshot.find(f"project:{word.strip('/')}")
    if entity.kind != "project":
        raise UnknownEntityError(
            f"`{argument}` is a {LABELS[entity.kind]}; name a project, such as `{entity.project}`"
            if entity.project
            else f"`{argument}` is a {LABELS[entity.kind]}; `qafiles list project` lists the projects"
        )
    return entity


def path_of_project(text: str) -> str:
    """Return the path of a project's file where a text is that of its folder; any other text as it is."""
    path = text.removeprefix("./").rstrip("/")
    inside = classify(f"{path}/project.yaml")
    return f"{path}/project.yaml" if isinstance(inside, Place) and inside.kind == "project" else path
