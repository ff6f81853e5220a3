"""What the history of each entity is, found by looking at the whole tree of each commit: slow, and plain to check."""

import subprocess
from array import array
from ast import literal_eval
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path
from typing import Any, NamedTuple

from qafiles.kinds import KIND_FACTS, Kind, ReferenceField
from qafiles.layout import Place, classify, is_id, path_for
from qafiles.parsing import parse
from tests.conftest import git


class Seen(NamedTuple):
    """An entity in one commit: where it is and what it says."""

    path: str
    blob: str


class Oracle:
    """The commits of a repository and, in each, the state of each entity as a number; -1 where it does not exist."""

    def __init__(self, folder: Path, revision: str = "HEAD", root: str = "") -> None:
        self.folder = folder
        listed = git(folder, "rev-list", "--date-order", "--reverse", "--parents", revision).splitlines()
        self.commits = [line.split()[0] for line in listed]
        self.parents = {line.split()[0]: line.split()[1:] for line in listed}
        dates = git(folder, "log", "--format=%H %aI", revision).splitlines()
        self.dates = dict(line.split() for line in dates)
        # As numbers, since a large repository has millions of files in all its commits.
        files: dict[Seen, int] = {}
        trees = {
            commit: array("i", (files.setdefault(seen, len(files)) for seen in self._tree(commit, root)))
            for commit in self.commits
        }
        all_files = [*files]
        self.data = self._data({seen.blob for seen in all_files})
        self.ids = sorted({id_ for id_ in map(self._id, self.data) if id_})
        self.states: list[Seen] = []
        self.rows: dict[str, array[int]] = {}
        self._shared: dict[tuple[str, int], set[str]] = {}
        self._paths: tuple[str, dict[str, str]] = "", {}
        numbers: dict[Seen, int] = {}
        place = {id_: index for index, id_ in enumerate(self.ids)}
        for commit in self.commits:
            found: dict[str, list[Seen]] = {}
            for seen in map(all_files.__getitem__, trees.pop(commit)):
                if id_ := self._id(seen.blob):
                    found.setdefault(id_, []).append(seen)
            row = array("i", [-1]) * len(self.ids)
            for id_, same in found.items():
                if len(same) > 1:
                    self._shared[commit, place[id_]] = {seen.path for seen in same}
                seen = self._original(place[id_], same, commit)
                if seen not in numbers:
                    numbers[seen] = len(self.states)
                    self.states.append(seen)
                row[place[id_]] = numbers[seen]
            self.rows[commit] = row

    def _tree(self, commit: str, root: str) -> Iterator[Seen]:
        for line in git(self.folder, "ls-tree", "-r", "-z", f"{commit}:{root}").split("\0")[:-1]:
            facts, path = line.split("\t")
            if isinstance(classify(path), Place):
                yield Seen(path, facts.split()[2])

    def _data(self, blobs: set[str]) -> dict[str, Any]:
        names = sorted(blobs)
        out = subprocess.run(
            ["git", "cat-file", "--batch"],
            cwd=self.folder,
            input="\n".join(names).encode(),
            capture_output=True,
            check=True,
        ).stdout
        data, at = {}, 0
        for name in names:
            end = out.index(b"\n", at)
            size = int(out[at:end].split()[2])
            data[name] = parse(out[end + 1 : end + 1 + size]).data
            at = end + size + 2
        return data

    def _id(self, blob: str) -> str | None:
        data = self.data[blob]
        found = data.get("id") if isinstance(data, dict) else None
        return found if isinstance(found, str) and is_id(found) else None

    def _original(self, index: int, files: list[Seen], commit: str) -> Seen:
        """Return the file that had the id in a parent already, of which the first counts most; else one that is new.

        Of several that are new, or where none is, the one with the bytes from before is meant, and then the first.
        """
        for parent in self.parents[commit]:
            number = self.rows[parent][index]
            for seen in files:
                if number >= 0 and seen.path == self.states[number].path:
                    return seen
        blobs = {
            self.states[number].blob
            for parent in self.parents[commit]
            if (number := self.rows[parent][index]) >= 0
        }
        copies = {path for parent in self.parents[commit] for path in self._shared.get((parent, index), ())}
        new = [seen for seen in files if seen.path not in copies] or files
        return min([seen for seen in new if seen.blob in blobs] or new)

    def value(self, commit: str, index: int) -> Any:
        """Return the data of an entity in a commit, or None."""
        number = self.rows[commit][index]
        return self.data[self.states[number].blob] if number >= 0 else None

    def changes(self, index: int) -> list[str]:
        """Return the commits, oldest first, in which an entity is another than in every parent."""
        return [
            commit
            for commit in self.commits
            if all(
                self._at(parent, index) != self.rows[commit][index] for parent in self.parents[commit] or [""]
            )
        ]

    def _at(self, commit: str, index: int) -> int:
        return self.rows[commit][index] if commit else -1

    def created(self, index: int) -> str:
        """Return the author date of the first commit that has an entity."""
        return next(self.dates[commit] for commit in self.commits if self.rows[commit][index] >= 0)

    def version(self, index: int) -> int:
        """Return the number of first-parent commits in which an entity has other data than in the one before."""
        count, commit = 0, self.commits[-1]
        while True:
            parents = self.parents[commit]
            if self.value(commit, index) is not None and not self._says_the_same(commit, parents[:1], index):
                count += 1
            if not parents:
                return count
            commit = parents[0]

    def updated(self, index: int) -> str:
        """Return the author date of the commit that the data comes from, going back to a parent that has the same."""
        commit = self.commits[-1]
        while same := self._says_the_same(commit, self.parents[commit], index):
            commit = same[0]
        return self.dates[commit]

    def _says_the_same(self, commit: str, parents: list[str], index: int) -> list[str]:
        """Return the parents in which an entity has the data of a commit, whose references name the same there."""
        number = self.rows[commit][index]
        return [
            parent
            for parent in parents
            if (other := self.rows[parent][index]) == number
            or (min(other, number) >= 0 and self._is_equal((parent, other), (commit, number)))
        ]

    def _is_equal(self, old: tuple[str, int], new: tuple[str, int]) -> bool:
        """Return whether two files say the same: words that differ or moved to another project may name the same entity."""
        before, after = (self.data[self.states[number].blob] for _, number in (old, new))
        stays = _project(self.states[old[1]].path) == _project(self.states[new[1]].path)
        if not isinstance(before, dict) or not isinstance(after, dict):
            return bool(before == after)
        differing = {
            name for name in {*before, *after} if not stays or before.get(name, ...) != after.get(name, ...)
        }
        meant = [self._meaning(*side, differing) for side in (old, new)]
        return meant[0] == meant[1]

    def _meaning(self, commit: str, number: int, names: set[str]) -> dict[str, Any]:
        """Return fields of a file with each reference by handle replaced by the id that it names in a commit."""
        path, blob = self.states[number]
        place = classify(path)
        assert isinstance(place, Place)
        meant = {name: value for name, value in self.data[blob].items() if name in names}
        for field in KIND_FACTS[place.kind].references:
            if field.name in meant:
                value = meant[field.name]
                items = [
                    item for item in (value if isinstance(value, list) else [value]) if isinstance(item, str)
                ]
                meant[field.name] = sorted(
                    self._named(commit, field.target, item, _project(path)) for item in items
                )
        return meant

    def _named(self, commit: str, kind: str, text: str, project: str) -> str:
        for handle in (f"{project}/{text}", text):
            with suppress(ValueError):
                if id_ := self._at_paths(commit).get(path_for(kind, handle)):
                    return id_
        return text

    def _at_paths(self, commit: str) -> dict[str, str]:
        """Return the ids of a commit by the paths of their files."""
        if self._paths[0] != commit:
            rows = zip(self.ids, self.rows[commit], strict=True)
            # A copy has the id, too, although the entity is the file that it was copied from.
            copies = {
                path: self.ids[index]
                for (name, index), paths in self._shared.items()
                if name == commit
                for path in paths
            }
            self._paths = (
                commit,
                copies | {self.states[number].path: id_ for id_, number in rows if number >= 0},
            )
        return self._paths[1]

    def blame(self, index: int) -> dict[tuple[Any, ...], str]:
        """Return for each value of an entity the commit before which no parent had it, or a reference to the same entity."""
        counts: dict[int, Counter[Any]] = {}

        def values(commit: str) -> Counter[Any]:
            number = self.rows[commit][index]
            if number not in counts:
                counts[number] = Counter(leaf for _, leaf in leaves(self.value(commit, index), ()))
            return counts[number]

        last = self.commits[-1]
        fields = {field.name: field for field in KIND_FACTS[self._kind(last, index)].references}
        blamed: dict[tuple[Any, ...], str] = {}
        seen: Counter[Any] = Counter()
        for pointer, leaf in leaves(self.value(last, index), ()):
            seen[leaf] += 1
            commit, wanted, number = last, leaf, seen[leaf]
            field = fields.get(str(pointer[0])) if len(pointer) < 3 else None
            while True:
                for parent in self.parents[commit]:
                    stays = field is None or self._stays((parent, commit), index, field.target)
                    if stays and values(parent)[wanted] >= number:
                        commit = parent
                        break
                    equal = self._equal_reference((parent, commit), index, field, wanted) if field else None
                    if equal is not None:
                        commit, wanted, number = parent, equal, 1
                        break
                else:
                    break
            blamed[pointer] = commit
        return blamed

    def _kind(self, commit: str, index: int) -> Kind:
        place = classify(self.states[self.rows[commit][index]].path)
        assert isinstance(place, Place)
        return place.kind

    def _stays(self, commits: tuple[str, str], index: int, target: Kind) -> bool:
        """Return whether the same words mean the same in two commits: kinds outside of projects, or the entity did not move."""
        numbers = [self.rows[commit][index] for commit in commits]
        projects = {_project(self.states[number].path) if number >= 0 else "" for number in numbers}
        return KIND_FACTS[target].within == "root" or len(projects) == 1

    def _equal_reference(
        self, commits: tuple[str, str], index: int, field: ReferenceField, leaf: Any
    ) -> Any | None:
        """Return the value of a field in the first of two commits that names what one does in the second; None without one."""
        parent, commit = commits
        data = self.value(parent, index)
        if not isinstance(data, dict):
            return None
        before, after = (_project(self.states[self.rows[c][index]].path) for c in commits)
        named = self._named(commit, field.target, literal_eval(leaf[2]), after)
        value = data.get(field.name)
        for item in value if isinstance(value, list) else [value]:
            if isinstance(item, str) and self._named(parent, field.target, item, before) == named:
                return (*leaf[:2], repr(item))
        return None


def _project(path: str) -> str:
    """Return the handle of the project that a file lies in, or an empty text."""
    parts = path.split("/")
    return f"{parts[1]}/{parts[3]}" if parts[2:3] == ["projects"] else ""


def leaves(value: Any, pointer: tuple[Any, ...]) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Yield the pointer of each value with the pointer and the text that it is compared by."""
    if isinstance(value, dict) and value:
        for key, item in value.items():
            yield from leaves(item, (*pointer, key))
    elif isinstance(value, list) and value:
        for number, item in enumerate(value):
            yield (*pointer, number), (pointer, "item", repr(item))
    elif value is not None or pointer:
        yield pointer, (pointer, "value", repr(value))
