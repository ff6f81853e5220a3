"""`access who`, `access can` and `access codeowners`."""

import json
import re
from collections.abc import Mapping
from pathlib import Path

import pytest

from tests.access.repository import CASE, PROJECT, files, user
from tests.cli.conftest import Qafiles
from tests.conftest import write

_RULES = (
    "access:\n  rules:\n"
    "    - {who: [member], may: [change], kinds: [document], fields: [content]}\n"
    '    - {who: [renovate], may: [change], paths: ["browser_configs/**"]}\n'
)


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A data root outside git, which is the current folder."""
    write(tmp_path, {**files({}, _RULES), "users/renovate.yaml": user(8, "renovate")})
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.mark.usefixtures("root")
def test_who_may_do_what_is_said_with_the_reason(qafiles: Qafiles) -> None:
    rows = json.loads(qafiles("access", "who", "document:acme/shop/notes", "--format", "json").out)
    assert {row["user"]: row["operations"] for row in rows} == {
        "ada": ["create", "change", "rename", "delete"],
        "bob": ["change:content"],
    }
    assert rows[1]["why"] == "rule 1 under `access.rules` allows it"
    assert qafiles("access", "who", "browser_configs/desktop.yaml", "--operation", "change").out == (
        "USER      MAY     WHY\n"
        "ada       change  a repository admin may\n"
        "renovate  change  rule 2 under `access.rules` allows it\n"
    )
    assert qafiles("access", "who", "x.md", "--count").out == "1\n"


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["bob", "change", CASE], 0, "yes: a member of acme may\n"),
        (["bob-l", "change:content", "acme/shop/notes"], 0, "yes: rule 1"),
        (
            ["bob", "delete", "acme/shop/notes"],
            1,
            "no: rule 1 under `access.rules` decides, which allows change\nwho may: ada\n",
        ),
        (["gus", "create", "tag:acme/shop/new"], 1, "a guest of acme may change nothing"),
        (["eve", "change", "qafiles.yaml"], 1, "who may: ada"),
        (["eve", "change:email", "users/eve.yaml"], 0, "their own"),
        (["eve", "change:email", "users/bob.yaml"], 1, "who may: ada, bob"),
    ],
)
def test_whether_somebody_may_is_the_exit_code(
    arguments: list[str],
    code: int,
    words: str,
    qafiles: Qafiles,
) -> None:
    result = qafiles("access", "can", *arguments)
    assert result.code == code
    assert words in result.out


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["can", "bobb", "change", CASE], "did you mean `bob`?"),
        (["can", "bob", "chnge", CASE], "did you mean `change`?"),
        (["can", "bob", "delete:name", CASE], "no operation"),
        (["who", "nothing-like-it"], "nothing-like-it"),
        (["codeowners", "--check"], "> .github/CODEOWNERS"),
        (["check"], "Write A..B"),
    ],
)
def test_what_names_nothing_is_told(arguments: list[str], words: str, qafiles: Qafiles) -> None:
    result = qafiles("access", *arguments)
    assert (result.code, result.out) == (2, "")
    assert words in result.err


def _owners(lines: list[str], path: str, *, is_expression: bool) -> set[str]:
    """Return who owns a path: by the last glob that fits, or by every expression of Gitea that does."""
    owners: set[str] = set()
    for line in lines:
        pattern, *names = line.split()
        if is_expression:
            is_positive = not pattern.startswith("!")
            if (re.fullmatch(pattern.lstrip("!").replace("\\\\", "\\"), path) is not None) == is_positive:
                owners |= {*names}
        elif re.match(pattern.lstrip("/").replace("*", "[^/]*"), path):
            owners = {*names}
    return owners


_OWNED: Mapping[str, set[str]] = {
    CASE: {"@ada-l", "@bob-l"},
    "organizations/acme/members/bob.yaml": {"@ada-l"},
    "organizations/other/organization.yaml": {"@ada-l", "@eve-l"},
    "users/bob.yaml": {"@ada-l"},
    ".github/workflows/x.yml": {"@ada-l"},
    "organizations/acme/projects/shop/project.yaml": {"@ada-l"},
}


@pytest.mark.usefixtures("root")
@pytest.mark.parametrize("forge", ["github", "gitlab", "gitea"])
def test_codeowners_are_those_who_may_change(forge: str, qafiles: Qafiles) -> None:
    out = qafiles("access", "codeowners", "--forge", forge).out
    lines = [line for line in out.splitlines() if not line.startswith("#")]
    owned = {path: _owners(lines, path, is_expression=forge == "gitea") for path in _OWNED}
    assert owned == _OWNED


def test_drift_of_codeowners_is_told(root: Path, qafiles: Qafiles) -> None:
    text = qafiles("access", "codeowners").out
    write(root, {".github/CODEOWNERS": f"/src/ @dev\n{text}"})
    assert qafiles("access", "codeowners", "--check").code == 0
    write(root, {".github/CODEOWNERS": text.replace("@bob-l", "@mallory", 1)})
    result = qafiles("access", "codeowners", "--check")
    assert result.code == 1
    assert "-/organizations/acme/projects/*/test_cases/ @ada-l @mallory\n" in result.out
    assert "+/organizations/acme/projects/*/test_cases/ @ada-l @bob-l\n" in result.out


_AGE = "age1ql3z7hjy54pw3hyww5ayyfg7zqgvc7w3j2elw8zmrj2kg5sfn9aqmcac8p"
_FOREIGN = "age1lggyhqrw2nlhcxprm67z43rta597azn8gknawjehu9d9dl0jq3yqqvfafg"


def test_who_can_decrypt_is_held_against_who_is_a_member(root: Path, qafiles: Qafiles) -> None:
    recipients = "".join(f"    - recipient: {key}\n      enc: x\n" for key in (_AGE, _FOREIGN))
    secret = f"id: s1aaaaaaaaaaaaaaaaaaaaaa\nsecret_name: TOKEN\nsops:\n  age:\n{recipients}"
    write(
        root,
        {
            f"{PROJECT}/secret_values/TOKEN.yaml": secret,
            "users/gus.yaml": user(3, "gus", age_recipients=f"[{_AGE}]"),
        },
    )
    rows = json.loads(qafiles("access", "recipients", "--format", "json").out)
    assert [(row["user"], row["role"], len(row["decrypts"]), row["what"]) for row in rows] == [
        ("ada", "admin", 0, "lacks some"),
        (None, None, 1, "not a member"),
        ("bob", "member", 0, "lacks some"),
        ("gus", "guest", 1, "a guest who can decrypt"),
    ]
    assert "gus    " in qafiles("access", "recipients").out


@pytest.mark.usefixtures("root")
def test_the_report_gives_the_answers_of_who(qafiles: Qafiles) -> None:
    rows = json.loads(qafiles("report", "access", "--format", "json").out)
    table = next(table for table in rows["tables"] if table["name"] == "rights")
    rows_by_user = {
        (row["place"], row["user"]): row["operations"] for row in table["rows"] if "documents" in row["kinds"]
    }
    assert rows_by_user == {
        ("acme/shop", "ada"): "create change rename delete",
        ("acme/shop", "bob"): "change:content",
    }
