"""Who gains access is told before anything is written, and nothing among the secrets is skipped."""

from collections.abc import Callable
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

SHOP = "organizations/acme/projects/shop"
OTHER = PLACE.replace("ADMIN_PASSWORD", "OTHER")


@pytest.fixture
def secrets(root: Path, qafiles: Qafiles, keyring: Keyring) -> Path:
    """A data root with two secrets, and a user whose key is the second one."""
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    qafiles("secret", "set", "OTHER", stdin="other value")
    write(
        root,
        {"users/bob.yaml": f"id: k3kq8w3xj5zr7mtb2nc9yd4h\nname: Bob\nage_recipients: [{keyring.keys[1]}]\n"},
    )
    commit(root)
    return root


def _with_mallory(root: Path, keyring: Keyring) -> str:
    """Let a stranger in by hand, with a comment, and return the key."""
    key = str(pyrage.x25519.Identity.generate().to_public())
    text = rule(*keyring.keys, key).replace(key, f"{key}  # of the contractor")
    write(root, {".sops.yaml": text})
    commit(root)
    return key


def _swapped_projects(root: Path, keyring: Keyring) -> str:
    """Move the project to where a rule by path lets a stranger in; neither that rule nor a ciphertext changes."""
    key = str(pyrage.x25519.Identity.generate().to_public())
    web = rule(*keyring.keys, key, path_regex="projects/web/").replace(key, f"{key}  # of the contractor")
    write(root, {".sops.yaml": web + rule(*keyring.keys).partition("\n")[2]})
    git(root, "mv", SHOP, SHOP.replace("shop", "web"))
    commit(root)
    return key


@pytest.mark.parametrize("let_in", [_with_mallory, _swapped_projects])
def test_sync_names_whom_it_lets_in_and_writes_nothing_without_consent(
    secrets: Path, qafiles: Qafiles, keyring: Keyring, let_in: Callable[[Path, Keyring], str]
) -> None:
    key = let_in(secrets, keyring)
    commit_before = git(secrets, "rev-parse", "HEAD")
    project = "web" if let_in is _swapped_projects else "shop"
    for arguments in (["secret", "sync"], ["secret", "sync", "--format", "json"]):
        done = qafiles(*arguments)
        assert done.code == 2
        assert f"a key of no user: {key}  # of the contractor" in done.err
        assert f"acme/{project}/ADMIN_PASSWORD, acme/{project}/OTHER" in done.err
        assert "--yes" in done.err
        assert git(secrets, "status", "--porcelain") == ""
    tried = qafiles("secret", "sync", "--dry-run")
    assert (tried.code, key in tried.err) == (0, True)
    assert git(secrets, "rev-parse", "HEAD") == commit_before
    assert qafiles("secret", "sync", "--yes").code == 0
    assert key in (secrets / PLACE.replace("shop", project)).read_text()


def test_set_of_a_secret_that_somebody_else_is_to_read_needs_consent(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    key = _with_mallory(secrets, keyring)
    done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin="a new value")
    assert (done.code, key in done.err) == (2, True)
    assert git(secrets, "status", "--porcelain") == ""
    assert qafiles("secret", "set", "ADMIN_PASSWORD", "--yes", stdin="a new value").code == 0


