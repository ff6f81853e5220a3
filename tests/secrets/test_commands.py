"""`qafiles secret` with a real sops, from the command line to the files."""

import json
import os
import pty
import select
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles import load
from qafiles.errors import UsageError
from qafiles.secrets.environment import chosen, values
from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.secrets.conftest import CANARY, PLACE, Keyring, commit

RUN = "organizations/acme/projects/shop/test_traversals/run.yaml"


@pytest.mark.slow
def test_a_value_is_set_and_read_again(root: Path, qafiles: Qafiles) -> None:
    done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY + "\n")
    assert (done.code, done.out.splitlines()[0]) == (0, f"added {PLACE}")
    assert done.err.splitlines()[-1] == "version 1"
    assert CANARY not in (root / PLACE).read_text()
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout") == (0, CANARY, "")
    assert [d["code"] for d in json.loads(qafiles("validate", "--format", "json").out)["diagnostics"]] == [
        "QF408"
    ]


@pytest.mark.slow
def test_a_value_of_a_mebibyte_comes_back_and_its_file_is_like_any_other(
    root: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    value = '\u00e9"\0\n' + "x" * (1024 * 1024 - 5)
    (tmp_path / "value").write_text(value)
    assert qafiles("secret", "set", "BIG", "--from-file", str(tmp_path / "value")).code == 0
    commit(root)
    assert qafiles("secret", "get", "BIG", "--stdout").out == value
    assert qafiles("secret", "get", "BIG", "--stdout", "--rev", "HEAD").out == value
    assert qafiles("validate").code == 0
    assert "age1" in qafiles("secret", "list").out
    assert qafiles("secret", "set", "BIG", stdin=value).err.endswith(
        "the value is the same; version 1 stays\n"
    )
    (tmp_path / "value").write_text(value + "x")
    refused = qafiles("secret", "set", "BIG", "--from-file", str(tmp_path / "value"))
    assert (refused.code, refused.err) == (2, "qafiles: the value has more than 1024 KiB\n")


@pytest.mark.slow
def test_the_version_grows_when_the_value_changes_and_only_then(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    first = (root / PLACE).read_bytes()
    assert "version 1 stays" in qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY).err
    assert (root / PLACE).read_bytes() == first
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin="other").err == "version 2\n"
    assert (
        "without a key" in qafiles("secret", "set", "ADMIN_PASSWORD", stdin="other", SOPS_AGE_KEY_FILE="").err
    )
    assert "\nversion: 3\n" in (root / PLACE).read_text()


@pytest.mark.slow
def test_line_ends_that_git_converted_are_told_as_such(root: Path, qafiles: Qafiles) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin="one").code == 0
    place = root / PLACE
    place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
    read = qafiles("secret", "get", place.stem, "--stdout")
    assert (read.code, "core.autocrlf" in read.err, "`git checkout` it again" in read.err) == (1, True, True)
    written = qafiles("secret", "set", place.stem, stdin="another")
    assert "core.autocrlf" in written.err + written.out
    assert "without a key" not in written.err + written.out
    assert b"\r" not in place.read_bytes()


def test_a_value_is_no_argument_and_not_printed_into_a_pipe(qafiles: Qafiles) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", "value").code == 2
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    done = qafiles("secret", "get", "ADMIN_PASSWORD")
    assert (done.code, done.out) == (2, "")
    assert "--stdout" in done.err


@pytest.mark.slow
def test_on_a_terminal_the_value_is_asked_for_twice_and_not_shown(root: Path, qafiles: Qafiles) -> None:
    command = [sys.executable, "-m", "qafiles", "-C", str(root), "secret", "set", "ADMIN_PASSWORD"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdin=theirs, stdout=theirs, stderr=theirs, start_new_session=True)
    os.close(theirs)
    shown = b""
    for asked in range(1, 3):
        while shown.count(b": ") < asked:
            shown += os.read(ours, 1000)
        os.write(ours, CANARY.encode() + b"\n")
    assert process.wait(timeout=60) == 0
    while select.select([ours], [], [], 0)[0]:
        try:
            shown += os.read(ours, 1000)
        except OSError:
            break
    os.close(ours)
    assert b"Value" in shown
    assert CANARY.encode() not in shown
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY


