import json
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import write
from tests.secrets.conftest import CANARY, Keyring, rule

pytestmark = pytest.mark.slow

_SETTINGS = """\
version: 1
environments:
  production: {}
  staging:
    secret_suffix: _STAGING
    shared: [TOKEN]
    default_url_route: {acme/shop: https://staging.example.com}
"""
_CASE = "organizations/acme/projects/shop/test_cases/sign-in.yaml"
_CASE_TEXT = "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /login\ntest_description: Use {}\n"
_RUN = "organizations/acme/projects/shop/test_traversals/run.yaml"
_PRINT = "echo $ADMIN $TOKEN ${ADMIN_STAGING:-none}"


@pytest.fixture
def told(root: Path, qafiles: Qafiles) -> Qafiles:
    """A function that runs a command line in a data root with two environments, and secrets of both."""
    for name, value in (("ADMIN", "production"), ("TOKEN", "public"), ("ADMIN_STAGING", "staging")):
        qafiles("secret", "set", name, stdin=value)
    write(
        root,
        {
            "qafiles.yaml": _SETTINGS,
            _CASE: _CASE_TEXT.format("{{ secret.ADMIN }} and {{ secret.TOKEN }}"),
            _RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: sign-in\nsecret_values: [ADMIN, TOKEN]\n",
        },
    )
    return qafiles


@pytest.mark.parametrize(
    "chosen",
    [
        ("--project", "shop"),
        ("--secret", "ADMIN", "--secret", "TOKEN"),
        ("--secret", "acme/shop/ADMIN", "--secret", "TOKEN"),
        ("--traversal", "acme/shop/run"),
    ],
)
def test_a_program_gets_the_secrets_of_an_environment_under_their_plain_names(
    told: Qafiles, chosen: tuple[str, ...]
) -> None:
    for environment, values in (
        ("staging", "staging public none\n"),
        ("production", "production public none\n"),
    ):
        done = told("secret", "run", *chosen, "--env", environment, "--", "sh", "-c", _PRINT)
        assert done == (0, values, "")


@pytest.mark.parametrize(
    "chosen", [("--project", "shop"), ("--secret", "OTHER"), ("--traversal", "acme/shop/run")]
)
def test_nothing_stands_in_for_a_secret_that_an_environment_lacks(
    root: Path, told: Qafiles, chosen: tuple[str, ...]
) -> None:
    told("secret", "set", "OTHER", stdin=CANARY)
    write(
        root,
        {
            _CASE: _CASE_TEXT.format("{{ secret.OTHER }}"),
            _RUN: "id: q1w2e3r4t5y6u7i8o9p0a1s3\ntest_case_id: sign-in\nsecret_values: [OTHER]\n",
        },
    )
    done = told("secret", "run", *chosen, "--env", "staging", "--", "printenv")
    assert (done.code, done.out) == (2, "")
    assert "OTHER_STAGING" in done.err
    assert "`qafiles secret set OTHER_STAGING" in done.err
    checked = told("secret", "check", "--env", "staging")
    assert checked.code == 1
    assert (
        f"{_CASE}: in environment `staging`, project `acme/shop` has no secret called `OTHER_STAGING`"
        in checked.out
    )
    assert told("secret", "check", "--env", "production").code == 0


def test_a_secret_that_nothing_names_and_an_environment_lacks_is_left_out_with_a_word(told: Qafiles) -> None:
    told("secret", "set", "SPARE", stdin="x")
    done = told(
        "secret", "run", "--project", "shop", "--env", "staging", "--", "sh", "-c", "echo ${SPARE:-none}"
    )
    assert (done.code, done.out) == (0, "none\n")
    assert done.err == "note: SPARE is left out: there is no SPARE_STAGING, and nothing names it\n"


