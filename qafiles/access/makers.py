"""Who made each commit: by its signature, by the platform's word, or by what its author says."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Final, Literal, NamedTuple

from qafiles.access.policy import Claim, Policy, email_claim, login_claim
from qafiles.git import GitRepository
from qafiles.git.changes_between import RawCommit
from qafiles.git.signatures import Signature, signatures

Mode = Literal["error", "warn", "platform"]
MODES: Final[tuple[Mode, ...]] = ("error", "warn", "platform")
"""The strictest first."""

_BAD: Final = {
    "B": "its signature is bad: the commit was altered after it was signed, or the signature can't be checked",
    "X": "its signature has expired",
    "Y": "the key of its signature has expired",
    "R": "the key of its signature was revoked",
}
_MOST_COVERED: Final = 20_000
"""Commits up to which it is looked at who merged which: more would take memory of their number squared."""


class Maker(NamedTuple):
    """Who may answer for a commit: `claims` are those whose word counts, and `own` that of the commit itself.

    `missing` says why the commit names nobody, and `is_bad` that its signature is worse than none. `is_unsigned` is a commit
    whose author was taken at their word.
    """

    claims: tuple[Claim, ...]
    own: Claim | None = None
    missing: str | None = None
    is_bad: bool = False
    is_unsigned: bool = False


@dataclass(frozen=True)
class Word:
    """The platform's word: the login of who made the change, and of those who approved it."""

    actor: str | None = None
    approved_by: tuple[str, ...] = ()

    @property
    def claims(self) -> tuple[Claim, ...]:
        """The claims of all of them, the maker's first."""
        names = [self.actor, *self.approved_by]
        return tuple(dict.fromkeys(login_claim(name) for name in names if name))


NOBODY: Final = Word()
"""Where the platform says nothing."""


def mode_of(policies: Iterable[Policy]) -> Mode:
    """Return what the strictest of some policies asks for; signatures where one can't be read."""
    modes: list[Mode] = ["error" if p.faults else p.settings.require_signed for p in policies]
    return min(modes, key=MODES.index, default="error")


def makers(
    repository: GitRepository,
    commits: Sequence[RawCommit],
    policies: Sequence[Policy],
    mode: Mode,
    word: Word,
) -> Mapping[str, Maker]:
    """Return who made each commit."""
    if mode == "platform":
        maker = Maker(word.claims, next(iter(word.claims), None))
        return {commit.name: maker for commit in commits}
    keys = sorted({key for policy in policies for key in policy.keys})
    names = [commit.name for commit in commits]
    signed = signatures(repository, names, keys)
    own = {
        commit.name: _maker(commit, signed.get(commit.name, Signature("N")), policies, mode)
        for commit in commits
    }
    return _with_mergers(commits, own)


def key_proofs(
    repository: GitRepository, names: Sequence[str], policies: Sequence[Policy]
) -> Mapping[str, Claim]:
    """Return the claim of each of some commits that is signed by a known key."""
    keys = sorted({key for policy in policies for key in policy.keys})
    if not keys:
        return {}
    signed = signatures(repository, names, keys)
    claims = ((name, _claim(signature)) for name, signature in signed.items())
    return {name: claim for name, claim in claims if claim is not None}


def _claim(signature: Signature) -> Claim | None:
    if signature.key is not None:
        return Claim("key", signature.key) if signature.status == "G" else None
    # A key ring trusts nobody until somebody says so; the fingerprint in the policy does.
    good = signature.status in {"G", "U"} and signature.fingerprint is not None
    return Claim("pgp", str(signature.fingerprint)) if good else None


def _maker(commit: RawCommit, signature: Signature, policies: Sequence[Policy], mode: Mode) -> Maker:
    claim = _claim(signature)
    if signature.status in _BAD:
        return Maker((), missing=_BAD[signature.status], is_bad=True)
    if claim is not None and all(policy.who(claim) is not None for policy in policies):
        return Maker((claim,), claim)
    missing = "it is not signed" if signature.status == "N" else "it is signed by a key of no user"
    if mode == "warn":
        author = email_claim(commit.email)
        return Maker((author,), author, missing, is_unsigned=True)
    return Maker((), missing=missing)


def _with_mergers(commits: Sequence[RawCommit], own: Mapping[str, Maker]) -> Mapping[str, Maker]:
    """Return the makers, with those who signed a merge for what it merges: not for what was there on its first line."""
    merges = [commit for commit in commits if len(commit.parents) > 1]
    signers = {
        commit.name: claim for commit in merges if (claim := own[commit.name].own) and claim.is_signature
    }
    if not signers or len(commits) > _MOST_COVERED:
        return own
    # None comes before its children, so that its parents' sets are known when the list is read backwards.
    numbers = {commit.name: number for number, commit in enumerate(reversed(commits))}
    reached: dict[str, int] = {}
    claims: dict[str, dict[Claim, None]] = {name: dict.fromkeys(maker.claims) for name, maker in own.items()}
    names = [commit.name for commit in reversed(commits)]
    for commit in reversed(commits):
        parents = [reached.get(parent, 0) for parent in commit.parents]
        every = 0
        for parent in parents:
            every |= parent
        signer = signers.get(commit.name)
        if signer is not None:
            merged = every & ~parents[0]
            while merged:
                lowest = merged & -merged
                claims[names[lowest.bit_length() - 1]].setdefault(signer)
                merged ^= lowest
        reached[commit.name] = every | 1 << numbers[commit.name]
    return {name: maker._replace(claims=tuple(claims[name])) for name, maker in own.items()}
