"""PGP keys that the settings name, in git's own key ring."""

import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.access.conftest import Make, refused
from tests.access.repository import CASE, Repository, case
from tests.conftest import git, write

pytestmark = [pytest.mark.keys, pytest.mark.slow]


@pytest.fixture
def home(monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """An empty key ring, whose path is short enough for the sockets of its agent."""
    with tempfile.TemporaryDirectory(dir="/tmp", prefix="pgp") as folder:
        monkeypatch.setenv("GNUPGHOME", folder)
        Path(folder).chmod(0o700)
        yield Path(folder)
        subprocess.run(["gpgconf", "--kill", "all"], check=False)
        shutil.rmtree(Path(folder) / "private-keys-v1.d", ignore_errors=True)


def _key(name: str, expires: str = "never", *options: str) -> str:
    command = ["gpg", "--batch", "--quiet", "--pinentry-mode", "loopback", "--passphrase", "", *options]
    subprocess.run(
        [*command, "--quick-generate-key", f"{name}@example.com", "ed25519", "sign", expires],
        check=True,
        capture_output=True,
    )
    listed = subprocess.run(
        ["gpg", "--batch", "--with-colons", "--list-keys", f"{name}@example.com"],
        check=True,
        capture_output=True,
        text=True,
    )
    return next(line.split(":")[9] for line in listed.stdout.splitlines() if line.startswith("fpr"))


def _commit(repo: Repository, key: str, text: str) -> None:
    write(repo.folder, {CASE: case(text=text)})
    git(
        repo.folder,
        "-c",
        "gpg.format=openpgp",
        "-c",
        f"user.signingkey={key}",
        "commit",
        "-qaS",
        "-m",
        "signed",
    )


@pytest.mark.usefixtures("home")
def test_a_pgp_key_counts_by_its_fingerprint_until_it_expires(make: Make) -> None:
    own, other = _key("bob"), _key("mallory")
    old = _key("bob-old", "2020-01-02", "--faked-system-time", "20200101T000000")
    repo = make(f"access:\n  pgp_keys: {{bob: [{own}, {old}]}}\n")
    _commit(repo, own, "By Bob")
    assert refused(repo) == {}
    _commit(repo, other, "By Mallory")
    assert refused(repo) == {CASE: {"QF802"}}
    repo.git("reset", "-q", "--hard", "main")
    wrapper = repo.keys.folder / "gpg-of-2020"
    wrapper.write_text('#!/bin/sh\nexec gpg --faked-system-time 20200101T100000 "$@"\n')
    wrapper.chmod(0o755)
    write(repo.folder, {CASE: case(text="With an expired key")})
    git(
        repo.folder,
        "-c",
        "gpg.format=openpgp",
        "-c",
        f"gpg.program={wrapper}",
        "-c",
        f"user.signingkey={old}",
        "commit",
        "-qaS",
        "-m",
        "old",
    )
    assert refused(repo) == {CASE: {"QF803"}}
