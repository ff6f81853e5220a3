from collections.abc import Mapping
from pathlib import Path

import pytest

from qafiles import validate
from qafiles.diagnostics import Diagnostic
from qafiles.sources import MemorySource
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

CANARY = "canary-7f3k9x2m"
PROJECT = "organizations/acme/projects/shop"
PATH = f"{PROJECT}/secret_values/ADMIN_PASSWORD.yaml"
CASE = f"{PROJECT}/test_cases/sign-in.yaml"
USES = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Use {{ secret.ADMIN_PASSWORD }}\nurl_route: /\n"
CLEAR = sealed().replace(sealed().split("secret_value: ")[1].split("\n")[0], CANARY)
BASE = data_root({".sops.yaml": SOPS_CONFIG, PATH: sealed(), CASE: USES})


def commit(folder: Path, files: Mapping[str, str | None]) -> str:
    """Commit files, of which those with None are deleted, and return the commit's name."""
    for path, text in files.items():
        if text is None:
            (folder / path).unlink()
        else:
            write(folder, {path: text})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "next")
    return git(folder, "rev-parse", "HEAD")


def found(folder: Path, since: str, **more: str) -> list[Diagnostic]:
    items = validate(folder, since=since, **more)  # type: ignore[arg-type]
    assert CANARY not in repr(items)
    return [item for item in items if item.code == "QF506"]


@pytest.fixture
def root(tmp_path: Path) -> Path:
    folder = committed(tmp_path, BASE)
    git(folder, "tag", "base")
    return folder


def test_a_value_that_was_committed_and_encrypted_again_is_told(root: Path) -> None:
    name = commit(root, {PATH: CLEAR})
    commit(root, {PATH: sealed(version=2, data="d29ybGQ=")})
    (item,) = found(root, "base")
    assert (item.path, item.line, item.column, item.severity) == (PATH, 7, 1, "error")
    assert item.message == f"commit {name[:10]} by Ada on 2026-01-02 holds this secret in clear text"
    assert "change the value at its source" in str(item.hint)
    assert item.entity is not None
    assert found(root, name) == []
    assert found(root, "HEAD") == []
    assert [item.code for item in validate(root)] == []


def test_a_value_that_was_committed_and_deleted_is_told_at_the_path_that_it_had(root: Path) -> None:
    other = f"{PROJECT}/secret_values/OTHER.yaml"
    text = CLEAR.replace("ADMIN_PASSWORD", "OTHER").replace("ux5q", "vx5q")
    first = commit(root, {other: text})
    commit(root, {other: text.replace(CANARY, CANARY * 2)})
    commit(root, {other: None})
    (item,) = found(root, "base")
    assert (item.path, item.line, item.column) == (other, 1, 1)
    assert first[:10] in item.message
    assert item.message.endswith(", and so does 1 other")


@pytest.mark.parametrize(
    "text",
    [
        f"secret_value: |\n  {CANARY}\n",
        f"{{id: x, 'secret_value': '{CANARY}'}}",
        f"secret_value: {CANARY}\nnot: [yaml\n",
        f"secret_value: [{CANARY}]\n",
        "secret_value: 12345\n",
        sealed().replace("type:str]", "type:str]" + CANARY),
    ],
)
def test_a_value_is_found_in_whatever_was_committed(root: Path, text: str) -> None:
    commit(root, {PATH: text})
    commit(root, {PATH: sealed()})
    assert [item.path for item in found(root, "base")] == [PATH]


@pytest.mark.parametrize("text", ["", sealed().replace("\n", "\r\n"), sealed(version=2)])
def test_what_sops_writes_and_an_empty_file_are_not_told(root: Path, text: str) -> None:
    commit(root, {PATH: text})
    commit(root, {PATH: sealed()})
    assert found(root, "base") == []


_LINE = sealed().split("secret_value: ")[1].split("\n")[0]


