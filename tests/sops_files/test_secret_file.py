"""What SOPS writes has no flaw; what somebody without a key can change has one."""

from pathlib import Path

import pytest

from qafiles.parsing import parse
from qafiles.sops_files.config import SopsConfig, read_config
from qafiles.sops_files.secret_file import flaws, is_sealed
from tests.secrets.conftest import Keyring, keyring, pgp

__all__ = ["keyring", "pgp"]
PATH = "secret_values/ADMIN_PASSWORD.yaml"


def config_of(keys: Keyring) -> SopsConfig:
    return read_config(parse(keys.config.read_bytes()).data)


def messages(content: bytes, keys: Keyring) -> list[str]:
    """Return what is wrong with a file under the rules of the keyring."""
    return [flaw.message for flaw in flaws(content, parse(content).data, config_of(keys).rule_for(PATH))]


def test_what_sops_writes_has_no_flaw(keyring: Keyring) -> None:
    content = keyring.encrypt("hunter2")
    assert config_of(keyring).flaws == ()
    assert messages(content, keyring) == []
    assert is_sealed(parse(content).data["secret_value"])


@pytest.mark.parametrize(
    ("old", "new", "words"),
    [
        (b"\n", b"\r\n", "as git writes them with core.autocrlf"),
        (b"version: 1\n", b"version: 1\r\n", "the file has a carriage return"),
        (b"id: ux", b"\xef\xbb\xbfid: ux", "byte order mark"),
        (b"version: 1\n", b"version: 1 # hunter2\n", "line 6 has a comment"),
        (b"sops:\n", b"# hunter2\nsops:\n", "line 8 has a comment"),
        (b"version: 1\n", b"", None),
        (b'created_at: "2026-03-01T09:30:00Z"\n', b"created_at: 2026-03-01T09:30:00Z\n", "not written as SOPS writes them"),
        (b"version: 1\n", b"version: 0x1\n", "not written as SOPS writes them"),
        (b"secret_name: ADMIN", b"secret_name:  ADMIN", "not written as SOPS writes them"),
        (b"    encrypted_regex: ^secret_value$\n", b"    encrypted_regex: ^nothing$\n", "stores the value in clear"),
        (b"    encrypted_regex: ^secret_value$\n", b"", "stores the value in clear"),
        (b"    version: 3", b"    mac_only_encrypted: true\n    version: 3", "does not protect the name"),
        (b"    version: 3", b"    unencrypted_suffix: _x\n    version: 3", "unknown key below `sops`"),
        (b"    mac: ENC", b"    mac: ENX", "no MAC of SOPS"),
        (b"    mac: ", b"    mak: ", "no MAC of SOPS"),
        (b"    lastmodified: ", b"    lastmodifed: ", "no time"),
        (b"    age:\n", b"    hc_vault:\n        - vault_address: https://evil.example\n          engine_path: transit\n          key_name: k\n          enc: x\n    age:\n", "`hc_vault`, which"),
        (b"    age:\n", b"    hc_vault:\n        - vault_address: 1\n    age:\n", "names no key"),
    ],
)  # fmt: skip
def test_what_anybody_can_change_has_a_flaw(
    old: bytes, new: bytes, words: str | None, keyring: Keyring
) -> None:
    content = keyring.encrypt("hunter2")
    assert old in content
    found = messages(content.replace(old, new), keyring)
    assert (words is None and found == []) or any(words in message for message in found if words)


def test_fields_in_another_order_have_a_flaw(keyring: Keyring) -> None:
    lines = keyring.encrypt("hunter2").splitlines(keepends=True)
    lines[0], lines[1] = lines[1], lines[0]
    assert "not in the order" in messages(b"".join(lines), keyring)[0]


def test_recipients_are_compared_with_the_rule(keyring: Keyring) -> None:
    content = keyring.encrypt("hunter2")
    second = str(keyring.identities[1].to_public())
    rules = keyring.config.read_text()
    keyring.config.write_text(rules.replace(f"      - {second}\n", ""))
    assert messages(content, keyring) == ["a recipient that .sops.yaml does not name for this file"]
    narrow = keyring.encrypt("hunter2")
    keyring.config.write_text(rules)
    assert messages(narrow, keyring) == ["1 recipient of .sops.yaml can't decrypt this file"]


@pytest.mark.parametrize(
    "text",
    [
        "hunter2",
        "ENC[AES256_GCM,data:,iv:" + "A" * 43 + "=,tag:" + "A" * 22 + "==,type:str]",
        "ENC[AES256_GCM,data:AAAA,iv:" + "A" * 43 + "=,tag:" + "A" * 22 + "==,type:int]",
        "ENC[AES256_GCM,data:AAAA,iv:" + "A" * 43 + "=,tag:" + "A" * 22 + "==,type:str]x",
        "ENC[AES256_GCM,data:AAAA,iv:" + "A" * 15 + "=,tag:" + "A" * 22 + "==,type:str]",
        "ENC[AES256_GCM,data:AAAAA,iv:" + "A" * 43 + "=,tag:" + "A" * 22 + "==,type:str]",
    ],
)
def test_only_a_whole_ciphertext_of_text_counts(text: str) -> None:
    assert is_sealed(text) is None


@pytest.mark.keys
def test_a_file_for_a_pgp_key_has_no_flaw(
    keyring: Keyring, pgp: tuple[Path, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    home, fingerprint = pgp
    monkeypatch.setenv("GNUPGHOME", str(home))
    text = keyring.config.read_text()
    keyring.config.write_text(f"{text}    pgp: {fingerprint}\n")
    content = keyring.encrypt("hunter2")
    assert messages(content, keyring) == []
    keyring.config.write_text(text)
    assert messages(content, keyring) == ["a recipient that .sops.yaml does not name for this file"]
