import json
import re
from pathlib import Path

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qafiles import load, validate
from qafiles.diagnostics import json_pointer
from qafiles.render.validation import FORMATS, Findings
from qafiles.rules.credential_shapes import SHAPES, credentials_in
from qafiles.rules.credential_values import is_sample
from qafiles.rules.token_forms import FORMS
from qafiles.sources import MemorySource
from qafiles.validation import verdict_of
from tests.conftest import samples
from tests.hang import no_hang
from tests.rules.data_root import data_root

CANARY = "canary-7f3k9x2m"
PATH = "browser_configs/staging.yaml"


def source(config: object) -> MemorySource:
    return MemorySource(
        data_root({PATH: json.dumps({"id": "b1c2d3e4f5g6h7i8j9k0l1m2", "browser_config": config})})
    )


@pytest.mark.parametrize(
    ("config", "place"),
    [
        ({"httpCredentials": {"username": "a", "password": CANARY}}, "/browser_config/httpCredentials/password"),
        ({"proxy": {"server": "http://p:1", "password": CANARY}}, "/browser_config/proxy/password"),
        ({"proxy": {"server": f"http://u:{CANARY}@p:1"}}, "/browser_config/proxy/server"),
        ({"extraHTTPHeaders": {"Authorization": f"Bearer {CANARY}"}}, "/browser_config/extraHTTPHeaders/Authorization"),
        ({"extraHTTPHeaders": {"X-Api-Key": CANARY}}, "/browser_config/extraHTTPHeaders/X-Api-Key"),
        ({"env": {"SERVICE_TOKEN": CANARY}}, "/browser_config/env/SERVICE_TOKEN"),
        ({"env": {"clientSecret": CANARY}}, "/browser_config/env/clientSecret"),
        ({"clientCertificates": [{"origin": "https://a.example", "passphrase": CANARY}]}, "/browser_config/clientCertificates/0/passphrase"),
    ],
)  # fmt: skip
def test_a_credential_is_told_and_shown_in_no_format(config: object, place: str) -> None:
    snapshot = load(source(config))
    assert [json_pointer(d.pointer or ()) for d in snapshot.diagnostics if d.code == "QF502"] == [place]
    for render in FORMATS.values():
        assert CANARY not in "".join(
            render(Findings(snapshot.diagnostics, verdict_of(snapshot), (), current_folder=PATH))
        )


@pytest.mark.parametrize(
    "config",
    [
        {"httpCredentials": {"username": "a", "password": "{{ secret.STAGING }}"}},
        {"extraHTTPHeaders": {"Authorization": "Bearer {{ secret.STAGING }}", "Accept": "text/html"}},
        {"proxy": {"server": "http://p:1", "password": ""}},
        {"baseURL": "https://a.example/x:y@z"},
    ],
)
def test_a_reference_to_a_secret_is_no_credential(config: object) -> None:
    assert "QF502" not in [d.code for d in validate(source(config))]


CASE = "organizations/acme/projects/shop/test_cases/sign-in.yaml"
DOCUMENT = "organizations/acme/projects/shop/documents/staging.yaml"


