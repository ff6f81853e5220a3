"""When somebody came to read secrets, and when somebody no longer did, from git's history."""

from collections.abc import Sequence

from qafiles.git.dates import day
from qafiles.history.former_users import users_of_keys
from qafiles.history.logged import entity_logs
from qafiles.reports.report import Cell, Column, Table, ref
from qafiles.reports.request import Request
from qafiles.snapshot import EntityFile
from qafiles.snapshot.key_owners import described


def readers_over_time(request: Request, secrets: Sequence[EntityFile]) -> Table:
    """Return a row for each commit by which somebody came to read a secret that was there before, or no longer does.

    Those of a secret are in the order of their commits, the newest first. Keys are named whole, with whose they are now.
    """
    history = request.possible_history
    files = {file.id: file for file in secrets if file.id is not None}
    logs = entity_logs(history, files) if history.unknown is None else {}
    entries = [
        (files[id_], entry)
        for id_, log in logs.items()
        for entry in log
        if not {"created", "restored", "held", "deleted"}.intersection(entry.what)
        and (entry.gained or entry.lost)
    ]
    recipients = {key for _, entry in entries for key in (*entry.gained, *entry.lost)}
    names = described(request.snapshot, recipients, users_of_keys(history, recipients))
    rows: tuple[tuple[Cell, ...], ...] = tuple(
        (
            ref(file),
            day(entry.commit.authored),
            entry.commit.name[:10],
            tuple(names[key] for key in entry.gained),
            tuple(names[key] for key in entry.lost),
        )
        for file, entry in entries
    )
    return Table(
        "readers",
        "Who came to read secrets, and who no longer does",
        (
            Column("secret", "secret"),
            Column("day", "day"),
            Column("commit", "commit"),
            Column("gained", "came to read"),
            Column("lost", "no longer read"),
        ),
        rows,
        "nobody came or went",
    )
