"""Rules about who gains access between two states, about keys of users, and about private keys."""

import base64
import json
import textwrap
from pathlib import Path

import pytest

from qafiles import validate
from qafiles.diagnostics import Diagnostic
from qafiles.rules.private_key_forms import MARKS, private_key_in
from qafiles.sources import MemorySource
from tests.conftest import committed, git, write
from tests.hang import no_hang
from tests.rules.data_root import data_root
from tests.sealed import RECIPIENT, SOPS_CONFIG, sealed

SHOP = "organizations/acme/projects/shop"
WEB = SHOP.replace("shop", "web")
PATH = f"{SHOP}/secret_values/ADMIN_PASSWORD.yaml"
OTHER = "age19lckg4twhkrvqamvcyvlr5g67rk4msdyu5n04e3h0ap0k22hk54sdpl7lm"
SSH = "ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAIJl3dIeudNqd0DPMRD6OIh65tjkM2V2nBuQHfwzB3ZQ3"
BOB = f"id: k3kq8w3xj5zr7mtb2nc9yd4h\nname: Bob\nage_recipients: [{OTHER}]\n"
USES = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Use {{ secret.ADMIN_PASSWORD }}\nurl_route: /\n"
FILES = data_root({".sops.yaml": SOPS_CONFIG, PATH: sealed(), f"{SHOP}/test_cases/sign-in.yaml": USES})


def found(before: dict[str, str], after: dict[str, str], settings: str = "") -> list[Diagnostic]:
    """Return what comparing two states tells of access."""
    before = before | {"qafiles.yaml": before["qafiles.yaml"] + settings}
    items = validate(MemorySource(after), since=MemorySource(before))
    return [item for item in items if item.code in {"QF705", "QF706", "QF707", "QF708", "QF709"}]


def test_a_recipient_that_the_config_names_newly_is_told_with_the_whole_key_and_comment() -> None:
    config = SOPS_CONFIG.replace(f"age: {RECIPIENT}", f"age:\n      - {RECIPIENT}\n      - {OTHER} # the lab")
    (item,) = found(FILES, FILES | {".sops.yaml": config, "users/bob.yaml": BOB})
    assert (item.code, item.severity, item.path) == ("QF705", "warning", PATH)
    assert f"bob (Bob): {OTHER}  # the lab" in item.message
    assert "once it is encrypted anew" in item.message


def test_a_project_that_moves_to_other_readers_is_told_though_no_key_list_and_no_ciphertext_changes() -> None:
    rules = SOPS_CONFIG.replace("secret_values/[^/]+", "projects/web/.+").replace(
        RECIPIENT, f"{RECIPIENT},{OTHER}"
    )
    config = {".sops.yaml": rules + SOPS_CONFIG.partition("\n")[2]}
    after = {path.replace(SHOP, WEB): text for path, text in FILES.items()}
    items = found(FILES | config, after | config)
    assert [(item.code, item.path) for item in items] == [
        ("QF706", f"{WEB}/project.yaml"),
        ("QF705", PATH.replace("shop", "web")),
    ]
    assert OTHER in items[1].message
    assert [
        item.severity for item in found(FILES | config, after | config, "rules: {severity: {QF70: error}}\n")
    ] == [
        "error",
        "error",
    ]


def test_a_file_that_is_encrypted_for_more_is_told_and_one_for_fewer_is_not() -> None:
    entry = sealed().partition("    age:\n")[2].partition("    lastmodified")[0]
    more = FILES | {
        PATH: sealed().replace(entry, entry + entry.replace(RECIPIENT, OTHER)),
        ".sops.yaml": SOPS_CONFIG.replace(RECIPIENT, f"{RECIPIENT},{OTHER}"),
    }
    (item,) = found(FILES, more)
    assert (item.code, "newly able to read this secret: a key of no user" in item.message) == ("QF705", True)
    assert found(more, FILES) == []
    assert found(more, more) == []


def test_other_keys_of_a_user_are_told_and_another_comment_of_an_ssh_key_is_none() -> None:
    (item,) = found(
        FILES | {"users/bob.yaml": BOB}, FILES | {"users/bob.yaml": BOB.replace(OTHER, f'"{SSH} bob@lab"')}
    )
    assert (item.code, item.severity, SSH in item.message, OTHER in item.message) == (
        "QF707",
        "warning",
        True,
        True,
    )
    assert (
        found(
            FILES | {"users/bob.yaml": BOB.replace(OTHER, f'"{SSH} bob@lab"')},
            FILES | {"users/bob.yaml": BOB.replace(OTHER, f'"{SSH} bob@home"')},
        )
        == []
    )