def told(text: str) -> list[tuple[int, int, str]]:
    """Return line, column and message of each credential in a document with a text, which no format shows."""
    content = "".join(f"  {line}\n" for line in text.splitlines())
    document = f"id: q1w2e3r4t5y6u7i8o9p0a1s2\nname: x\ncontent: |\n{content}"
    snapshot = load(MemorySource(data_root({DOCUMENT: document})))
    found = [item for item in snapshot.diagnostics if item.code == "QF502"]
    for render in FORMATS.values():
        shown = "".join(
            render(Findings(snapshot.diagnostics, verdict_of(snapshot), (), current_folder=DOCUMENT))
        )
        assert "7f3k9x2m" not in shown.lower()
    return [(item.line, item.column, item.message.rpartition(": ")[2]) for item in found]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("password: Hunter7f3k9x2m", "a password or token"),
        ("Passwort/password = 'hunter7f3k9x2m'", "a password or token"),
        ('{"password": "hunter7f3k9x2m"}', "a password or token"),
        ("| **Password:** | `x` |\nDB_PASSWORD=hunter7f3k9x2m", "a password or token"),
        ("the API_KEY: 7f3k9x2mabc", "a password or token"),
        ("apikey=7f3k9x2mabc", "a password or token"),
        ("https://example.com/?token=7f3k9x2mabc&x=1", "a password or token"),
        ('{"accessToken": "7f3k9x2mabc"}', "a password or token"),
        ("dbPassword=hunter7f3k9x2m", "a password or token"),
        ("`myAPIKey: 7f3k9x2mabc`", "a password or token"),
        ("$ deploy --password hunter7f3k9x2m --yes", "a password or token"),
        ("deploy --db-password 'hunter7f3k9x2m'", "a password or token"),
        ("keys -storepass x -password hunter7f3k9x2m", "a password or token"),
        ("<password>hunter7f3k9x2m</password>", "a password or token"),
        ('<s:clientSecret type="text"> hunter7f3k9x2m </s:clientSecret>', "a password or token"),
        ("sshpass -p 7f3k9x2m ssh ada@host", "a password of a command"),
        ("mysql -u root -p7f3k9x2m shop", "a password of a command"),
        ("docker login registry.example -u ada -p 7f3k9x2m", "a password of a command"),
        ("password: tr!ck-horse-7f3k9x2m", "a password or token"),
        ("curl https://ada:7f3k9x2m@example.com/", "a password in a URL"),
        ("postgres://ada:7f3k9x2m@db:5432/x", "a password in a URL"),
        ("-----BEGIN RSA PRIVATE KEY-----\n7f3k9x2m", "a private key"),
        ("-----BEGIN PRIVATE KEY-----\n7f3k9x2m", "a private key"),
        ("AGE-SECRET-KEY-1" + "7F3K9X2M" * 8, "an age key"),
        ("key AKIA" + "7F3K9X2M" * 2, "an access key of AWS"),
        ("ghp_" + "7f3k9x2mA" * 4, "a token of GitHub"),
        ("github_pat_" + "7f3k9x2m" * 6, "a token of GitHub"),
        ("glpat-" + "7f3k9x2m" * 3, "a token of GitLab"),
        ("xoxb-" + "7f3k9x2m-" * 3, "a token of Slack"),
        ("https://hooks.slack.com/services/T7F3K9X2M/B7F3K9X2M/" + "7f3k9x2m" * 3, "a webhook of Slack"),
        ("AIza" + "7f3k9x2" * 5, "a key of Google"),
        ("sk_live_" + "7f3k9x2m" * 3, "a key of Stripe"),
        ("npm_" + "7f3k9x2mA" * 4, "a token of npm"),
        ("sk-ant-" + "7f3k9x2m" * 4, "a key of Anthropic"),
        ("eyJ7f3k9x2m7f.eyJ7f3k9x2m7f." + "7f3k9x2m" * 3, "a JSON Web Token"),
        ("**Password:** Hunter7f3k9x2m", "a password or token"),
        ("__Password__: `hunter7f3k9x2m`", "a password or token"),
        ("Passwort: hunter7f3k9x2m, then sign in", "a password or token"),
        ("| Password | hunter7f3k9x2m |", "a password or token"),
        ("user: ada, pass: 7f3k9x2mQ!", "a password or token"),
        ("ADMIN_PASS=7f3k9x2mQ!", "a password or token"),
        ("Pw: `7f3k9x2mQ!`", "a password or token"),
        ("ADMIN_PWD=7f3k9x2mQ!", "a password or token"),
        ("| **API key** | `7f3k9x2mabc` |", "a password or token"),
        ("| user | password |\n|---|:--|\n| ada | hunter7f3k9x2m |", "a password or token"),
        ("Authorization: Bearer hunter7f3k9x2m", "credentials of an HTTP header"),
        ("`authorization: Basic YWRhOmh1bnRlcg==` 7f3k9x2m", "credentials of an HTTP header"),
        ('-H "Proxy-Authorization: Token hunter7f3k9x2m"', "credentials of an HTTP header"),
        ("curl -u ada:7f3k9x2m https://example.com", "a password of `curl`"),
        ("curl -sSu 'ada:7f3k9x2m' https://example.com", "a password of `curl`"),
        ("curl --user=ada:7f3k9x2m https://example.com", "a password of `curl`"),
        ("curl https://example.com \\\n  --user ada:7f3k9x2m", "a password of `curl`"),
        ("ghu_" + "7f3k9x2mA" * 4, "a token of GitHub"),
        ("glrt-" + "7f3k9x2m" * 3, "a token of GitLab"),
        ("xapp-1-" + "A7f3k9x2m-" * 3, "a token of Slack"),
        ("sk-proj-" + "7f3k9x2m" * 6, "a key of OpenAI"),
        ("hf_" + "7f3k9x2m" * 4, "a token of Hugging Face"),
        ("pypi-AgEIcHlwaS5vcmc" + "7f3k9x2m" * 6, "a token of PyPI"),
        ("dckr_pat_" + "7f3k9x2m" * 3, "a token of Docker"),
        ("ASIA" + "7F3K9X2M" * 2, "an access key of AWS"),
        ("SG." + "7f3k9x2m" * 3 + "." + "7f3k9x2m" * 5, "a key of SendGrid"),
        ("hvs." + "7f3k9x2m" * 4, "a token of Vault"),
        ("shpat_" + "7f39a2bc" * 4 + " 7f3k9x2m", "a token of Shopify"),
    ],
)
def test_a_credential_in_a_text_is_told_in_its_place(text: str, name: str) -> None:
    ((line, column, message),) = told(text)
    assert message == name
    assert line == 3 + len(text.splitlines()) or text.startswith(("-----BEGIN", "curl", "| user"))
    assert column > 2


