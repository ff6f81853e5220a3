"""Every state that an entity had, from the log of the whole repository: a commit makes one where it changes the entity.

States form a graph like commits do, in which only those are left that concern the entity.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import Final

from qafiles.git.log import LoggedCommit
from qafiles.git.people import People
from qafiles.history.entity_paths import EntityPaths
from qafiles.history.state import State, Tip
from qafiles.layout import SETTINGS_FILE

Files = dict[str, str]
"""Blobs by path, relative to the data root."""

TreeOf = Callable[[str, str], Iterable[tuple[str, str]]]
"""Gives path and blob of each file of a commit below a folder, with paths relative to that."""


_NONE: Final[Mapping[str, Tip]] = MappingProxyType({})
_NOBODY: Final[People] = MappingProxyType({})


class Replay:
    """The commits of a history, from the first to the last, as states of entities.

    `facts` are id and digest by blob, `roots` the places of the data root, the present one first, and `tree` gives the
    files of a commit below one. States and `commits` hold the commits without what they changed, and with the authors
    whom `people` means by theirs.
    """

    def __init__(
        self,
        facts: Mapping[str, tuple[str, str]],
        roots: Sequence[str],
        tree: TreeOf,
        is_entity: EntityPaths,
        people: People = _NOBODY,
    ) -> None:
        self.facts = facts
        self.people = people
        self.is_entity = is_entity
        self.roots = roots
        self.settings = {f"{root}/{SETTINGS_FILE}" if root else SETTINGS_FILE: root for root in roots}
        self.tree = tree
        self.states: dict[str, list[State]] = {}
        self.commits: list[LoggedCommit] = []

    def run(self, commits: Sequence[LoggedCommit], before: Mapping[str, Tip] = _NONE) -> Tip:
        """Return the last state of each entity that ever existed, for commits that are ordered as `log` orders them.

        `before` holds what is known of commits that are parents of these.
        """
        waiting: dict[str, int] = {}
        for commit in commits:
            for parent in commit.parents:
                waiting[parent] = waiting.get(parent, 0) + 1
        tips = dict(before)
        tip = Tip({}, {}, frozenset(), self.roots[0])
        for commit in reversed(commits):
            parents = [tips.get(name) for name in commit.parents]
            for name in commit.parents:
                waiting[name] -= 1
                if not waiting[name]:
                    tips.pop(name, None)
            first = parents[0] if parents else None
            if first is None:
                tip = Tip({}, {}, frozenset(), self.roots[-1])
            else:
                tip = first.fork() if waiting[commit.parents[0]] else first
            self._apply(commit, tip, parents)
            tips[commit.name] = tip
        return tip

    def _apply(self, commit: LoggedCommit, tip: Tip, parents: Sequence[Tip | None]) -> None:
        """Put what a commit changed against its first parent into that one's tip."""
        bare = commit._replace(changes=()).meant(self.people)
        self.commits.append(bare)
        before = tip.active
        self._find_root(commit, tip, is_root=not parents)
        if tip.active != before and parents:
            touched = self._all_files(commit, tip)
        else:
            touched = self._changed_files(commit, tip)
        made = {
            id_: state
            for id_, files in touched.items()
            if (state := self._state(bare, id_, files, tip.get(id_), parents)) is not None
        }
        tip.own.update(made)
        for id_, state in made.items():
            self.states.setdefault(id_, []).append(state)

    def _find_root(self, commit: LoggedCommit, tip: Tip, *, is_root: bool) -> None:
        """Decide which place the data root has in a commit: the latest one that has settings there."""
        for path, _, after in commit.changes:
            if path in self.settings:
                root = {self.settings[path]}
                tip.present = tip.present - root if after is None else tip.present | root
        found = next((root for root in self.roots if root in tip.present), None)
        if found is not None or is_root:
            tip.active = found if found is not None else self.roots[-1]

    def _id(self, blob: str | None) -> str:
        """Return the id in a blob; empty where there is none."""
        found = self.facts.get(blob) if blob is not None else None
        return found[0] if found is not None else ""

    def _changed_files(self, commit: LoggedCommit, tip: Tip) -> dict[str, Files]:
        """Return the files with each id that a commit changed."""
        touched: dict[str, Files] = {}
        prefix = f"{tip.active}/" if tip.active else ""
        changes = []
        for path, before, after in commit.changes:
            if path.startswith(prefix) and self.is_entity[own := path[len(prefix) :]]:
                old, new = self._id(before), self._id(after)
                changes.append((own, old, new, after))
                if old and old not in touched:
                    touched[old] = _files_of(tip.get(old))
                if new and new not in touched:
                    touched[new] = _files_of(tip.get(new))
        for path, old, new, after in changes:
            if old:
                touched[old].pop(path, None)
            if new and after is not None:
                touched[new][path] = after
        return touched

    def _all_files(self, commit: LoggedCommit, tip: Tip) -> dict[str, Files]:
        """Return the files with each id of a commit in which the data root has moved."""
        touched: dict[str, Files] = {id_: {} for id_ in tip.all()}
        for path, blob in self.tree(commit.name, tip.active):
            id_ = self._id(blob)
            if id_ and self.is_entity[path]:
                touched.setdefault(id_, {})[path] = blob
        return touched

    def _state(
        self,
        commit: LoggedCommit,
        id_: str,
        files: Files,
        before: State | None,
        parents: Sequence[Tip | None],
    ) -> State | None:
        """Return the state that a commit gives an entity, or None when it changes nothing of it."""
        if before is None and not files:
            return None
        if before is None and len(files) == 1 and len(parents) < 2:
            # The many files that a first commit brings.
            ((only, content),) = files.items()
            data = self.facts[content][1] or content
            return State(id_, commit, only, content, data, (), (None,) * len(parents), 1, commit)
        states = (before, *(tip.get(id_) if tip is not None else None for tip in parents[1:]))
        path = _carrier(files, states)
        blob = files[path] if path is not None else None
        copies = tuple(sorted(item for item in files.items() if item[0] != path)) if len(files) > 1 else ()
        if before is not None and (before.path, before.blob, before.copies) == (path, blob, copies):
            return None
        digest = self.facts[blob][1] or blob if blob is not None else None
        same = next((s for s in states if s is not None and s.digest == digest), None)
        version = before.version if before is not None else 0
        if digest is not None and (before is None or before.digest != digest):
            version += 1
        updated = same.updated if same is not None else commit
        return State(id_, commit, path, blob, digest, copies, states if parents else (), version, updated)


def _files_of(state: State | None) -> Files:
    if state is None or state.path is None or state.blob is None:
        return {}
    return {state.path: state.blob, **dict(state.copies)}


def _carrier(files: Files, states: Sequence[State | None]) -> str | None:
    """Return the path that an entity has: where it was before, so that of two equal ids the new file is the copy."""
    if len(files) < 2:
        return next(iter(files), None)
    for state in states:
        if state is not None and state.path in files:
            return state.path
    # The one that was there before is gone: it was renamed, where a file is new that is no copy yet.
    copies = {path for state in states if state is not None for path, _ in state.copies}
    return min(files.keys() - copies or files)