def test_a_key_that_two_users_claim_is_an_error_whatever_comment_is_behind_it() -> None:
    users = {
        f"users/{name}.yaml": BOB.replace("k3kq8", f"k3kq{number}").replace(OTHER, f'"{SSH} {name}"')
        for number, name in enumerate(("bob", "aaron"))
    }
    items = validate(MemorySource(FILES | users))
    assert [(item.code, item.severity, item.path) for item in items] == [
        ("QF317", "error", "users/aaron.yaml"),
        ("QF317", "error", "users/bob.yaml"),
    ]


@pytest.mark.parametrize(("version", "codes"), [(2, []), (3, ["QF708"]), (999_999, ["QF708"])])
def test_a_version_grows_by_one(version: int, codes: list[str]) -> None:
    items = found(FILES, FILES | {PATH: sealed(version=version, data="d29ybGQ=")})
    assert [item.code for item in items] == codes
    assert all(item.severity == "error" for item in items)


def test_a_data_key_that_changes_without_the_value_is_told_with_whose_it_is() -> None:
    entry = sealed().partition("    age:\n")[2].partition("    lastmodified")[0]
    others = entry.replace(RECIPIENT, OTHER)
    before = FILES | {"users/bob.yaml": BOB, PATH: sealed().replace(entry, entry + others)}
    damaged = others.replace("LaST9dg==", "LaST9dw==").replace("KqNLaST9dg", "KqNLaST9dw")
    assert damaged != others
    after = before | {PATH: sealed().replace(entry, entry + damaged)}
    (item,) = found(before, after)
    assert (item.code, item.severity, item.path) == ("QF709", "warning", PATH)
    assert f"for bob (Bob): {OTHER} is another one" in item.message
    (item,) = found(before, after, "rules: {severity: {QF709: error}}\n")
    assert item.severity == "error"
    anew = sealed(version=2, data="d29ybGQ=").replace(entry, entry + damaged)
    assert found(before, before | {PATH: anew}) == []


def test_versions_of_commits_in_between_count(tmp_path: Path) -> None:
    folder = committed(tmp_path, FILES)
    for version, data in ((2, "d29ybGQ="), (3, "aGVsbG8h")):
        write(folder, {PATH: sealed(version=version, data=data)})
        git(folder, "commit", "-qam", f"version {version}")
    assert "QF708" not in {item.code for item in validate(folder, since="HEAD~2")}


_PEM = "\n".join(
    ["-----BEGIN {0} PRIVATE KEY{1}-----", "{2}" + "b3BlbnNzaC1rZXktdjEAAAAABG5vbmU" * 2, "-----END"]
)
KEYS = {
    "age": "AGE-SECRET-KEY-1" + "Q" * 58,
    "SSH": _PEM.format("OPENSSH", "", ""),
    "PGP": _PEM.format("PGP", " BLOCK", "Comment: x\n\n"),
}
_PKCS8 = _PEM.replace("{0} ", "").format("", "", "")
_WEB_KEY = '{"kty": "OKP", "crv": "Ed25519", "d": "nWGxne_9WmC6hEr0kuwsxERJxWl7MmkZcDusAxyuf2A"}'
OTHER_KEYS = {
    "PKCS#8": _PKCS8,
    "PKCS#8 with a passphrase": _PKCS8.replace("BEGIN ", "BEGIN ENCRYPTED "),
    "PEM of RSA": _PEM.format("RSA", "", "Proc-Type: 4,ENCRYPTED\nDEK-Info: AES-128-CBC,1775C189\n\n"),
    "ssh.com": _PEM.replace("-----", "----")
    .format("SSH2 ENCRYPTED", " ", "")
    .replace("----BEGIN", "---- BEGIN"),
    "PuTTY": "PuTTY-User-Key-File-3: ssh-ed25519\nPublic-Lines: 1\nAAAA\nPrivate-Lines: 1\nAAAAIGvvIpl8jyqn8Xufkw6v3FnE\n",
    "GnuPG": "Created: 20261128T204748\nKey: (protected-private-key (rsa (n #00F87B63EF39\n 29CF#)))\n",
    "GnuPG before 2.3": "(21:protected-private-key(3:rsa(1:n257:",
    "a JSON Web Key": _WEB_KEY,
    "a JSON Web Key in a text": json.dumps(_WEB_KEY),
    "of a post-quantum key of age": "AGE-SECRET-KEY-PQ-1" + "Q" * 58,
    "deep in YAML": textwrap.indent(_PKCS8, " " * 40),
    "commented out": textwrap.indent(KEYS["SSH"], "    // "),
    "JSON of a service account": json.dumps({"private_key": _PKCS8}),
    "JSON in JSON": json.dumps(json.dumps({"private_key": _PKCS8})),
    "a program": "\n".join(f'  "{line}\\n" +' for line in KEYS["SSH"].splitlines()),
    "base64": f"key: {base64.b64encode(_PKCS8.encode()).decode()}",
    "base64 of several lines": textwrap.indent(base64.encodebytes(KEYS["SSH"].encode()).decode(), "    "),
    "base64 of a key of age": base64.b64encode(KEYS["age"].encode()).decode(),
    "base64 of what age-keygen writes": base64.encodebytes(
        f"# created: 2026-11-28T20:44:11Z\n# public key: {RECIPIENT}\n{KEYS['age']}\n".encode()
    ).decode(),
    **{f"base64, {n} in": base64.b64encode((" " * n + KEYS["age"]).encode()).decode() for n in range(1, 4)},
}


