"""Commands that are killed at any moment: every value is there, and the next run says and does what remains."""

import json
import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, samples
from tests.secrets.conftest import Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow

FOLDER = "organizations/acme/projects/shop/secret_values"
NAMES = [f"SECRET_{number}" for number in range(4)]
NEW = "new-canary-4711-{}"


def _values(root: Path, keyring: Keyring) -> dict[str, tuple[str, int]]:
    """Return the value and version of each secret, as an independent reader finds them."""
    fields = [
        decrypted((root / FOLDER / f"{name}.yaml").read_bytes(), keyring.identities[0]) for name in NAMES
    ]
    return {item["secret_name"]: (item["secret_value"], item["version"]) for item in fields}


def _killed_after(root: Path, seconds: float, arguments: list[str]) -> float | None:
    """Run a command and kill it after some seconds; return how long it took where it ended before."""
    program = [sys.executable, "-m", "qafiles", "-C", str(root), "secret", *arguments]
    start = time.monotonic()
    with subprocess.Popen(
        program, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        try:
            process.wait(seconds)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGKILL)
    return time.monotonic() - start if process.returncode == 0 else None


@pytest.mark.skipif(os.name != "posix", reason="no process is killed so")
@pytest.mark.parametrize("what", ["sync", "rotate", "recipients remove", "import"])
def test_killed_at_any_moment_nothing_is_lost_and_the_next_run_ends_it(
    root: Path, qafiles: Qafiles, keyring: Keyring, tmp_path: Path, what: str
) -> None:
    first = tmp_path / "first.env"
    first.write_text("".join(f"{name}=old-{name}\n" for name in NAMES))
    assert qafiles("secret", "import", str(first)).code == 0
    commit(root)
    before = {name: (f"old-{name}", 1) for name in NAMES}
    after = {name: (NEW.format(name), 2) for name in NAMES} if what == "import" else before
    later = tmp_path / "later.env"
    later.write_text("".join(f"{name}={NEW.format(name)}\n" for name in NAMES))
    arguments = {
        "sync": ["sync"],
        "rotate": ["rotate", "--all"],
        "recipients remove": ["recipients", "remove", keyring.keys[1]],
        "import": ["import", str(later)],
    }[what]
    chance, kills, whole = random.Random(what), 0, 0.0  # noqa: S311  # of moments
    for number in range(1 + samples(50, 6)):
        if kills and number > samples(50, 2):
            break
        # The last run that came to its end tells how long one takes, which depends on what else the machine does.
        seconds = chance.uniform(0.3, 1.0) * whole if number else 120.0
        git(root, "checkout", "-q", ".")
        if what == "sync":
            (root / ".sops.yaml").write_text(rule(keyring.keys[0]))
        ended = _killed_after(root, seconds, arguments)
        kills += ended is None
        whole = ended or whole or 1.0
        values = _values(root, keyring)
        # One edit is all or nothing once the next command came; until then each file is whole.
        assert all(values[name] in {before[name], after[name]} for name in NAMES)
        clear = [
            place for place in root.rglob("*") if place.is_file() and b"new-canary" in place.read_bytes()
        ]
        assert clear == []
        again = qafiles("secret", *arguments)
        refused = "does not name" in again.err  # the edit before was finished
        assert again.code == 0 or (what == "recipients remove" and refused), again
        assert _values(root, keyring) == after
        if what in {"sync", "recipients remove"}:
            holders = [path for path in root.rglob("*.yaml") if keyring.keys[1] in path.read_text()]
            assert holders == []
            rows = json.loads(qafiles("secret", "list", "--exposed", "--format", "json").out)
            assert {row["name"] for row in rows} == {*NAMES}
            assert keyring.keys[1] in again.err or ended is not None, "who can still read, and what"
        assert qafiles("secret", "check").code == 0
    assert kills >= samples(25, 1)
