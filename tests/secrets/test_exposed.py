"""Values that somebody could read who was taken out, by git's history, compared with what their keys really open."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # sops is started several times

NAMES = ("ADMIN_PASSWORD", "OTHER", "THIRD")


def _path(name: str) -> str:
    return PLACE.replace("ADMIN_PASSWORD", name)


def _value(content: bytes, identity: Any) -> str | None:
    """Return what a key opens a file to, None where it does not."""
    try:
        return str(decrypted(content, identity)["secret_value"])
    except (AssertionError, KeyError, pyrage.DecryptError):
        return None


def _oracle(root: Path, reader: Any, former: dict[str, Any]) -> dict[str, set[str]]:
    """Return whose keys open in some commit the value that a secret has now, and not the file as it is now."""
    exposed: dict[str, set[str]] = {}
    commits = git(root, "rev-list", "HEAD").split()
    for name in NAMES:
        now = (root / _path(name)).read_bytes()
        value = _value(now, reader)
        for who, identity in former.items():
            if _value(now, identity) is not None:
                continue
            for revision in commits:
                shown = subprocess.run(
                    ["git", "show", f"{revision}:{_path(name)}"], cwd=root, capture_output=True, check=False
                )
                if not shown.returncode and _value(shown.stdout, identity) == value:
                    exposed.setdefault(name, set()).add(who)
    return exposed


def test_what_is_exposed_is_what_the_keys_of_those_who_left_open(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    third = pyrage.x25519.Identity.generate()
    former = {"bob": keyring.identities[1], "eve": third}
    keys = {who: str(identity.to_public()) for who, identity in former.items()}

    def compared() -> dict[str, set[str]]:
        rows = json.loads(
            qafiles("secret", "list", "--exposed", "--format", "json", SOPS_AGE_KEY_FILE="").out
        )
        told = {
            row["name"]: {who for who, key in keys.items() if key in {r["recipient"] for r in row["readers"]}}
            for row in rows
        }
        assert told == _oracle(root, keyring.identities[0], former)
        return told

    for name in NAMES:
        assert qafiles("secret", "set", name, stdin=f"value of {name}").code == 0
    commit(root)
    assert compared() == {}
    assert qafiles("secret", "recipients", "add", keys["eve"], "--yes", "--commit", "-m", "eve").code == 0
    assert qafiles("secret", "set", "THIRD", stdin="another").code == 0
    commit(root)
    assert compared() == {}
    done = qafiles("secret", "recipients", "remove", keys["bob"])
    assert "--exposed" in done.err
    assert compared() == {name: {"bob"} for name in NAMES}
    commit(root)
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin="changed at its source").code == 0
    assert compared() == {"OTHER": {"bob"}, "THIRD": {"bob"}}
    commit(root)
    write(root, {".sops.yaml": rule(keyring.keys[0])})
    assert qafiles("secret", "sync").code == 0
    commit(root)
    assert compared() == {"ADMIN_PASSWORD": {"eve"}, "OTHER": {"bob", "eve"}, "THIRD": {"bob", "eve"}}
    assert "3 values could be read by somebody who is no recipient any more" in qafiles("secret", "sync").err
    assert qafiles("mv", "acme/shop/OTHER", "OTHER_NAME").code == 0
    commit(root)
    out = qafiles("secret", "list", "--exposed").out
    assert out.count("OTHER_NAME") == 2
    assert keys["eve"] in out


def test_the_whole_past_is_looked_at_without_a_key(root: Path, qafiles: Qafiles) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin="x").code == 0
    text = (root / PLACE).read_text()
    commit(root)
    assert qafiles("secret", "check", "--history").code == 0
    write(root, {PLACE: text.replace("version: 1", "version: 1 # hunter2")})
    write(root, {f"{PLACE}.bak": "secret_value: hunter2\n"})
    commit(root)
    write(root, {PLACE: text})
    (root / f"{PLACE}.bak").unlink()
    commit(root)
    done = qafiles("secret", "check", "--history", SOPS_AGE_KEY_FILE="")
    assert done.code == 1
    assert done.out.count(PLACE) == 2
    assert "hunter2" not in done.out + done.err
    assert "change these values at their source: acme/shop/ADMIN_PASSWORD" in done.err
    rows = json.loads(qafiles("secret", "check", "--history", "--format", "json").out)
    assert [row["path"] for row in rows] == [PLACE, f"{PLACE}.bak"]
    assert qafiles("secret", "check").code == 0
