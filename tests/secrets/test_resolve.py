"""A secret that two branches changed: one side's value, whole, under a version above both."""

import subprocess
from pathlib import Path

import pyrage  # type: ignore[import-untyped]
import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each


@pytest.fixture(params=["", "secret_values/*.yaml text eol=lf -merge\n"], ids=["markers", "-merge"])
def conflict(request: pytest.FixtureRequest, root: Path, qafiles: Qafiles) -> Path:
    """A merge that stopped: ours is version 3, theirs is version 2."""
    if request.param:
        write(root, {".gitattributes": request.param.replace("secret", "**/secret")})
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="first")
    commit(root)
    git(root, "checkout", "-qb", "topic")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=f"theirs {CANARY}")
    commit(root)
    git(root, "checkout", "-q", "main")
    for value in ("second", f"ours {CANARY}"):
        qafiles("secret", "set", "ADMIN_PASSWORD", stdin=value)
    commit(root)
    git(root, "merge", "topic", code=1)
    return root


@pytest.mark.parametrize("side", ["ours", "theirs"])
def test_the_value_of_one_side_is_taken_under_a_version_above_both(
    conflict: Path, qafiles: Qafiles, keyring: Keyring, side: str
) -> None:
    stages = git(conflict, "ls-files", "-u")
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", f"--{side}")
    assert (done.code, done.out) == (0, f"changed {PLACE}\n")
    fields = decrypted((conflict / PLACE).read_bytes(), keyring.identities[1])
    assert (fields["secret_value"], fields["version"]) == (f"{side} {CANARY}", 4)
    assert git(conflict, "ls-files", "-u") == stages, "nothing is staged unasked"
    assert "git add" in done.err
    assert "git merge --continue" in done.err
    git(conflict, "add", "-A")
    git(conflict, "commit", "-qm", "merged")
    assert qafiles("secret", "check").code == 0


def test_it_is_staged_where_that_is_asked_for(conflict: Path, qafiles: Qafiles) -> None:
    done = qafiles("secret", "resolve", "acme/shop/ADMIN_PASSWORD", "--theirs", "--stage")
    assert (done.code, done.err) == (0, "next: `git merge --continue`\n")
    assert git(conflict, "ls-files", "-u") == ""
    assert git(conflict, "show", f":{PLACE}") + "\n" == (conflict / PLACE).read_text()


def test_the_recipients_are_those_of_today(conflict: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    third = pyrage.x25519.Identity.generate()
    write(conflict, {".sops.yaml": rule(keyring.keys[0], str(third.to_public()))})
    assert qafiles("secret", "resolve", "ADMIN_PASSWORD", "--theirs", "--yes").code == 0
    content = (conflict / PLACE).read_bytes()
    assert decrypted(content, third)["secret_value"] == f"theirs {CANARY}"
    assert keyring.keys[1].encode() not in content


def test_without_a_key_nothing_is_written(conflict: Path, qafiles: Qafiles) -> None:
    before = (conflict / PLACE).read_bytes()
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--ours", SOPS_AGE_KEY_FILE="")
    assert done.code == 3
    assert "no key at hand" in done.err
    assert (conflict / PLACE).read_bytes() == before


def test_what_can_not_be_meant_is_refused(conflict: Path, qafiles: Qafiles) -> None:
    assert "--ours or --theirs" in qafiles("secret", "resolve", "ADMIN_PASSWORD").err
    done = qafiles("secret", "resolve", "ADMIN_PASSWORT", "--ours")
    assert (done.code, "did you mean `ADMIN_PASSWORD`?" in done.err) == (2, True)
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--ours", "--commit", "-m", "x")
    assert (done.code, "merge left conflicts" in done.err) == (3, True)
    git(conflict, "merge", "--abort")
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--ours")
    assert (done.code, "no secret is in conflict" in done.err) == (2, True)


def test_a_side_that_somebody_changed_without_a_key_is_not_taken(conflict: Path, qafiles: Qafiles) -> None:
    git(conflict, "merge", "--abort")
    git(conflict, "checkout", "-q", "topic")
    place = conflict / PLACE
    place.write_text(place.read_text().replace("version: 2", "version: 7"))
    commit(conflict)
    git(conflict, "checkout", "-q", "main")
    git(conflict, "merge", "topic", code=1)
    before = place.read_bytes()
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--theirs")
    assert done.code == 1
    assert "changed by somebody without a key" in done.err
    assert place.read_bytes() == before


def test_a_side_that_deleted_it_has_no_value(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="first")
    commit(root)
    git(root, "checkout", "-qb", "topic")
    git(root, "rm", "-q", PLACE)
    commit(root)
    git(root, "checkout", "-q", "main")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    commit(root)
    git(root, "merge", "topic", code=1)
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--theirs")
    assert (done.code, f"`git rm {PLACE}`" in done.err) == (1, True)
    assert qafiles("secret", "resolve", "ADMIN_PASSWORD", "--ours", "--stage").code == 0
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY


def test_a_secret_that_both_sides_made_keeps_the_id_of_the_side_taken(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    git(root, "checkout", "-qb", "topic")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="theirs")
    commit(root)
    theirs = decrypted((root / PLACE).read_bytes(), keyring.identities[0])
    git(root, "checkout", "-q", "main")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="ours")
    commit(root)
    git(root, "merge", "topic", code=1)
    assert qafiles("secret", "resolve", "ADMIN_PASSWORD", "--theirs").code == 0
    fields = decrypted((root / PLACE).read_bytes(), keyring.identities[0])
    assert (fields["id"], fields["version"]) == (theirs["id"], 2)


def test_a_rebase_is_continued(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="first")
    commit(root)
    git(root, "checkout", "-qb", "topic")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="of the topic")
    commit(root)
    git(root, "checkout", "-q", "main")
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="of main")
    commit(root)
    git(root, "checkout", "-q", "topic")
    git(root, "rebase", "-q", "main", code=1)
    done = qafiles("secret", "resolve", "ADMIN_PASSWORD", "--theirs", "--stage")
    assert "git rebase --continue" in done.err
    git(root, "rebase", "--continue", GIT_EDITOR="true")
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == "of the topic"
    subprocess.run(["git", "-C", root, "fsck", "--no-progress"], check=True, capture_output=True)
