"""`access check`: every commit between two, and the change as a whole, judged by what the change can't alter."""

from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from qafiles.access.entity_data import EntityData, read_entities
from qafiles.access.judging import Judge, Ruling
from qafiles.access.makers import NOBODY, Mode, Word, key_proofs, makers, mode_of
from qafiles.access.operations import PathChange, Reading, blobs_of, path_changes, reading
from qafiles.access.outcome import known_secrets, lost_admins, moved_roles, shared_claims, shared_ids
from qafiles.access.places import inside
from qafiles.access.policy import Claim, Policy, decides, policy_of, policy_snapshot
from qafiles.access.question import Question, Trusted, net_changes, trusted_states
from qafiles.access.target import spelling
from qafiles.access.whole import Net, Parts, as_a_whole, unproven
from qafiles.errors import DataRootError, UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.git.changes_between import (
    RawChange,
    RawCommit,
    commits_between,
    merge_bases,
    require_whole,
)
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.snapshot import Snapshot
from qafiles.sources import GitObjectSource
from qafiles.sources.enclosing import existing
from qafiles.sources.revisions import at_revision


@dataclass(frozen=True)
class AccessCheck:
    """What a change came to: the rulings, in what mode they were made, and by which commit.

    `snapshot` has the people, roles and settings of the later state, of the earlier one where that has none. `outside` is
    the number of changed paths that lie outside the data root and were not judged.
    """

    rulings: tuple[Ruling, ...]
    mode: Mode
    base: str
    head: str
    commits: int
    paths: int
    outside: int
    word: Word
    snapshot: Snapshot
    is_bootstrap: bool = False

    @property
    def refusals(self) -> tuple[Ruling, ...]:
        """The rulings that are findings."""
        return tuple(ruling for ruling in self.rulings if not ruling.is_allowed)


def check_access(
    folder: str | Path, revisions: str, word: Word = NOBODY, *, is_bootstrap: bool = False
) -> AccessCheck:
    """Return what the roles say of the commits that `A..B` names, and of the change as a whole.

    Roles, keys and settings are those of the merge base, and what A has taken away since does not count either. Raises
    UsageError, DataRootError where there is no policy, and GitError, also in a shallow clone.
    """
    repository = find_repository(existing(Path(folder).absolute()))
    if repository is None:
        raise DataRootError(f"access is checked between commits, and {folder} lies in no git repository")
    first, dots, second = revisions.partition("..")
    if not dots:
        raise UsageError(f"`{revisions}` names one revision; write `A..B`: what B adds to A")
    require_whole(repository)
    known = repository.commit(first or "HEAD")
    tip = repository.commit(second.removeprefix(".") or "HEAD")
    return check_commits(Question(folder, repository, known, tip, word, is_bootstrap))


def check_commits(asked: Question) -> AccessCheck:
    """Return what the roles say of some commits. Raises what `check_access` raises."""
    tips = [asked.known] if asked.known is not None else []
    bases = [base for name in tips for base in merge_bases(asked.repository, name, asked.tip)]
    trusted = [*trusted_states(asked, dict.fromkeys([*bases, *tips]))]
    if not any(each.policy.roles for each in trusted):
        return _first_members(asked, trusted)
    if asked.is_bootstrap:
        raise UsageError("--bootstrap is for a data root without members, and there are some already")
    policies = tuple(each.policy for each in trusted)
    folder = trusted[-1].source.folder
    prefix = f"{folder}/" if folder else ""
    commits = commits_between(asked.repository, tips, asked.tip)
    net = net_changes(asked.repository, bases, asked.tip)
    changes, is_merge = (
        {c.name: inside(c.changes, prefix) for c in commits},
        {c.name: len(c.parents) > 1 for c in commits},
    )
    whole, outside = inside(net, prefix)
    known = spelling(entry.path for each in trusted for entry in each.entries)
    how = reading(policies, known, (change for own, _ in [*changes.values(), (whole, 0)] for change in own))
    read = [(changes[name][0], is_merge[name]) for name in changes]
    data = _data(asked.repository, [*read, (whole, False)], how)
    by_commit = {name: path_changes(own, data, how) for name, (own, _) in changes.items()}
    together = Net(path_changes(whole, data, how), {change.path: change.new for change in whole})
    rulings, mode = _rulings(asked, policies, commits, by_commit, together)
    snapshot = _after(asked, trusted, bases, whole)
    rulings += _of_outcome(trusted, snapshot, {change.path for change in whole})
    paths = {each.path for own in by_commit.values() for each in own}
    return AccessCheck(
        tuple(rulings),
        mode,
        trusted[0].commit,
        asked.tip,
        len(commits),
        len(paths),
        outside,
        asked.word,
        snapshot or trusted[-1].snapshot,
    )


