"""Kills at any instant and writers at once, many times in a row; the first thing lost or mixed ends it with an error.

python -m tests.edits.soak --kills 200 --writers 50 --rounds 200
"""

import argparse
import os
import random
import signal
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qafiles import load
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.new import create
from qafiles.edits.proposals.set import set_fields
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.errors import EditFailedError
from tests.conftest import committed, git
from tests.edits.conftest import OPEN, SMOKE, contents, state
from tests.rules.data_root import data_root

_LONGEST = 0.12
"""Seconds after which an edit is killed at the latest; some have ended by then."""


def forked(work: Callable[[], object]) -> int:
    """Return the process, in a group of its own, that does some work and leaves with 0 if nothing was raised."""
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    status = 1
    try:
        os.setpgid(0, 0)
        work()
        status = 0
    except BaseException as error:  # noqa: BLE001  # the parent sees the status
        sys.stderr.write(f"{error!r}\n")
    finally:
        sys.stderr.flush()
        os._exit(status)


def killed(root: Path, old: str, new: str, message: str, chance: random.Random) -> bool:
    """Return whether a tag's move was killed before its end, alone or with the git that it had started."""

    def rename() -> None:
        transact(
            root,
            lambda snapshot: move(snapshot, f"acme/shop/{old}", new),
            EditOptions(message=message or None),
        )

    pid = forked(rename)
    time.sleep(chance.uniform(0, _LONGEST))
    group = chance.random() < 0.5
    try:
        (os.killpg if group else os.kill)(pid, signal.SIGKILL)
    except ProcessLookupError:
        os.kill(pid, signal.SIGKILL)  # it has no group of its own yet
    return os.WIFSIGNALED(os.waitpid(pid, 0)[1])


def recover(root: Path) -> None:
    """Let another edit follow; a lock that a killed git left is deleted, as the message of the edit says."""
    same = [Assignment(("name",), "=", "Ada Lovelace")]
    for _ in range(3):
        try:
            transact(root, lambda snapshot: set_fields(snapshot, "ada", same), EditOptions(patience=30))
        except EditFailedError as error:
            if "index.lock" not in str(error):
                raise
            (root / ".git/index.lock").unlink()
        else:
            return


def kills(count: int, chance: random.Random) -> int:
    """Return how many of so many edits were killed before their end."""
    died = 0
    for number in range(count):
        if number % 20 == 0:
            place = tempfile.TemporaryDirectory()
            root = committed(Path(place.name) / "qa", data_root())
            names = ("smoke", "quick")
            states = [contents(root)]
            quick = SMOKE.replace("smoke", "quick")
            moved = {
                **states[0],
                quick: states[0][SMOKE],
                OPEN: states[0][OPEN].replace(b"[smoke]", b"[quick]"),
            }
            del moved[SMOKE]
            states.append(moved)
            commits = number // 20 % 2 == 0
        message = "moved" if commits else ""
        before = len(git(root, "log", "--format=%H").splitlines())
        died += killed(root, *names, message, chance)
        recover(root)
        now = contents(root)
        assert now in states, f"kill {number}: neither the old nor the new state"
        assert load(root).diagnostics == (), f"kill {number}"
        assert state(root) == [], f"kill {number}"
        if commits:
            made = len(git(root, "log", "--format=%H").splitlines()) - before
            assert made == (now == states[1]), f"kill {number}: {made} commits"
            assert git(root, "status", "--short") == "", f"kill {number}"
        git(root, "fsck", "--strict", "--no-dangling")
        if now == states[1]:
            names = (names[1], names[0])
            states.reverse()
        if number % 20 == 19:
            place.cleanup()
    return died


def writers(number: int, *, commits: bool) -> None:
    """Let so many processes add a tag each, and half as many an item to one list."""
    with tempfile.TemporaryDirectory() as name:
        root = committed(Path(name) / "qa", data_root())

        def add(count: int) -> None:
            color = [Assignment(("name",), "=", f"t{count}"), Assignment(("color",), "=", "red")]
            options = EditOptions(message=f"tag {count}" if commits else None, patience=300)
            transact(root, lambda snapshot: create(snapshot, "tag", f"acme/shop/t{count}", color), options)

        def login(count: int) -> None:
            item = [Assignment(("logins",), "+=", f"l{count}")]
            options = EditOptions(message=f"login {count}" if commits else None, patience=300)
            transact(root, lambda snapshot: set_fields(snapshot, "ada", item), options)

        work = [(add, count) for count in range(number)] + [(login, count) for count in range(number // 2)]
        pids = [forked(lambda one=one, count=count: one(count)) for one, count in work]  # type: ignore[misc]
        assert [os.waitpid(pid, 0)[1] for pid in pids] == [0] * len(pids)
        snapshot = load(root)
        tags = {file.handle.rpartition("/")[2] for file in snapshot.of_kind("tag")}
        assert tags == {"smoke", *(f"t{count}" for count in range(number))}
        assert {*snapshot.find("ada").data.get("logins", [])} == {f"l{count}" for count in range(number // 2)}
        assert not [d for d in snapshot.diagnostics if d.severity == "error"]
        assert state(root) == []
        if commits:
            subjects = git(root, "log", "--format=%s").splitlines()
            wanted = [f"{'tag' if one is add else 'login'} {count}" for one, count in work]
            assert sorted(subjects) == sorted(["first", *wanted])
            assert git(root, "status", "--short") == ""
        git(root, "fsck", "--strict")


def main() -> None:
    """Repeat both, and print how often."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--kills", type=int, default=200)
    parser.add_argument("--writers", type=int, default=50)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", type=int, default=1)
    arguments = parser.parse_args()
    for name in ("AUTHOR", "COMMITTER"):
        os.environ |= {f"GIT_{name}_NAME": "Ada", f"GIT_{name}_EMAIL": "ada@example.com"}
    died = kills(arguments.kills, random.Random(arguments.seed))  # noqa: S311  # times of death are no secrets
    sys.stdout.write(
        f"{arguments.kills} edits, {died} of them killed before their end: the old or the new state each time\n"
    )
    for number in range(arguments.rounds):
        writers(arguments.writers, commits=number % 2 == 0)
    sys.stdout.write(f"{arguments.rounds} times {arguments.writers} processes wrote at once: nothing lost\n")


if __name__ == "__main__":
    main()
