"""Secrets: how old their values are, who can decrypt them, and what uses them. No value is ever read."""

from collections.abc import Sequence
from datetime import date, datetime
from typing import Final

from qafiles.git.dates import day
from qafiles.kinds import SECRET
from qafiles.reports.authors import days_between
from qafiles.reports.field_authors import commits_of_fields
from qafiles.reports.keys import Reader, members, readers
from qafiles.reports.reader_changes import readers_over_time
from qafiles.reports.report import Cell, Column, Figure, Report, Table, ref
from qafiles.reports.request import Request
from qafiles.snapshot import EntityFile
from qafiles.snapshot.environments import users_of_secrets
from qafiles.snapshot.unread import is_unused

WIDELY: Final = 10
"""How many entities may refer to a secret, or keys decrypt it, before it counts as widely shared."""


def build(request: Request) -> Report:
    """Return what is known of the selected secrets without a key.

    A value is as old as the commit that gave the secret its version, without git as old as its `updated_at`.
    `not members` are recipients that are no member of the organization, `members without` those who could be recipients
    and are not: not guests, and with keys.
    """
    secrets = request.selection.of_kind(SECRET)
    by_path = readers(request.snapshot, secrets)
    changed = _changed(request, secrets)
    users = users_of_secrets(request.snapshot)
    rows = tuple(
        _row(request, file, by_path[file.path], changed.get(file.path), users.get(file.path, ()))
        for file in secrets
    )
    notes = [*request.history_notes()] if secrets else []
    if secrets and request.today is None:
        notes.append("without git's history ages have no day to be counted from; --as-of gives one")
    return request.report(
        (
            Figure("secrets", "secrets", len(secrets)),
            Figure("old", f"values older than {request.days} days", _count(rows, "old value")),
            Figure("unused", "secrets that nothing uses", _count(rows, "unused")),
            Figure("outsiders", "secrets that others than members can decrypt", _count(rows, "not members")),
            Figure("widely_shared", "secrets that are shared widely", _count(rows, "shared widely")),
        ),
        (
            Table(
                "secrets",
                "Secrets",
                (
                    Column("secret", "secret"),
                    Column("version", "version", "number"),
                    Column("changed", "value changed"),
                    Column("days", "days", "number"),
                    Column("recipients", "recipients"),
                    Column("not_members", "not members"),
                    Column("members_without", "members without"),
                    Column("used_by", "used by", "number"),
                    Column("attention", "attention"),
                ),
                rows,
                "there is no secret",
            ),
            readers_over_time(request, secrets),
        ),
        notes=tuple(notes),
        dated=bool(secrets),
    )


def _changed(request: Request, secrets: tuple[EntityFile, ...]) -> dict[str, date | None]:
    """Return the day on which each secret got its version, by path."""
    wanted = {file.id: ("version",) for file in secrets if file.id is not None}
    commits = commits_of_fields(request.possible_history, wanted) if wanted else {}
    days = {}
    for file in secrets:
        commit = commits.get((file.id or "", "version"))
        days[file.path] = day(commit.authored) if commit is not None else _written(file.get("updated_at"))
    return days


def _written(text: object) -> date | None:
    try:
        return datetime.fromisoformat(str(text)).date()
    except ValueError:
        return None


def _row(
    request: Request,
    file: EntityFile,
    can_read: tuple[Reader, ...],
    changed: date | None,
    users: Sequence[EntityFile],
) -> tuple[Cell, ...]:
    roles = members(request.snapshot)
    organization = str(file.organization)
    mine = {reader.user.handle for reader in can_read if reader.user is not None}
    outsiders = tuple(
        reader.label
        for reader in can_read
        if reader.user is None or (organization, reader.user.handle) not in roles
    )
    without = tuple(
        user.handle
        for user in request.snapshot.of_kind("user")
        if roles.get((organization, user.handle), "guest") != "guest"
        and user.get("age_recipients")
        and user.handle not in mine
    )
    age = days_between(changed, request.today)
    version = file.get("version")
    attention = {
        "old value": age is not None and age > request.days,
        "unused": not users and is_unused(request.snapshot, file),
        "not members": bool(outsiders),
        "no recipients": not can_read and request.snapshot.is_legible(file),
        "shared widely": max(len(users), len(can_read)) > WIDELY,
    }
    return (
        ref(file),
        version if isinstance(version, int) else None,
        changed,
        age,
        tuple(dict.fromkeys(reader.label for reader in can_read)),
        outsiders,
        without,
        len(users),
        tuple(word for word, is_so in attention.items() if is_so),
    )


def _count(rows: tuple[tuple[Cell, ...], ...], word: str) -> int:
    return sum(isinstance(row[-1], tuple) and word in row[-1] for row in rows)