@pytest.mark.parametrize("form", OTHER_KEYS)
def test_a_private_key_is_found_in_the_form_of_each_program(form: str) -> None:
    content = OTHER_KEYS[form].encode()
    assert private_key_in(content) is not None
    assert any(mark.encode() in content for mark in MARKS)


@pytest.mark.parametrize(
    "text",
    [
        '{"kty": "EC", "crv": "P-256", "x": "870MB6gfuTJ4HtUnUvYMyJpr5eUZNP4Bk43bVdj3eAE"}',
        "-----BEGIN PRIVATE KEY-----\n…\n-----END PRIVATE KEY-----",
        "-----BEGIN PUBLIC KEY-----\nMCowBQYDK2VwAyEAGb9ECWmEzf6FQbrBZ9w7lshQhqowtrbLDFw4rXAxZuE=\n",
        "Public-Lines: 1\nAAAAC3NzaC1lZDI1NTE5AAAAIHJCszOHaI9X",
        base64.b64encode(b"-----BEGIN CERTIFICATE-----\n" + b"MCowBQYDK2VwAyEA" * 9).decode(),
        "the private-key (see below)",
    ],
)
def test_what_is_public_or_about_keys_is_no_private_key(text: str) -> None:
    assert private_key_in(text.encode()) is None


@pytest.mark.parametrize(
    "part",
    [
        *(mark for mark in MARKS),
        "-----BEGIN RSA PRIVATE KEY-----\nComment: ",
        "-----BEGIN PRIVATE KEY-----" + "\na: b: c: d: e:" * 30,
        "-----BEGIN PRIVATE KEY-----" + r"\\n" * 99 + ".",
        '{"kty"' + "x" * 20000,
        "QUdFLVNFQ1JFVC1LRVktM" + "A" * 4000,
    ],
)
def test_no_text_of_a_mebibyte_takes_longer_than_a_moment(part: str) -> None:
    with no_hang():
        private_key_in((part * ((1 << 20) // len(part))).encode())


@pytest.mark.parametrize("path", ["keys.txt", ".env", f"{SHOP}/test_cases/notes.md", "a/b/.hidden"])
@pytest.mark.parametrize("form", KEYS)
def test_a_private_key_is_an_error_wherever_it_lies(tmp_path: Path, path: str, form: str) -> None:
    files = FILES | {path: f"# mine\n{KEYS[form]}\n"}
    folder = committed(tmp_path, files)
    for items in (validate(MemorySource(files)), validate(folder)):
        (item,) = items
        assert (item.code, item.severity, item.path, item.line) == ("QF508", "error", path, 2)
        assert form in item.message
    for more in ({"staged": True}, {"rev": "HEAD"}):
        assert [item.code for item in validate(folder, **more)] == ["QF508"]


@pytest.mark.parametrize(
    "text", ["AGE-SECRET-KEY-1…", "a BEGIN OPENSSH PRIVATE KEY----- line", "AGE-SECRET-KEY-1QQQ"]
)
def test_a_text_about_keys_is_none(text: str) -> None:
    assert validate(MemorySource(FILES | {"notes.md": text})) == ()