def test_an_unknown_environment_is_told_with_the_nearest_and_all_others(root: Path, told: Qafiles) -> None:
    for command in (
        ("show", "acme/shop"),
        ("list", "project"),
        ("site", "-o", str(root.parent / "site")),
        ("secret", "check"),
        ("secret", "get", "ADMIN", "--stdout"),
        ("secret", "run", "--project", "shop"),
    ):
        done = told(*command, "--env", "stagin", *(["--", "true"] if "run" in command else []))
        assert (done.code, done.out) == (2, "")
        assert done.err.endswith(
            "no environment is called `stagin`; did you mean `staging`? qafiles.yaml declares production, staging\n"
        )


def test_an_environment_that_can_not_be_read_is_no_unknown_one(root: Path, told: Qafiles) -> None:
    write(root, {"qafiles.yaml": _SETTINGS.replace("_STAGING", "_staging")})
    done = told("secret", "run", "--project", "shop", "--env", "staging", "--", "true")
    assert done.code == 3
    assert "`qafiles validate qafiles.yaml` says why" in done.err


def test_the_secret_of_an_environment_is_read_and_set_by_its_plain_name(told: Qafiles) -> None:
    assert told("secret", "get", "ADMIN", "--env", "staging", "--stdout").out == "staging"
    assert told("secret", "set", "ADMIN", "--env", "staging", stdin="new").code == 0
    assert told("secret", "get", "ADMIN_STAGING", "--stdout").out == "new"
    assert told("secret", "get", "ADMIN", "--stdout").out == "production"
    done = told("secret", "set", "ADMIN_STAGING", "--env", "staging", stdin="new")
    assert (done.code, "name it `ADMIN`" in done.err) == (2, True)


def test_whoever_reads_staging_alone_runs_and_checks_staging(
    keyring: Keyring, root: Path, told: Qafiles
) -> None:
    first, second = keyring.keys
    theirs = rule(first, second, path_regex=r"secret_values/([^/]+_STAGING|TOKEN)\.yaml$")
    write(root, {".sops.yaml": theirs + rule(first).removeprefix("creation_rules:\n")})
    assert told("secret", "sync").code == 0
    key = {"SOPS_AGE_KEY_FILE": keyring.key_file(1)}
    assert told("secret", "check", "--env", "staging", **key) == (0, "2 secrets checked, 0 failed\n", "")
    assert told("secret", "check", "--env", "production", **key).code == 3
    done = told("secret", "run", "--project", "shop", "--env", "staging", "--", "sh", "-c", _PRINT, **key)
    assert done == (0, "staging public none\n", "")


def test_show_and_list_say_where_a_test_begins_and_which_secrets_it_takes(told: Qafiles) -> None:
    url = "https://staging.example.com/login"
    (shown,) = [json.loads(told("show", "sign-in", "--env", "staging", "--format", "json").out)]
    secrets = {"ADMIN": "ADMIN_STAGING", "TOKEN": "TOKEN"}
    assert shown["environment"] == {"name": "staging", "url": url, "secrets": secrets}
    listed = json.loads(told("list", "test_case", "--env", "staging", "--format", "json").out)
    assert url in [item["environment"]["url"] for item in listed]
    assert url in told("list", "test_case", "--env", "staging").out
    assert url in told("list", "test_case", "--env", "staging", "--format", "csv").out
    assert "staging" not in told("list", "test_case").out
    fields = told(
        "list", "test_case", "--env", "staging", "--fields", "environment.url", "--format", "csv"
    ).out
    assert url in fields


def test_each_page_of_a_site_names_its_environment(root: Path, told: Qafiles) -> None:
    site = root.parent / "site"
    assert told("site", "-o", str(site), "--env", "staging").code == 0
    pages = [page.read_text(encoding="utf-8") for page in site.rglob("*.html")]
    assert pages
    assert all("Environment staging: its URLs and its secrets are shown." in page for page in pages)
    page = (site / "organizations/acme/projects/shop/test_cases/sign-in.html").read_text(encoding="utf-8")
    assert "https://staging.example.com/login" in page
    assert "ADMIN_STAGING" in page
    assert told("site", "-o", str(site)).code == 0
    assert not any("Environment staging" in page.read_text(encoding="utf-8") for page in site.rglob("*.html"))