@pytest.mark.parametrize(
    "text",
    [
        "password: {{ secret.ADMIN_PASSWORD }}",
        "Enter the password: it must have 8 characters.",
        "Password: required, token: string, secret: true",
        "password: <your-password1>, token=${TOKEN_1}, password=%s123456, secret: ********",
        "wrong password: wrong-password, token: expired-token, secret_key=my_secret_key",
        "max_tokens: 4096000, tokens: 12ab34cd",
        "reset-password?token=invalid",
        "http://localhost:3000/@ada and https://example.com:8080/a@b",
        "postgres://user:password@host, https://ada:{{ secret.P }}@example.com, ftp://u:<pass>@h",
        "AKIA, ghp_, eyJ, -----BEGIN CERTIFICATE-----, AIza",
        "sk-antelope-and-other-animals-of-the-savannah",
        'I log in as "sylius@example.com" with "sylius" password',
        "password: ada@example",
        "pass: all-green, Pass: step-3, class: 7f3k9x2mQ!, pass: chrome121, PASS: 10/12, pass: see-below1, bypass: 7f3k9x2mQ!",
        "Token: v1.2.3, pwd: /home/me1, password: min-8-characters, password: more-than-8, Secret: ABC-123",
        "docker://nginx:1.25@sha256:abcdef and oci://nginx:1.25@sha512:abcdef",
        "password: changeme1, password: Change-Me-2, token: replace_with_token_1, api_key: insert-key-here-9",
        "token: your-api-token-1, secret: YOUR_SECRET_1, password: my-password-1, token: example-token-1",
        "token: xxxx-1234-xxxx, password: 000000a, password: foo-1, api_key=TODO-123",
        "ghp_"
        + "x" * 36
        + ", ghp_"
        + "1234567890ab" * 3
        + ", AKIAIOSFODNN7EXAMPLE, sk_live_your_key_goes_here_1",
        "Authorization: Bearer <token>, authorization: required, Authorization: Bearer {{ secret.API_TOKEN }}",
        "Authorization: Bearer $TOKEN, Authorization: Basic realm, Authorization: token your-token-1",
        "curl -u $USER:$PASS https://x, curl -u ada https://x:8080/a, curl -u user:password https://x",
        "deploy --password-stdin --token {{ secret.T }} --password required --api-key <key1> -token $TOKEN_1 --no-secret",
        "<password>{{ secret.P }}</password>, <token>expired</token>, <passwordPolicy>min8-chars</passwordPolicy>",
        "mysql -u root -p shop1, mysql -p$PASS shop, sshpass -p $PASS ssh a@b, docker login -p <token1>, docker ps -p x1y2z3",
        "changePassword1: step-2, the nextToken2: a1b2c3d4",
        "| password | <your password> |\n| token | required |\n| a1b2c3d4 | password |\n| password | type |",
        "| field | type |\n|---|---|\n| password | varchar2 |\n| token | string1 |",
        "| user | password |\n|---|---|\n| ada | {{ secret.ADA_PASSWORD }} |\n| bob | *(none)* |",
    ],
)
def test_text_about_credentials_is_none(text: str) -> None:
    assert told(text) == []