@pytest.mark.parametrize(
    "text",
    [
        "secret_value:\n",
        "secret_value: ''\n",
        "\0",
        "<<<<<<<\n" + sealed(),
        sealed().replace(_LINE, f"{_LINE} # {CANARY}"),
        f"# {CANARY}\n{sealed()}",
        sealed().replace("sops:", f"password: {CANARY}\nsops:"),
        sealed().replace("ADMIN_PASSWORD", CANARY),
        f"{sealed()}---\nsecret_value: {CANARY}\n",
        sealed().replace(_LINE, f"\n  {CANARY}"),
        f"<<<<<<<\n? secret_value\n: {CANARY}\n",
        f"secret_value: ENC[{CANARY}]\nnot: [yaml\n",
        f"value: {CANARY}\n",
        "#" * (1024 * 1024) + f"\nsecret_value: {CANARY}\n",
        sealed().replace("    version: 3.11.0", f"    version: {CANARY}"),
        sealed().replace("          enc: |", f"          note: {CANARY}\n          enc: |"),
        sealed().replace(": 1\n", ": 9007199254740993\n"),
    ],
    ids=lambda text: f"{len(text)} characters",
)
def test_whatever_sops_does_not_write_is_told(root: Path, text: str) -> None:
    commit(root, {PATH: text})
    commit(root, {PATH: sealed()})
    (item,) = found(root, "base")
    assert (item.path, item.severity) == (PATH, "error")


@pytest.mark.parametrize(
    "path",
    [
        f"{PROJECT}/secret_values/{name}"
        for name in (
            "A.YAML",
            "A.yaml.bak",
            "A.yaml~",
            "A.yaml.orig",
            "A.json",
            ".env",
            "a.txt",
            ".A.yaml.swp",
            "x/A.yaml",
            "A.yml",
        )
    ]
    + [
        f"{PROJECT}/{folder}/A.yaml"
        for folder in ("secrets", "Secret_Values", "secret-values", "SECRET_VALUES", ".secret_values")
    ]
    + ["secret_values/A.env", "organizations/acme/secret_values/A.yaml", "organizations/acme/secrets/A.env"],
)
def test_whatever_lay_among_the_secrets_is_told_however_it_is_spelled(root: Path, path: str) -> None:
    commit(root, {path: f"secret_value: {CANARY}\n"})
    assert path in {item.path for item in validate(root)} or path.endswith("secret_values/A.yaml")
    commit(root, {path: None})
    assert [item.path for item in found(root, "base")] == [path]


@pytest.mark.slow
def test_texts_in_utf_16_links_and_other_repositories_are_told(root: Path) -> None:
    place = root / PATH
    place.write_bytes(f"secret_value: {CANARY}\n".encode("utf-16"))
    commit(root, {})
    place.unlink()
    place.symlink_to(CANARY)
    commit(root, {})
    place.unlink()
    commit(root, {PATH: sealed()})
    inner = root / PROJECT / "secret_values/inner"
    write(inner, {"A.txt": CANARY})
    git(inner, "init", "-q")
    git(inner, "add", "-A")
    git(inner, "commit", "-qm", "inner")
    commit(root, {})
    assert [item.code for item in validate(root, rev="HEAD") if item.path.endswith("inner")] == ["QF507"]
    git(root, "rm", "-q", "--cached", f"{PROJECT}/secret_values/inner")
    git(root, "commit", "-qm", "next")
    assert {item.path for item in found(root, "base")} == {PATH, f"{PROJECT}/secret_values/inner"}


@pytest.mark.parametrize("path", [PROJECT, PROJECT.rpartition("/")[0], "organizations"])
def test_a_link_above_the_secrets_is_told_and_a_folder_in_the_place_of_a_file_is_none(
    root: Path, path: str
) -> None:
    head = git(root, "rev-parse", "HEAD").strip()
    git(root, "rm", "-rq", "--cached", path)
    git(root, "update-index", "--add", "--cacheinfo", f"160000,{head},{path}")
    git(root, "commit", "-qm", "a submodule")
    git(root, "read-tree", head)
    git(root, "commit", "-qm", "back")
    (item,) = found(root, "base")
    assert item.path == path
    assert "another repository here" in item.message
    assert "other" not in item.message.rpartition("here")[2], "the commit that took it away"


