"""What a server's hook is told of a push: which refs would change, and what is judged of each."""

from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.access.check import AccessCheck, check_commits
from qafiles.access.judging import Ruling
from qafiles.access.makers import Word
from qafiles.access.policy import policy_snapshot
from qafiles.access.question import Question
from qafiles.errors import DataRootError, UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.git.changes_between import require_whole
from qafiles.layout import SETTINGS_FILE
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from qafiles.sources.enclosing import existing
from qafiles.sources.revisions import at_revision

_BRANCHES: Final = "refs/heads/"
_REPLACED: Final = "refs/replace/"


class RefUpdate(NamedTuple):
    """A ref as it was and as it would be; None where there is none."""

    ref: str
    old: str | None
    new: str | None


def ref_updates(lines: Iterable[str]) -> list[RefUpdate]:
    """Return what git tells the hook pre-receive on its stdin: `OLD NEW REF` in each line. Raises UsageError."""
    updates = []
    for line in lines:
        words = line.rstrip("\n").split(" ", 2)
        if len(words) != 3:
            raise UsageError(
                f"`{line.strip()[:80]}` is no line of the hook pre-receive, which are `OLD NEW REF`"
            )
        old, new, ref = words
        updates.append(RefUpdate(ref, *(None if set(name) <= {"0"} else name for name in (old, new))))
    return updates


def check_push(
    folder: str | Path, updates: Iterable[RefUpdate], word: Word, *, is_bootstrap: bool = False
) -> list[AccessCheck]:
    """Return what the roles say of each ref that a push would change; roles are those of the branch that HEAD names.

    That branch may not be deleted, nor lose commits. Other branches and tags may be rewritten, deleted and moved, but bring
    no commit that would not be allowed there. Raises what `check_access` raises.
    """
    repository = find_repository(existing(Path(folder).absolute()))
    if repository is None:
        raise DataRootError(f"{folder} lies in no git repository")
    require_whole(repository)
    trunk = repository.run("symbolic-ref", "HEAD").decode("utf-8", "surrogateescape").strip()
    tip = repository.commit(trunk) if repository.has_commit(trunk) else None
    pushed = list(updates)
    is_known = tip is not None or any(update.ref == trunk and update.new for update in pushed)
    push = _Push(folder, repository, trunk, tip, is_known)
    return [push.check(update, word, is_bootstrap=is_bootstrap) for update in pushed]


class _Push(NamedTuple):
    folder: str | Path
    repository: GitRepository
    trunk: str
    tip: str | None
    """The commit of the trunk; None before the first push."""
    is_known: bool
    """Whether the trunk is there, or comes with this push."""

    def check(self, update: RefUpdate, word: Word, *, is_bootstrap: bool) -> AccessCheck:
        """Return what is decided about one ref."""
        refusals = tuple(self._rewritten(update))
        new = update.new
        if refusals or new is None:
            return self._without_commits(update, refusals)
        if self.repository.has_commit(new):
            commit = self.repository.commit(new)
        else:
            why = f"{update.ref} would name something that is no commit"
            hint = "tag a commit; what else git stores has no path, so that no role says anything about it"
            return self._without_commits(update, (_refusal(why, hint),))
        if self.tip is not None and not self.repository.run("rev-list", "-1", commit, f"^{self.tip}"):
            return self._without_commits(update, ())
        is_first = is_bootstrap and not self._snapshot().of_kind("member")
        return check_commits(Question(self.folder, self.repository, self.tip, commit, word, is_first))

    def _rewritten(self, update: RefUpdate) -> Iterator[Ruling]:
        if update.ref.startswith(_REPLACED):
            hint = "push the commits themselves"
            yield _refusal(f"{update.ref} would show another object than the one that was checked", hint)
        if not self.is_known and update.new is not None:
            hint = f"push that first, or let HEAD name another branch on the server: `git symbolic-ref HEAD {update.ref}`"
            yield _refusal(f"roles are those of {self.trunk}, which HEAD names and which is not there", hint)
        if update.ref != self.trunk or self.tip is None:
            return
        if update.new is None:
            yield _refusal(
                f"{update.ref}, which HEAD names, would be deleted", "let HEAD name another branch first"
            )
            return
        lost = self.repository.run("rev-list", "-1", self.tip, f"^{update.new}").decode("ascii").strip()
        if lost:
            yield _refusal(
                f"{update.ref} would lose commit {lost[:10]}", "take it back with `git revert`, and push that"
            )

    def _snapshot(self) -> Snapshot:
        source = at_revision(self.folder, self.tip, self.repository) if self.tip is not None else None
        known = source if source is not None else MemorySource({SETTINGS_FILE: "version: 1\n"})
        return policy_snapshot(known, known.entries())

    def _without_commits(self, update: RefUpdate, rulings: tuple[Ruling, ...]) -> AccessCheck:
        names = [name or "" for name in (update.old, update.new)]
        return AccessCheck(rulings, "error", names[0], names[1], 0, 0, 0, Word(), self._snapshot())


def _refusal(why: str, hint: str) -> Ruling:
    return Ruling(None, SETTINGS_FILE, "change", "", why, "QF808", hint)
