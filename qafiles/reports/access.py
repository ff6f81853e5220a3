"""Access: the members of organizations with their roles, and who can decrypt what."""

from collections.abc import Mapping

from qafiles.kinds import SECRET
from qafiles.reports.keys import Reader, members, readers, user_of
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.snapshot import EntityFile
from qafiles.snapshot.records import title


def build(request: Request) -> Report:
    """Return the members, the secrets with everybody who can decrypt them, and users that belong nowhere.

    Who can decrypt is what the files name in clear text; whoever could once may know old values.
    """
    secrets = request.selection.of_kind(SECRET)
    can_read = readers(request.snapshot, secrets)
    member_rows = tuple(_members(request, can_read))
    grants = tuple(_grants(request, secrets, can_read))
    homeless = tuple(_homeless(request))
    return request.report(
        (
            Figure("members", "members", len(member_rows)),
            Figure("admins", "admins", sum(row[3] == "admin" for row in member_rows)),
            Figure("guests", "guests", sum(row[3] == "guest" for row in member_rows)),
            Figure("users_without_membership", "users without membership", len(homeless)),
            Figure("grants", "keys that decrypt secrets", len(grants)),
            Figure("outside_grants", "keys of others than members", sum(row[4] is None for row in grants)),
        ),
        (
            Table(
                "members",
                "Members and roles",
                (
                    Column("organization", "organization"),
                    Column("user", "user"),
                    Column("name", "name"),
                    Column("role", "role"),
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
                    Column("user", "user"),
                    Column("role", "role"),
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
                len(keys) if isinstance(keys, list) else 0,
                own,
            )
        )
    return rows


def _grants(
    request: Request, secrets: tuple[EntityFile, ...], can_read: Mapping[str, tuple[Reader, ...]]
) -> Rows:
    roles = members(request.snapshot)
    rows: Rows = []
    for file in secrets:
        for reader in can_read.get(file.path, ()):
            user = reader.user
            role = roles.get((str(file.organization), user.handle)) if user is not None else None
            rows.append((ref(file), reader.label, reader.form, ref(user) if user else None, role))
    return rows


def _homeless(request: Request) -> Rows:
    users = [user_of(request.snapshot, member) for member in request.snapshot.of_kind("member")]
    known = {user.path for user in users if user is not None}
    return [(ref(user), title(user)) for user in request.selection.of_kind("user") if user.path not in known]
