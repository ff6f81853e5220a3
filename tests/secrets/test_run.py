"""`secret run` and `secret scan`: which secrets a program gets, under which names, and what it may not leave behind."""

import json
import sys
import zipfile
from pathlib import Path

import pytest

from qafiles.secrets.variables import VariableNames
from tests.cli.conftest import Qafiles
from tests.conftest import write
from tests.secrets.conftest import CANARY

_CASE = "organizations/acme/projects/shop/test_cases/sign-in.yaml"
_CASE_TEXT = (
    "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /login\ntest_description: Use {{ secret.ADMIN_PASSWORD }}\n"
)
_NAMES = "import os; print(*sorted(name for name in os.environ if name in {'ADMIN_PASSWORD', 'OTHER', 'QA_OTHER', 'MINE'}))"


@pytest.fixture
def secrets(root: Path, qafiles: Qafiles) -> Path:
    """A data root with two secrets, of which a test case names one."""
    for name in ("ADMIN_PASSWORD", "OTHER"):
        assert qafiles("secret", "set", name, stdin=CANARY).code == 0
    write(root, {_CASE: _CASE_TEXT})
    return root


@pytest.mark.parametrize(
    ("options", "names"),
    [
        (("--project", "shop"), "ADMIN_PASSWORD"),
        (("--project", "shop", "--all"), "ADMIN_PASSWORD OTHER"),
        (("--secret", "OTHER"), "OTHER"),
        (("--project", "shop", "--secret", "OTHER"), "OTHER"),
        (("--secret", "OTHER", "--as", "OTHER=MINE"), "MINE"),
        (("--secret", "OTHER", "--as", "acme/shop/OTHER=MINE"), "MINE"),
        (("--secret", "OTHER", "--prefix", "QA_"), "QA_OTHER"),
    ],
)
@pytest.mark.slow
def test_a_program_gets_what_the_project_names(
    secrets: Path, qafiles: Qafiles, options: tuple[str, ...], names: str
) -> None:
    done = qafiles("secret", "run", *options, "--", sys.executable, "-c", _NAMES)
    assert (done.code, done.out) == (0, f"{names}\n")
    assert ("OTHER left out" in done.err) == (options == ("--project", "shop"))
    assert secrets.is_dir()


@pytest.mark.parametrize(
    "name",
    [
        "PYTEST_ADDOPTS", "PYTEST_PLUGINS", "CYPRESS_RUN_BINARY", "CHROME_BIN", "RSYNC_RSH", "RUSTC_WRAPPER", "GRADLE_USER_HOME",
        "COVERAGE_PROCESS_START", "MAVEN_ARGS", "TS_NODE_COMPILER", "YARN_RC_FILENAME", "APPIUM_HOME", "ANSIBLE_CONFIG",
        "TF_CLI_CONFIG_FILE", "COMPOSE_FILE", "VAULT_ADDR", "AWS_CONTAINER_CREDENTIALS_FULL_URI", "LESS", "BASE_URL",
        "LD_PRELOAD", "PATH", "NODE_OPTIONS", "PYTHONPATH", "GIT_SSH_COMMAND", "BASH_ENV", "HTTPS_PROXY", "all_proxy", "PGSERVICEFILE", "PGPASSFILE", "PGHOST",
        "K6_OUT", "WDIO_LOG_LEVEL", "HYPOTHESIS_PROFILE", "BEHAT_PARAMS", "PWDEBUG", "AWS_PROFILE", "JAVA_TOOL_OPTIONS",
    ],
)  # fmt: skip
def test_names_that_programs_take_orders_from_are_refused_and_the_ways_out_are_told(name: str) -> None:
    refusal = VariableNames().refusal(name)
    assert refusal is not None
    assert f"--as {name}=VARIABLE" in refusal
    assert "--prefix QA_" in refusal
    assert VariableNames(prefix="QA_").refusal(name) is None
    assert VariableNames({name: "QA_VALUE"}).refusal(name) is None


@pytest.mark.parametrize(
    "name",
    [
        "ADMIN_PASSWORD", "API_KEY", "TOKEN", "DB_PASSWORD", "AWS_SECRET_ACCESS_KEY", "GITHUB_TOKEN", "STRIPE_SECRET", "PIN", "BASIC_AUTH",
        "OTP_SEED", "WEBHOOK_SIGNATURE", "SMTP_USER", "DATABASE_URL", "CLIENT_ID",
    ],
)  # fmt: skip
def test_names_of_secrets_are_not_refused(name: str) -> None:
    assert VariableNames().refusal(name) is None


