"""Judging: whether those who answer for a change may make it, by every policy that counts."""

from typing import Final, NamedTuple

from qafiles.access.makers import Maker
from qafiles.access.matrix import Operation, Verdict, verdict, who_may
from qafiles.access.operations import PathChange
from qafiles.access.policy import Claim, Policy
from qafiles.git.changes_between import RawCommit
from qafiles.layout import LABELS


class Ruling(NamedTuple):
    """What was decided about one path of a commit, or of the change as a whole where `commit` is None.

    `code` is that of the rule that is broken, empty where the change is allowed.
    """

    commit: RawCommit | None
    path: str
    what: str
    who: str
    why: str
    code: str = ""
    hint: str = ""
    is_error: bool = True

    @property
    def is_allowed(self) -> bool:
        """Whether somebody who answers for it may do it."""
        return not self.code


class Judge(NamedTuple):
    """The policies that all must allow a change."""

    policies: tuple[Policy, ...]
    is_platform: bool

    def ruling(
        self, change: PathChange, maker: Maker, commit: RawCommit | None, proof: Claim | None = None
    ) -> Ruling:
        """Return what is decided about one path; `proof` is the key that signed it, where signatures do not decide."""
        why = ""
        for operation in change.operations:
            claims = () if maker.is_bad else maker.claims
            if operation.adds_keys:
                claims = (*claims, *([proof] if proof is not None else ()))
            first = allowed = None
            for claim in claims:
                answer = self._verdict(operation, claim)
                first = first or answer
                if answer.is_allowed:
                    allowed = answer
                    break
            if allowed is None:
                return self._refusal(change, operation, maker, commit, first)
            why = why or allowed.why
        return Ruling(commit, change.path, change.what, self._who(maker), why)

    def _verdict(self, operation: Operation, claim: Claim) -> Verdict:
        """Return the verdict on one person: all policies must allow it."""
        answer = Verdict(is_allowed=False, why="nobody known")
        for policy in self.policies:
            handle = policy.who(claim)
            answer = verdict(policy, handle, operation)
            if (
                answer.is_allowed
                and operation.adds_keys
                and not _may_add_keys(policy, handle, claim, operation)
            ):
                answer = Verdict(is_allowed=False, why=_KEYS)
            if not answer.is_allowed:
                return answer
        return answer

    def _who(self, maker: Maker) -> str:
        for claim in maker.claims:
            handle = self.policies[-1].who(claim)
            if handle is not None:
                return handle
        return f"`{maker.own.value[:80]}`, whom no user names" if maker.own is not None else "nobody known"

    def _refusal(
        self,
        change: PathChange,
        operation: Operation,
        maker: Maker,
        commit: RawCommit | None,
        first: Verdict | None,
    ) -> Ruling:
        who = self._who(maker)
        fields = (
            f" {', '.join(sorted(operation.fields))} of"
            if operation.name == "change" and operation.fields
            else ""
        )
        target = operation.target
        label = LABELS[target.kind] if target.kind is not None else "file"
        what = f"{operation.name}{fields} this {label}"
        able = who_may(self.policies[-1], operation)
        if operation.target.path != change.path:
            what += f" at `{operation.target.path}`"
        if maker.missing is not None and (first is None or not maker.is_unsigned):
            code = "QF803" if maker.is_bad else "QF802"
            hint = f"let it be signed, or merged with a signature, by who may do it{_names(able)}"
            return Ruling(
                commit,
                change.path,
                change.what,
                who,
                f"{maker.missing}, so that nobody may {what}",
                code,
                hint,
            )
        why = first.why if first is not None else "nobody answers for it"
        code = "QF804" if why == _KEYS else "QF801"
        if code == "QF804":
            hint = "sign the commit with a key that is listed already, or let a repository admin add it"
        elif self.is_platform:
            hint = f"let it be approved by one of those who may{_names(able)}"
        else:
            hint = f"let it be made, or merged with a signature, by one of those who may{_names(able)}"
        if not able:
            hint = _nobody(self.policies[-1], operation)
        reason = "" if why == "nobody known" else f": {why}"
        return Ruling(commit, change.path, change.what, who, f"{who} may not {what}{reason}", code, hint)


_KEYS: Final = "a new signing key needs a signature by an old one of the same user, or a repository admin"


def _may_add_keys(policy: Policy, handle: str | None, claim: Claim, operation: Operation) -> bool:
    if handle in policy.repository_admins:
        # A key that an e-mail address alone brought in would outlive the time in which such a word counts.
        return claim.kind != "email" or not policy.has_signing_admin
    return claim.is_signature and handle is not None and policy.people[handle].path == operation.target.path


def _names(able: str) -> str:
    return f": {able}" if able else ""


def _nobody(policy: Policy, operation: Operation) -> str:
    if operation.target.organization is None or operation.target.oddity is not None:
        return "a repository admin may, and there is none: list one under `access.repository_admins`"
    if policy.settings.rules:
        return "nobody may, as the rules under `access.rules` are"
    return f"nobody may: {operation.target.organization} has no member who could"


def no_commit(change: PathChange) -> Ruling:
    """Return the refusal of a path that differs as a whole and that no commit changed."""
    return Ruling(
        None,
        change.path,
        change.what,
        "nobody known",
        "it differs from the merge base, and no commit says who changed it",
        "QF801",
        "let a commit make the change, or merge the two branches again",
    )
