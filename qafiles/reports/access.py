"""Access: the members of organizations with their roles, who can decrypt what, and who may change what."""

from collections.abc import Iterable, Iterator, Mapping
from typing import NamedTuple

from qafiles.access.policy import policy_of
from qafiles.access.table import rights_table
from qafiles.kinds import SECRET
from qafiles.reports.keys import Reader, members, readers, user_of
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.snapshot import EntityFile
from qafiles.snapshot.titles import title
from qafiles.snapshot.unread import may_concern
from qafiles.sops_files.recipients import age_keys


def build(request: Request) -> Report:
    """Return the members, the secrets with everybody who can decrypt them, and users that belong nowhere.

    Who can decrypt is what the files name in clear text; whoever could once may know old values.
    """
    secrets = request.selection.of_kind(SECRET)
    can_read = readers(request.snapshot, secrets)
    member_rows = tuple(_members(request, can_read))
    everyone = tuple(_grants(request, secrets, can_read))
    outside = [grant for grant in everyone if grant.role is None]
    grants = tuple(grant.row() for grant in everyone)
    homeless = tuple(_homeless(request))
    return request.report(
        (
            Figure("members", "members", len(member_rows)),
            Figure("admins", "admins", sum(row[3] == "admin" for row in member_rows)),
            Figure("guests", "guests", sum(row[3] == "guest" for row in member_rows)),
            Figure("users_without_membership", "users without membership", len(homeless)),
            Figure("keys", "keys that decrypt secrets", len(_keys(everyone))),
            Figure("outside_keys", "keys of others than members", len(_keys(outside))),
            Figure("grants", "grants (a secret for a key)", len(grants)),
            Figure("outside_grants", "grants to others than members", len(outside)),
        ),
        (
            Table(
                "members",
                "Members and roles",
                (
                    Column("organization", "organization"),
                    Column("user", "user", missing="unknown"),
                    Column("name", "name"),
                    Column("role", "role", missing="none"),
                    Column("keys", "keys", "number"),
                    Column("secrets", "secrets", "number"),
                ),
                member_rows,
                "no organization has a member",
            ),
            Table(
                "secrets",
                "Who can decrypt what",
                (
                    Column("secret", "secret"),
                    Column("reader", "reader"),
                    Column("key", "type of key"),
                    Column("user", "user", missing="nobody known"),
                    Column("role", "role", missing="not a member"),
                ),
                grants,
                "there is no secret",
            ),
            Table(
                "users",
                "Users without membership",
                (Column("user", "user"), Column("name", "name")),
                homeless,
                "every user is a member somewhere",
            ),
            Table(
                "rights",
                "Who may change what",
                (
                    Column("place", "place"),
                    Column("kinds", "what"),
                    Column("user", "user"),
                    Column("operations", "may"),
                    Column("why", "why"),
                ),
                tuple(_rights(request)),
                "nobody may change anything",
            ),
        ),
    )


Rows = list[tuple[Cell, ...]]


def _members(request: Request, can_read: Mapping[str, tuple[Reader, ...]]) -> Rows:
    rows: Rows = []
    files = request.snapshot.files
    for member in request.selection.of_kind("member"):
        user = user_of(request.snapshot, member)
        role, keys = member.get("role"), user.get("age_recipients") if user is not None else None
        own = sum(
            files[path].organization == member.organization
            and any(
                reader.user is not None and user is not None and reader.user.path == user.path
                for reader in named
            )
            for path, named in can_read.items()
        )
        rows.append(
            (
                member.organization,
                ref(user) if user is not None else None,
                title(user) if user is not None else None,
                role if isinstance(role, str) else None,
                len(age_keys(keys)),
                own,
            )
        )
    return rows


class _Grant(NamedTuple):
    """A secret that a key decrypts, and the role of who has the key: None where that is no member."""

    secret: EntityFile
    reader: Reader
    role: str | None

    def row(self) -> tuple[Cell, ...]:
        """Return the cells of the grant."""
        user = self.reader.user
        return ref(self.secret), self.reader.label, self.reader.form, ref(user) if user else None, self.role


def _grants(
    request: Request, secrets: tuple[EntityFile, ...], can_read: Mapping[str, tuple[Reader, ...]]
) -> Iterator[_Grant]:
    roles = members(request.snapshot)
    for file in secrets:
        for reader in can_read.get(file.path, ()):
            user = reader.user
            role = roles.get((str(file.organization), user.handle)) if user is not None else None
            yield _Grant(file, reader, role)


def _rights(request: Request) -> Iterator[tuple[Cell, ...]]:
    """Yield who may do what, in the selected projects and what lies around them."""
    snapshot = request.snapshot
    projects = {file.handle for file in snapshot.of_kind("project")}
    selected = {file.handle for file in request.selection.of_kind("project")}
    for row in rights_table(snapshot, policy_of(snapshot)):
        if row.place not in projects or row.place in selected:
            yield row.place, ", ".join(row.kinds), row.user, " ".join(row.operations), row.why


def _keys(grants: Iterable[_Grant]) -> set[tuple[str, str]]:
    """Return the keys of grants, each once however many secrets it decrypts; what is illegible is one in each file."""
    return {
        (grant.reader.form, grant.reader.key if grant.reader.key is not None else grant.secret.path)
        for grant in grants
    }


def _homeless(request: Request) -> Rows:
    users = [user_of(request.snapshot, member) for member in request.snapshot.of_kind("member")]
    known = {user.path for user in users if user is not None}
    return [
        (ref(user), title(user))
        for user in request.selection.of_kind("user")
        if user.path not in known and not may_concern(request.snapshot, user, "member")
    ]
