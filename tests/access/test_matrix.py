"""The matrix of operations, kinds and paths, against an oracle that is written from the description alone."""

import base64
import re
from itertools import product
from random import Random

import pytest

from qafiles.access.matrix import Operation, verdict
from qafiles.access.policy import Policy, key_claim, login_claim, policy_of
from qafiles.access.target import spelling, target_of
from qafiles.loading.loader import load
from qafiles.models.access import AccessRule
from qafiles.sources import MemorySource
from tests.access.repository import CASE, PROJECT, files, member, user

_SHOP = PROJECT
_PATHS = {
    "users/bob.yaml": ("user", None),
    "users/new.yaml": ("user", None),
    "browser_configs/desktop.yaml": ("browser_config", None),
    "qafiles.yaml": (None, None),
    ".sops.yaml": (None, None),
    ".gitattributes": (None, None),
    ".github/workflows/x.yml": (None, None),
    "README.md": (None, None),
    "organizations/acme/organization.yaml": ("organization", "acme"),
    "organizations/new/organization.yaml": ("organization", "new"),
    "organizations/acme/members/bob.yaml": ("member", "acme"),
    "organizations/other/members/bob.yaml": ("member", "other"),
    "organizations/acme/projects/new/project.yaml": ("project", "acme"),
    CASE: ("test_case", "acme"),
    f"{_SHOP}/test_cases/deep/er/x.yaml": ("test_case", "acme"),
    f"{_SHOP}/documents/notes.yaml": ("document", "acme"),
    f"{_SHOP}/tags/smoke.yaml": ("tag", "acme"),
    f"{_SHOP}/test_traversals/x.yaml": ("test_traversal", "acme"),
    f"{_SHOP}/notes.txt": (None, None),
    "organizations/other/projects/game/tags/x.yaml": ("tag", "other"),
}
_OPERATIONS = ("create", "change", "rename", "delete")
_ROLES = {
    ("ada", "acme"): "admin",
    ("ada", "other"): "admin",
    ("bob", "acme"): "member",
    ("gus", "acme"): "guest",
    ("eve", "other"): "admin",
}
_FIELDS = ("name", "content", "role", "x-owner")
_PEOPLE = ("ada", "bob", "gus", "eve", "bot")


def _policy(rules: list[dict[str, list[str]]], admins: tuple[str, ...] = ()) -> Policy:
    text = "access:\n  rules:\n" + "".join(f"    - {rule!r}\n" for rule in rules) if rules else ""
    named = f"{'' if rules else 'access:'}\n  repository_admins: {[*admins]!r}\n" if admins else ""
    root = {**files({}, text + named), "users/bot.yaml": user(7, "bot")}
    return policy_of(load(MemorySource(root)))


def _regex(glob: str) -> str:
    parts = re.split(r"(\*\*/?|\*)", glob)
    return "".join({"**/": "(?:.*/)?", "**": ".*", "*": "[^/]*"}.get(part, re.escape(part)) for part in parts)


def oracle(  # noqa: PLR0917  # a question has six parts
    rules: list[dict[str, list[str]]], admins: tuple[str, ...], who: str, name: str, path: str, field: str
) -> bool:
    """Return whether somebody may do an operation, as the issue and the manual say it."""
    kind, organization = _PATHS[path]
    roles = {
        role for (person, where), role in _ROLES.items() if person == who and organization in {None, where}
    }
    for rule in rules:
        if who not in rule["who"] and not roles & {*rule["who"]}:
            continue
        if rule.get("kinds") and kind not in rule["kinds"]:
            continue
        if rule.get("paths") and not any(re.fullmatch(_regex(glob), path) for glob in rule["paths"]):
            continue
        fields = rule.get("fields")
        return name in rule["may"] and not (fields and name in {"create", "change"} and field not in fields)
    is_repository_admin = who == "ada" or who in admins
    if organization is None or organization == "new" or (kind == "organization" and name != "change"):
        own = kind == "user" and path == f"users/{who}.yaml" and name == "change" and field == "name"
        return is_repository_admin or own
    role = _ROLES.get((who, organization))
    if role == "admin":
        return True
    return role == "member" and kind in {"test_case", "document", "tag", "test_traversal"}


