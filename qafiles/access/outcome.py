"""What a change would leave: somebody who can still decide, nobody's login for two, and secrets that somebody still knows."""

from collections.abc import Collection, Iterator, Mapping

from qafiles.access.judging import Ruling
from qafiles.access.policy import Claim, Policy
from qafiles.kinds import ROLES, SECRET
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.recipients import in_stanza

_NAMES = {
    "key": "signing key",
    "pgp": "PGP key",
    "login": "login",
    "email": "e-mail address",
    "age": "key that decrypts",
}


def merged(base: Collection[str], ours: Collection[str], theirs: Collection[str]) -> set[str]:
    """Return the set that merging two changes of one gives: what either side added, without what either took out."""
    return {*ours} - ({*base} - {*theirs}) | ({*theirs} - {*base})


def lost_admins(base: Policy, trunk: Policy, tip: Policy | None, settings_file: str) -> Iterator[Ruling]:
    """Yield a refusal for each organization, and for the repository, that a merge would leave without an admin.

    `base` is the state at the merge base, `trunk` that into which the change goes, and `tip` that of the change.
    """
    if tip is None or (tip.faults and tip.faults != base.faults):
        why = tip.faults[0] if tip is not None else "there would be no settings"
        hint = "mend the settings in the same change"
        yield _refusal(
            settings_file, "change", f"nobody could decide about the next change: {why}", "QF806", hint
        )
    if tip is None:
        return
    for organization in sorted(trunk.organizations & tip.organizations):
        ours = trunk.admins(organization)
        if ours and not merged(base.admins(organization), ours, tip.admins(organization)):
            yield _refusal(
                f"organizations/{organization}/organization.yaml",
                "change",
                f"{organization} would have no admin any more",
                "QF806",
                "keep one of its admins, or make another member one in the same change",
            )
    admins = trunk.repository_admins
    if admins and not tip.faults and not merged(base.repository_admins, admins, tip.repository_admins):
        yield _refusal(
            settings_file,
            "change",
            "nobody could change what belongs to no organization any more: no user would be an admin of every organization",
            "QF806",
            "list a user under `access.repository_admins`, or make one an admin of every organization",
        )


def shared_claims(base: Policy, trunk: Policy, tip: Policy) -> Iterator[Ruling]:
    """Yield a refusal for each login, e-mail address and key that a change gives to a second user."""
    owners = [_owners(policy) for policy in (base, trunk, tip)]
    named: set[tuple[str, str]] = set()
    for claim, handles in sorted(owners[2].items(), key=lambda item: item[0].kind == "age"):
        added = sorted({*handles} - {*owners[0].get(claim, ())})
        together = merged(*(each.get(claim, ()) for each in owners))
        if len(together) < 2:
            continue
        # Of several new ones the first keeps it.
        for handle in added if len(added) < len(together) else added[1:]:
            other = next(name for name in sorted(together) if name != handle)
            if (handle, claim.value) in named:
                continue  # a signing key decrypts as well
            named.add((handle, claim.value))
            shown = claim.value if len(claim.value) <= 60 else f"…{claim.value[-20:]}"
            yield _refusal(
                tip.people[handle].path,
                "change",
                f"the {_NAMES[claim.kind]} `{shown}` is that of user {other}, too, so that nobody could tell them apart",
                "QF805",
                "delete it from one of the two",
            )


def shared_ids(base: Snapshot, tip: Snapshot) -> Iterator[Ruling]:
    """Yield a refusal for each file that takes the id of a user, to whom nothing that names the id would lead any more."""
    for id_, files in tip.shared_ids.items():
        users = [file for file in files if file.kind == "user"]
        known = {file.path for file in base.files.values() if file.id == id_}
        for file in files if users else ():
            other = next((user for user in users if user.path != file.path), None)
            if file.path not in known and other is not None:
                why = f"the id `{id_}` is that of user {other.handle}, too, so that nobody could tell which is meant"
                yield _refusal(
                    file.path, "change", why, "QF805", "give it an id of its own: `qafiles fix` mints one"
                )


