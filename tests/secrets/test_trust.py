"""Key services are asked for what the default branch names: a stand-in for Vault counts what it is asked."""

from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule

pytestmark = pytest.mark.slow
_SERVICE = "https://127.0.0.1:1/v1/transit/keys/k"
_VAULT = {"VAULT_TOKEN": "x", "VAULT_MAX_RETRIES": "0"}


def _with_service(root: Path, keyring: Keyring, service: str) -> None:
    (root / ".sops.yaml").write_text(rule(*keyring.keys, more=f"    hc_vault_transit_uri: {service}\n"))


def test_a_service_of_a_branch_is_not_asked_and_the_key_at_hand_still_reads(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).code == 0
    commit(root)
    git(root, "update-ref", "refs/remotes/origin/main", "HEAD")
    _with_service(root, keyring, _SERVICE)
    commit(root)  # a stranger's commit names it: HEAD is no proof
    for command in (("set", "OTHER"), ("sync",), ("rotate", "--all"), ("import",)):
        done = qafiles("secret", *command, stdin="A=value\n")
        assert done.code != 0, command
    done = qafiles("secret", "set", "OTHER", stdin="x")
    assert (done.code, done.out) == (3, "")
    assert "at the merge base with origin/main" in done.err
    assert f"does not name the key service {_SERVICE}" in done.err
    asked = qafiles("secret", "set", "OTHER", "--trust-services", stdin="x", **_VAULT)
    assert "services must be in reach" in asked.err
    named = (root / PLACE).read_text()
    entry = "    hc_vault:\n        - vault_address: https://127.0.0.1:1\n          engine_path: transit\n          key_name: k\n"
    entry += '          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n'
    (root / PLACE).write_text(named.replace("    lastmodified:", f"{entry}    lastmodified:"))
    read = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout")
    assert (read.code, read.out) == (0, CANARY), read.err
    alone = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE="/dev/null")
    assert (alone.code, "--trust-services asks it" in alone.err) == (3, True)


def test_without_an_upstream_head_is_trusted_and_http_needs_its_own_option(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    _with_service(root, keyring, _SERVICE)
    assert "at HEAD does not name" in qafiles("secret", "set", "OTHER", stdin="x").err
    commit(root)
    reached = qafiles("secret", "set", "OTHER", stdin="x", **_VAULT)
    assert "services must be in reach" in reached.err
    _with_service(root, keyring, _SERVICE.replace("https", "http"))
    commit(root)
    for option in ((), ("--trust-services",)):
        assert "without --trust-http" in qafiles("secret", "set", "OTHER", *option, stdin="x").err
    asked = qafiles("secret", "set", "OTHER", "--trust-http", stdin="x", **_VAULT)
    assert "services must be in reach" in asked.err
