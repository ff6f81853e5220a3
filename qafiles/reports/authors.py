"""Authors of commits, named as the data root names its users."""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

from qafiles.git.log import LoggedCommit
from qafiles.snapshot import Snapshot
from qafiles.snapshot.records import title


class Authors:
    """The people behind commits: a user by the author's e-mail address, else the name that the commit gives."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._users = {
            email.casefold(): title(user)
            for user in reversed(snapshot.of_kind("user"))
            if isinstance(email := user.get("email"), str)
        }

    def name(self, commit: LoggedCommit) -> str:
        """Return what to call the author of a commit."""
        return self._users.get(commit.email.casefold()) or commit.author or commit.email or "nobody"


@lru_cache(maxsize=65_536)
def day(raw: str) -> date | None:
    """Return the day in UTC of git's raw date `1700000000 +0100`; None beyond the years 1 to 9999."""
    seconds = raw.partition(" ")[0]
    try:
        return (datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))).date()
    except (ValueError, OverflowError):
        return None


def seconds(raw: str) -> int:
    """Return the seconds since 1970 of git's raw date, 0 for one that git could not read."""
    try:
        return int(raw.partition(" ")[0])
    except ValueError:
        return 0


def days_between(earlier: date | None, later: date | None) -> int | None:
    """Return the whole days from one day to another, 0 where clocks went wrong; None where either is not known."""
    return None if earlier is None or later is None else max((later - earlier).days, 0)
