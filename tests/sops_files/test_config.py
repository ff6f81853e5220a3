from typing import Any

import pyrage  # type: ignore[import-untyped]
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.parsing import parse
from qafiles.sops_files.config import SopsConfig, read_config
from qafiles.sops_files.recipients import in_stanza, is_age_recipient

ADA = "age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n"
BOB = "age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm"
SECRET = "organizations/acme/projects/shop/secret_values/ADMIN_PASSWORD.yaml"  # noqa: S105  # a path
RULE = f"path_regex: secret_values/[^/]+\\.yaml$\n    encrypted_regex: ^secret_value$\n    age: {ADA}\n"


def config(rules: str) -> SopsConfig:
    """Return what a list of rules says."""
    data = parse(f"creation_rules:\n{rules}".encode())
    assert data.refusals == ()
    return read_config(data.data)


@pytest.mark.parametrize(
    "keys",
    [
        f"age: {ADA},{BOB}",
        f"age: [{ADA}, {BOB}]",
        f"key_groups:\n      - age: [{ADA}]\n      - age: [{BOB}]",
    ],
)
def test_recipients_may_be_written_in_every_way_that_sops_reads(keys: str) -> None:
    found = config(f"  - encrypted_regex: ^secret_value$\n    {keys}\n")
    assert found.flaws == ()
    assert found.rules[0].recipients == {("age", ADA), ("age", BOB)}


def test_every_type_of_key_is_known() -> None:
    found = config(
        "  - encrypted_regex: ^secret_value$\n"
        "    pgp: FBC7B9E2A4F9289AC0C1D4843D16CEE4A27381B4\n"
        "    kms: arn:aws:kms:us-east-1:111122223333:key/1234abcd-12ab\n"
        "    gcp_kms: projects/p/locations/global/keyRings/r/cryptoKeys/k\n"
        "    azure_keyvault: https://sops.vault.azure.net/keys/sops-key/some-string\n"
        "    hc_vault_transit_uri: https://vault.example.com:8200/v1/sops/keys/firstkey\n"
    )
    assert found.flaws == ()
    assert {kind for kind, _ in found.rules[0].recipients} == {
        "pgp",
        "kms",
        "gcp_kms",
        "azure_kv",
        "hc_vault",
    }


def test_the_first_rule_that_fits_counts() -> None:
    other = f"path_regex: other/\n    age: {BOB}\n"
    found = config(f"  - {other}  - {RULE}  - encrypted_regex: ^secret_value$\n    age: {BOB}\n")
    assert found.flaws == ()
    assert found.rule_for(SECRET) == found.rules[1]
    assert found.rule_for("other/x.yaml") == found.rules[0]
    assert found.rule_for("x") == found.rules[2]


@pytest.mark.parametrize(
    ("rules", "words", "pointer"),
    [
        (f"  - {RULE.replace('path_regex', 'path_regexx')}", "unknown key `path_regexx`", ("creation_rules", 0, "path_regexx")),
        (f"  - {RULE.replace('^secret_value$', '^(secret_value')}", "no regular expression", ("creation_rules", 0, "encrypted_regex")),
        (f"  - {RULE.replace('secret_values/', '(?=secret_values)')}", "no regular expression", ("creation_rules", 0, "path_regex")),
        (f"  - {RULE.replace('^secret_value$', '^value$')}", "other values than theirs", ("creation_rules", 0, "encrypted_regex")),
        (f"  - {RULE}    mac_only_encrypted: true\n", "does not go with", ("creation_rules", 0, "mac_only_encrypted")),
        (f"  - {RULE.replace(ADA, ADA[:-1] + 'q')}", "names no key of the type `age`", ("creation_rules", 0, "age")),
        ("  - encrypted_regex: ^secret_value$\n", "no recipient", ("creation_rules", 0)),
        (f"  - encrypted_regex: ^secret_value$\n    age: {ADA}\n  - {RULE}", "never reached", ("creation_rules", 1)),
        ("  - a\n", "no mapping", ("creation_rules", 0)),
        ("  {}\n", "no list of rules", ("creation_rules",)),
    ],
)  # fmt: skip
def test_what_sops_overlooks_is_told(rules: str, words: str, pointer: tuple[str | int, ...]) -> None:
    found = [flaw for flaw in config(rules).flaws if words in flaw.message]
    assert [flaw.pointer for flaw in found] == [pointer]


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=8) | st.sampled_from([ADA, "(", "^secret_value$"]),
    lambda inner: st.lists(inner, max_size=3)
    | st.dictionaries(
        st.sampled_from(["creation_rules", "path_regex", "age", "pgp", "kms", "key_groups", "azure_keyvault", "x"]), inner, max_size=4
    ),
    max_leaves=12,
)  # fmt: skip


@given(JSON)
def test_no_data_raises(data: Any) -> None:
    read_config(data).rule_for(SECRET)
    read_config({"creation_rules": data}).rule_for(SECRET)
    read_config({"creation_rules": [data]}).rule_for(SECRET)


def test_recipients_of_pyrage_are_recipients_and_with_a_changed_letter_they_are_none() -> None:
    for _ in range(20):
        text = str(pyrage.x25519.Identity.generate().to_public())
        assert is_age_recipient(text)
        for index in range(5, len(text)):
            assert not is_age_recipient(
                text[:index] + ("q" if text[index] != "q" else "p") + text[index + 1 :]
            )


def test_a_key_that_ends_in_a_slash_as_one_of_64_does_keeps_it() -> None:
    key = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIEkxeG5Yi9YljHXTqsPC1HYh9PEC2HVHhiPCYKbzR5f/"
    rules = config(
        f"  - path_regex: secret_values/[^/]+\\.yaml$\n    encrypted_regex: ^secret_value$\n    age: {key}\n"
    )
    rule = rules.rule_for(SECRET)
    assert rule is not None
    assert {name for name, _ in in_stanza({"age": [{"recipient": key, "enc": ""}]})} == rule.recipients


@pytest.mark.parametrize(
    ("threshold", "count"), [(0, 0), (2, 0), (3, 0), (1, 1), (4, 1), (256, 1), (-1, 1), ("2", 1), (True, 1)]
)
def test_a_threshold_is_one_by_which_sops_can_split_a_data_key(threshold: object, count: int) -> None:
    groups = [{"age": [ADA]}, {"pgp": ["A" * 40]}, {"pgp": ["B" * 40]}]
    rule = {"encrypted_regex": "^secret_value$", "key_groups": groups, "shamir_threshold": threshold}
    flaws = read_config({"creation_rules": [rule]}).flaws
    assert [flaw.pointer[-1] for flaw in flaws] == ["shamir_threshold"] * count
    assert (
        read_config({"creation_rules": [{**rule, "key_groups": groups[:1], "shamir_threshold": 2}]}).flaws
        == ()
    )
