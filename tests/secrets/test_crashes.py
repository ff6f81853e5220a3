"""Killed processes, full disks and two writers at once: a secret's file is the old one or the new one, whole."""

import json
import os
import resource
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles import load
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.errors import EditFailedError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.synchronizing import synchronized
from qafiles.secrets.writing import set_secret
from tests.cli.conftest import Qafiles
from tests.conftest import git, samples, write
from tests.secrets.conftest import PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

VALUE = "canary4711xyz0815qwertz"
OTHER = PLACE.replace("ADMIN_PASSWORD", "OTHER")


@pytest.fixture
def secret(root: Path, qafiles: Qafiles) -> Path:
    """A data root with two secrets of version 1."""
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin="old value").code == 0
    assert qafiles("secret", "set", "OTHER", stdin="other value").code == 0
    commit(root)
    return root


def _values(root: Path, keyring: Keyring) -> list[str]:
    """Return the value and version of both secrets, as an independent reader finds them."""
    found = [decrypted((root / path).read_bytes(), keyring.identities[0]) for path in (PLACE, OTHER)]
    return [f"{fields['secret_value']} {fields['version']}" for fields in found]


# Each action of an edit is announced before it is taken; the child kills itself at the one with this number.
_CHILD = """
import os, signal, sys
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.secrets.dotenv import assignments
from qafiles.secrets.importing import imported
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.rotating import rotated
from qafiles.secrets.recipients import without_recipients
from qafiles.secrets.synchronizing import synchronized
from qafiles.secrets.writing import set_secret
count = 0
def notice(action):
    global count
    count += 1
    if count == int(sys.argv[3]):
        os.kill(os.getpid(), signal.SIGKILL)
def propose(snapshot):
    if sys.argv[2] == "sync":
        return synchronized(snapshot).proposal
    if sys.argv[2] == "rotate":
        return rotated(snapshot).proposal
    if sys.argv[2] == "import":
        return imported(snapshot, assignments(b"ADMIN_PASSWORD=" + sys.stdin.buffer.read() + b"\\nOTHER=changed\\n"))[0]
    if sys.argv[2].startswith("age1"):
        return without_recipients(snapshot, [sys.argv[2]]).proposal
    return set_secret(snapshot, "ADMIN_PASSWORD", Plaintext(sys.stdin.buffer.read())).proposal
transact(sys.argv[1], propose, EditOptions(on_step=notice))
print(count)
"""


def _killed_at(root: Path, what: str, number: int) -> int:
    """Return the exit code of an edit that is killed at its action with this number."""
    done = subprocess.run(
        [sys.executable, "-c", _CHILD, root, what, str(number)],
        input=VALUE.encode(),
        check=False,
        capture_output=True,
    )
    return done.returncode


@pytest.mark.slow
@pytest.mark.parametrize("what", ["set", "sync"])
def test_killed_at_any_step_the_files_are_old_or_new_and_the_next_command_goes_on(
    secret: Path, qafiles: Qafiles, keyring: Keyring, what: str
) -> None:
    states = {"set": [["old value 1", "other value 1"], [f"{VALUE} 2", "other value 1"]]}.get(
        what, [["old value 1", "other value 1"]]
    )
    number = 0
    while True:
        number += 1
        git(secret, "checkout", "-q", ".")
        if what == "sync":
            write(secret, {".sops.yaml": rule(keyring.keys[0])})
        code = _killed_at(secret, what, number)
        assert _values(secret, keyring) in states
        left = [
            place for place in secret.rglob("*") if place.is_file() and VALUE.encode() in place.read_bytes()
        ]
        assert left == []
        if code != -signal.SIGKILL:
            assert code == 0
            break
        # Whoever comes next finishes it or takes it back.
        assert qafiles("set", "acme/shop/smoke", "color=red").code == 0
        assert _values(secret, keyring) in states
        assert qafiles("secret", "check").code in ({0} if what == "set" else {0, 1})
    assert number > 5


@pytest.mark.parametrize(
    ("what", "after"), [("rotate", ["old value 1", "other value 1"]), ("import", [f"{VALUE} 2", "changed 2"])]
)
def test_killed_at_any_step_all_secrets_are_rotated_or_imported_or_none_is(
    secret: Path, qafiles: Qafiles, keyring: Keyring, what: str, after: list[str]
) -> None:
    old = [(secret / path).read_bytes() for path in (PLACE, OTHER)]
    number = finished = 0
    while True:
        number += 7 - samples(6, 1)  # each step, or one of six
        git(secret, "checkout", "-q", ".")
        code = _killed_at(secret, what, number)
        assert not [
            place for place in secret.rglob("*") if place.is_file() and VALUE.encode() in place.read_bytes()
        ]
        told = qafiles("set", "acme/shop/smoke", f"color={'red' if number % 2 else 'blue'}").err
        new = [(secret / path).read_bytes() for path in (PLACE, OTHER)]
        assert [one == other for one, other in zip(old, new, strict=True)] in ([True, True], [False, False])
        assert _values(secret, keyring) == (["old value 1", "other value 1"] if new == old else after)
        finished += "was finished" in told
        assert qafiles("secret", "check").code == 0
        if code != -signal.SIGKILL:
            assert code == 0
            assert new != old
            break
    assert number > 5
    assert finished >= samples(1, 0)


