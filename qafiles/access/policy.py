"""A policy: the people, their roles, what proves who they are, and the rules, as one state of a data root says."""

import base64
from collections.abc import Collection, Iterable, Iterator, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Any, Final, Literal, NamedTuple

from qafiles.kinds import ROLES
from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.loading.loader import load
from qafiles.rules.faulty_access_rule import user_named
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.config import CONFIG_FILE
from qafiles.sops_files.recipients import is_age_recipient
from qafiles.sources import Source, SourceEntry
from qafiles.sources.overlay import OverlaySource

if TYPE_CHECKING:
    from qafiles.models.access import AccessSettings

POLICY_KINDS: Final = frozenset({"user", "member", "organization"})
"""The kinds that say who has which role."""

ClaimKind = Literal["key", "pgp", "login", "email", "age"]


class Claim(NamedTuple):
    """What says who somebody is: an SSH key, a PGP fingerprint, a login on the forge, an e-mail address, or a key that decrypts."""

    kind: ClaimKind
    value: str

    @property
    def is_signature(self) -> bool:
        """Whether nobody can claim it without the private key."""
        return self.kind in {"key", "pgp"}


class Person(NamedTuple):
    """A user as the policy knows them; `keys` are SSH keys as type and key alone, `recipients` those that decrypt."""

    handle: str
    id: str | None
    path: str
    claims: frozenset[Claim]
    recipients: frozenset[str]


class _Said(NamedTuple):
    """What one state of a data root says."""

    people: Mapping[str, Person]
    roles: Mapping[str, Mapping[str, str]]
    organizations: frozenset[str]
    settings: "AccessSettings"
    repository_admins: frozenset[str]
    rule_people: tuple[frozenset[str], ...]
    unowned_recipients: frozenset[str] = frozenset()
    """The keys for which `.sops.yaml` encrypts secrets and that are no user's: those of CI, or for emergencies."""
    faults: tuple[str, ...] = ()


class Policy(_Said):
    """Who has which role, as one state of a data root says.

    `roles` has the role of a user, by handle, in each organization. `repository_admins` are users by handle. With `faults`,
    sentences about what can't be read of `access`, nothing is allowed to others than these.
    """

    @cached_property
    def _by_claim(self) -> Mapping[Claim, str | None]:
        owners: dict[Claim, str | None] = {}
        for person in self.people.values():
            for claim in person.claims:
                owners[claim] = None if claim in owners else person.handle
        return owners

    def who(self, claim: Claim) -> str | None:
        """Return the handle of the one user whom a claim means; None where it is nobody's, or that of several."""
        return self._by_claim.get(claim)

    @property
    def keys(self) -> list[str]:
        """The SSH keys that mean one user, sorted."""
        return sorted(
            claim.value
            for claim, owner in self._by_claim.items()
            if claim.kind == "key" and owner is not None
        )

    @cached_property
    def has_signing_admin(self) -> bool:
        """Whether a repository admin has a key that signs."""
        return any(
            claim.is_signature for name in self.repository_admins for claim in self.people[name].claims
        )

    def role(self, handle: str | None, organization: str | None) -> str | None:
        """Return a user's role in an organization; None for no member."""
        return self.roles.get(handle or "", {}).get(organization or "")

    def admins(self, organization: str) -> list[str]:
        """Return the admins of an organization by handle, sorted."""
        return sorted(handle for handle, roles in self.roles.items() if roles.get(organization) == "admin")


def login_claim(login: str) -> Claim:
    """Return the claim of an account on a forge, where logins differ in more than case."""
    return Claim("login", login.casefold())


def email_claim(email: str) -> Claim:
    """Return the claim of an e-mail address."""
    return Claim("email", email.strip().casefold())


def key_claim(key: str) -> Claim | None:
    """Return the claim of an SSH public key without its comment, spelled as OpenSSH does.

    None for a certificate, which others may issue, and for what is no key.
    """
    form, _, rest = key.partition(" ")
    try:
        data = base64.b64decode(rest.partition(" ")[0], validate=True)
        name = form.encode("ascii")
    except ValueError:
        return None
    # The bytes begin with the type once more, https://datatracker.ietf.org/doc/html/rfc4253#section-6.6.
    if "-cert-" in form or not data.startswith(len(name).to_bytes(4, "big") + name):
        return None
    # Several texts in base64 may mean the same bytes.
    return Claim("key", f"{form} {base64.b64encode(data).decode('ascii')}")


def policy_snapshot(source: Source, entries: Iterable[SourceEntry], more: Iterable[str] = ()) -> Snapshot:
    """Return a snapshot of what a policy is read from: settings, users, members, organizations, and some more paths.

    `entries` are those of the source.
    Raises DataRootError where the source has no settings.
    """
    paths = frozenset(more)
    chosen = tuple(entry for entry in entries if entry.path in paths or decides(entry.path))
    return load(OverlaySource(source, chosen, {}))