def test_a_move_to_other_readers_needs_consent(secrets: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    key = str(pyrage.x25519.Identity.generate().to_public())
    config = rule(*keyring.keys, key, path_regex="projects/web/") + rule(*keyring.keys).partition("\n")[2]
    write(secrets, {".sops.yaml": config})
    commit(secrets)
    done = qafiles("mv", "acme/shop", "acme/web")
    assert (done.code, key in done.err, "acme/web/OTHER" in done.err) == (2, True, True)
    assert git(secrets, "status", "--porcelain") == ""
    assert qafiles("mv", "acme/shop", "acme/web", "--yes").code == 0


def test_letting_a_user_in_names_each_of_their_keys(secrets: Path, qafiles: Qafiles) -> None:
    keys = [str(pyrage.x25519.Identity.generate().to_public()) for _ in range(2)]
    eve = f"id: k3kq8w3xj5zr7mtb2nc9yd4e\nname: Eve\nage_recipients: [{', '.join(keys)}]\n"
    write(secrets, {"users/eve.yaml": eve})
    done = qafiles("secret", "recipients", "add", "eve")
    assert done.code == 2
    assert all(f"eve (Eve): {key}" in done.err for key in keys)
    assert "newly able to read 2 secrets (acme/shop/ADMIN_PASSWORD, acme/shop/OTHER):" in done.err


def test_several_are_taken_out_in_one_go_and_who_is_left_is_told_whole(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    third = str(pyrage.x25519.Identity.generate().to_public())
    assert qafiles("secret", "recipients", "add", third, "--yes").code == 0
    commit(secrets)
    done = qafiles("secret", "recipients", "remove", "bob", third)
    assert done.code == 0
    assert f"bob (Bob): {keyring.keys[1]} can still read" in done.err
    assert f"a key of no user: {third} can still read" in done.err
    assert done.err.count(keyring.keys[0]) == 1
    assert "left are" in done.err
    for path in (PLACE, OTHER):
        text = (secrets / path).read_text()
        assert third not in text
        assert keyring.keys[1] not in text


def test_a_user_who_still_decrypts_is_not_removed(secrets: Path, qafiles: Qafiles) -> None:
    done = qafiles("rm", "user:bob")
    assert (done.code, "`qafiles secret recipients remove bob`" in done.err) == (1, True)
    assert qafiles("secret", "recipients", "remove", "bob").code == 0
    assert qafiles("rm", "user:bob").code == 0
    assert not (secrets / "users/bob.yaml").exists()


def _marked(root: Path) -> None:
    path = root / OTHER
    path.write_text(f"<<<<<<< HEAD\n{path.read_text()}")


def _in_a_folder(root: Path) -> None:
    (root / SHOP / "secret_values/x").mkdir()
    (root / OTHER).rename(root / SHOP / "secret_values/x/OTHER.yaml")


def _linked(root: Path) -> None:
    (root / SHOP / "secret_values").rename(root / "elsewhere")
    (root / SHOP / "secret_values").symlink_to("../../../../elsewhere")


def _copied(root: Path) -> None:
    (root / OTHER).rename(root / f"{OTHER}.bak")


def _misspelled(root: Path) -> None:
    (root / SHOP / "secret_values").rename(root / SHOP / "Secret-Values")


def _nested(root: Path) -> None:
    git(root, "rm", "-rq", "--cached", f"{SHOP}/secret_values")
    git(root / SHOP / "secret_values", "init", "-q")
    git(root / SHOP / "secret_values", "add", "-A")
    git(root / SHOP / "secret_values", "commit", "-qm", "inner")
    git(root, "-c", "advice.addEmbeddedRepo=false", "add", "-A")


@pytest.mark.parametrize("hide", [_marked, _in_a_folder, _linked, _copied, _misspelled, _nested])
def test_what_lies_among_the_secrets_and_can_not_be_encrypted_anew_stops_the_command(
    secrets: Path, qafiles: Qafiles, hide: Callable[[Path], None]
) -> None:
    hide(secrets)
    before = (secrets / ".sops.yaml").read_text()
    third = str(pyrage.x25519.Identity.generate().to_public())
    for arguments in (
        ["secret", "recipients", "remove", "bob"],
        ["secret", "recipients", "add", third, "--yes"],
        ["secret", "sync"],
        ["secret", "check"],
    ):
        done = qafiles(*arguments)
        assert done.code == 1, (arguments, done)
        told = done.out + done.err
        assert "ecret" in told
        assert f"{SHOP}/" in told, (arguments, told)
    assert (secrets / ".sops.yaml").read_text() == before
    assert qafiles("validate").code == 1


def test_a_key_of_a_service_that_is_no_more_named_is_taken_out_without_asking_it(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    entry = (
        "    hc_vault:\n        - vault_address: https://vault.invalid\n          engine_path: transit\n"
        f'          key_name: k\n          created_at: "2026-01-01T00:00:00Z"\n          enc: vault:v1:{"A" * 80}\n'
    )
    path = secrets / PLACE
    path.write_text(path.read_text().replace("sops:\n", f"sops:\n{entry}"))
    assert "`hc_vault`" in qafiles("validate").out
    done = qafiles("secret", "sync")
    assert "1 encrypted anew" in done.err
    assert done.code == 0
    assert "hc_vault" not in path.read_text()
    assert decrypted(path.read_bytes(), keyring.identities[0])["secret_value"] == CANARY
    assert qafiles("validate").code == 0


@pytest.mark.keys
def test_the_last_key_of_pgp_is_taken_out_by_command_and_by_hand(
    secrets: Path,
    qafiles: Qafiles,
    keyring: Keyring,
    pgp: tuple[Path, str],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("GNUPGHOME", str(pgp[0]))
    for by_hand in (False, True):
        assert qafiles("secret", "recipients", "add", pgp[1], "--yes").code == 0
        if by_hand:
            write(secrets, {".sops.yaml": rule(*keyring.keys)})
            assert qafiles("secret", "sync").code == 0
        else:
            assert qafiles("secret", "recipients", "remove", pgp[1]).code == 0
        assert "pgp" not in (secrets / PLACE).read_text()
        assert qafiles("validate").code == 0


def test_an_outsiders_version_stops_nobody_and_is_named(
    secrets: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    write(secrets, {".sops.yaml": rule(*keyring.keys)})
    path = secrets / PLACE
    path.write_text(path.read_text().replace("version: 1\n", "version: 9007199254740993\n"))
    done = qafiles("validate")
    assert (done.code, "QF204" in done.out) == (1, True)
    done = qafiles("secret", "recipients", "remove", "bob")
    assert (done.code, PLACE in done.err) == (1, True)
    assert "official release" not in done.err


def test_a_file_whose_data_key_was_changed_is_tampered_with_and_not_without_a_key(
    secrets: Path, qafiles: Qafiles
) -> None:
    path = secrets / PLACE
    text = path.read_text()
    # The last line of each armored text has the end of the data key and its tag.
    for block in text.split("-----END AGE")[:-1]:
        line = block.rstrip().rpartition("\n")[2].strip()
        text = text.replace(line, ("A" if line[0] != "A" else "B") + line[1:])
    path.write_text(text)
    assert qafiles("validate").code == 0
    done = qafiles("secret", "check", "--format", "json")
    assert done.code == 1
    assert "a key at hand" in done.out
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").code == 1


def test_who_reads_a_new_secret_is_told_also_of_somebody_whom_nobody_saw_come(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    lines = "".join(f"  a key of no user: {key}\n" for key in sorted(keyring.keys))
    assert done.err.startswith(f"able to read 1 new secret (acme/shop/ADMIN_PASSWORD):\n{lines}")
    again = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=f"{CANARY} again")
    assert "able to read" not in again.err
    imported = qafiles("secret", "import", "-", stdin="FIRST=1234\nSECOND=5678\n")
    assert f"able to read 2 new secrets (acme/shop/FIRST, acme/shop/SECOND):\n{lines}" in imported.err
    assert root.is_dir()


def test_a_user_whose_key_another_claims_is_neither_let_in_nor_taken_out_by_name(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    for number, name in enumerate(("aaron", "bob")):
        text = f"id: {'kz'[number]}3kq8w3xj5zr7mtb2nc9yd4h\nname: X\nage_recipients: [{keyring.keys[1]}]\n"
        write(root, {f"users/{name}.yaml": text})
    for command in ("add", "remove"):
        done = qafiles("secret", "recipients", command, "aaron")
        assert done.code == 2
        assert (
            f"users/aaron.yaml and users/bob.yaml claim the same key (QF317), {keyring.keys[1]}" in done.err
        )
    assert keyring.keys[1] in (root / ".sops.yaml").read_text()