def test_a_recipient_is_taken_away_from_all_files_or_from_none_wherever_it_is_killed(
    secret: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    gone, number, finished = keyring.keys[1], 0, 0
    while True:
        number += 1
        git(secret, "checkout", "-q", ".")
        code = _killed_at(secret, gone, number)
        assert _values(secret, keyring) == ["old value 1", "other value 1"]
        # Whoever comes next finishes it or takes it back, and tells first what is left to do.
        again = qafiles("secret", "recipients", "remove", gone)
        if ") was finished" in again.err:
            assert again.err.startswith("qafiles: an edit that was interrupted")
            assert f"{gone} can still read in git's history" in again.err
            assert "acme/shop/ADMIN_PASSWORD" in again.err
            assert "acme/shop/OTHER" in again.err
            finished += 1
        assert {row["name"] for row in json.loads(qafiles("secret", "list", "--exposed", "--format", "json").out)} == {
            "ADMIN_PASSWORD", "OTHER",
        }  # fmt: skip
        holders = [path for path in (".sops.yaml", PLACE, OTHER) if gone in (secret / path).read_text()]
        assert holders == []
        assert qafiles("secret", "check").code == 0
        if code != -signal.SIGKILL:
            assert code == 0
            break
    assert number > 5
    assert finished > 2


def test_a_limit_of_file_sizes_leaves_the_old_file(secret: Path, keyring: Keyring) -> None:
    before = (secret / PLACE).read_bytes()
    code = "import sys; from qafiles.__main__ import run; sys.exit(run(sys.argv[1:]))"

    def limited() -> None:
        resource.setrlimit(resource.RLIMIT_FSIZE, (1024, 1024))

    done = subprocess.run(
        [sys.executable, "-c", code, "-C", secret, "secret", "set", "ADMIN_PASSWORD"],
        input=VALUE.encode(),
        capture_output=True,
        check=False,
        preexec_fn=limited,
    )
    assert done.returncode == 3
    assert b"File too large" in done.stderr
    assert (secret / PLACE).read_bytes() == before
    assert _values(secret, keyring) == ["old value 1", "other value 1"]


def _fill(disk: Path) -> None:
    """Write until the disk refuses."""
    with (disk / "filler").open("wb", buffering=0) as file:
        while True:
            file.write(bytes(4096))


def test_a_full_disk_leaves_the_old_file(secret: Path, keyring: Keyring, tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    mount: list[str | Path] = ["mount", "-t", "tmpfs", "-o", "size=2m", "tmpfs", disk]
    if os.geteuid() != 0 or subprocess.run(mount, check=False, capture_output=True).returncode:
        return  # file systems can't be made here; the test above has a limit instead
    try:
        subprocess.run(["cp", "-r", secret, disk / "qa"], check=True)
        root = disk / "qa"
        before = (root / PLACE).read_bytes()
        with pytest.raises(OSError, match="No space left"):
            _fill(disk)
        with pytest.raises(EditFailedError, match="No space left"):
            transact(
                root,
                lambda now: set_secret(now, "ADMIN_PASSWORD", Plaintext(VALUE.encode())).proposal,
                EditOptions(),
            )
        assert (root / PLACE).read_bytes() == before
        assert _values(root, keyring) == ["old value 1", "other value 1"]
    finally:
        subprocess.run(["umount", disk], check=True)


def test_two_writers_at_once_lose_nothing(secret: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    command = [sys.executable, "-m", "qafiles", "-C", str(secret), "secret", "set", "ADMIN_PASSWORD"]
    writers = []
    for number in range(4):
        process = subprocess.Popen(
            command, stdin=subprocess.PIPE, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE
        )
        assert process.stdin is not None
        process.stdin.write(f"value {number}".encode())
        process.stdin.close()
        writers.append(process)
    for process in writers:
        assert process.wait(timeout=120) == 0
        assert process.stderr is not None
        process.stderr.close()
    fields = decrypted((secret / PLACE).read_bytes(), keyring.identities[0])
    assert fields["version"] == 5
    assert fields["secret_value"] in {f"value {number}" for number in range(4)}
    assert qafiles("secret", "check").code == 0


def test_an_edit_that_was_planned_before_another_one_wrote_is_not_written(
    secret: Path, keyring: Keyring
) -> None:
    early = set_secret(load(secret), "ADMIN_PASSWORD", Plaintext(b"planned early")).proposal
    late = set_secret(load(secret), "ADMIN_PASSWORD", Plaintext(b"written first")).proposal
    transact(secret, lambda _: late)
    with pytest.raises(EditFailedError):
        transact(secret, lambda _: early)
    assert _values(secret, keyring)[0] == "written first 2"


def test_nothing_is_to_do_where_the_recipients_are_right(secret: Path) -> None:
    assert synchronized(load(secret)).proposal.changes == ()
