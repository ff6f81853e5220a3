"""Entities by the names that people give them: id, handle, path, the beginning of an id, the last parts of a handle, a key."""

from collections.abc import Iterable, Mapping, Sequence
from typing import Protocol

from qafiles.errors import AmbiguousNameError, UnknownEntityError
from qafiles.kinds import SECRET, Kind, kind_named
from qafiles.layout import KINDS, LABELS, Place, classify, name_part, nearest
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.foreign_keys import foreign_key

_SHORTEST_PREFIX = 4
_MOST_LISTED = 5


def kind_and_handle(argument: str) -> tuple[Kind | None, str]:
    """Return the kind and the handle of `kind:handle`, the kind named as it is printed; None and the text for another."""
    word, colon, handle = argument.partition(":")
    kind = kind_named(word) if colon else None
    return (None, argument) if kind is None else (kind, handle)


def is_name_of_path(path: str, kind: Kind | None, handle: str, *, shortened: bool) -> bool:
    """Return whether a handle, of a kind if one is given, or a path names what lies at a path; with `shortened`, so do the last parts of its handle."""
    place = classify(path)
    if not isinstance(place, Place) or kind not in {None, place.kind}:
        return False
    if place.handle == handle or (kind is None and path == handle):
        return True
    return shortened and place.handle.endswith(f"/{handle}")


def beginning_with(prefix: str, ids: Iterable[str]) -> list[str]:
    """Return the ids that begin with what may be the beginning of one; none where it is too short."""
    if len(prefix) < _SHORTEST_PREFIX or not prefix.isalnum():
        return []
    return [id_ for id_ in ids if id_.startswith(prefix)]


class Named(Protocol):
    """Entities by what they can be named by."""

    @property
    def files(self) -> Mapping[str, EntityFile]:
        """The file at each path."""
        ...

    @property
    def by_id(self) -> Mapping[str, EntityFile]:
        """The file with each id."""
        ...

    @property
    def by_handle(self) -> Mapping[tuple[Kind, str], EntityFile]:
        """The file of each kind and handle."""
        ...

    @property
    def by_key(self) -> Mapping[str, tuple[EntityFile, ...]]:
        """The files with each key of another tool, by the key alone and by `TOOL:KEY`."""
        ...


def find(argument: str, named: Named, *, shortened: bool = True) -> EntityFile:
    """Return the entity that an argument names, which is tried as id, handle and path, then as id prefix, last parts and key.

    `kind:…` narrows a handle or a key to one kind, named as it is printed, and `tool:…` a key to one tool. Unless `shortened`,
    last parts are no name, but of a secret: what they mean may be another entity tomorrow. Raises UnknownEntityError when nothing or more than
    one matches.
    """
    if argument in named.by_id:
        return named.by_id[argument]
    kind, handle = kind_and_handle(argument)
    wanted = KINDS if kind is None else (kind,)
    matches = [named.by_handle[k, handle] for k in wanted if (k, handle) in named.by_handle]
    if not matches and kind is None and argument.removeprefix("./") in named.files:
        return named.files[argument.removeprefix("./")]
    if not matches:
        if kind is None:
            matches = [named.by_id[id_] for id_ in beginning_with(argument, named.by_id)]
        if not matches and handle and (shortened or "/" not in handle):
            ending = f"/{handle}"
            # The name of a secret is a field of it, by which texts and programs know it.
            kinds = wanted if shortened else {SECRET} & {*wanted}
            matches = [named.by_handle[k, h] for k, h in named.by_handle if h.endswith(ending) and k in kinds]
        keys = dict.fromkeys((argument, handle))
        matches += [
            file
            for key in keys
            for file in named.by_key.get(key, ())
            if _is_wanted(file, key, argument, wanted)
        ]
        matches = [*{file.path: file for file in matches}.values()]
    if len(matches) == 1:
        return matches[0]
    if matches:
        listed = ", ".join(
            f"{file.kind}:{file.handle}{_from(file, argument)}" for file in matches[:_MOST_LISTED]
        )
        more = f" and {len(matches) - _MOST_LISTED} more" if len(matches) > _MOST_LISTED else ""
        raise AmbiguousNameError(f"`{argument}` names more than one entity: {listed}{more}")
    word, colon, _ = argument.partition(":")
    if colon and kind is None:
        raise UnknownEntityError(_unknown_word(word, argument, named))
    handles = [h for k, h in named.by_handle if k in wanted]
    raise UnknownEntityError(
        f"no entity is called `{argument}`{_did_you_mean(kind, handle, handles, named.files)}"
    )


def _is_wanted(file: EntityFile, key: str, argument: str, wanted: Sequence[Kind]) -> bool:
    """Return whether a file that has a key is meant: `tag:C1` is a tag's, or whatever came from a tool of that name."""
    return key == argument or file.kind in wanted


def _from(file: EntityFile, argument: str) -> str:
    """Return the full key of an entity that was found by its key."""
    key = foreign_key(file)
    is_by_key = key is not None and (argument.endswith(key.key))
    return f" ({key})" if is_by_key else ""


def _unknown_word(word: str, argument: str, named: Named) -> str:
    """Return that what stands before a colon is no kind, and no tool that has such a key."""
    keys = [
        key for files in named.by_key.values() for file in files if (key := foreign_key(file)) is not None
    ]
    tools = [*dict.fromkeys(key.tool for key in keys)]
    if word in tools:
        near = nearest(argument, [str(key) for key in keys if key.tool == word])
        hint = f"; did you mean `{near}`?" if near else ""
        return f"no entity is called `{argument}`: none came from {word} with that key{hint}"
    kinds = [*KINDS, *(LABELS[k].replace(" ", "_") for k in KINDS)]
    near = nearest(word.lower().replace(" ", "_"), kinds) or nearest(word, tools)
    hint = f"did you mean `{near}:`?" if near else f"kinds are {', '.join(KINDS)}"
    return f"`{word}` in `{argument}` is no kind of entity; {hint}"


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
    if near:
        return f"; did you mean{label} `{near}`?"
    meant = kind or kind_named(handle)
    if meant is None:
        return "; `qafiles list KIND` lists them"
    return f"{', which is a kind' if kind is None else ''}; `qafiles list {meant}` lists them"