def test_a_name_that_almost_any_program_obeys_is_refused_however_it_is_chosen() -> None:
    assert VariableNames({"TOKEN": "LD_PRELOAD"}).refusal("TOKEN")
    assert VariableNames(prefix="NODE_").refusal("OPTIONS")
    assert VariableNames(prefix="CYPRESS_").refusal("RUN_BINARY")
    assert VariableNames(prefix="CYPRESS_").refusal("TOKEN") is None
    assert VariableNames({"KEY": "SSH_KEY_FILE"}).refusal("KEY") is None


@pytest.mark.parametrize(
    ("options", "message"),
    [
        (("--as", "OTHER"), "NAME=VARIABLE"),
        (("--as", "OTHER=1X"), "no name of a variable"),
        (("--as", "NOBODY=X"), "no secret of that name is handed out"),
        (("--as", "OTHER=X", "--as", "OTHER=Y"), "can't be two variables"),
        (("--prefix", "Q A"), "no name of a variable"),
        (("--all",), "--all is for all secrets of a project"),
    ],
)
def test_names_that_can_not_be_are_refused(
    root: Path, qafiles: Qafiles, options: tuple[str, ...], message: str
) -> None:
    if options[0] == "--as" and "NOBODY" in options[1]:
        assert qafiles("secret", "set", "OTHER", stdin="x").code == 0
    done = qafiles("secret", "run", "--secret", "OTHER", *options, "--", "true")
    assert done.code == 2
    assert message in done.err
    assert root.is_dir()


_WRITE = """
import json, os, sys, zipfile
value = os.environ["ADMIN_PASSWORD"]
with zipfile.ZipFile(os.path.join(sys.argv[1], "trace.zip"), "w", zipfile.ZIP_DEFLATED) as trace:
    trace.writestr("0-trace.network", json.dumps({"postData": json.dumps({"password": value})}))
sys.exit(int(sys.argv[2]))
"""


@pytest.mark.slow
@pytest.mark.parametrize("code", [0, 5])
def test_a_value_in_what_a_program_wrote_fails_the_run_and_is_not_shown(
    secrets: Path, qafiles: Qafiles, tmp_path: Path, code: int
) -> None:
    folder = tmp_path / "results"
    folder.mkdir()
    (folder / "before.txt").write_text(CANARY)
    command = (sys.executable, "-c", _WRITE, str(folder), str(code))
    done = qafiles("secret", "run", "--project", "shop", "--scan", str(folder), "--", *command)
    assert done.code == 1
    assert f"{folder}/trace.zip: 0-trace.network: the value of ADMIN_PASSWORD (JSON in JSON)" in done.err
    assert "before.txt" not in done.err
    assert secrets.is_dir()


@pytest.mark.slow
def test_a_run_that_leaves_nothing_has_the_exit_code_of_its_program(
    secrets: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    done = qafiles(
        "secret", "run", "--project", "shop", "--scan", str(tmp_path / "none"), "--", "sh", "-c", "exit 7"
    )
    assert done.code == 7
    assert "found nowhere" in done.err
    killed = qafiles(
        "secret", "run", "--secret", "OTHER", "--scan", str(tmp_path / "none"), "--", "sh", "-c", "kill -9 $$"
    )
    assert killed.code == 137
    assert qafiles("secret", "run", "--secret", "OTHER", "--scan", ".", "--", "no-such-program").code == 3
    assert secrets.is_dir()


@pytest.mark.slow
def test_a_folder_is_searched_for_every_secret_that_a_key_decrypts(
    secrets: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    folder = tmp_path / "report"
    folder.mkdir()
    with zipfile.ZipFile(folder / "data.zip", "w") as archive:
        archive.writestr("a.html", f"<p>{CANARY}</p>")
    done = qafiles("secret", "scan", str(folder))
    assert done.code == 1
    assert "data.zip: a.html: the value of acme/shop/OTHER\n" in done.out
    shown = json.loads(qafiles("secret", "scan", str(folder), "--format", "json").out)
    assert shown["hits"][0] == {
        "secret": "acme/shop/ADMIN_PASSWORD", "path": f"{folder}/data.zip", "members": ["a.html"], "form": "plain",
    }  # fmt: skip
    assert shown["checked"] == {"files": 1, "secrets": 2}
    clean = qafiles("secret", "scan", str(secrets / "users"))
    assert (clean.code, clean.out) == (0, "1 file searched for 2 values: found nowhere\n")
    assert qafiles("secret", "scan", str(tmp_path / "none")).code == 2
    unread = qafiles("secret", "scan", str(secrets / "users"), SOPS_AGE_KEY_FILE="/dev/null")
    assert unread.code == 3
    assert "not searched for" in unread.err
