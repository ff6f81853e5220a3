"""Entities by the names that people give them: id, handle, path, the beginning of an id, or the last parts of a handle."""

from collections.abc import Iterable, Mapping

from qafiles.errors import AmbiguousNameError, UnknownEntityError
from qafiles.kinds import Kind, kind_named
from qafiles.layout import KINDS, LABELS, name_part, nearest
from qafiles.snapshot.entity_file import EntityFile

_SHORTEST_PREFIX = 4
_MOST_LISTED = 5


def kind_and_handle(argument: str) -> tuple[Kind | None, str]:
    """Return the kind and the handle of `kind:handle`, the kind named as it is printed; None and the text for another."""
    word, colon, handle = argument.partition(":")
    kind = kind_named(word) if colon else None
    return (None, argument) if kind is None else (kind, handle)


def beginning_with(prefix: str, ids: Iterable[str]) -> list[str]:
    """Return the ids that begin with what may be the beginning of one; none where it is too short."""
    if len(prefix) < _SHORTEST_PREFIX or not prefix.isalnum():
        return []
    return [id_ for id_ in ids if id_.startswith(prefix)]


def find(
    argument: str,
    by_id: Mapping[str, EntityFile],
    by_handle: Mapping[tuple[Kind, str], EntityFile],
    files: Mapping[str, EntityFile],
    *,
    shortened: bool = True,
) -> EntityFile:
    """Return the entity that an argument names, which is tried as id, handle, path, id prefix and last parts of a handle.

    `kind:handle` narrows a handle to one kind, named as it is printed. Unless `shortened`, last parts are no name: what they
    mean may be another entity tomorrow. Raises UnknownEntityError when nothing or more than one matches.
    """
    if argument in by_id:
        return by_id[argument]
    kind, handle = kind_and_handle(argument)
    wanted = KINDS if kind is None else (kind,)
    matches = [by_handle[k, handle] for k in wanted if (k, handle) in by_handle]
    if not matches and kind is None and argument.removeprefix("./") in files:
        return files[argument.removeprefix("./")]
    if not matches and kind is None:
        matches = [by_id[id_] for id_ in beginning_with(argument, by_id)]
    if not matches and handle and shortened:
        ending = f"/{handle}"
        matches = [file for (k, h), file in by_handle.items() if k in wanted and h.endswith(ending)]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = ", ".join(f"{file.kind}:{file.handle}" for file in matches[:_MOST_LISTED])
        more = f" and {len(matches) - _MOST_LISTED} more" if len(matches) > _MOST_LISTED else ""
        raise AmbiguousNameError(f"`{argument}` names more than one entity: {listed}{more}")
    word, colon, _ = argument.partition(":")
    if colon and kind is None:
        near = nearest(
            word.lower().replace(" ", "_"), [*KINDS, *(LABELS[k].replace(" ", "_") for k in KINDS)]
        )
        hint = f"did you mean `{near}:`?" if near else f"kinds are {', '.join(KINDS)}"
        raise UnknownEntityError(f"`{word}` in `{argument}` is no kind of entity; {hint}")
    handles = [h for k, h in by_handle if k in wanted]
    raise UnknownEntityError(f"no entity is called `{argument}`{_did_you_mean(kind, handle, handles, files)}")


def _did_you_mean(
    kind: Kind | None, handle: str, handles: Iterable[str], files: Mapping[str, EntityFile]
) -> str:
    known = [*dict.fromkeys(handles)]
    if handle.endswith(".yml") and f"{handle[:-4]}.yaml" in files:
        return f"; did you mean `{handle[:-4]}.yaml`?"
    # A handle without that of its project, or its last part alone.
    short = {h.split("/", 2)[2]: h for h in known if h.count("/") >= 2}
    last = {name_part(h): h for h in known}
    near = (
        nearest(handle, known)
        or short.get(nearest(handle, [*short]) or "")
        or last.get(nearest(name_part(handle), [*last]) or "")
    )
    label = f" {LABELS[kind]}" if kind is not None else ""
    return f"; did you mean{label} `{near}`?" if near else "; `qafiles list KIND` lists them"