def test_a_suite_may_be_called_secrets(root: Path) -> None:
    commit(root, {f"{PROJECT}/test_cases/secret_values/sign-in.yaml": USES.replace("q1w2", "q1w3")})
    assert found(root, "base") == []
    assert [item.code for item in validate(root)] == []


def test_a_credential_that_a_commit_held_in_a_text_is_a_warning(root: Path) -> None:
    name = commit(root, {CASE: f"{USES}extra_rules: 'Sign in with password: {CANARY}'\n"})
    items = [item for item in validate(root, since="base") if item.code in {"QF502", "QF509"}]
    assert [item.code for item in items] == ["QF502"]
    commit(root, {CASE: USES})
    (item,) = [item for item in validate(root, since="base") if item.code in {"QF502", "QF509"}]
    assert (item.code, item.severity, item.path) == ("QF509", "warning", CASE)
    assert name[:10] in item.message
    assert CANARY not in repr(item)


@pytest.mark.slow
def test_a_merged_branch_is_looked_at_and_what_the_revision_has_is_not(root: Path) -> None:
    git(root, "checkout", "-qb", "side")
    name = commit(root, {PATH: CLEAR})
    commit(root, {PATH: sealed()})
    git(root, "checkout", "-q", "main")
    commit(root, {"README.md": "x"})
    assert [item.path for item in found(root, "base", merge="side")] == [PATH]
    git(root, "merge", "-q", "--no-edit", "side")
    (item,) = found(root, "base")
    assert name[:10] in item.message
    assert found(root, "side") == []
    assert [item.path for item in found(root, "base", rev="side")] == [PATH]


def test_a_value_that_only_a_merge_holds_is_found(root: Path) -> None:
    git(root, "checkout", "-qb", "side")
    commit(root, {"a.md": "x"})
    git(root, "checkout", "-q", "main")
    commit(root, {"b.md": "x"})
    git(root, "merge", "-q", "--no-commit", "side")
    name = commit(root, {PATH: CLEAR})
    assert git(root, "rev-list", "--count", "--merges", "HEAD") == "1"
    commit(root, {PATH: sealed()})
    (item,) = found(root, "base")
    assert name[:10] in item.message


def test_a_revision_from_before_the_data_root_is_a_revision(tmp_path: Path) -> None:
    folder = committed(tmp_path, {"README.md": "x"})
    git(folder, "tag", "base")
    commit(folder, {f"qa/{path}": text for path, text in (BASE | {PATH: CLEAR}).items()})
    commit(folder, {f"qa/{PATH}": sealed()})
    (item,) = found(folder / "qa", "base")
    assert (item.path, item.line) == (PATH, 7)


@pytest.mark.slow
def test_another_data_root_of_the_repository_is_not_looked_at(tmp_path: Path) -> None:
    folder = committed(
        tmp_path, {f"{root}/{path}": text for root in ("a", "b") for path, text in BASE.items()}
    )
    git(folder, "tag", "base")
    commit(folder, {f"b/{PATH}": CLEAR})
    commit(folder, {f"b/{PATH}": sealed()})
    assert found(folder / "a", "base") == []
    assert len(found(folder / "b", "base")) == 1


def test_without_git_and_without_commits_there_is_nothing_to_look_at(tmp_path: Path) -> None:
    folder = write(tmp_path, BASE)
    assert validate(folder, since=MemorySource(BASE)) == ()
    git(folder, "init", "-q")
    assert validate(folder, since=MemorySource(BASE, revision="0" * 40)) == ()


def test_what_is_staged_is_found_before_it_is_committed(root: Path) -> None:
    write(root, {PATH: CLEAR})
    git(root, "add", "-A")
    write(root, {PATH: sealed()})
    assert validate(root) == ()
    assert [(item.code, item.line) for item in validate(root, staged=True)] == [("QF501", 7)]
