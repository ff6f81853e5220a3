"""A team's year, done as the manual says: five people, two leave, a merge conflict, a killed run; an oracle knows who read what."""

import json
import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from qafiles.parsing import MAX_SECRET_SIZE, parse
from tests.cli.conftest import Qafiles
from tests.conftest import git, samples
from tests.secrets.conftest import PLACE, Keyring, commit
from tests.secrets.oracle import decrypted

pytestmark = [pytest.mark.keys, pytest.mark.slow]

_FOLDER = PLACE.rpartition("/")[0]


def _readers(content: bytes) -> set[str]:
    """Return the keys that a file names."""
    stanza = parse(content, MAX_SECRET_SIZE).data["sops"]
    return {" ".join(entry["recipient"].split()[:2]) for entry in stanza.get("age", ())} | {
        entry["fp"] for entry in stanza.get("pgp", ())
    }


def _exposed_by_history(root: Path, identity: Any) -> set[str]:
    """Return the secrets whose value of today somebody could read, in any commit, who can't now: decrypted by pyrage."""
    names = {place.stem for place in (root / _FOLDER).glob("*.yaml")}
    exposed = set()
    for name in names:
        content = (root / _FOLDER / f"{name}.yaml").read_bytes()
        value, readers = decrypted(content, identity)["secret_value"], _readers(content)
        path = f"{_FOLDER}/{name}.yaml"
        for revision in git(root, "log", "--format=%H", "--", path).split():
            done = subprocess.run(
                ["git", "show", f"{revision}:{path}"], cwd=root, capture_output=True, check=True
            )
            if _readers(done.stdout) - readers and decrypted(done.stdout, identity)["secret_value"] == value:
                exposed.add(name)
    return exposed


@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_a_year_of_a_team(  # the steps of the manual, one after the other
    root: Path,
    qafiles: Qafiles,
    keyring: Keyring,
    pgp: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    gnupg, fingerprint = pgp
    tmp_path = keyring.folder
    monkeypatch.setenv("GNUPGHOME", str(gnupg))
    names = [f"SECRET_{number}" for number in range(samples(103, 5))]
    ada = keyring.identities[0]

    def done(*arguments: str, stdin: str = "", **variables: str) -> str:
        result = qafiles(*arguments, stdin=stdin, **variables)
        assert result.code == 0, (arguments, result)
        return result.out

    def next_step(message: str) -> set[str]:
        """Commit, and return what is told as exposed, which is what the oracle finds."""
        commit(root, message)
        rows = json.loads(done("secret", "list", "--exposed", "--format", "json"))
        exposed = {row["name"] for row in rows}
        assert exposed == _exposed_by_history(root, ada), message
        return exposed

    (root / ".sops.yaml").unlink()
    commit(root, "without secrets")
    done("secret", "init")
    done(
        "secret",
        "import",
        "--project",
        "shop",
        stdin="".join(f"{name}='value of {name}'\n" for name in names),
    )
    assert next_step("secrets") == set()

    # Four more people: two with age keys of their own making, one with an SSH key, one with PGP.
    keys = {}
    for name in ("tom", "lee"):
        home = {
            "HOME": str(tmp_path / name),
            "XDG_CONFIG_HOME": "",
            "SOPS_AGE_KEY_FILE": "",
            "GNUPGHOME": str(tmp_path / "none"),
        }
        keys[name] = done("secret", "key", **home).strip()
    ssh = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-C", "kim@laptop", "-f", ssh], check=True)
    keys["kim"] = ssh.with_suffix(".pub").read_text().strip()
    for name, key in keys.items():
        done("new", "user", name, f"name={name.title()}", f"age_recipients+={key}")
        done("new", "member", f"acme/{name}", f"user_id={name}", "role=member")
        refused = qafiles("secret", "recipients", "add", name)
        assert (refused.code, key.split()[1 if " " in key else 0] in refused.err) == (2, True)
        done("secret", "recipients", "add", name, "--yes")
    done("secret", "recipients", "add", fingerprint, "--yes")
    assert next_step("five people") == set()
    kims = {
        "SOPS_AGE_KEY_FILE": "/dev/null",
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(ssh),
        "GNUPGHOME": str(tmp_path / "none"),
    }
    assert done("secret", "get", names[0], "--stdout", **kims) == f"value of {names[0]}"

    # Two branches set the same secret.
    branch = git(root, "rev-parse", "--abbrev-ref", "HEAD").strip()
    git(root, "checkout", "-qb", "theirs")
    done("secret", "set", names[0], stdin="set by theirs")
    commit(root)
    git(root, "checkout", "-q", branch)
    done("secret", "set", names[0], stdin="set by ours")
    commit(root)
    merging = ["git", "-c", "user.name=a", "-c", "user.email=a@example.com", "merge", "theirs"]
    subprocess.run(merging, cwd=root, check=False, capture_output=True)
    done("secret", "resolve", names[0], "--theirs", "--stage")
    assert next_step("merged") == set()
    assert done("secret", "get", names[0], "--stdout") == "set by theirs"

    # Two leave; the first run is killed as soon as it has written something.
    places = [root / ".sops.yaml", *(root / _FOLDER).glob("*.yaml")]
    times = [place.stat().st_mtime_ns for place in places]
    command = [
        sys.executable,
        "-m",
        "qafiles",
        "-C",
        str(root),
        "secret",
        "recipients",
        "remove",
        "tom",
        fingerprint,
    ]
    with subprocess.Popen(
        command, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    ) as process:
        while process.poll() is None and [place.stat().st_mtime_ns for place in places] == times:
            pass
        process.send_signal(signal.SIGKILL)
    again = qafiles("secret", "recipients", "remove", "tom", fingerprint)
    assert again.code in {0, 2}, again
    left = {key for place in (root / _FOLDER).glob("*.yaml") for key in _readers(place.read_bytes())}
    assert left == {keyring.keys[0], keys["lee"], " ".join(keys["kim"].split()[:2])}
    assert next_step("tom and the key of PGP are out") == {*names}

    # Their values are changed, one after the other; what is left is told.
    for number, name in enumerate(names[:3], 1):
        done("secret", "set", name, stdin=f"new value of {name}")
        assert next_step(f"changed {name}") == {*names[number:]}
    done("rm", "member:acme/tom")
    done("rm", "user:tom")
    done("secret", "rotate", "--all")
    assert next_step("tom is gone") == {*names[3:]}
    done(
        "secret",
        "import",
        "--project",
        "shop",
        stdin="".join(f"{name}='newer value of {name}'\n" for name in names),
    )
    assert next_step("all changed") == set()
    assert done("secret", "check") == f"{len(names)} secrets checked, 0 failed\n"
    toms = {
        "SOPS_AGE_KEY_FILE": str(tmp_path / "tom/.config/sops/age/keys.txt"),
        "GNUPGHOME": str(tmp_path / "none"),
    }
    assert qafiles("secret", "get", names[0], "--stdout", **toms).code == 3
    assert done("validate") is not None
    assert os.environ["GNUPGHOME"] == str(gnupg)
