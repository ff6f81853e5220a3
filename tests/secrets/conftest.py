"""Real keys, a real `sops`, and a data root in which `qafiles` runs."""

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles.secrets.encryption import encrypt
from qafiles.secrets.plaintext import Plaintext
from tests.cli.conftest import Qafiles, Result
from tests.conftest import git, write
from tests.forked import answer
from tests.rules.data_root import data_root

CANARY = "canary-7f3k9x2m pässwörd"
PLACE = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"
FIELDS: dict[str, Any] = {
    "id": "ux5q1gpzr2kh0jmz8w3vcd7n",
    "project_id": "tz4a98xxat96iws9zmbrgj3b",
    "secret_name": "ADMIN_PASSWORD",
    "created_at": "2026-03-01T09:30:00Z",
    "updated_at": "2026-03-01T09:30:00Z",
    "version": 1,
}


_AUTHOR = {
    f"GIT_{role}_{fact}": value
    for role in ("AUTHOR", "COMMITTER")
    for fact, value in (("NAME", "Ada"), ("EMAIL", "ada@example.com"), ("DATE", "2026-01-02T03:04:05Z"))
}


class Keyring(NamedTuple):
    """A folder with a `.sops.yaml`, and the private keys of its recipients."""

    folder: Path
    identities: list[Any]

    @property
    def config(self) -> Path:
        return self.folder / ".sops.yaml"

    @property
    def keys(self) -> list[str]:
        """The public keys."""
        return [str(identity.to_public()) for identity in self.identities]

    def key_file(self, number: int) -> str:
        """Return the path of a file with one private key."""
        place = self.folder / f"key-{number}.txt"
        place.write_text(f"{self.identities[number]}\n")
        return str(place)

    def encrypt(self, value: str | Plaintext, **fields: Any) -> bytes:
        """Return the file of a secret with this value."""
        value = value if isinstance(value, Plaintext) else Plaintext(value.encode())
        place = self.folder / "secret_values/ADMIN_PASSWORD.yaml"
        return encrypt({**FIELDS, **fields}, value, config=self.config, place=place)


def rule(*age: str, more: str = "", path_regex: str = r"secret_values/[^/]+\.yaml$") -> str:
    """Return a `.sops.yaml` with one rule for secrets."""
    listed = "".join(f"      - {key}\n" for key in age)
    return (
        f"creation_rules:\n  - path_regex: {path_regex}\n    encrypted_regex: ^secret_value$\n"
        + (f"    age:\n{listed}" if age else "")
        + more
    )


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Keyring:
    """Two recipients, of whom the first one is at the keyboard; no key of the user is reachable."""
    identities = [pyrage.x25519.Identity.generate() for _ in range(2)]
    (tmp_path / ".sops.yaml").write_text(rule(*(str(identity.to_public()) for identity in identities)))
    (tmp_path / "key.txt").write_text(f"{identities[0]}\n")
    for name in ("HOME", "XDG_CONFIG_HOME", "GNUPGHOME"):
        monkeypatch.setenv(name, str(tmp_path))
    for name in ("SOPS_AGE_KEY", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "QAFILES_SOPS"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("SOPS_AGE_KEY_FILE", str(tmp_path / "key.txt"))
    return Keyring(tmp_path, identities)


@pytest.fixture(scope="session")
def pgp() -> Iterator[tuple[Path, str]]:
    """A home of GnuPG and the fingerprint of the key in it."""
    if shutil.which("gpg") is None:
        pytest.skip("gpg is not installed")
    # A socket's path may have about a hundred characters, which those of pytest's folders exceed.
    with tempfile.TemporaryDirectory(prefix="gpg-", dir="/tmp") as name:
        home = Path(name)
        home.chmod(0o700)
        gpg = ["gpg", "--homedir", name, "--batch", "--quiet", "--passphrase", ""]
        subprocess.run(
            [*gpg, "--quick-generate-key", "Ada <ada@example.com>", "default", "default", "never"], check=True
        )
        listed = subprocess.run(
            [*gpg, "--with-colons", "--list-keys"], check=True, capture_output=True, text=True
        )
        line = next(line for line in listed.stdout.splitlines() if line.startswith("fpr:"))
        yield home, line.split(":")[9]
        subprocess.run(["gpgconf", "--homedir", name, "--kill", "all"], check=False)


@pytest.fixture
def root(keyring: Keyring) -> Path:
    """A data root under git, with the `.sops.yaml` of the keyring."""
    folder = write(keyring.folder / "qa", data_root())
    keyring.config.rename(folder / ".sops.yaml")
    git(folder, "init", "-q")
    commit(folder)
    return folder


def commit(folder: Path, message: str = "next") -> None:
    """Commit all that there is."""
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", message)


@pytest.fixture
def qafiles(root: Path) -> Qafiles:
    """A function that runs a command line in the data root with something on stdin."""

    def call(*arguments: str, stdin: str = "", **variables: str) -> Result:
        command = ["-C", str(root), *arguments]
        environment = {**os.environ, **_AUTHOR, **variables}
        if any(name.startswith(("LC_", "LANG", "PYTHON")) for name in variables):
            program = [sys.executable, "-m", "qafiles", *command]
            done = subprocess.run(
                program, input=stdin.encode(), capture_output=True, env=environment, check=False
            )
        else:
            done = answer(command, stdin.encode(), environment)
        assert CANARY not in done.stderr.decode()
        assert arguments[:2] in {("secret", "get"), ("secret", "run")} or CANARY not in done.stdout.decode()
        return Result(done.returncode, done.stdout.decode(), done.stderr.decode())

    return call
