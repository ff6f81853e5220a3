"""What a file that does not decrypt is called: tampered with where a key that is at hand is named in it, else without a key."""

import base64
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from qafiles.secrets import gnupg
from tests.cli.conftest import Qafiles
from tests.secrets import age_plugin
from tests.secrets.conftest import CANARY, PLACE, Keyring, rule
from tests.secrets.terminal import on_terminal

pytestmark = pytest.mark.slow

TAMPERED = "is named in it and does not decrypt it"
NO_KEY = "no key at hand decrypts"


def flipped(root: Path, at: int, label: str = "AGE ENCRYPTED FILE") -> None:
    """Change a byte of each data key in a secret's file, and keep the form of each."""

    def changed(match: re.Match[str]) -> str:
        indent = match[1]
        lines = [line.strip() for line in match[2].splitlines()]
        body = bytearray(base64.b64decode("".join(line for line in lines if line and line[0] != "=")))
        body[at] ^= 0x55
        text = base64.b64encode(body).decode()
        wrapped = [text[start : start + 64] for start in range(0, len(text), 64)]
        if label == "PGP MESSAGE":
            wrapped = ["", *wrapped, "=" + base64.b64encode(_crc24(bytes(body))).decode()]
        whole = [f"-----BEGIN {label}-----", *wrapped, f"-----END {label}-----"]
        return "\n".join(f"{indent}{line}" if line else "" for line in whole)

    place = root / PLACE
    text = place.read_text()
    pattern = rf"( *)-----BEGIN {label}-----\n(.*?) *-----END {label}-----"
    place.write_text(re.sub(pattern, changed, text, flags=re.DOTALL))


def _crc24(content: bytes) -> bytes:
    """Return the sum behind an armored text: https://www.rfc-editor.org/rfc/rfc9580#section-6.1."""
    crc = 0xB704CE
    for byte in content:
        crc ^= byte << 16
        for _ in range(8):
            crc = crc << 1 ^ (0x1864CFB if crc & 0x800000 else 0)
    return crc.to_bytes(3, "big")


def test_a_key_that_a_command_prints_tells_both_apart(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).code == 0
    flipped(root, -1)
    own, foreign = keyring.key_file(0), keyring.folder / "foreign.txt"
    foreign.write_text("AGE-SECRET-KEY-1GFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPYYSJZGFPQ4EGAEX\n")
    for key, code, words in ((own, 1, TAMPERED), (foreign, 3, NO_KEY)):
        done = qafiles("secret", "check", SOPS_AGE_KEY_FILE="", SOPS_AGE_KEY_CMD=f"cat {key}")
        assert (done.code, words in done.out) == (code, True)


def test_keys_of_a_threshold_tell_both_apart_together(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    groups = "".join(f"      - age:\n          - {key}\n" for key in keyring.keys)
    (root / ".sops.yaml").write_text(rule(more=f"    shamir_threshold: 2\n    key_groups:\n{groups}"))
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).code == 0
    flipped(root, -1)
    both = f"{keyring.identities[0]}\n{keyring.identities[1]}"
    done = qafiles("secret", "check", SOPS_AGE_KEY_FILE="", SOPS_AGE_KEY=both)
    assert (done.code, TAMPERED in done.out) == (1, True)
    assert qafiles("secret", "check").code == 3, "one of two keys that are needed"


@pytest.mark.skipif(os.name != "posix", reason="there are no terminals")
def test_a_plugin_asks_on_the_terminal_and_accuses_nobody_where_it_can_not(
    root: Path, qafiles: Qafiles, keyring: Keyring, tmp_path: Path
) -> None:
    (root / ".sops.yaml").write_text(rule(age_plugin.PUBLIC, keyring.keys[0]))
    without = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    assert (without.code, "needs the program age-plugin-x, which is not on PATH" in without.err) == (3, True)
    path = age_plugin.installed(tmp_path / "bin")
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, PATH=path).code == 0
    assert qafiles("validate").code == 0
    keys = tmp_path / "plugin.txt"
    keys.write_text(age_plugin.KEYS)
    variables = {"SOPS_AGE_KEY_FILE": str(keys), "PATH": path}
    for pin, code, words in ((age_plugin.PIN, 0, CANARY), (b"1", 3, NO_KEY)):
        answers = [(age_plugin.QUESTION, pin + b"\n")]
        ended, shown = on_terminal(root, answers, "secret", "get", "ADMIN_PASSWORD", **variables)
        assert (ended, words.encode() in shown) == (code, True)
    done = qafiles("secret", "check", **variables)
    assert (done.code, "a plugin needs a terminal" in done.out) == (3, True)
    done = qafiles("secret", "check", **variables | {"PATH": os.environ["PATH"]})
    assert (done.code, "age-plugin-x that one of them needs is not on PATH" in done.out) == (3, True)