def _rulings(
    asked: Question,
    policies: tuple[Policy, ...],
    commits: Sequence[RawCommit],
    by_commit: Mapping[str, Sequence[PathChange]],
    net: Net,
) -> tuple[list[Ruling], Mode]:
    """Return what is decided about each path of each commit and of the change as a whole, and in which mode."""
    mode = mode_of(policies)
    by_whom = makers(asked.repository, commits, policies, mode, asked.word)
    judge = Judge(policies, mode == "platform")
    proofs = _proofs(asked.repository, by_commit, policies) if mode == "platform" else {}
    rulings: list[Ruling] = []
    # The same change by the same person is seldom made once.
    decided: dict[tuple[int, int], Ruling] = {}
    for commit in reversed(commits):
        maker, proof = by_whom[commit.name], proofs.get(commit.name)
        for each in by_commit[commit.name]:
            same = id(each), id(maker)
            known = decided.get(same) if proof is None else None
            ruling = known._replace(commit=commit) if known else judge.ruling(each, maker, commit, proof)
            if proof is None:
                decided[same] = ruling
            rulings.append(ruling)
    parts = Parts(by_commit, by_whom, proofs, commits, net)
    refused = {ruling.path for ruling in rulings if not ruling.is_allowed}
    rulings += unproven(parts, commits)
    rulings += as_a_whole(judge, parts, refused)
    return rulings, mode


def _after(
    asked: Question, trusted: Sequence[Trusted], bases: Sequence[str], whole: Sequence[RawChange]
) -> Snapshot | None:
    """Return what the policy is read from after the change; None where the settings are gone."""
    base, folder = trusted[0], trusted[-1].source.folder
    is_base = [*bases] == [base.commit] and base.source.folder == folder
    if is_base and not any(decides(change.path) for change in whole):
        return base.snapshot
    after = GitObjectSource(asked.repository, folder, asked.tip)
    entries = after.entries()
    has_settings = any(entry.path == SETTINGS_FILE for entry in entries)
    return policy_snapshot(after, entries) if has_settings else None


def _of_outcome(
    trusted: Sequence[Trusted], after: Snapshot | None, paths: Collection[str]
) -> Iterator[Ruling]:
    """Yield what would be wrong with the people and their roles after the change of some paths."""
    base, trunk = trusted[0], trusted[-1]
    tip = policy_of(after) if after is not None else None
    yield from lost_admins(base.policy, trunk.policy, tip, SETTINGS_FILE)
    if after is not None and tip is not None:
        yield from shared_claims(base.policy, trunk.policy, tip)
        yield from shared_ids(base.snapshot, after)
        if (
            len(trusted) < 3
        ):  # several merge bases have different roles, and no single one that a role is to stay as
            yield from moved_roles(base.policy, tip, paths)
        if any(tip.roles.get(handle) != roles for handle, roles in base.policy.roles.items()):
            yield from known_secrets(_with_secrets(base), base.policy, tip)


def _data(
    repository: GitRepository, parts: Sequence[tuple[Sequence[RawChange], bool]], how: Reading
) -> Mapping[str, EntityData]:
    """Return what the contents say that decide; those that git made of a merge may be gone."""
    needed: list[str] = []
    optional: list[str] = []
    for changes, is_merge in parts:
        for old, new in blobs_of(changes, how):
            (optional if is_merge else needed).extend([old] if old is not None else [])
            needed.extend([new] if new is not None else [])
    real = frozenset(needed)
    return read_entities(repository, needed, [blob for blob in optional if blob not in real])


def _first_members(asked: Question, trusted: Sequence[Trusted]) -> AccessCheck:
    """Return that the first members of a data root are taken as they come, where that is asked for."""
    if not asked.is_bootstrap:
        when = f"as of {asked.known[:10]}" if asked.known is not None else "yet"
        raise DataRootError(
            f"nobody has a role {when}, so that nobody may change anything; `--bootstrap` takes the "
            "first members as they come"
        )
    if any(each.snapshot.of_kind("member") for each in trusted):
        raise UsageError(
            "--bootstrap is for a data root without members, and there are some, though none can be read"
        )
    after = at_revision(asked.folder, asked.tip, asked.repository)
    if after is None:
        raise DataRootError(f"there is no data root as of {asked.tip[:10]}, either")
    snapshot = policy_snapshot(after, after.entries())
    policy = policy_of(snapshot)
    rulings = () if policy.repository_admins and not policy.faults else tuple(_without_admin(policy))
    known = [asked.known] if asked.known is not None else []
    count = len(commits_between(asked.repository, known, asked.tip))
    base, mode = trusted[0].commit if trusted else asked.known or "", mode_of([policy])
    return AccessCheck(rulings, mode, base, asked.tip, count, 0, 0, asked.word, snapshot, is_bootstrap=True)


def _without_admin(policy: Policy) -> Iterator[Ruling]:
    why = (
        policy.faults[0]
        if policy.faults
        else "no user is an admin of every organization, nor a repository admin"
    )
    hint = "make somebody an admin in `organizations/<organization>/members/`"
    yield Ruling(
        None, SETTINGS_FILE, "change", "", f"nobody could decide about the next change: {why}", "QF806", hint
    )


def _proofs(
    repository: GitRepository, by_commit: Mapping[str, Sequence[PathChange]], policies: Sequence[Policy]
) -> Mapping[str, Claim]:
    """Return the keys that sign the commits which add keys, where signatures decide about nothing else."""
    names = [
        name
        for name, changes in by_commit.items()
        if any(operation.adds_keys for change in changes for operation in change.operations)
    ]
    return key_proofs(repository, names, policies)


def _with_secrets(trusted: Trusted) -> Snapshot:
    return policy_snapshot(
        trusted.source, trusted.entries, (entry.path for entry in trusted.entries if _is_secret(entry.path))
    )


def _is_secret(path: str) -> bool:
    place = classify(path)
    return isinstance(place, Place) and place.kind == SECRET
