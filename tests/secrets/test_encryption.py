import os
import pickle
import re
import subprocess
import sys
import traceback
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from qafiles.errors import UsageError
from qafiles.secrets.encryption import MAX_VALUE, decrypt, encrypt
from qafiles.secrets.failures import (
    NoKeyError,
    NoSopsError,
    RecipientError,
    SopsConfigError,
    SopsError,
    TamperedSecretError,
)
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops, run_sops
from tests.secrets.conftest import FIELDS, Keyring
from tests.secrets.oracle import decrypted

CANARY = "canary-7f3k9x2m"

EXACT = [
    "hunter2", "007", "yes", "no", "null", "~", "1e3", "0x1F", "2026-01-02", "12:30", "<<", "=", "{{ secret.X }}",
    "a\n", "a\n\n", "\na", "a\r\nb", "a\rb", "\t", " a ", "'", '"', "\\", "# c", "- a", "a: b", "\0", "\x1b[31m", "\ufeff",
    "\u2028", "\x85", "\U0001f600", "\U0010ffff", "ENC[AES256_GCM,data:x,iv:x,tag:x,type:str]", "x" * MAX_VALUE,
]  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize("value", EXACT, ids=lambda value: repr(value[:12]))
def test_every_text_comes_back_as_it_was_and_an_independent_reader_agrees(
    value: str, keyring: Keyring
) -> None:
    content = keyring.encrypt(value)
    assert decrypt(content, FIELDS).reveal().decode() == value
    for identity in keyring.identities:
        assert decrypted(content, identity) == {**FIELDS, "secret_value": value}


@pytest.mark.slow
@given(
    st.text(st.characters(exclude_categories=["Cs"]), min_size=1, max_size=60).filter(
        lambda text: text.strip("*")
    )
)
@settings(max_examples=15, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back_as_it_was(keyring: Keyring, value: str) -> None:
    assert decrypt(keyring.encrypt(value), FIELDS).reveal().decode() == value


@pytest.mark.parametrize("value", [b"", b"\xed\xa0\x80", b"\xff", b"**********", b"x" * (MAX_VALUE + 1)])
def test_what_could_not_come_back_is_refused(value: bytes, keyring: Keyring) -> None:
    with pytest.raises(UsageError, match="the value"):
        encrypt(
            FIELDS, Plaintext(value), config=keyring.config, place=keyring.folder / "secret_values/X.yaml"
        )


def test_only_the_value_is_encrypted_and_the_fields_stand_in_order(keyring: Keyring) -> None:
    text = keyring.encrypt("hunter2").decode()
    assert text.startswith(
        "id: ux5q1gpzr2kh0jmz8w3vcd7n\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: ADMIN_PASSWORD\n"
        'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\nversion: 1\n'
        "secret_value: ENC[AES256_GCM,data:"
    )
    assert "hunter2" not in text


def test_each_writing_has_a_data_key_of_its_own(keyring: Keyring) -> None:
    first, second = keyring.encrypt("same"), keyring.encrypt("same")
    stanza = second.partition(b"sops:\n")[2]
    grafted = first.partition(b"sops:\n")[0] + b"sops:\n" + stanza
    with pytest.raises(TamperedSecretError):
        decrypt(grafted, FIELDS)


def test_without_a_key_it_says_so(keyring: Keyring, monkeypatch: pytest.MonkeyPatch) -> None:
    content = keyring.encrypt(CANARY)
    for value in ("", str(keyring.folder / "none.txt")):
        monkeypatch.setenv("SOPS_AGE_KEY_FILE", value)
        with pytest.raises(NoKeyError, match="no key at hand"):
            decrypt(content, FIELDS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b"type:str]\nsops", b"type:int]\nsops"),
        (b"type:str]\nsops", b"type:bytes]\nsops"),
        (b"version: 1", b"version: 2"),
        (b"ADMIN_PASSWORD", b"ADMIN_PASSWORE"),
        (b"id: ux5q1gpzr2kh0jmz8w3vcd7n", b"id: ux5q1gpzr2kh0jmz8w3vcd7o"),
        (b"secret_name: ADMIN", b"xname: ADMIN"),
        (
            b"project_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: ",
            b"project_id: tz4a98xxat96iws9zmbrgj3\nsecret_name: b",
        ),
        (b"b\nsecret_name: ADMIN_PASSWORD\n", b"bA\nsecret_name: DMIN_PASSWORD\n"),
        (b"version: 1", b'version: "1"'),
        (b"version: 1\n", b'version: 1\nnote: ""\n'),
        (b"secret_value: ENC[AES256_GCM,data:", b"secret_value: ENC[AES256_GCM,data:AAAA"),
    ],
)
def test_a_changed_file_is_refused_and_its_value_appears_nowhere(
    old: bytes, new: bytes, keyring: Keyring
) -> None:
    content = keyring.encrypt(CANARY).replace(old, new, 1)
    assert new in content
    with pytest.raises(TamperedSecretError) as caught:
        decrypt(content, FIELDS)
    assert_unseen(caught.value)