@pytest.mark.slow
@pytest.mark.parametrize("end", ["", "\n", "\r\n"])
def test_the_line_break_that_echo_puts_behind_a_value_is_no_part_of_it(qafiles: Qafiles, end: str) -> None:
    assert qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY + end).code == 0
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY


@pytest.mark.slow
@pytest.mark.parametrize(
    ("value", "shown"),
    [
        ("pass w\u00f6rd ##[x]", "pass w\u00f6rd ##[x]"),
        ("a\n\tb", "a\r\n\tb"),
        ("\x1b]52;c;ZXZpbA==\x07\r\u202e\x9b", "\\x1b]52;c;ZXZpbA==\\x07\\r\\u202e\\x9b"),
    ],
)
def test_a_value_on_a_terminal_does_not_steer_it(
    root: Path, qafiles: Qafiles, value: str, shown: str
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=value)
    command = [sys.executable, "-m", "qafiles", "-C", str(root), "secret", "get", "ADMIN_PASSWORD"]
    ours, theirs = pty.openpty()
    process = subprocess.Popen(command, stdout=theirs, stderr=subprocess.PIPE, start_new_session=True)
    _, said = process.communicate(timeout=60)
    assert process.returncode == 0, said
    assert os.read(ours, 1000).decode() == f"{shown}\r\n"
    os.close(theirs)
    os.close(ours)
    assert (b"--stdout" in said) == ("\\x" in shown)


@pytest.mark.slow
def test_a_mask_is_exact_whatever_the_locale_is(qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="caf\u00e9")
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0", "GITHUB_ACTIONS": "true"}
    done = qafiles("secret", "run", "--secret", "ADMIN_PASSWORD", "--", "true", **locale)
    assert done == (0, "", "::add-mask::caf\u00e9\n")


