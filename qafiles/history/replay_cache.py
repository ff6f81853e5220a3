"""Results of replays kept between runs, by commit, and continued where commits were put on top of one."""

import json
import posixpath
from collections.abc import Sequence
from typing import Final, NamedTuple

from qafiles.cache.digests import sha256
from qafiles.cache.release import release
from qafiles.cache.store import Store
from qafiles.cache.surroundings import variable
from qafiles.git import GitRepository
from qafiles.git.log import LoggedCommit, first_parents, log
from qafiles.history.declared import declared_at
from qafiles.history.entity_paths import EntityPaths, entity_blobs
from qafiles.history.facts import facts_of
from qafiles.history.facts_cache import BlobFacts
from qafiles.history.replay import Replay, TreeOf
from qafiles.history.state import Tip
from qafiles.history.stored_replay import StoredReplay
from qafiles.layout import SETTINGS_FILE

_FORMAT: Final = 5
_PREFIX: Final = "history-"
_MAX_FILES: Final = 4
_MAX_COMMITS: Final = 500
"""Commits on top of a kept one that are worth looking at by themselves."""
_MAX_BLOBS: Final = 500


class ReplayCache(NamedTuple):
    """The kept results for a place of the data root in a repository that ends where it does now."""

    repository: GitRepository
    files: Store
    root: str
    ends: str

    @classmethod
    def of(cls, repository: GitRepository, root: str) -> "ReplayCache | None":
        """Return the cache of a repository; None where what git takes for the first commits can't be told."""
        ends = _ends(repository)
        return cls(repository, Store.of(repository.common_dir), root, ends) if ends is not None else None

    def load(self, commit: str) -> StoredReplay | None:
        """Return what was kept for a commit."""
        body = self.files.read(self._name(commit), self._key(commit))
        return StoredReplay.of_text(body) if body is not None else None

    def save(self, commit: str, replay: StoredReplay) -> None:
        """Keep a result, unless the repository has got other ends since it was begun."""
        if _ends(self.repository) == self.ends:
            self.files.write(self._name(commit), self._key(commit), replay.text())
            self.files.keep_latest(_PREFIX, _MAX_FILES)

    def continued(self, commit: str, tree: TreeOf) -> StoredReplay | None:
        """Return the result for a commit from that of an earlier one; None where that might give another one.

        It is the same as from the first commit on where all that is new came after the earlier one: git then lists the
        new commits first and everything else as it did before.
        """
        file_names = self.files.names(self._name(""))
        if not file_names:
            return None
        line = first_parents(self.repository, commit, _MAX_COMMITS)
        since = next((name for name in line if self._name(name) in file_names), None)
        earlier = self.load(since) if since is not None else None
        if since is None or earlier is None:
            return None
        commits = log(self.repository, commit, earlier.head.roots, after=since)
        if not _is_on_top(commits, since, earlier.head.roots):
            return None
        return _extended(self.repository, earlier, since, commits, tree)

    def _name(self, commit: str) -> str:
        own = sha256(self._key("")).hex()[:16]
        return f"{_PREFIX}{own}-{commit}"

    def _key(self, commit: str) -> bytes:
        key = f"qafiles history {_FORMAT}, {release()}, {json.dumps(self.root)}, {self.ends}, {commit}"
        return key.encode("utf-8", "surrogateescape")


def _ends(repository: GitRepository) -> str | None:
    """Return a digest of the file that makes git end its history early; None for that of a hook or an unreadable one."""
    if variable("GIT_SHALLOW_FILE") is not None:
        return None
    try:
        content = (repository.common_dir / "shallow").read_bytes()
    except FileNotFoundError:
        content = b""
    except OSError:
        return None
    return sha256(content).hex()


def _is_on_top(commits: Sequence[LoggedCommit], since: str, roots: Sequence[str]) -> bool:
    """Return whether every way from these commits to an older one leads through one commit, and no data root moved."""
    known = {since, *(commit.name for commit in commits)}
    settings = {posixpath.join(root, SETTINGS_FILE) for root in roots}
    return 0 < len(commits) <= _MAX_COMMITS and all(
        commit.parents
        and known.issuperset(commit.parents)
        and settings.isdisjoint(path for path, _, _ in commit.changes)
        for commit in commits
    )


def _extended(
    repository: GitRepository,
    earlier: StoredReplay,
    since: str,
    commits: Sequence[LoggedCommit],
    tree: TreeOf,
) -> StoredReplay | None:
    head, is_entity = earlier.head, EntityPaths()
    blobs = entity_blobs(commits, head.roots, is_entity)
    if len(blobs) > _MAX_BLOBS:
        return None
    ids = {blob_facts.id for blob_facts in facts_of(repository, dict.fromkeys(blobs, False)).values()} - {""}
    before = [state for id_ in ids for state in earlier.states.get(id_, ()) if state.blob is not None]
    for state in before:
        for blob in (state.blob, *(blob for _, blob in state.copies)):
            blobs.setdefault(str(blob), False)
    facts = {**facts_of(repository, blobs)}
    if any(blob not in facts for blob in blobs):
        return None
    # Digests only serve to compare: of each blob all states have to have the same one.
    for state in before:
        blob = str(state.blob)
        if not facts[blob].digest and state.digest != blob:
            facts[blob] = BlobFacts(facts[blob].id, state.digest or "")
    earlier.states.sharpen(
        {blob: blob_facts.digest for blob, blob_facts in facts.items() if blob_facts.digest}
    )
    replay = Replay(facts, head.roots, tree, is_entity)
    replay.declared = declared_at(repository, since, head.active)
    replay.holding = earlier.states.holding
    replay.states = {id_: [*earlier.states[id_]] for id_ in ids if id_ in earlier.states}
    tip = replay.run(commits, {since: Tip(earlier.last, {}, frozenset(head.present), head.active)})
    return earlier.extended(replay.commits, replay.states, {id_: tip.get(id_) for id_ in replay.states})
