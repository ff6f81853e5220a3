"""Secrets encrypted anew after `.sops.yaml` changed, stopped and taken up again; and secrets that move."""

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qafiles import load
from qafiles.secrets.reading import sops_config
from qafiles.secrets.synchronizing import outdated
from tests.cli.conftest import Qafiles
from tests.conftest import git, samples, write
from tests.secrets.conftest import CANARY, FIELDS, PLACE, Keyring, commit, rule
from tests.secrets.oracle import decrypted

pytestmark = pytest.mark.slow  # all together; sops is started several times for each

PROJECT = "organizations/acme/projects/shop"
FOLDER = PLACE.rpartition("/")[0]
RUN = "organizations/acme/projects/shop/test_traversals/run.yaml"


def many(root: Path, keyring: Keyring, count: int) -> list[str]:
    """Write so many secrets, and return their paths."""
    moved = keyring._replace(folder=root)
    paths = []
    for number in range(count):
        name = f"S{number:03}"
        content = moved.encrypt(f"value {number}", id=f"ux5q1gpzr2kh0jmz8w3vc{number:03}", secret_name=name)
        paths.append(f"{FOLDER}/{name}.yaml")
        write(root, {paths[-1]: content})
    return paths


def test_a_file_that_can_not_be_read_keeps_no_other_from_being_encrypted_anew(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    paths = many(root, keyring, 3)
    broken = (root / paths[1]).read_bytes().replace(b"version: 1", b"version: 2")
    write(root, {paths[1]: broken, ".sops.yaml": rule(keyring.keys[0])})
    done = qafiles("secret", "sync")
    assert done.code == 1
    assert f"{paths[1]}: the file was changed by somebody without a key" in done.err
    assert "2 encrypted anew" in done.err
    assert (root / paths[1]).read_bytes() == broken
    for path in (paths[0], paths[2]):
        assert decrypted((root / path).read_bytes(), keyring.identities[0])["version"] == 1
        assert keyring.keys[1].encode() not in (root / path).read_bytes()


def test_all_is_one_commit_where_one_is_asked_for(root: Path, qafiles: Qafiles, keyring: Keyring) -> None:
    paths = many(root, keyring, 3)
    write(root, {".sops.yaml": rule(keyring.keys[0])})
    commit(root)
    assert qafiles("secret", "sync", "--dry-run").code == 0
    assert git(root, "status", "--porcelain") == ""
    done = qafiles("secret", "sync", "--commit", "-m", "bob left")
    assert done.code == 0
    assert git(root, "show", "--format=%s", "--name-only").split("\n") == ["bob left", "", *paths]
    assert f"{keyring.keys[1][:16]}" in done.err
    assert "acme/shop/S001" in done.err


@pytest.mark.slow
@pytest.mark.parametrize("reached", [1, 51], ids=["the first batch", "a later batch"])
def test_what_was_stopped_goes_on_from_there(
    root: Path, keyring: Keyring, qafiles: Qafiles, reached: int
) -> None:
    number = samples(120, 59 + reached)  # more than a batch of 50, or two
    paths = many(root, keyring, number)
    before = {path: (root / path).read_bytes() for path in paths}
    write(root, {".sops.yaml": rule(keyring.keys[0])})
    process = subprocess.Popen(
        [sys.executable, "-m", "qafiles", "-C", str(root), "secret", "sync"],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )

    def left() -> list[str]:
        snapshot = load(root)
        return [file.path for file in outdated(snapshot, sops_config(snapshot))]

    while sum((root / path).read_bytes() != content for path, content in before.items()) < reached:
        assert process.poll() is None
        time.sleep(0.02)
    os.killpg(process.pid, signal.SIGKILL)
    process.wait()
    done = [path for path in paths if path not in left()]
    assert 0 < len(done) < number
    kept = {path: (root / path).read_bytes() for path in done}
    assert qafiles("secret", "sync").code == 0
    assert left() == []
    assert {path: (root / path).read_bytes() for path in done} == kept
    assert qafiles("secret", "check").out == f"{number} secrets checked, 0 failed\n"


def test_a_renamed_secret_is_sealed_under_its_new_name(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    write(root, {RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: open\nsecret_values: [ADMIN_PASSWORD]\n"})
    commit(root)
    old = decrypted((root / PLACE).read_bytes(), keyring.identities[0])
    new = PLACE.replace("ADMIN_PASSWORD", "ROOT_PASSWORD")
    assert (
        qafiles("mv", "acme/shop/ADMIN_PASSWORD", "acme/shop/ROOT_PASSWORD", SOPS_AGE_KEY_FILE="").code == 3
    )
    assert (root / PLACE).exists()
    done = qafiles("mv", "acme/shop/ADMIN_PASSWORD", "acme/shop/ROOT_PASSWORD", "--commit", "-m", "renamed")
    assert done.code == 0
    fields = decrypted((root / new).read_bytes(), keyring.identities[1])
    assert fields == {**old, "secret_name": "ROOT_PASSWORD"}
    assert "secret_values: [ROOT_PASSWORD]" in (root / RUN).read_text()
    assert qafiles("secret", "get", "ROOT_PASSWORD", "--stdout").out == CANARY
    assert git(root, "status", "--porcelain") == ""


def test_texts_take_the_new_name_of_a_secret(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    case, config = f"{PROJECT}/test_cases/open.yaml", "browser_configs/admin.yaml"
    text = (root / case).read_text() + (
        "extra_rules: |\n"
        "  # {{ secret.ADMIN_PASSWORD }}, {{secret.ADMIN_PASSWORD}} and again {{ secret.ADMIN_PASSWORD }},\n"
        "  but not secret.ADMIN_PASSWORD\n"
    )
    write(
        root,
        {
            case: text,
            config: "id: q1w2e3r4t5y6u7i8o9p0a1s9\nbrowser_config:\n  extra_http_headers:\n    X-Test: '{{ secret.ADMIN_PASSWORD }}'\n",
            RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: open\nbrowser_config_id: admin\n",
        },
    )
    commit(root)
    before = (root / case).read_text(), (root / config).read_text()
    done = qafiles("mv", "acme/shop/ADMIN_PASSWORD", "ROOT_PASSWORD")
    assert (done.code, done.err) == (0, "")
    after = (root / case).read_text(), (root / config).read_text()
    assert after == tuple(
        content.replace("secret.ADMIN_PASSWORD }}", "secret.ROOT_PASSWORD }}").replace(
            "{{secret.ADMIN_PASSWORD}}", "{{secret.ROOT_PASSWORD}}"
        )
        for content in before
    )
    assert qafiles("validate").code == 0


def test_a_secret_whose_file_has_another_name_keeps_its_own_when_its_project_moves(
    root: Path, qafiles: Qafiles
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    (root / PLACE).rename(root / FOLDER / "LOGIN.yaml")
    text = "extra_rules: use {{ secret.ADMIN_PASSWORD }}\n"
    write(
        root,
        {f"{PROJECT}/test_cases/open.yaml": (root / PROJECT / "test_cases/open.yaml").read_text() + text},
    )
    commit(root)
    assert qafiles("mv", "acme/shop", "acme/store").code == 0
    assert text in (root / PROJECT.replace("shop", "store") / "test_cases/open.yaml").read_text()


@pytest.mark.parametrize("name", ["admin_password", "A-B", "1A"])
def test_a_name_that_no_secret_can_have_is_refused(qafiles: Qafiles, name: str) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    done = qafiles("mv", "acme/shop/ADMIN_PASSWORD", name)
    assert (done.code, f"`{name}` is no name of a secret: capitals" in done.err) == (2, True)


def test_a_name_in_a_config_that_projects_share_is_not_changed_for_one_of_them(
    root: Path, qafiles: Qafiles
) -> None:
    web = "organizations/acme/projects/web"
    config = "browser_configs/admin.yaml"
    write(
        root,
        {
            f"{web}/project.yaml": "id: wz4a98xxat96iws9zmbrgj3b\nname: Web\ndefault_url_route: https://web.example.com\n",
            "qafiles.yaml": (root / "qafiles.yaml").read_text() + "unique_secret_names: project\n",
            f"{web}/test_cases/open.yaml": "id: wz4a98xxat96iws9zmbrgj3c\nname: Open\ntest_description: Open it\n",
            f"{web}/test_traversals/run.yaml": "id: wz4a98xxat96iws9zmbrgj3d\ntest_case_id: open\nbrowser_config_id: admin\n",
            config: "id: q1w2e3r4t5y6u7i8o9p0a1s9\nbrowser_config:\n  extra_http_headers:\n    X-Test: '{{ secret.ADMIN_PASSWORD }}'\n",
            RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: open\nbrowser_config_id: admin\n",
        },
    )
    for project in ("acme/shop", "acme/web"):
        assert qafiles("secret", "set", "ADMIN_PASSWORD", "--project", project, stdin=CANARY).code == 0
    commit(root)
    done = qafiles("mv", "acme/shop/ADMIN_PASSWORD", "ROOT_PASSWORD")
    assert done.code == 1
    assert (
        "browser_configs/admin.yaml names `{{ secret.ADMIN_PASSWORD }}` for 2 projects (acme/shop, acme/web)"
        in done.err
    )
    assert git(root, "status", "--porcelain") == ""


def test_a_secret_in_another_project_is_sealed_for_that_one(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    web = "organizations/acme/projects/web"
    write(
        root,
        {
            f"{web}/project.yaml": "id: wz4a98xxat96iws9zmbrgj3b\nname: Web\ndefault_url_route: https://web.example.com\n"
        },
    )
    write(
        root,
        {
            ".sops.yaml": rule(keyring.keys[0], path_regex="projects/web/")
            + rule(*keyring.keys).partition("\n")[2]
        },
    )
    qafiles("secret", "set", "ADMIN_PASSWORD", "--project", "acme/shop", stdin=CANARY)
    assert qafiles("mv", "acme/shop/ADMIN_PASSWORD", "acme/web/ADMIN_PASSWORD").code == 0
    content = (root / f"{web}/secret_values/ADMIN_PASSWORD.yaml").read_bytes()
    fields = decrypted(content, keyring.identities[0])
    assert (fields["project_id"], fields["secret_value"]) == ("wz4a98xxat96iws9zmbrgj3b", CANARY)
    assert keyring.keys[1].encode() not in content


def test_a_project_moves_without_a_key_where_the_recipients_stay(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    commit(root)
    before = (root / PLACE).read_bytes()
    assert qafiles("mv", "acme/shop", "acme/store", SOPS_AGE_KEY_FILE="").code == 0
    assert (root / PLACE.replace("shop", "store")).read_bytes() == before
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY


def test_a_project_whose_new_place_has_other_recipients_needs_a_key(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    write(
        root,
        {
            ".sops.yaml": rule(keyring.keys[0], path_regex="projects/store/")
            + rule(*keyring.keys).partition("\n")[2]
        },
    )
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    commit(root)
    done = qafiles("mv", "acme/shop", "acme/store", SOPS_AGE_KEY_FILE="")
    assert (done.code, "no key at hand" in done.err) == (3, True)
    assert git(root, "status", "--porcelain") == ""
    assert qafiles("mv", "acme/shop", "acme/store").code == 0
    content = (root / PLACE.replace("shop", "store")).read_bytes()
    assert keyring.keys[1].encode() not in content
    assert decrypted(content, keyring.identities[0])["id"] != FIELDS["id"]


@pytest.mark.parametrize("text", ["[", "secret_value: x\n", ""])
def test_a_secret_of_which_nobody_can_read_for_whom_it_is_is_named(
    root: Path, qafiles: Qafiles, keyring: Keyring, text: str
) -> None:
    (_, path) = many(root, keyring, 2)
    write(root, {path: text})
    for arguments in (["secret", "sync"], ["secret", "sync", "--dry-run"]):
        done = qafiles(*arguments)
        assert (done.code, done.err.count(f"{path}: this can't be read as the file of a secret")) == (1, 1)
        assert "every secret has" not in done.err
    assert path in qafiles("secret", "recipients").err
    assert (root / path).read_text() == text
