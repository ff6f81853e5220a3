"""Authors of commits, named as the data root names its users."""

from datetime import date

from qafiles.git.log import LoggedCommit
from qafiles.git.people import People
from qafiles.snapshot import Snapshot
from qafiles.snapshot.titles import title


class Authors:
    """The people behind commits: a user by an e-mail address of the author, else the name that the commit gives.

    `people` are those whom git's mailmap joins: an author is a user by any of the addresses that are his.
    """

    def __init__(self, snapshot: Snapshot, people: People) -> None:
        self._users = {
            email.casefold(): title(user)
            for user in reversed(snapshot.of_kind("user"))
            if isinstance(email := user.get("email"), str)
        }
        for own, meant in people.items():
            user = self._users.get(own.email.casefold())
            if user is not None:
                self._users.setdefault(meant.email.casefold(), user)

    def name(self, commit: LoggedCommit) -> str:
        """Return what to call the author of a commit."""
        return self._users.get(commit.email.casefold()) or commit.author_name


def days_between(earlier: date | None, later: date | None) -> int | None:
    """Return the whole days from one day to another, 0 where clocks went wrong; None where either is not known."""
    return None if earlier is None or later is None else max((later - earlier).days, 0)
