"""Which file of one state is which file of another: the id decides, and the path only where no id can."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from functools import cached_property
from itertools import compress
from operator import is_not

from qafiles.snapshot import EntityFile, Snapshot

Pair = tuple[EntityFile | None, EntityFile | None]


class TwoStates:
    """An earlier and a later state of files, which several rules compare."""

    def __init__(self, before: Snapshot, after: Snapshot) -> None:
        """Take both states."""
        self.before = before
        self.after = after

    @cached_property
    def changed_files(self) -> list[Pair]:
        """What `changed_pairs` returns for their files."""
        return changed_pairs(self.before.files, self.after.files)


def pairs(
    before: Mapping[str, EntityFile],
    after: Mapping[str, EntityFile],
    carriers: Callable[[Collection[str]], tuple[Mapping[str, str], Mapping[str, str]]] | None = None,
) -> list[Pair]:
    """Return the files of two states side by side, sorted by path; None where an entity is only in the other state.

    `carriers` gives for ids that several files have the path of the one that is meant, in both states. Without it, and of
    an id that is illegible, the file is the one with the same path.
    """
    file_pairs: list[Pair] = []
    old, new = {**before}, {**after}
    for path, file in before.items():
        other = new.get(path)
        if other is not None and file.id is not None and other.id == file.id:
            file_pairs.append((old.pop(path), new.pop(path)))
    shared = _shared(old.values()) | _shared(new.values())
    if shared and carriers is not None:
        olds, news = carriers(shared)
        for id_ in sorted(olds.keys() & news.keys()):
            was, now = old.get(olds[id_]), new.get(news[id_])
            if was is not None and now is not None and was.kind == now.kind:
                file_pairs.append((old.pop(was.path), new.pop(now.path)))
        shared = _shared(old.values()) | _shared(new.values()) | shared
    by_id = {file.id: file for file in new.values() if file.id is not None and file.id not in shared}
    for file in [*old.values()]:
        other = None if file.id in shared else by_id.get(str(file.id))
        if other is not None and other.kind == file.kind:
            file_pairs.append((old.pop(file.path), new.pop(other.path)))
    for file in [*old.values()]:
        other = new.get(file.path)
        if other is not None and ({file.id, other.id} & {None, *shared}):
            file_pairs.append((old.pop(file.path), new.pop(file.path)))
    file_pairs += [(file, None) for file in old.values()]
    file_pairs += [(None, file) for file in new.values()]
    return sorted(file_pairs, key=_path)


def changed_pairs(before: Mapping[str, EntityFile], after: Mapping[str, EntityFile]) -> list[Pair]:
    """Return what `pairs` does, without the files that are one and the same in both states."""
    return pairs(_not_among(before, after), _not_among(after, before))


def _not_among(files: Mapping[str, EntityFile], others: Mapping[str, EntityFile]) -> dict[str, EntityFile]:
    """Return the files that are not the very same among others, sorted by path."""
    # Several rules ask for this of many files, most of which are the same: no step is one of Python's for each.
    paths = compress(files, map(is_not, files.values(), map(others.get, files)))
    return {path: files[path] for path in sorted(paths)}


def _shared(files: Iterable[EntityFile]) -> set[str]:
    counts = Counter(file.id for file in files if file.id is not None)
    return {id_ for id_, count in counts.items() if count > 1}


def _path(pair: Pair) -> tuple[str, bool]:
    old, new = pair
    file = new or old
    return ("" if file is None else file.path), new is not None
