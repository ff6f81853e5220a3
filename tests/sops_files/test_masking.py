import hashlib
import re
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.sops_files.masking import masked
from tests.conftest import committed, git, write
from tests.sealed import sealed
from tests.secrets.conftest import Keyring, keyring

__all__ = ["keyring"]
CANARY = b"canary-7f3k9x2m"
PATH = "secret_values/ADMIN_PASSWORD.yaml"
DRIVER = f"diff.qafiles-secret.textconv='{sys.executable}' -m qafiles secret textconv"


def test_ciphertext_is_named_and_everything_else_stays(keyring: Keyring) -> None:
    content = keyring.encrypt("hunter2")
    shown = masked(content)
    value = re.search(rb"secret_value: (.*)", content)
    assert value is not None
    digest = hashlib.sha256(value[1]).hexdigest()[:6].encode()
    assert b"\nsecret_value: <encrypted #%s>\n" % digest in shown
    assert shown.count(b"<encrypted #") == 2 + len(keyring.identities)
    assert b"ENC[" not in shown
    assert b"-----" not in shown
    clear = [line for line in content.splitlines() if b"ENC[" not in line and not line.startswith(b" " * 12)]
    assert [line for line in shown.splitlines() if b"<encrypted" not in line] == clear


@pytest.mark.parametrize(
    "text",
    [
        b"secret_value: " + CANARY + b"\n",
        b"'secret_value' : '" + CANARY + b"'\nversion: 1\n",
        b"secret_value: |\n  " + CANARY + b"\n\n  " + CANARY + b"\nversion: 1\n",
        b"{id: x, secret_value: " + CANARY + b"}\n",
        b"secret_value: ENC[AES256_GCM,data:x] " + CANARY + b"\n",
        b"secret_value: \xff" + CANARY,
        b"secret_value:\n  -----BEGIN PGP MESSAGE-----\n  " + CANARY,
    ],
)
def test_a_value_in_clear_text_is_not_shown(text: bytes) -> None:
    shown = masked(text)
    assert CANARY not in shown
    assert b"<not encrypted>" in shown


@pytest.mark.parametrize(
    "code",
    [
        b'y = "ENC[AES256_GCM,"; __import__("os").system("curl evil"); z = "]"\n',
        b'x = "ENC[AES256_GCM,data:aGk=,iv:b,tag:c,type:str]"\n',
        b"# -----BEGIN PGP MESSAGE-----\nimport evil\n",
        b"-----BEGIN AGE ENCRYPTED FILE-----\nexec(open('evil'))\n-----END AGE ENCRYPTED FILE-----\n",
        b'run(id=1, secret_value: "x", more=exec("evil"))\n',
        b"x = {'secret_value': exec('evil')}\n",
        b"secret_value: int = 1\nimport evil\n@evil\n",
    ],
)
def test_code_in_other_files_is_not_hidden_behind_what_looks_like_a_secret(code: bytes) -> None:
    shown = masked(code)
    assert b"<encrypted" not in shown
    assert all(line in shown for line in code.splitlines() if not line.startswith(b"secret_value:"))


@given(st.binary() | st.lists(st.sampled_from([b"ENC[AES256_GCM,", b"]", b"\n", b"secret_value: ", b"-----BEGIN PGP MESSAGE-----", b" x"])).map(b"".join))  # fmt: skip
def test_any_bytes_give_a_text_which_is_that_of_itself(content: bytes) -> None:
    shown = masked(content)
    assert b"secret_value: x" not in shown


@pytest.mark.slow
@pytest.mark.parametrize(
    "piece", [b"ENC[AES256_GCM,", b"secret_value:", b"-----BEGIN PGP MESSAGE-----\n", b"[", b"\n"]
)
def test_a_file_of_a_megabyte_is_done_at_once(piece: bytes) -> None:
    assert masked(piece * (1024 * 1024 // len(piece))) is not None


@pytest.mark.slow
def test_git_shows_what_changed_and_neither_ciphertext_nor_plaintext(tmp_path: Path) -> None:
    attributes = "/secret_values/*.yaml text eol=lf -merge diff=qafiles-secret\n"
    folder = committed(tmp_path, {".gitattributes": attributes, PATH: sealed()})
    write(folder, {PATH: sealed(version=2, data="d29ybGQ=")})
    shown = git(folder, "-c", DRIVER, "diff")
    changed = [line for line in shown.splitlines() if re.match(r"[+-](?![+-])", line)]
    assert [line.split("#")[0] for line in changed] == [
        "-version: 1",
        "-secret_value: <encrypted ",
        "+version: 2",
        "+secret_value: <encrypted ",
    ]
    assert "ENC[" not in shown
    git(folder, "commit", "-qam", "second")
    write(folder, {PATH: b"secret_value: " + CANARY})
    git(folder, "commit", "-qam", "third")
    told = git(folder, "-c", DRIVER, "log", "-p")
    assert "<not encrypted>" in told
    assert CANARY.decode() not in told


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "qafiles", "secret", "textconv", str(tmp_path / "x.yaml")]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 3
    assert "x.yaml can't be read: No such file" in done.stderr