@pytest.mark.slow
def test_a_program_gets_the_secrets_of_a_traversal_and_no_others(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    qafiles("secret", "set", "OTHER", stdin="x")
    write(root, {RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: open\nsecret_values: [ADMIN_PASSWORD]\n"})
    code = "import os; print(os.environ['ADMIN_PASSWORD'], 'OTHER' in os.environ); raise SystemExit(7)"
    done = qafiles("secret", "run", "--traversal", "acme/shop/run", "--", sys.executable, "-c", code)
    assert done == (7, f"{CANARY} False\n", "")
    masked = qafiles("secret", "run", "--secret", "OTHER", "--", "true", GITHUB_ACTIONS="true")
    assert masked.err == "::add-mask::x\n"


@pytest.mark.slow
def test_a_program_gets_every_text_whatever_the_locale_is(root: Path, qafiles: Qafiles) -> None:
    value = "caf\u00e9 \U0001f600 canary-4711"
    qafiles("secret", "set", "OTHER", stdin=value)
    locale = {"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}
    done = qafiles("secret", "run", "--secret", "OTHER", "--", "printenv", "OTHER", **locale)
    assert done == (0, f"{value}\n", "")
    assert root.is_dir()


@pytest.mark.slow
@pytest.mark.parametrize(
    "name",
    ["SHELLOPTS", "ZDOTDIR", "OPENSSL_CONF", "DOTNET_STARTUP_HOOKS", "GOPROXY", "MAKEFILES", "DOCKER_HOST", "PYTHONSAFEPATH"],
)  # fmt: skip
def test_names_that_programs_obey_are_those_of_many_programs(name: str, keyring: Keyring, root: Path) -> None:
    path = PLACE.replace("ADMIN_PASSWORD", name)
    content = keyring._replace(folder=root).encrypt("x", secret_name=name)
    snapshot = load(write(root, {path: content}))
    with pytest.raises(UsageError, match="would change how they run"):
        values(snapshot, chosen(snapshot, names=[name]), {})


@pytest.mark.slow
@pytest.mark.parametrize("name", ["PATH", "LD_PRELOAD", "NODE_OPTIONS", "BASH_ENV", "HTTPS_PROXY", "TAKEN"])
def test_a_secret_does_not_replace_a_variable_that_programs_obey(name: str, qafiles: Qafiles) -> None:
    qafiles("secret", "set", name, stdin="x")
    done = qafiles("secret", "run", "--secret", name, "--", "true", TAKEN="1")
    assert done.code == 2
    assert name in done.err


@pytest.mark.slow
def test_check_finds_what_was_changed_without_a_key(root: Path, qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    assert qafiles("secret", "check", "--since", "HEAD") == (0, "1 secret checked, 0 failed\n", "")
    text = (root / PLACE).read_text()
    (root / PLACE).write_text(text.replace("version: 1", "version: 2"))
    done = qafiles("secret", "check")
    assert done.code == 1
    assert PLACE in done.out
    (root / PLACE).unlink()
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin="other")
    lines = (root / PLACE).read_text().splitlines()
    assert lines[5] == "version: 1"


@pytest.mark.slow
def test_check_since_a_revision_finds_a_new_value_with_the_old_version(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    git(root, "add", "-A")
    git(root, "commit", "-qm", "second")
    fields = {
        line.partition(": ")[0]: line.partition(": ")[2]
        for line in (root / PLACE).read_text().splitlines()[:2]
    }
    moved = keyring._replace(folder=root)
    (root / PLACE).write_bytes(moved.encrypt("other", **fields))
    assert qafiles("secret", "check").code == 0
    done = qafiles("secret", "check", "--since", "HEAD")
    assert done.code == 1
    assert "the value changed, and the version is still 1" in done.out


@pytest.mark.slow
def test_sync_takes_recipients_away_and_a_file_that_names_others_is_not_read(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    second = str(keyring.identities[1].to_public())
    config = root / ".sops.yaml"
    config.write_text(config.read_text().replace(f"      - {second}\n", ""))
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout")
    assert (done.code, done.out) == (1, "")
    assert "qafiles secret sync" in done.err
    assert qafiles("secret", "sync").code == 0
    assert second not in (root / PLACE).read_text()
    assert "\nversion: 1\n" in (root / PLACE).read_text()
    assert qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout").out == CANARY
    assert "every secret has the recipients" in qafiles("secret", "sync").err


def test_the_list_needs_no_key_and_names_recipients_as_users(
    root: Path, qafiles: Qafiles, keyring: Keyring
) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    ada = root / "users/ada.yaml"
    ada.write_text(ada.read_text() + f"age_recipients: [{keyring.identities[0].to_public()}]\n")
    (row,) = json.loads(qafiles("secret", "list", "--format", "json", SOPS_AGE_KEY_FILE="").out)
    assert (row["name"], row["project"], row["version"]) == ("ADMIN_PASSWORD", "acme/shop", 1)
    assert "ada (age)" in row["recipients"]
    assert "ada (age)" in qafiles("secret", "list").out


@pytest.mark.slow
def test_without_a_key_it_says_who_could(qafiles: Qafiles) -> None:
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE="")
    assert done.code == 3
    assert "no key at hand decrypts" in done.err
    assert "age1" in done.err


def test_a_config_that_sops_would_misread_stops_everything(root: Path, qafiles: Qafiles) -> None:
    config = root / ".sops.yaml"
    config.write_text(config.read_text().replace("encrypted_regex", "encryptd_regex"))
    done = qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    assert done.code == 3
    assert ".sops.yaml: creation_rules/0/encryptd_regex" in done.err
    assert "did you mean `encrypted_regex`?" in done.err
    assert not (root / PLACE).exists()


@pytest.mark.parametrize(
    "arguments", [["ADMIN_PASSWORD", "hunter2-in-clear"], ["ADMIN_PASSWORD=hunter2-in-clear"]]
)
def test_a_value_as_an_argument_is_refused_and_not_repeated(
    root: Path, qafiles: Qafiles, arguments: list[str]
) -> None:
    before = git(root, "status", "--short")
    result = qafiles("secret", "set", *arguments, stdin="x")
    assert result.code == 2
    assert "A value is no argument" in result.err
    assert "hunter2" not in result.out + result.err
    assert git(root, "status", "--short") == before


@pytest.mark.slow
def test_a_key_file_is_named_from_the_current_folder(qafiles: Qafiles) -> None:
    key = Path(os.environ["SOPS_AGE_KEY_FILE"])
    qafiles("secret", "set", "ADMIN_PASSWORD", stdin=CANARY)
    relative = os.path.relpath(key)
    assert not Path(relative).is_absolute()
    done = qafiles("secret", "get", "ADMIN_PASSWORD", "--stdout", SOPS_AGE_KEY_FILE=relative)
    assert done == (0, CANARY, "")