def assert_unseen(error: BaseException) -> None:
    """Assert that a traceback with the values of all local variables, and all causes, do not show the value."""
    shown = traceback.TracebackException.from_exception(error, capture_locals=True)
    assert CANARY not in "".join(shown.format())
    assert CANARY not in repr(error)
    assert error.__cause__ is None
    assert error.__context__ is None
    assert re.search(rb"[0-9A-F]{128}", "".join(shown.format()).encode()) is None


def test_a_config_without_a_rule_or_with_a_broken_recipient_is_told_apart(keyring: Keyring) -> None:
    rules = keyring.config.read_text()
    for text, kind in (
        (rules.replace("secret_values", "other"), SopsConfigError),
        (re.sub(r"age1\w+", "age1nobody", rules), RecipientError),
    ):
        keyring.config.write_text(text)
        with pytest.raises(kind) as caught:
            keyring.encrypt(Plaintext(CANARY.encode()))
        assert_unseen(caught.value)


def test_variables_that_change_the_recipients_or_the_key_service_do_not_reach_sops(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("SOPS_AGE_RECIPIENTS", "age1nobody")
    monkeypatch.setenv("SOPS_KEYSERVICE", "tcp://127.0.0.1:1")
    monkeypatch.setenv("SOPS_PGP_FP", "0000")
    monkeypatch.setenv("VAULT_TOKEN", "hvs.X")
    assert decrypt(keyring.encrypt("a"), FIELDS).reveal() == b"a"


def program(folder: Path, text: str) -> Path:
    """Write a program that stands in for sops."""
    place = folder / "stand-in"
    place.write_text(f"#!{sys.executable}\n{text}")
    place.chmod(0o755)
    return place


def test_sops_sees_only_variables_that_are_allowed_and_no_plaintext(
    keyring: Keyring, monkeypatch: pytest.MonkeyPatch
) -> None:
    seen = keyring.folder / "seen"
    stand_in = program(
        keyring.folder,
        f"import os, sys\nopen({str(seen)!r}, 'w').write(repr((sys.argv, dict(os.environ))))\n",
    )
    monkeypatch.setenv("VAULT_TOKEN", "hvs.X")
    monkeypatch.setenv("GODEBUG", "x")
    run_sops(["encrypt"], Plaintext(CANARY.encode()), program=stand_in)
    text = seen.read_text()
    assert CANARY not in text
    assert "hvs.X" not in text
    assert "GODEBUG" not in text
    run_sops(["encrypt"], Plaintext(b""), program=stand_in, key_types=["hc_vault"])
    assert "hvs.X" in seen.read_text()


@pytest.mark.slow
def test_a_sops_that_hangs_is_ended_with_all_that_it_started(keyring: Keyring) -> None:
    left = keyring.folder / "left"
    stand_in = program(
        keyring.folder,
        f"import subprocess, time\np = subprocess.Popen(['sleep', '60'])\nopen({str(left)!r}, 'w').write(str(p.pid))\ntime.sleep(60)\n",
    )
    with pytest.raises(SopsError, match="no answer within 1 seconds") as caught:
        run_sops(["decrypt"], Plaintext(CANARY.encode()), program=stand_in, timeout=1)
    assert_unseen(caught.value)
    state = subprocess.run(
        ["ps", "-o", "stat=", "-p", left.read_text()], capture_output=True, text=True, check=False
    )
    assert state.stdout.strip()[:1] in {"", "Z"}


def test_the_program_is_the_one_that_is_named_else_on_path_else_that_of_the_extra(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("QAFILES_SOPS", raising=False)
    monkeypatch.setenv("PATH", "relative")
    extra = find_sops()
    assert extra.is_absolute()
    monkeypatch.setenv("PATH", f"{tmp_path}:relative")
    (tmp_path / "sops").write_bytes(b"\x7fELF")
    (tmp_path / "sops").chmod(0o755)
    assert find_sops() == tmp_path / "sops"
    monkeypatch.setenv("QAFILES_SOPS", os.fspath(extra))
    assert find_sops() == extra
    for wrong in ("sops", str(tmp_path), str(tmp_path / "none")):
        monkeypatch.setenv("QAFILES_SOPS", wrong)
        with pytest.raises(NoSopsError, match="no absolute path of a program"):
            find_sops()


def test_a_plaintext_shows_and_copies_nothing() -> None:
    value: Any = Plaintext(CANARY.encode())
    assert CANARY not in f"{value} {value!r}"
    assert not hasattr(value, "__dict__")
    with pytest.raises(TypeError, match="can't be pickled"):
        pickle.dumps(value)
