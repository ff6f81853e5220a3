"""Who can decrypt: listed by name, let in and taken out, with the real keys of those people."""

import json
from collections.abc import Callable
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from qafiles import load
from qafiles.secrets.recipients import with_recipient, without_recipients
from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

OTHER = PLACE.replace("ADMIN_PASSWORD", "OTHER")


@pytest.fixture
def secrets(root: Path, qafiles: Qafiles, keyring: Keyring) -> Path:
    """The data root with two secrets, and a user whose key is the second one."""
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    qafiles("secret", "set", "OTHER", stdin="other value")
    bob = f"id: k3kq8w3xj5zr7mtb2nc9yd4h\nname: Bob\nage_recipients: [{keyring.keys[1]}]\n"
    write(root, {"users/bob.yaml": bob})
    commit(root)
    return root


def test_recipients_are_listed_by_user_comment_and_number_of_secrets(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    config = secrets / ".sops.yaml"
    config.write_text(
        config.read_text().replace(keyring.keys[0], f"{keyring.keys[0]}  # the laptop in the lab")
    )
    rows = json.loads(qafiles("secret", "recipients", "--format", "json", SOPS_AGE_KEY_FILE="").out)
    assert [(row["recipient"], row["type"], row["rule"], len(row["secrets"])) for row in rows] == [
        (key, "age", 0, 2) for key in keyring.keys
    ]
    assert [row["comment"] for row in rows] == ["the laptop in the lab", None]
    assert [user["handle"] for user in rows[1]["users"]] == ["bob"]
    text = qafiles("secret", "recipients").out
    assert "bob (Bob)" in text
    assert "the laptop in the lab" in text


def test_copies_outside_of_the_secrets_are_named_when_somebody_is_taken_out(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    copy = (secrets / PLACE).read_text()
    write(secrets, {"backup/old.yaml": copy, "notes.txt": copy, "keys.md": f"{keyring.keys[1]} is Bob's\n"})
    done = qafiles("secret", "recipients", "remove", "bob", "--yes")
    assert done.code == 0
    assert f"encrypted for {keyring.keys[1]}, too, and stay as they are" in done.out + done.err
    lines = (done.out + done.err).splitlines()
    assert {"  backup/old.yaml", "  notes.txt"} <= {*lines}
    assert "  keys.md" not in lines
    assert (secrets / "notes.txt").read_text() == copy


def test_somebody_let_in_reads_what_there_is_and_versions_stay(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    third = pyrage.x25519.Identity.generate()
    before = (secrets / ".sops.yaml").read_text()
    done = qafiles("secret", "recipients", "add", str(third.to_public()), "--yes", "--commit", "-m", "let in")
    assert done.code == 0
    assert f"a key of no user: {third.to_public()}" in done.err
    for place, value in ((PLACE, CANARY), (OTHER, "other value")):
        fields = decrypted((secrets / place).read_bytes(), third)
        assert (fields["secret_value"], fields["version"]) == (value, 1)
    line = f"      - {keyring.keys[1]}\n"
    assert (secrets / ".sops.yaml").read_text() == before.replace(
        line, f"{line}      - {third.to_public()}\n"
    )
    assert git(secrets, "show", "--format=%s", "--name-only").split("\n") == [
        "let in", "", ".sops.yaml", PLACE, OTHER,
    ]  # fmt: skip
    assert qafiles("secret", "recipients", "add", str(third.to_public())).out == "nothing to change\n"


def test_somebody_taken_out_reads_nothing_new_and_the_values_to_change_are_named(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    old = (secrets / PLACE).read_bytes()
    done = qafiles("secret", "recipients", "remove", "bob", "--commit", "-m", "bob left")
    assert done.code == 0
    assert "change these values at their source" in done.err
    assert "acme/shop/ADMIN_PASSWORD" in done.err
    assert "acme/shop/OTHER" in done.err
    assert keyring.keys[1] not in (secrets / ".sops.yaml").read_text()
    assert decrypted((secrets / PLACE).read_bytes(), keyring.identities[0])["secret_value"] == CANARY
    with pytest.raises(AssertionError):
        decrypted((secrets / PLACE).read_bytes(), keyring.identities[1])
    # What bob kept of the old file, put onto a value that was written later, opens nothing.
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="written after bob left")
    new = (secrets / PLACE).read_bytes()
    grafted = new.partition(b"sops:\n")[0] + b"sops:\n" + old.partition(b"sops:\n")[2]
    (secrets / PLACE).write_bytes(grafted)
    config = secrets / ".sops.yaml"
    config.write_text(rule(*keyring.keys))
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE=keyring.key_file(1))
    assert (done.code, done.out) == (1, "")


def test_whoever_takes_themselves_out_is_told(secrets: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    done = qafiles("secret", "recipients", "remove", keyring.keys[0][:20])
    assert done.code == 0
    assert "no key at hand reads these secrets any more" in done.err
    assert (
        qafiles("secret", "get", "OTHER", "--stdout", SOPS_AGE_KEY_FILE=keyring.key_file(1)).out
        == "other value"
    )
    assert secrets.is_dir()


def test_the_last_recipient_stays(secrets: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    assert qafiles("secret", "recipients", "remove", "bob").code == 0
    before = (secrets / ".sops.yaml").read_bytes()
    done = qafiles("secret", "recipients", "remove", keyring.keys[0])
    assert done.code == 1
    assert "would have no recipient left" in done.err
    assert (secrets / ".sops.yaml").read_bytes() == before


def test_without_a_key_nothing_is_written(secrets: Path, qafiles: Qafiles) -> None:
    before = {place: (secrets / place).read_bytes() for place in (".sops.yaml", PLACE, OTHER)}
    for change in (("add", str(pyrage.x25519.Identity.generate().to_public())), ("remove", "bob")):
        done = qafiles("secret", "recipients", *change, SOPS_AGE_KEY_FILE="")
        assert done.code == 3
        assert "no key at hand decrypts" in done.err
        assert {place: (secrets / place).read_bytes() for place in before} == before


@pytest.mark.parametrize(
    ("name", "words"),
    [
        ("nobody", "is no user and no recipient"),
        ("ada", "names no `age_recipients`"),
        ("age1notakey", "is no user and no recipient"),
        ("AGE-SECRET-KEY-1QQQ", "is no user and no recipient"),
    ],
)
def test_what_names_nobody_is_refused(secrets: Path, qafiles: Qafiles, name: str, words: str) -> None:
    done = qafiles("secret", "recipients", "add", name)
    assert done.code == 2
    assert words in done.err
    assert secrets.is_dir()


def test_who_is_not_there_can_not_be_taken_out(secrets: Path, qafiles: Qafiles) -> None:
    done = qafiles("secret", "recipients", "remove", str(pyrage.x25519.Identity.generate().to_public()))
    assert done.code == 2
    assert ".sops.yaml does not name" in done.err
    assert secrets.is_dir()


def _list(*keys: str) -> str:
    return rule(*keys)


def _commas(*keys: str) -> str:
    return rule(more=f"    age: {','.join(keys)}\n")


def _folded(*keys: str) -> str:
    return rule(more="    # who\n    age: >-\n" + ",\n".join(f"      {key}" for key in keys) + "\n")


def _brackets(*keys: str) -> str:
    return rule(more=f"    age: [{', '.join(keys)}]  # who\n")


def _group(*keys: str) -> str:
    listed = "".join(f"          - {key}  # {key[-4:]}\n" for key in keys)
    return rule(more=f"    key_groups:\n      - age:\n{listed}")


@pytest.mark.parametrize("style", [_list, _commas, _folded, _brackets, _group])
def test_the_config_is_changed_in_the_style_that_it_has(
    style: Callable[..., str], root: Path, keyring: Keyring
) -> None:
    comment = "# our keys\n"
    (root / ".sops.yaml").write_text(comment + style(*keyring.keys))
    third = str(pyrage.x25519.Identity.generate().to_public())
    added = {c.path: c for c in with_recipient(load(root), third).proposal.changes}[".sops.yaml"]
    assert added.after is not None
    (root / ".sops.yaml").write_bytes(added.after)
    assert added.after.decode().startswith(comment)
    taken = {c.path: c for c in without_recipients(load(root), [third]).proposal.changes}[".sops.yaml"]
    assert taken.after is not None
    if style is not _folded:
        assert taken.after.decode() == comment + style(*keyring.keys)
    (root / ".sops.yaml").write_bytes(taken.after)
    left = {c.path: c for c in without_recipients(load(root), [keyring.keys[0]]).proposal.changes}[
        ".sops.yaml"
    ]
    assert left.after is not None
    assert keyring.keys[0] not in left.after.decode()
    assert keyring.keys[1] in left.after.decode()


def test_of_several_rules_one_is_chosen_by_a_project(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    web = "organizations/acme/projects/web/project.yaml"
    write(
        root, {web: "id: wz4a98xxat96iws9zmbrgj3b\nname: Web\ndefault_url_route: https://web.example.com\n"}
    )
    two = (
        rule(keyring.keys[0], path_regex="projects/web/secret_values/")
        + rule(*keyring.keys).partition("\n")[2]
    )
    write(root, {".sops.yaml": two})
    third = str(pyrage.x25519.Identity.generate().to_public())
    done = qafiles("secret", "recipients", "add", third)
    assert done.code == 2
    assert "--project" in done.err
    assert qafiles("secret", "recipients", "add", third, "--project", "acme/web").code == 0
    first, second = (root / ".sops.yaml").read_text().split("  - path_regex")[1:]
    assert (third in first, third in second) == (True, False)
    assert qafiles("secret", "recipients", "remove", keyring.keys[1]).code == 0
    assert keyring.keys[1] not in (root / ".sops.yaml").read_text()


def test_all_rules_for_the_secrets_of_a_project_let_somebody_in_and_no_others(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    """Of three rules, two are for secrets that the project has."""
    rules = (r"[^/]+_STAGING\.yaml$", r"PUBLIC_[^/]+\.yaml$", r"[^/]+\.yaml$")
    texts = [rule(keyring.keys[0], path_regex=f"secret_values/{end}").partition("\n")[2] for end in rules]
    write(root, {".sops.yaml": "creation_rules:\n" + "".join(texts)})
    for name in ("SHOP_TOKEN", "SHOP_TOKEN_STAGING"):
        assert qafiles("secret", "set", name, "--project", "acme/shop", stdin="value").code == 0
    arguments = ("secret", "recipients", "add", keyring.keys[1], "--project", "acme/shop")
    asked = qafiles(*arguments)
    assert asked.code == 2
    assert "newly able to read 2 secrets (acme/shop/SHOP_TOKEN, acme/shop/SHOP_TOKEN_STAGING)" in asked.err
    assert qafiles(*arguments, "--yes").code == 0
    parts = (root / ".sops.yaml").read_text().split("  - path_regex")[1:]
    assert [keyring.keys[1] in part for part in parts] == [True, False, True]
    assert qafiles("secret", "check", SOPS_AGE_KEY_FILE=keyring.key_file(1)).code == 0
    assert qafiles("secret", "recipients", "remove", keyring.keys[1], "--project", "acme/shop").code == 0
    assert keyring.keys[1] not in (root / ".sops.yaml").read_text()


def test_key_groups_of_several_are_for_people_to_edit(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    groups = "".join(f"      - age:\n          - {key}\n" for key in keyring.keys)
    write(root, {".sops.yaml": rule(more=f"    shamir_threshold: 2\n    key_groups:\n{groups}")})
    done = qafiles("secret", "recipients", "add", str(pyrage.x25519.Identity.generate().to_public()))
    assert done.code == 1
    assert "key_groups" in done.err


def test_a_recipient_that_only_a_file_names_is_shown(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    write(secrets, {".sops.yaml": rule(keyring.keys[0])})
    rows = json.loads(qafiles("secret", "recipients", "--format", "json").out)
    assert [(row["recipient"], row["rule"]) for row in rows] == [
        (keyring.keys[0], 0),
        (keyring.keys[1], None),
    ]
    assert "not in .sops.yaml" in qafiles("secret", "recipients").out
