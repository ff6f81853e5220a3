"""The matrix: whether a person may do an operation on a path, and why; a function of values alone."""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.access.policy import Policy
from qafiles.access.target import Target, folded
from qafiles.kinds import SECRET
from qafiles.layout import PROJECT_KINDS
from qafiles.rules.path_globs import matches

if TYPE_CHECKING:
    from qafiles.models.access import AccessRule

OPERATIONS: Final = ("create", "change", "rename", "delete")

_OUTSIDE: Final = "../"

OWN_FIELDS: Final = frozenset({"name", "email", "logins", "signing_keys", "age_recipients"})
"""What users may change about themselves."""


class Operation(NamedTuple):
    """One operation on one path.

    `fields` are those that a change changes, or that a new file has: None where nobody can tell. `recipients` are the keys
    that decrypt a secret before and after, each None where it can't be read, and empty where there is no file; of a user
    the keys that are new.
    """

    name: str
    target: Target
    fields: frozenset[str] | None = frozenset()
    recipients: tuple[frozenset[str] | None, ...] = ()
    adds_keys: bool = False
    """Whether a user gets a signing key that was not theirs before, or may get one, where nobody can tell."""


class Verdict(NamedTuple):
    """Whether an operation is allowed, and the reason."""

    is_allowed: bool
    why: str


def _yes(why: str) -> Verdict:
    return Verdict(is_allowed=True, why=why)


def _no(why: str) -> Verdict:
    return Verdict(is_allowed=False, why=why)


def verdict(policy: Policy, handle: str | None, operation: Operation) -> Verdict:
    """Return whether a user, None for nobody known, may do an operation by a policy."""
    target = operation.target
    is_repository_admin = handle in policy.repository_admins
    if policy.faults:
        why = f"nobody else may change anything while the access settings can't be read ({policy.faults[0]})"
        return Verdict(is_repository_admin, why)
    if target.oddity is not None:
        return Verdict(is_repository_admin, target.oddity)
    if handle is None or handle not in policy.people:
        return _no("nobody known")
    for number, rule in enumerate(policy.settings.rules):
        fit = _fits(policy, number, handle, target)
        if fit == "no":
            continue
        return _by_rule(rule, number, operation, is_exact=fit == "exact")
    return _by_role(policy, handle, operation, is_repository_admin=is_repository_admin)


def _fits(policy: Policy, number: int, handle: str, target: Target) -> str:
    """Return whether a rule is for a person and a path: `exact`, `folded` where only case tells them apart, or `no`."""
    rule = policy.settings.rules[number]
    if rule.kinds and target.kind not in rule.kinds:
        return "no"
    if handle not in policy.rule_people[number] and _own_roles(policy, handle, target).isdisjoint(rule.who):
        return "no"
    if target.path.startswith(_OUTSIDE):
        # `**` and a rule without paths mean the data root, not what runs beside it.
        return (
            "exact" if any(g.startswith(_OUTSIDE) and matches(g, target.path) for g in rule.paths) else "no"
        )
    if not rule.paths or any(matches(glob, target.path) for glob in rule.paths):
        return "exact"
    return "folded" if any(matches(folded(glob), folded(target.path)) for glob in rule.paths) else "no"


def _own_roles(policy: Policy, handle: str, target: Target) -> frozenset[str]:
    """Return a person's roles where a path belongs: of what belongs to no organization, those in any."""
    own = policy.roles.get(handle, {})
    if target.organization is None:
        return frozenset(own.values())
    return frozenset({own[target.organization]} if target.organization in own else ())


def _by_rule(rule: "AccessRule", number: int, operation: Operation, *, is_exact: bool) -> Verdict:
    name = f"rule {number + 1} under `access.rules`"
    if operation.name not in rule.may:
        permitted = " and ".join(rule.may) if rule.may else "nothing"
        return _no(f"{name} decides, which allows {permitted}")
    if not is_exact:
        return _no(f"{name} would allow it to a path that differs in case alone")
    if rule.fields and operation.name in {"create", "change"}:
        allowed = {*rule.fields, *(("id",) if operation.name == "create" else ())}
        if operation.fields is None:
            return _no(f"{name} is for some fields, and nobody can tell which ones are changed")
        others = sorted(operation.fields - allowed)
        if others:
            return _no(f"{name} allows {', '.join(rule.fields)}, and not {', '.join(others)}")
    return _yes(f"{name} allows it")


def _by_role(policy: Policy, handle: str, operation: Operation, *, is_repository_admin: bool) -> Verdict:
    target, name = operation.target, operation.name
    organization, kind = target.organization, target.kind
    role = policy.role(handle, organization)
    if organization is None or (kind == "organization" and name != "change"):
        is_own = kind == "user" and _is_own(policy, handle, operation)
        if is_own and not is_repository_admin and _takes_unowned(policy, operation):
            return _no(
                "a key that secrets are encrypted for, and that is no user's, needs a repository admin"
            )
        if is_own:
            return _yes("users may change their own name, e-mail, logins and keys")
        if is_repository_admin:
            return _yes("a repository admin may")
        what = "a new, renamed or deleted organization" if organization else "what belongs to no organization"
        return _no(f"{what} needs a repository admin")
    if role is None:
        if is_repository_admin and not policy.admins(organization):
            return _yes(f"a repository admin may, since {organization} has no admin")
        return _no(f"no member of {organization}")
    if role == "admin":
        return _yes(f"an admin of {organization} may")
    if role == "guest":
        return _no(f"a guest of {organization} may change nothing")
    if kind not in PROJECT_KINDS:
        return _no(f"a member of {organization} may change what is in its projects alone")
    if target.lacks_project:
        return _no(f"a new project needs an admin of {organization}")
    if kind == SECRET:
        own = policy.people[handle].recipients
        if any(keys is None or own.isdisjoint(keys) for keys in operation.recipients):
            return _no("a member may change the secrets that a key of theirs decrypts")
    return _yes(f"a member of {organization} may")


def _is_own(policy: Policy, handle: str, operation: Operation) -> bool:
    """Return whether an operation changes nothing but what users may change about themselves."""
    return (
        operation.name == "change"
        and operation.target.path == policy.people[handle].path
        and operation.fields is not None
        and operation.fields <= OWN_FIELDS
    )


def _takes_unowned(policy: Policy, operation: Operation) -> bool:
    """Return whether a user would get a key that decrypts secrets already, and with it the right to write them."""
    return bool(policy.unowned_recipients) and any(
        keys is None or not policy.unowned_recipients.isdisjoint(keys) for keys in operation.recipients
    )


def allowed_people(policy: Policy, operation: Operation) -> Iterator[str]:
    """Yield the users who may do an operation, sorted by handle."""
    return (handle for handle in sorted(policy.people) if verdict(policy, handle, operation).is_allowed)


def who_may(policy: Policy, operation: Operation) -> str:
    """Return who may do an operation, in words."""
    names = [*allowed_people(policy, operation)]
    more = f" and {len(names) - 5} more" if len(names) > 5 else ""
    return ", ".join(names[:5]) + more