@pytest.fixture(scope="module")
def locked_pgp(pgp: tuple[Path, str]) -> Iterator[tuple[Path, str]]:
    """A home of GnuPG with a key behind a passphrase, and its fingerprint; the other home knows its public part."""
    home = pgp[0] / "locked"
    home.mkdir(mode=0o700)
    gpg = ["gpg", "--homedir", str(home), "--batch", "--quiet"]
    new = [
        "--pinentry-mode",
        "loopback",
        "--passphrase",
        "sesame",
        "--quick-generate-key",
        "Bob <bob@example.com>",
    ]
    subprocess.run([*gpg, *new, "future-default", "default", "never"], check=True)
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)
    public = subprocess.run([*gpg, "--export"], check=True, capture_output=True).stdout
    subprocess.run(
        ["gpg", "--homedir", str(pgp[0]), "--batch", "--quiet", "--import"], input=public, check=True
    )
    listed = subprocess.run(
        [*gpg, "--with-colons", "--list-keys"], check=True, capture_output=True, text=True
    )
    line = next(line for line in listed.stdout.splitlines() if line.startswith("fpr:"))
    yield home, line.split(":")[9]
    subprocess.run(["gpgconf", "--homedir", str(home), "--kill", "all"], check=False)


@pytest.mark.keys
def test_a_key_of_pgp_tells_both_apart_and_a_locked_one_accuses_nobody(
    root: Path, qafiles: Qafiles, keyring: Keyring, pgp: tuple[Path, str], locked_pgp: tuple[Path, str]
) -> None:
    (root / ".sops.yaml").write_text(rule(keyring.keys[1], more=f"    pgp: {pgp[1]},{locked_pgp[1]}\n"))
    home, locked = ({"GNUPGHOME": str(place), "SOPS_AGE_KEY_FILE": ""} for place in (pgp[0], locked_pgp[0]))
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, **home).code == 0
    whole = (root / PLACE).read_text()
    assert qafiles("secret", "check", **home).code == 0
    done = qafiles("secret", "check", **locked)
    assert (done.code, NO_KEY in done.out, "needs a terminal" in done.out) == (3, True, True)
    for at in (60, -40):
        (root / PLACE).write_text(whole)
        flipped(root, at, "PGP MESSAGE")
        done = qafiles("secret", "check", **home)
        assert (done.code, TAMPERED in done.out) == (1, True), at
        assert qafiles("secret", "check").code == 3, "the key of somebody else"
    code, shown = on_terminal(root, [], "secret", "check", **home)
    assert (code, TAMPERED.encode() in shown) == (1, True)


@pytest.mark.keys
@pytest.mark.skipif(shutil.which("pinentry-curses") is None, reason="pinentry-curses is not installed")
def test_the_passphrase_of_a_pgp_key_is_asked_for_on_the_terminal(
    root: Path, qafiles: Qafiles, locked_pgp: tuple[Path, str]
) -> None:
    home, fingerprint = locked_pgp
    (home / "gpg-agent.conf").write_text(f"pinentry-program {shutil.which('pinentry-curses')}\n")
    (root / ".sops.yaml").write_text(rule(more=f"    pgp: {fingerprint}\n"))
    variables = {"GNUPGHOME": str(home), "SOPS_AGE_KEY_FILE": "", "TERM": "xterm"}
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, **variables).code == 0
    code, shown = on_terminal(
        root, [(b"assphrase", b"sesame\r")], "secret", "get", "ADMIN_PASSWORD", **variables
    )
    assert (code, CANARY.encode() in shown) == (0, True)


@pytest.mark.keys
def test_gnupg_knows_what_it_has(pgp: tuple[Path, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GNUPGHOME", str(pgp[0]))
    assert gnupg.is_known(pgp[1])
    assert not gnupg.is_known("A" * 40)
    assert gnupg.state_of_message("A" * 40, "x") == gnupg.NONE
    assert gnupg.state_of_message(pgp[1], "no message") == gnupg.DAMAGED
