"""`access check` on the command line: formats, exit codes and messages."""

import json
from pathlib import Path

import pytest

from qafiles.render.validation import FORMATS
from tests.access.repository import CASE, Keys, Repository, case, files, repository, user
from tests.cli.conftest import Qafiles
from tests.conftest import git, write


@pytest.fixture(scope="module")
def repo(tmp_path_factory: pytest.TempPathFactory) -> Repository:
    """A repository in which the platform's word counts, with a change that gus made to a test case and a user."""
    folder = tmp_path_factory.mktemp("check")
    made = repository(folder / "repository", Keys(folder), files({}, "access: {require_signed: platform}\n"))
    made.commit({CASE: case(text="Changed"), "users/eve.yaml": user(4, "eve", age_recipients="[]")})
    return made


@pytest.mark.parametrize("format_", [*FORMATS])
def test_every_format_has_the_findings(format_: str, repo: Repository, qafiles: Qafiles) -> None:
    arguments = (
        "-C",
        repo.folder,
        "access",
        "check",
        "main..feature",
        "--actor",
        "gus-l",
        "--format",
        format_,
    )
    result = qafiles(*arguments)
    assert result.code == 1
    if format_ == "badge":
        assert json.loads(result.out)["message"] == "2 errors"
        return
    assert result.out.count(f"commit {repo.git('rev-parse', 'feature')[:10]}") >= 2
    assert "QF801" in result.out
    assert "mode platform" in result.out + result.err
    if format_ in {"json", "sarif", "gitlab", "rdjson"}:
        json.loads(result.out)


def test_findings_name_the_entity_the_commit_and_who_could_make_it_legal(
    repo: Repository, qafiles: Qafiles
) -> None:
    result = qafiles(
        "-C", repo.folder, "access", "check", "main..feature", "--actor", "gus-l", "--format", "json"
    )
    document = json.loads(result.out)
    assert [(each["code"], each["path"], each["entity"]["handle"]) for each in document["diagnostics"]] == [
        ("QF801", CASE, "acme/shop/open"),
        ("QF801", "users/eve.yaml", "eve"),
    ]
    assert document["diagnostics"][0]["hint"] == "let it be approved by one of those who may: ada, bob"
    assert len({each["fingerprint"] for each in document["diagnostics"]}) == 2


def test_a_legal_change_exits_with_zero_and_says_what_was_decided(repo: Repository, qafiles: Qafiles) -> None:
    arguments = ("access", "check", "main..feature", "--actor", "gus-l", "--approved-by", "bob-l,ada-l")
    result = qafiles("-C", repo.folder, *arguments, "--explain")
    assert result.code == 0
    assert result.out.startswith("All good: 1 commit, 2 changed paths; nothing to report.\n")
    assert f"allowed  change {CASE}: gus: a member of acme may" in result.out
    assert "allowed  change users/eve.yaml: gus: a repository admin may" in result.out


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["main"], 2, "write `A..B`"),
        (["main..nowhere"], 2, "nowhere"),
        (["main..feature", "--bootstrap"], 2, "there are some already"),
        (["main..feature", "--pre-receive"], 2, "leave A..B out"),
        (["feature..feature"], 0, "0 commits"),
        (["main..feature", "--format", "jsn"], 2, "Did you mean json?"),
    ],
)
def test_what_can_not_be_checked_is_told(
    arguments: list[str],
    code: int,
    words: str,
    repo: Repository,
    qafiles: Qafiles,
) -> None:
    result = qafiles("-C", repo.folder, "access", "check", *arguments)
    assert result.code == code
    assert words in result.out + result.err


def test_a_shallow_clone_and_a_folder_outside_git_exit_with_three(
    repo: Repository,
    tmp_path: Path,
    qafiles: Qafiles,
) -> None:
    git(tmp_path, "clone", "-q", "--depth", "1", "-b", "feature", f"file://{repo.folder}", "shallow")
    result = qafiles("-C", tmp_path / "shallow", "access", "check", "HEAD..HEAD")
    assert (result.code, result.out) == (3, "")
    assert "git fetch --unshallow" in result.err
    write(tmp_path / "plain", files({}))
    assert qafiles("-C", tmp_path / "plain", "access", "check", "A..B").code == 3


def test_the_first_members_are_taken_where_that_is_asked_for(tmp_path: Path, qafiles: Qafiles) -> None:
    root = files({})
    first = {path: text for path, text in root.items() if "/members/" not in path}
    made = repository(tmp_path / "repository", Keys(tmp_path), first)
    made.commit({path: text for path, text in root.items() if path not in first})
    arguments = ("-C", made.folder, "access", "check", "main..feature")
    refused = qafiles(*arguments)
    assert refused.code == 3
    assert "--bootstrap" in refused.err
    assert qafiles(*arguments, "--bootstrap").code == 0
    made.git("checkout", "-q", "-b", "nobody", "main")
    made.commit({"organizations/acme/members/gus.yaml": root["organizations/acme/members/gus.yaml"]})
    result = qafiles("-C", made.folder, "access", "check", "main..nobody", "--bootstrap")
    assert result.code == 1
    assert "QF806" in result.out


def test_a_bare_repository_is_checked_as_any_other(
    repo: Repository, tmp_path: Path, qafiles: Qafiles
) -> None:
    git(tmp_path, "clone", "-q", "--bare", repo.folder, "bare.git")
    arguments = ("access", "check", "main..feature", "--actor", "ada-l")
    assert qafiles("-C", tmp_path / "bare.git", *arguments).code == 0