def moved_roles(base: Policy, tip: Policy, paths: Collection[str]) -> Iterator[Ruling]:
    """Yield a refusal for each role that would be another one, though no file that says so is among the changed paths."""
    for handle in sorted({*base.roles, *tip.roles}):
        old, new = base.roles.get(handle, {}), tip.roles.get(handle, {})
        own = {policy.people[handle].path for policy in (base, tip) if handle in policy.people}
        for organization in sorted({*old, *new}):
            before, after = old.get(organization), new.get(organization)
            folder = f"organizations/{organization}/"
            about = (f"{folder}members/", f"{folder}organization.yaml")
            if before == after or not own.isdisjoint(paths) or any(path.startswith(about) for path in paths):
                continue
            yield _refusal(
                f"{folder}organization.yaml",
                "change",
                f"{handle} would be {after or 'no member'} of {organization} and is {before or 'none'}, though nothing there changes",
                "QF801",
                "change the role where it is written, in `organizations/<organization>/members/`",
            )


def _owners(policy: Policy) -> Mapping[Claim, list[str]]:
    owners: dict[Claim, list[str]] = {}
    for person in policy.people.values():
        for claim in person.claims:
            owners.setdefault(claim, []).append(person.handle)
    return owners


def known_secrets(before: Snapshot, old: Policy, new: Policy) -> Iterator[Ruling]:
    """Yield a warning for each member who loses a role, with the secrets that they can still know."""
    lost: dict[str, set[str]] = {}
    for handle, roles in old.roles.items():
        for organization, role in roles.items():
            now = new.role(_same_user(old, new, handle), organization)
            if now is None or ROLES.index(now) > ROLES.index(role):
                lost.setdefault(handle, set()).add(organization)
    if not lost:
        return
    secrets = [(file, _recipients(before, file)) for file in before.of_kind(SECRET)]
    for handle, organizations in sorted(lost.items()):
        own = old.people[handle].recipients
        known = [
            file.handle
            for file, keys in secrets
            if file.organization in organizations and (keys is None or not own.isdisjoint(keys))
        ]
        for organization in sorted(organizations):
            named = [name for name in known if name.startswith(f"{organization}/")]
            if named:
                now = new.role(_same_user(old, new, handle), organization)
                what = f"becomes {now}" if now is not None else "is no member any more"
                listed = ", ".join(named[:10]) + (f" and {len(named) - 10} more" if len(named) > 10 else "")
                yield _refusal(
                    _member_path(before, handle, organization),
                    "change",
                    f"{handle} {what} of {organization} and knows {listed}, also from git's history",
                    "QF807",
                    "take the key out with `qafiles secret recipients remove`, and change these values where they are used",
                )._replace(is_error=False)


def _same_user(old: Policy, new: Policy, handle: str) -> str | None:
    """Return the handle that a user has afterwards, who may have been renamed."""
    id_ = old.people[handle].id
    if handle in new.people and new.people[handle].id == id_:
        return handle
    return next(
        (person.handle for person in new.people.values() if id_ is not None and person.id == id_), None
    )


def _recipients(snapshot: Snapshot, file: EntityFile) -> frozenset[str] | None:
    content = snapshot.bytes_of(file.path)
    data = parse(content, MAX_SECRET_SIZE).data if content is not None else None
    stanza = data.get("sops") if isinstance(data, dict) else None
    if not isinstance(stanza, dict):
        return None
    return frozenset(recipient[1] for recipient, _ in in_stanza(stanza) if recipient is not None)


def _member_path(snapshot: Snapshot, handle: str, organization: str) -> str:
    for member in snapshot.of_kind("member"):
        link = next((link for link in snapshot.outgoing(member) if link.target is not None), None)
        user = link.target if link is not None else None
        if member.organization == organization and user is not None and user.handle == handle:
            return member.path
    return f"organizations/{organization}/members/{handle}.yaml"


def _refusal(path: str, what: str, why: str, code: str, hint: str) -> Ruling:
    return Ruling(None, path, what, "", why, code, hint)
