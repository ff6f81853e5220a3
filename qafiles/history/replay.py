"""Every state that an entity had, from the log of the whole repository: a commit makes one where it changes the entity.

States form a graph like commits do, in which only those are left that concern the entity.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.git.log import LoggedCommit
from qafiles.history.entity_paths import EntityPaths
from qafiles.history.facts import digest_of
from qafiles.history.facts_cache import BlobFacts
from qafiles.history.identities import identities, project_folder
from qafiles.history.ids_around import IdsAround
from qafiles.history.state import Files, State, Tip, files_of
from qafiles.layout import SETTINGS_FILE

if TYPE_CHECKING:
    from qafiles.git.people import People

TreeOf = Callable[[str, str], Iterable[tuple[str, str]]]
"""Gives path and blob of each file of a commit below a folder, with paths relative to that."""


_NONE: Final[Mapping[str, Tip]] = MappingProxyType({})


class Replay:
    """The commits of a history, from the first to the last, as states of entities.

    `facts` are id and digest by blob, `roots` the places of the data root, the present one first, and `tree` gives the
    files of a commit below one. States and `commits` hold the commits without what they changed, and with the authors
    whom `people` means by theirs. `declared` are the custom fields after the last commit, of which some refer to others. `holding` gives the ids that had a path before these commits.
    """

    def __init__(
        self,
        facts: Mapping[str, BlobFacts],
        roots: Sequence[str],
        tree: TreeOf,
        is_entity: EntityPaths,
    ) -> None:
        self.facts = facts
        self.people: People = {}
        self.declared: DeclaredFields = NOTHING_DECLARED
        self.is_entity = is_entity
        self.roots = roots
        self.settings = {f"{root}/{SETTINGS_FILE}" if root else SETTINGS_FILE: root for root in roots}
        self.tree = tree
        self.states: dict[str, list[State]] = {}
        self.at: dict[str, dict[str, None]] = {}
        """The ids that each path has had."""
        self.holding: Callable[[str], Iterable[str]] = lambda _: ()
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
        known = IdsAround(tip, parents, touched, self._holders)
        made = {
            id_: state
            for id_, files in touched.items()
            if (state := self._state(bare, id_, files, known)) is not None
        }
        tip.own.update(made)
        for id_, state in made.items():
            self.states.setdefault(id_, []).append(state)
            for path in files_of(state):
                self.at.setdefault(path, {})[id_] = None

    def _holders(self, path: str) -> Iterable[str]:
        """Return the ids that a path may have had."""
        return dict.fromkeys([*self.at.get(path, ()), *self.holding(path)])

    def _find_root(self, commit: LoggedCommit, tip: Tip, *, is_root: bool) -> None:
        """Decide which place the data root has in a commit: the latest one that has settings there."""
        for path, _, after in commit.changes:
            if path in self.settings:
                root = {self.settings[path]}
                tip.present = tip.present - root if after is None else tip.present | root
        active_root = next((root for root in self.roots if root in tip.present), None)
        if active_root is not None or is_root:
            tip.active = active_root if active_root is not None else self.roots[-1]

    def _id(self, blob: str | None) -> str:
        """Return the id in a blob; empty where there is none."""
        blob_facts = self.facts.get(blob) if blob is not None else None
        return blob_facts[0] if blob_facts is not None else ""

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
                    touched[old] = files_of(tip.get(old))
                if new and new not in touched:
                    touched[new] = files_of(tip.get(new))
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
        known: IdsAround,
    ) -> State | None:
        """Return the state that a commit gives an entity, or None when it changes nothing of it."""
        before, parents = known.first.get(id_), known.parents
        if before is None and not files:
            return None
        if before is None and len(files) == 1 and len(parents) < 2:
            # The many files that a first commit brings.
            ((only, content),) = files.items()
            data = self.facts[content].digest or content
            return State(id_, commit, only, content, data, (), (None,) * len(parents), 1, commit)
        states = (before, *(tip.get(id_) if tip is not None else None for tip in parents[1:]))
        path = _carrier(files, states)
        blob = files[path] if path is not None else None
        copies = tuple(sorted(item for item in files.items() if item[0] != path)) if len(files) > 1 else ()
        if before is not None and (before.path, before.blob, before.copies) == (path, blob, copies):
            return None
        if blob is None or path is None:
            same = next((s for s in states if s is not None and s.digest is None), None)
            digest = None
        else:
            same = next(
                (s for number, s in enumerate(states) if self._is_same(s, number, path, blob, known)), None
            )
            digest = same.digest if same is not None else self._new_digest(blob, path, states)
        version = before.version if before is not None else 0
        if digest is not None and (before is None or before.digest != digest):
            version += 1
        updated = same.updated if same is not None else commit
        return State(id_, commit, path, blob, digest, copies, states if parents else (), version, updated)

    def _is_same(self, old: State | None, number: int, path: str, blob: str, known: IdsAround) -> bool:
        """Return whether a file says what an entity said in a parent of the commit, its references compared by what they name."""
        if old is None or old.blob is None or old.path is None:
            return False
        elsewhere = project_folder(old.path) != project_folder(path)
        one, other = self.facts[old.blob], self.facts[blob]
        if old.blob == blob and not (elsewhere and one.references):
            return True
        if (one.rest or old.blob) != (other.rest or blob):
            return False
        if one.references == other.references and not elsewhere:
            return True
        return identities(one.references, old.path, known.before(number), self.declared) == identities(
            other.references, path, known.after(), self.declared
        )

    def _new_digest(self, blob: str, path: str, states: Sequence[State | None]) -> str:
        """Return the digest of data that no parent has; the same words may name something else by their place alone."""
        digest = self.facts[blob].digest or blob
        if any(state is not None and state.digest == digest for state in states):
            return digest_of([digest, path])
        return digest


def _carrier(files: Files, states: Sequence[State | None]) -> str | None:
    """Return the path that an entity has: where it was before, so that of two equal ids the new file is the copy."""
    if len(files) < 2:
        return next(iter(files), None)
    for state in states:
        if state is not None and state.path in files:
            return state.path
    # The one that was there before is gone: it was renamed, where a file is new that is no copy yet, best with the same bytes.
    copies = {path for state in states if state is not None for path, _ in state.copies}
    new = files.keys() - copies or files.keys()
    blobs = {state.blob for state in states if state is not None}
    return min({path for path in new if files[path] in blobs} or new)