def test_every_text_of_a_test_case_is_looked_at() -> None:
    text = (
        "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: |\n  Sign in\n\n  1. password: a1b2c3d4\n"
        "  2. password: a1b2c3d5\nextra_rules: 'token: a1b2c3d4'\n"
    )
    found = [d for d in validate(MemorySource(data_root({CASE: text}))) if d.code == "QF502"]
    assert [(d.line, d.column, d.pointer) for d in found] == [
        (6, 6, ("test_description",)),
        (7, 6, ("test_description",)),
        (8, 15, ("extra_rules",)),
    ]
    assert len({d.fingerprint for d in found}) == 3


def test_a_browser_config_may_tell_a_credential_in_any_value() -> None:
    config = {"args": [f"--proxy-server=http://ada:{CANARY}@proxy:1", "--lang=de", "ghp_" + "7f3k9x2mA" * 4]}
    found = [d.pointer for d in validate(source(config)) if d.code == "QF502"]
    assert found == [("browser_config", "args", 0), ("browser_config", "args", 2)]


@given(st.text(st.sampled_from("passwordtken:=_-@/.eyJ1 \n'\"{<\0é"), max_size=80))
def test_no_text_raises(text: str) -> None:
    for found in credentials_in(text):
        assert text[found.start :].startswith(found.label)


@pytest.mark.parametrize(
    "text",
    [
        "|" + "-" * 200_000 + "x|",
        "|password|x" + "*" * 200_000 + "x|",
        "|password|" + "key" * 70_000 + "1|",
        ("authorization: " + "key" * 660 + "1\n") * 100,
        "|" * 200_000,
        pytest.param(
            f"| user | password |\n|---|---|\n| {'x' * 4_000_000} | none |\n"
            + "| ada | Xk3!kdkd8 |\n" * 40_000,
            marks=pytest.mark.slow,
        ),
        pytest.param("curl " * 800_000, marks=pytest.mark.slow),
    ],
    ids=["rule", "emphasis", "value", "header", "cells", "heading", "commands"],
)
def test_a_large_table_is_read_at_once(text: str) -> None:
    with no_hang():
        assert sum(1 for _ in credentials_in(text)) >= 0


@pytest.mark.parametrize(
    ("text", "places"),
    [
        ("curl curl -u ada:Xk3!kdkd8", [5]),
        ("curl mycurl -u ada:Xk3!kdkd8", [0]),
        ("| user | password |\n|--|--|\n| ada | Xk3!kdkd8 |\n| password reset | Xk3!kdkd9 |\n", [9, 9]),
        ("| token | a |\n| password | Xk3!kdkd8 |\n", [16]),
    ],
)
def test_a_credential_is_told_at_its_label(text: str, places: list[int]) -> None:
    assert [match.start for match in credentials_in(text)] == places


@pytest.mark.slow
@given(
    st.sampled_from(FORMS).flatmap(
        lambda form: st.tuples(st.just(form[0]), st.from_regex(form[1] + form[2], fullmatch=True))
    )
)
@example(("a token of Fly.io", "fo1_000000000000000=123/00000000000000000000"))
def test_a_token_of_every_form_is_found_in_any_text(sample: tuple[str, str]) -> None:
    name, token = sample
    assume(re.search("[A-Za-z0-9_-]{20}", token) and not re.search(r"\s", token[6:]))
    assume(not any(is_sample(token[start:]) for start in range(20)))
    for text in (token, f"key {token}", f"a: `{token}`\n", "word " * 30 + token):
        assert name in [found.name for found in credentials_in(text)]


_JOINTS = ["-", ":", "-----BEGIN A ", "", "_", " ", "=a1", "/", "."]


@pytest.mark.slow
@pytest.mark.parametrize("mark", sorted({mark for shape in SHAPES for mark in shape.marks}))
@pytest.mark.parametrize("joint", _JOINTS[: samples(len(_JOINTS), 3)])
def test_a_megabyte_of_marks_is_read_at_once(mark: str, joint: str) -> None:
    text = (mark + joint) * (256 * 1024 // len(mark + joint))
    assert sum(1 for _ in credentials_in(text)) >= 0


@pytest.mark.corpus
def test_a_large_real_data_root_has_no_credential(corpus: Path) -> None:
    assert [item for item in load(corpus).diagnostics if item.code == "QF502"] == []
