import json
import os
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_SMOKE = "organizations/acme/projects/shop/tags/smoke.yaml"
_TEXT = data_root()[_SMOKE]


@pytest.fixture
def repository(root: Path) -> Path:
    """The small data root with two commits, of which the second makes a tag navy; something gold is staged, and red not."""
    git(root, "init", "-q")
    for color in ("teal", "navy"):
        write(root, {_SMOKE: _TEXT.replace("teal", color)})
        git(root, "add", "-A")
        git(root, "commit", "-qm", color)
    write(root, {_SMOKE: _TEXT.replace("teal", "gold")})
    git(root, "add", "-A")
    write(root, {_SMOKE: _TEXT.replace("teal", "red")})
    return root


@pytest.mark.parametrize(
    ("arguments", "change"),
    [
        ([], "navy → red"),
        (["--staged"], "navy → gold"),
        (["HEAD~1"], "teal → red"),
        (["HEAD~1", "--staged"], "teal → gold"),
        (["HEAD~1..HEAD"], "teal → navy"),
        (["HEAD~1.."], "teal → navy"),
        (["..HEAD~1"], "navy → teal"),
        (["HEAD~1...HEAD"], "teal → navy"),
    ],
)
def test_two_states_are_named_as_git_diff_names_them(
    repository: Path, qafiles: Qafiles, arguments: list[str], change: str
) -> None:
    result = qafiles("diff", *arguments)
    assert (result.code, result.err) == (0, "")
    assert result.out == f"changed tag acme/shop/smoke\n  color: {change}\n1 changed.\n"
    assert repository.is_dir()


@pytest.mark.slow
def test_three_dots_compare_with_where_a_branch_began(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "checkout", "-q", "-f", "-b", "topic", "HEAD~1")
    write(repository, {"users/bob.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bob\n"})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "bob")
    assert qafiles("diff", "main...topic").out == "added user bob (Bob)\n  name: Bob\n1 added.\n"
    assert "navy → teal" in qafiles("diff", "main..topic").out


def test_two_equal_states_do_not_differ(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("diff", "HEAD..HEAD")
    assert (result.code, result.out) == (0, "No changes.\n")
    document = json.loads(qafiles("diff", "HEAD..HEAD", "--format", "json").out)
    head = git(repository, "rev-parse", "HEAD")
    assert (document["before"], document["after"], document["changes"]) == (head, head, [])


def test_the_documents_say_what_is_compared(repository: Path, qafiles: Qafiles) -> None:
    document = json.loads(qafiles("diff", "--format", "json").out)
    assert document["version"] == 1
    assert (document["root"], document["after"]) == (".", None)
    assert document["before"] == git(repository, "rev-parse", "HEAD")
    (change,) = document["changes"]
    assert change["fields"] == [{"name": "color", "form": "value", "old": "navy", "new": "red"}]
    assert qafiles("diff", "--format", "markdown").out.startswith("### qafiles\n\n**1 changed.**\n")


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["nowhere"], 2, "git knows no commit `nowhere`"),
        (["HEAD..nowhere"], 2, "git knows no commit `nowhere`"),
        (["HEAD..HEAD", "--staged"], 2, "choose two of them"),
        (["--", "--output=x"], 2, "git knows no commit `--output=x`"),
    ],
)
def test_what_names_no_state_is_refused(
    repository: Path, qafiles: Qafiles, arguments: list[str], code: int, words: str
) -> None:
    result = qafiles("diff", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert repository.is_dir()


def test_histories_without_a_common_commit_have_no_three_dots(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "checkout", "-q", "-f", "--orphan", "alone")
    git(repository, "commit", "-qm", "alone")
    result = qafiles("diff", "main...alone")
    assert result.code == 2
    assert "no common ancestor" in result.err


def test_three_dots_where_a_shallow_clone_lacks_the_common_commit_name_what_gets_it(
    repository: Path, qafiles: Qafiles, tmp_path: Path
) -> None:
    git(repository, "tag", "first")
    for number in range(3):
        git(repository, "commit", "-q", "--allow-empty", "-m", str(number))
    git(tmp_path, "clone", "-q", "--depth=1", repository.as_uri(), "clone")
    git(tmp_path / "clone", "fetch", "-q", "--depth=1", "origin", "tag", "first")
    for command in (("diff",), ("report", "changes")):
        result = qafiles("-C", tmp_path / "clone", *command, "first...HEAD")
        assert (result.code, "git fetch --unshallow" in result.err) == (3, True), result.err


def test_a_repository_without_commits_is_named_as_such(root: Path, qafiles: Qafiles) -> None:
    git(root, "init", "-q")
    result = qafiles("diff")
    assert (result.code, result.out) == (2, "")
    assert "has no commits yet; `git commit` makes the first" in result.err


def test_a_folder_without_git_has_nothing_to_compare_with(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("diff")
    assert (result.code, result.out) == (3, "")
    assert "needs a git repository" in result.err
    assert root.is_dir()


def test_a_bare_repository_compares_revisions(
    repository: Path, qafiles: Qafiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    bare = tmp_path_factory.mktemp("bare") / "data.git"
    git(repository, "clone", "-q", "--bare", repository, bare)
    assert "teal → navy" in qafiles("-C", bare, "diff", "HEAD~1..HEAD").out


def test_a_user_s_configuration_changes_nothing(repository: Path, qafiles: Qafiles) -> None:
    expected = qafiles("diff", "HEAD~1..HEAD").out
    for key, value in {
        "diff.external": "false",
        "diff.noprefix": "true",
        "diff.renames": "copies",
        "diff.orderFile": "/nowhere",
        "core.pager": "false",
        "color.ui": "always",
        "core.quotePath": "true",
        "alias.diff-tree": "!false",
    }.items():
        git(repository, "config", key, value)
    assert qafiles("diff", "HEAD~1..HEAD").out == expected


def test_a_data_root_that_is_new_is_all_added(
    qafiles: Qafiles, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    committed(tmp_path, {"README.md": "x"})
    git(tmp_path, "tag", "old")
    write(tmp_path, data_root())
    monkeypatch.chdir(tmp_path)
    assert qafiles("diff").out.endswith("\n7 added, other settings.\n")
    git(tmp_path, "add", "-A")
    git(tmp_path, "commit", "-qm", "second")
    assert qafiles("diff", "old...HEAD").out.endswith("\n7 added, other settings.\n")
    assert qafiles("diff", "HEAD..old").out.endswith("\n7 removed, other settings.\n")
    result = qafiles("diff", "old..old")
    assert result.code == 3
    assert "there is no qafiles.yaml" in result.err


def test_names_that_are_no_utf_8_are_shown(repository: Path, qafiles: Qafiles) -> None:
    (repository / os.fsdecode(b"users/\xff.yaml")).write_text("id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bob\n")
    assert "added user \\udcff (Bob)\n" in qafiles("diff").out
    assert json.loads(qafiles("diff", "--format", "json").out)["changes"][1]["handle"] == "\ufffd"
    assert "- user `\\udcff`: `Bob`\n" in qafiles("diff", "--format", "markdown").out


def test_comparing_writes_nothing(repository: Path, qafiles: Qafiles) -> None:
    def state() -> dict[str, object]:
        return {str(path): (path.lstat().st_mtime_ns, path.lstat().st_size) for path in repository.rglob("*")}

    os.utime(repository / "users/ada.yaml", (0, 0))
    before = state()
    for arguments in (
        ["diff"],
        ["diff", "--staged"],
        ["diff", "HEAD~1..HEAD"],
        ["validate", "--since", "HEAD~1"],
    ):
        assert qafiles(*arguments).code == 0
    assert state() == before