def _compared(rules: list[dict[str, list[str]]], admins: tuple[str, ...] = ()) -> None:
    policy = _policy(rules, admins)
    assert policy.faults == ()
    known = spelling(files({}))
    for who, name, path in product(_PEOPLE, _OPERATIONS, _PATHS):
        for field in _FIELDS if name in {"create", "change"} else _FIELDS[:1]:
            operation = Operation(name, target_of(path, clash=known.clash(path)), frozenset({field}))
            answer = verdict(policy, who, operation)
            assert answer.is_allowed == oracle(rules, admins, who, name, path, field), (
                who,
                name,
                path,
                field,
                answer,
            )


def test_the_roles_allow_what_the_description_says() -> None:
    _compared([])
    _compared([], ("bob", "bot"))


def test_the_first_rule_that_fits_decides_alone() -> None:
    random = Random(5)  # noqa: S311  # a sample, no secret
    globs = (
        "browser_configs/**",
        "**",
        f"{_SHOP}/**",
        f"{_SHOP}/tags/*",
        "*.md",
        ".github/**",
        "users/*.yaml",
    )
    kinds = ("document", "tag", "user", "member", "organization")
    for _ in range(40):
        rules: list[dict[str, list[str]]] = []
        for _ in range(random.randrange(1, 4)):
            rule = {
                "who": random.sample(
                    ["admin", "member", "guest", "bot", "bob", "eve"], random.randrange(1, 3)
                ),
                "may": random.sample(_OPERATIONS, random.randrange(4)),
            }
            if random.random() < 0.6:
                rule["paths"] = random.sample(globs, random.randrange(1, 3))
            if random.random() < 0.4:
                rule["kinds"] = random.sample(kinds, 1)
            if random.random() < 0.4:
                rule["fields"] = random.sample(["name", "content", "x-owner"], 2)
            rules.append(rule)
        _compared(rules, random.choice([(), ("bot",)]))


@pytest.mark.parametrize("who", [None, "nobody"])
def test_who_is_not_known_may_do_nothing(who: str | None) -> None:
    policy = _policy([{"who": ["member"], "may": [*_OPERATIONS]}])
    for name, path in product(_OPERATIONS, _PATHS):
        assert not verdict(policy, who, Operation(name, target_of(path))).is_allowed


def test_links_and_hidden_names_are_nobodys_but_the_admins_whatever_rules_say() -> None:
    policy = _policy([{"who": ["bot", "member"], "may": [*_OPERATIONS]}])
    for path, modes in (
        (CASE, (None, "120000")),
        (CASE, ("100644", "100755")),
        ("a\u202eb.yaml", (None, "100644")),
    ):
        operation = Operation("create", target_of(path, modes))
        assert [who for who in _PEOPLE if verdict(policy, who, operation).is_allowed] == ["ada"]


def test_of_two_memberships_the_lesser_role_counts() -> None:
    root = {**files({}), "organizations/acme/members/second.yaml": member(5, "ada", "guest")}
    assert policy_of(load(MemorySource(root))).role("ada", "acme") == "guest"


def test_logins_mean_users_whatever_their_case() -> None:
    assert _policy([]).who(login_claim("ADA-L")) == "ada"
    assert {*AccessRule._fields} == {"who", "may", "paths", "kinds", "fields"}


def test_a_key_is_the_same_however_its_base64_is_spelled() -> None:
    key = base64.b64encode(b"\0\0\0\x0bssh-ed25519" + b"xy").decode()
    other = key[:-2] + chr(ord(key[-2]) + 1) + "="
    assert key.endswith("=")
    assert base64.b64decode(key) == base64.b64decode(other)
    assert key_claim(f"ssh-ed25519 {key} comment") == key_claim(f"ssh-ed25519 {key}") is not None
    assert key_claim(f"ssh-ed25519 {key}") == key_claim(f"ssh-ed25519 {other}")
    assert key_claim(f"ssh-ed25519 {key.rstrip('=')}") is None
    assert key_claim(f"ssh-ed25519-cert-v01@openssh.com {key}") is None