def decides(path: str) -> bool:
    """Return whether a policy is read from a path."""
    if path in (SETTINGS_FILE, CONFIG_FILE):
        return True
    # Test data lies deeper, and is most of what there is.
    if path.count("/") > 3 or not path.startswith(("users/", "organizations/")):
        return False
    place = classify(path)
    return isinstance(place, Place) and place.kind in POLICY_KINDS


def policy_of(snapshot: Snapshot) -> Policy:
    """Return the policy that a snapshot states; what has errors gives nobody anything."""
    access = snapshot.settings.access
    faults = tuple(_faults(snapshot))
    # Of a key that stands twice, readers take one value or the other.
    ambiguous = {
        each.path for each in snapshot.diagnostics if each.severity == "error" and each.code[:3] == "QF1"
    }
    people = {
        file.handle: _person(file, is_clear=file.path not in ambiguous) for file in snapshot.of_kind("user")
    }
    for name, fingerprints in access.pgp_keys.items():
        user = user_named(snapshot, name)
        if user is not None:
            claims = people[user.handle].claims | {Claim("pgp", print_) for print_ in fingerprints}
            people[user.handle] = people[user.handle]._replace(claims=claims)
    roles = _roles(snapshot, ambiguous)
    organizations = frozenset(file.handle for file in snapshot.of_kind("organization"))
    everywhere = {
        handle
        for handle, own in roles.items()
        if organizations and all(own.get(name) == "admin" for name in organizations)
    }
    return Policy(
        people,
        roles,
        organizations,
        access,
        frozenset(everywhere | _handles(snapshot, access.repository_admins)),
        tuple(_handles(snapshot, (name for name in rule.who if name not in ROLES)) for rule in access.rules),
        _configured_recipients(snapshot).difference(*(person.recipients for person in people.values())),
        faults,
    )


def _configured_recipients(snapshot: Snapshot) -> frozenset[str]:
    """Return the keys for which `.sops.yaml` encrypts secrets."""
    if CONFIG_FILE not in snapshot.entries:
        return frozenset()
    from qafiles.rules.sops_config import sops_config  # noqa: PLC0415  # needed only where there are secrets

    config = sops_config(snapshot)
    rules = config.rules if config is not None else ()
    return frozenset(key for rule in rules for _, key in rule.recipients)


def _faults(snapshot: Snapshot) -> Iterator[str]:
    """Yield what keeps the access settings from being known."""
    for diagnostic in snapshot.diagnostics:
        concerns = not diagnostic.pointer or diagnostic.pointer[0] == "access"
        if diagnostic.path == SETTINGS_FILE and diagnostic.severity == "error" and concerns:
            yield f"{SETTINGS_FILE}:{diagnostic.line}:{diagnostic.column}: {diagnostic.message}"


def _handles(snapshot: Snapshot, names: Iterable[str]) -> frozenset[str]:
    """Return the users among the names of a list."""
    users = (user_named(snapshot, name) for name in names)
    return frozenset(user.handle for user in users if user is not None)


def _person(file: EntityFile, *, is_clear: bool) -> Person:
    if not is_clear:
        return Person(file.handle, file.id, file.path, frozenset(), frozenset())
    claims = {login_claim(login) for login in _texts(file, "logins")}
    claims |= {claim for key in _texts(file, "signing_keys") if (claim := key_claim(key)) is not None}
    email = file.get("email")
    if isinstance(email, str):
        claims.add(email_claim(email))
    recipients = frozenset(recipients_of(file.data))
    claims |= {Claim("age", recipient) for recipient in recipients}
    return Person(file.handle, file.id, file.path, frozenset(claims), recipients)


def recipients_of(user: Mapping[str, Any]) -> Iterator[str]:
    """Yield the keys that decrypt for a user, as SOPS writes them: SSH keys without their comments."""
    for name in ("age_recipients", "signing_keys"):
        listed = user.get(name)
        for key in (key for key in listed if isinstance(key, str)) if isinstance(listed, list) else ():
            claim = key_claim(key)
            recipient = claim.value if claim is not None else key
            # What is no such key may be the name of a PGP key or of a key service, which a secret's file lists beside them.
            if is_age_recipient(recipient):
                yield recipient


def _texts(file: EntityFile, name: str) -> list[str]:
    value = file.get(name)
    return [item for item in value if isinstance(item, str)] if isinstance(value, list) else []


def _roles(snapshot: Snapshot, ambiguous: Collection[str]) -> Mapping[str, Mapping[str, str]]:
    """Return the roles of each user; of two memberships in one organization the one that allows less counts."""
    roles: dict[str, dict[str, str]] = {}
    for member in snapshot.of_kind("member"):
        role, named = member.get("role"), member.get("user_id")
        link = next((link for link in snapshot.outgoing(member) if link.reference.target == "user"), None)
        is_clear = named not in snapshot.shared_ids and member.path not in ambiguous
        user = link.target if link is not None and is_clear else None
        if user is None or user.kind != "user" or role not in ROLES or member.organization is None:
            continue
        own = roles.setdefault(user.handle, {})
        own[member.organization] = max(own.get(member.organization, role), role, key=ROLES.index)
    return roles
