import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.errors import GitError, UnknownRevisionError
from qafiles.git import GitRepository, NoGitError, find_repository, find_top_without_git
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, Unreadable
from qafiles.sources.data_root import open_source
from qafiles.validation import load
from tests.conftest import children, committed, git, write
from tests.rules.data_root import data_root

ADA = "users/ada.yaml"
_ADA = data_root()[ADA]


@pytest.mark.slow
@pytest.mark.parametrize(
    "locale", [{"LC_ALL": "C", "PYTHONUTF8": "0", "PYTHONCOERCECLOCALE": "0"}, {"LC_ALL": "C.UTF-8"}]
)
def test_git_gets_texts_of_files_in_any_locale(tmp_path: Path, locale: dict[str, str]) -> None:
    case = "organizations/acme/projects/shop/test_cases/open.yaml"
    text = (
        "id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: x\ntags: [\u65e5\u672c, \u00fcber]\n"
    )
    folder = committed(tmp_path / "qa", data_root({case: text}))
    for arguments in (
        ["validate"],
        ["validate", "--since", "HEAD"],
        ["log", "open"],
        ["set", "open", "tags-=\u65e5\u672c", "--dry-run"],
    ):
        done = subprocess.run(
            [sys.executable, "-m", "qafiles", "-C", folder, *arguments],
            env={**os.environ, **locale},
            capture_output=True,
            check=False,
        )
        assert done.returncode in {0, 1, 2}, done.stderr


def codes(snapshot: Snapshot) -> set[tuple[str, str]]:
    return {(d.code, d.path) for d in snapshot.diagnostics}


def repository_of(folder: Path) -> GitRepository:
    found = find_repository(folder)
    assert found is not None
    return found


def everything(folder: Path) -> list[Snapshot]:
    return [load(folder), load(folder, staged=True), load(folder, rev="HEAD")]


def name_of(snapshot: Snapshot) -> object:
    return snapshot.files[ADA].get("name")


def program(place: Path, text: str) -> Path:
    """Write a shell script that can be run."""
    place.write_text(f"#!/bin/sh\n{text}\n")
    place.chmod(0o755)
    return place


# What the user has configured


def test_no_configuration_of_git_changes_what_is_read(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    ran = tmp_path / "ran"
    spy = program(tmp_path / "spy", f"touch '{ran}'; cat")
    for key, value in {
        "core.fsmonitor": f"{spy}",
        "core.hooksPath": f"{tmp_path}/hooks",
        "core.quotePath": "true",
        "core.autocrlf": "true",
        "core.pager": f"{spy}",
        "pager.ls-files": "true",
        "alias.ls-files": f"!{spy}",
        "alias.cat-file": f"!{spy}",
        "color.ui": "always",
        "diff.external": f"{spy}",
        "diff.spy.textconv": f"{spy}",
        "filter.spy.clean": f"{spy}",
        "filter.spy.smudge": f"{spy}",
        "filter.spy.process": f"{spy}",
        "log.showSignature": "true",
        "core.untrackedCache": "true",
        "submodule.recurse": "true",
        "diff.noprefix": "true",
        "status.showUntrackedFiles": "no",
    }.items():
        git(folder, "config", key, value)
    (tmp_path / "hooks").mkdir()
    for hook in (
        "post-index-change",
        "reference-transaction",
        "post-checkout",
        "pre-auto-gc",
        "fsmonitor-watchman",
    ):
        program(tmp_path / "hooks" / hook, f"touch '{ran}'")
    write(
        folder,
        {".gitattributes": "* text filter=spy diff=spy\n", "users/zo\u00e9.yaml": "[", "users/new.yaml": ""},
    )
    # Files newer than the index are those whose content git compares: https://git-scm.com/docs/racy-git
    for path in data_root():
        os.utime(folder / path, (2_000_000_000, 2_000_000_000))
    git(folder, "add", "-u")
    git(folder, "add", "-N", "users/new.yaml")
    ran.unlink()
    (folder / ADA).write_text(_ADA + "x-note: changed\n")
    tree, index, revision = everything(folder)
    assert codes(tree) >= {("QF106", "users/zo\u00e9.yaml"), ("QF108", "users/new.yaml")}
    assert tree.files[ADA].get("x-note") == "changed"
    assert codes(index) == codes(revision) == set()
    assert not ran.exists()


def test_replace_refs_and_grafts_are_not_followed(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    first = git(folder, "rev-parse", "HEAD")
    write(folder, {ADA: _ADA.replace("Ada", "Eve")})
    git(folder, "commit", "-qam", "second")
    second = git(folder, "rev-parse", "HEAD")
    git(folder, "replace", second, first)
    git(
        folder,
        "replace",
        git(folder, "rev-parse", f"{first}:{ADA}"),
        git(folder, "hash-object", "-w", "qafiles.yaml"),
    )
    assert name_of(load(folder, rev=second)) == "Eve Lovelace"
    assert name_of(load(folder, rev=first)) == "Ada Lovelace"


def test_autocrlf_and_attributes_leave_bytes_as_they_are_stored(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({".gitattributes": "*.yaml text eol=crlf\n"}))
    shutil.rmtree(folder / "users")
    git(folder, "checkout", "-q", "users")
    assert b"\r\n" in (folder / ADA).read_bytes()
    tree, index, revision = everything(folder)
    assert tree == index == revision


def test_a_file_without_changes_but_with_a_new_time_is_not_taken_for_an_intended_one(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root({"users/empty.yaml": ""}))
    os.utime(folder / "users/empty.yaml", (0, 0))
    assert ("QF108", "users/empty.yaml") in codes(load(folder, staged=True))


def test_a_partial_clone_is_not_completed_over_the_network(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    git(folder, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--bare", "--filter=blob:none", folder.as_uri(), tmp_path / "partial.git")
    objects = sorted((tmp_path / "partial.git/objects").rglob("*"))
    snapshot = load(tmp_path / "partial.git", rev="main")
    assert {path for code, path in codes(snapshot) if code == "QF101"} == {*data_root()}
    assert sorted((tmp_path / "partial.git/objects").rglob("*")) == objects


# What a calling hook has exported


@pytest.mark.parametrize(
    "variable",
    ["GIT_DIR", "GIT_WORK_TREE", "GIT_COMMON_DIR", "GIT_INDEX_FILE", "GIT_OBJECT_DIRECTORY", "GIT_NAMESPACE"],
)
def test_variables_of_another_repository_do_not_count(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path / "repo", data_root())
    other = committed(tmp_path / "other", {"qafiles.yaml": "version: 1\n"})
    places = {
        "GIT_WORK_TREE": other,
        "GIT_INDEX_FILE": other / ".git/index",
        "GIT_OBJECT_DIRECTORY": other / ".git/objects",
        "GIT_NAMESPACE": "other",
    }
    monkeypatch.setenv("GIT_DIR", str(other / ".git"))
    monkeypatch.setenv(variable, str(places.get(variable, other / ".git")))
    expected = {path for path in data_root() if path != "qafiles.yaml"}
    assert [{*snapshot.files} for snapshot in everything(folder)] == [expected] * 3


@pytest.mark.parametrize("variable", ["GIT_LITERAL_PATHSPECS", "GIT_GLOB_PATHSPECS", "GIT_ICASE_PATHSPECS"])
def test_pathspec_variables_do_not_count(
    variable: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path, {f"qa*/{path}": text for path, text in data_root().items()} | {"qab/x": ""})
    monkeypatch.setenv(variable, "1")
    for snapshot in everything(folder / "qa*"):
        assert snapshot.diagnostics == ()
        assert "x" not in snapshot.entries


def test_the_index_that_a_hook_names_is_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = committed(tmp_path / "repo", data_root())
    index = tmp_path / "other-index"
    git(folder, "rm", "-q", "--cached", ADA, GIT_INDEX_FILE=str(shutil.copy(folder / ".git/index", index)))
    monkeypatch.setenv("GIT_INDEX_FILE", str(index))
    assert ADA not in load(folder, staged=True).files
    monkeypatch.delenv("GIT_INDEX_FILE")
    assert ADA in load(folder, staged=True).files


def _with_hook(folder: Path, name: str, text: str) -> Path:
    """Add a hook that runs qafiles, and return the file, where git does not look, that gets what it prints."""
    hooks = Path(git(folder, "rev-parse", "--path-format=absolute", "--git-common-dir"), "hooks")
    hooks.mkdir(exist_ok=True)
    report = folder.parent / "report"
    program(hooks / name, f"{text} > '{report}' 2>&1")
    return report


@pytest.mark.parametrize(
    "linked", [False, pytest.param(True, marks=pytest.mark.slow)], ids=["main", "linked-worktree"]
)
def test_a_pre_commit_hook_sees_exactly_what_will_be_committed(tmp_path: Path, *, linked: bool) -> None:
    folder = committed(tmp_path / "repo", {f"qa/{path}": text for path, text in data_root().items()})
    if linked:
        git(folder, "worktree", "add", "-q", tmp_path / "linked")
        folder = tmp_path / "linked"
    # A hook may change the folder, and git's variables are relative to the top all the same.
    text = f"cd qa/users && '{sys.executable}' -m qafiles validate --staged --format concise --select QF1"
    report = _with_hook(folder, "pre-commit", text)
    write(folder, {"qa/users/bad.yaml": "[", "qa/users/worse.yaml": "["})
    git(folder, "add", "qa/users/bad.yaml")
    git(folder, "commit", "-qm", "bad", code=1)
    assert [line.split(":")[0] for line in report.read_text().splitlines()] == ["bad.yaml"]

    # A partial commit takes the named file from the working tree and nothing else from the index.
    (folder / "qa" / ADA).write_text(_ADA.replace("Ada", "Augusta"))
    git(folder, "commit", "-qm", "partial", "qa/users/ada.yaml")
    assert report.read_text() == ""
    (folder / "qa" / ADA).write_text("[")
    git(folder, "commit", "-qm", "partial", "qa/users/ada.yaml", code=1)
    assert [line.split(":")[0] for line in report.read_text().splitlines()] == ["ada.yaml"]

    # `-a` adds changed files, and no untracked ones.
    git(folder, "commit", "-qam", "all", code=1)
    reported = [line.split(":")[0] for line in report.read_text().splitlines()]
    assert reported == ["ada.yaml", "bad.yaml"]


@pytest.mark.slow
def test_a_pre_receive_hook_reads_pushed_commits_before_they_are_accepted(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    git(folder, "clone", "-q", "--bare", ".", tmp_path / "bare.git")
    text = (
        f"read old new ref; '{sys.executable}' -m qafiles validate --rev $new --select QF1 --format concise"
    )
    report = _with_hook(tmp_path / "bare.git", "pre-receive", text)
    write(folder, {"users/bad.yaml": "["})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "bad")
    git(folder, "push", "-q", tmp_path / "bare.git", "main", code=1)
    assert "users/bad.yaml:1:2:" in report.read_text()
    git(folder, "rm", "-q", "users/bad.yaml")
    git(folder, "commit", "-qm", "good")
    git(folder, "push", "-q", tmp_path / "bare.git", "main")
    assert report.read_text() == ""


# Conflicts


def _conflict(folder: Path, ours: str | None, theirs: str | None) -> Path:
    committed(folder, data_root({"users/bob.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bob\n"}))
    for branch, text in (("theirs", theirs), ("main", ours)):
        git(folder, "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        if text is None:
            git(folder, "rm", "-q", "users/bob.yaml")
        else:
            write(folder, {"users/bob.yaml": text})
        git(folder, "commit", "-qam", branch)
    git(folder, "merge", "-q", "theirs", code=1)
    return folder


_OURS = "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Ours\n"
_THEIRS = "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Theirs\n"


def test_a_conflict_is_reported_in_the_working_tree_and_in_the_index(tmp_path: Path) -> None:
    folder = _conflict(tmp_path, _OURS, _THEIRS)
    assert b"<<<<<<<" in (folder / "users/bob.yaml").read_bytes()
    tree, index = load(folder), load(folder, staged=True)
    assert codes(tree) == codes(index) == {("QF107", "users/bob.yaml")}
    assert len(tree.diagnostics) == len(index.diagnostics) == 1
    assert index.files["users/bob.yaml"].get("name") == "Ours"
    assert tree.files["users/bob.yaml"].id == "k2v9w1hx8rj0qz4mtb7nc5ap"
    write(folder, {"users/intended.yaml": "", "users/empty.yaml": ""})
    git(folder, "add", "users/empty.yaml")
    git(folder, "add", "-N", "users/intended.yaml")
    assert codes(load(folder, staged=True)) == {("QF107", "users/bob.yaml"), ("QF108", "users/empty.yaml")}


@pytest.mark.parametrize(("ours", "theirs"), [(None, _THEIRS), (_OURS, None)])
def test_a_conflict_without_markers_is_reported_too(
    ours: str | None, theirs: str | None, tmp_path: Path
) -> None:
    folder = _conflict(tmp_path, ours, theirs)
    assert b"<<<<<<<" not in (folder / "users/bob.yaml").read_bytes()
    tree, index = load(folder), load(folder, staged=True)
    assert codes(tree) == codes(index) == {("QF107", "users/bob.yaml")}
    name = "Ours" if ours else "Theirs"
    assert tree.files["users/bob.yaml"].get("name") == index.files["users/bob.yaml"].get("name") == name
    git(folder, "add", "users/bob.yaml")
    assert codes(load(folder)) == codes(load(folder, staged=True)) == set()


def test_a_conflict_in_the_settings_is_reported(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    for branch, text in (("theirs", "1"), ("main", "2")):
        git(folder, "checkout", "-q", *(["-b"] if branch == "theirs" else []), branch)
        write(folder, {"qafiles.yaml": f'version: 1\nrequires: "!={text}"\n'})
        git(folder, "commit", "-qam", branch)
    git(folder, "merge", "-q", "theirs", code=1)
    assert codes(load(folder)) == codes(load(folder, staged=True)) == {("QF107", "qafiles.yaml")}


# What git can't do


def test_dubious_ownership_leaves_a_plain_folder_and_says_so(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path / "repo", {f"qa/{path}": text for path, text in data_root().items()})
    write(folder, {".gitignore": "ignored*\n", "qa/users/ignored.yaml": "["})
    monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    snapshot = load(folder / "qa/users")
    assert codes(snapshot) == {("QF106", "users/ignored.yaml")}
    (note,) = snapshot.source.unchecked
    assert "somebody else owns it" in note
    assert f"git config --global --add safe.directory {folder}" in note
    assert "all files were read, ignored ones too, and no history" in note
    assert snapshot.source.root == "qa"
    with pytest.raises(GitError, match="somebody else owns it") as raised:
        open_source(folder / "qa", rev="HEAD")
    assert raised.value.exit_code == 3


@pytest.mark.parametrize(
    ("words", "refusal"),
    [
        # https://github.com/git/git/blob/v2.17.0/setup.c and https://github.com/git/git/blob/v2.36.0/setup.c
        ("fatal: Not a git repository (or any of the parent directories): .git", None),
        ("fatal: Not a git repository: /gone", "Not a git repository: /gone"),
        ("fatal: unsafe repository ('/repo' is owned by someone else)", "somebody else owns it"),
    ],
)
def test_words_of_earlier_releases_of_git_are_understood(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: str, refusal: str | None
) -> None:
    write(tmp_path, {"bin/git": f'#!/bin/sh\necho "{words}" >&2\nexit 128\n'})
    (tmp_path / "bin/git").chmod(0o755)
    monkeypatch.setenv("PATH", f"{tmp_path / 'bin'}{os.pathsep}{os.environ['PATH']}")
    if refusal is None:
        assert find_repository(tmp_path) is None
    else:
        with pytest.raises(NoGitError, match=refusal):
            find_repository(tmp_path)


@pytest.mark.skipif(os.geteuid() != 0, reason="only root can give a folder away")
def test_a_folder_that_really_belongs_to_somebody_else_is_a_plain_folder(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 12345, 12345)
    ran = tmp_path / "ran"
    with (folder / ".git/config").open("a") as config:
        config.write(f"[core]\n\tfsmonitor = touch '{ran}'\n[include]\n\tpath = /dev/null\n")
    snapshot = load(folder)
    assert isinstance(snapshot.source, FolderSource)
    assert snapshot.source.repository is None
    assert "somebody else owns it" in snapshot.source.unchecked[0]
    assert snapshot.diagnostics == ()
    with pytest.raises(GitError, match="somebody else owns it"):
        open_source(folder, staged=True)
    assert not ran.exists()


def test_without_git_the_working_tree_is_a_plain_folder(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = committed(tmp_path / "repo", {f"qa/{path}": text for path, text in data_root().items()})
    plain = write(tmp_path / "plain", data_root())
    monkeypatch.setenv("PATH", str(tmp_path))
    snapshot = load(folder / "qa")
    assert snapshot.diagnostics == ()
    assert snapshot.source.root == "qa"
    assert snapshot.source.unchecked == (
        "git is not installed, or not on PATH; https://git-scm.com/downloads has it; all files were read, ignored ones too, and no history",
    )
    assert load(plain).source.unchecked == ()


def test_a_revision_without_git_exits_with_3_and_names_git(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    for choice in (["--rev", "HEAD"], ["--staged"]):
        result = subprocess.run(
            [sys.executable, "-m", "qafiles", "-C", folder, "validate", *choice],
            env={**os.environ, "PATH": str(tmp_path)},
            capture_output=True,
            text=True,
            check=False,
        )
        assert (result.returncode, result.stdout) == (3, "")
        assert (
            result.stderr
            == "qafiles: git is not installed, or not on PATH; https://git-scm.com/downloads has it\n"
        )


def test_a_corrupt_index_is_an_error_with_a_next_step(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    (folder / ".git/index").write_bytes(b"\0" * 200)
    for choice in (True, False):
        with pytest.raises(GitError, match=r"index file corrupt.*`git reset` makes it anew") as raised:
            load(folder, staged=choice)
        assert raised.value.exit_code == 3
    assert load(folder, rev="HEAD").diagnostics == ()


def test_a_broken_configuration_is_an_error_in_gits_words(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    (folder / ".git/config").write_text("[core\n")
    with pytest.raises(GitError, match=r"bad config line 1 in file .*\.git/config"):
        load(folder)


def test_the_advice_for_a_corrupt_index_works(tmp_path: Path) -> None:
    folder = committed(tmp_path, data_root())
    (folder / ".git/index").write_bytes(b"\0" * 200)
    (folder / ".git/index").unlink()
    git(folder, "reset", "-q")
    assert load(folder, staged=True).diagnostics == ()


@pytest.fixture(scope="module")
def tagged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A repository of one commit with an annotated tag."""
    folder = committed(tmp_path_factory.mktemp("tagged"), data_root())
    git(folder, "tag", "-a", "-m", "annotated", "v1")
    return folder


@pytest.mark.parametrize(
    "revision",
    [
        "nope",
        "",
        " ",
        "--output=x",
        "-h",
        "--all",
        "^HEAD",
        "HEAD..HEAD",
        "HEAD^",
        "HEAD~5",
        "HEAD@{9}",
        "HEAD:nope",
        "a\0b",
        "\udcff",
        "0" * 40,
        "f" * 40,
    ],
)
def test_an_unknown_revision_is_an_error_of_the_arguments(revision: str, tagged: Path) -> None:
    with pytest.raises(UnknownRevisionError, match=r"git knows no commit|is no commit|is a range") as raised:
        load(tagged, rev=revision)
    assert raised.value.exit_code == 2
    assert not (tagged / "x").exists()


@pytest.mark.parametrize("revision", ["HEAD:users", f"HEAD:{ADA}", "HEAD^{tree}", ":users/ada.yaml"])
def test_a_tree_or_blob_is_no_commit(revision: str, tagged: Path) -> None:
    with pytest.raises(UnknownRevisionError, match="is no commit; name a commit, tag or branch"):
        load(tagged, rev=revision)


@pytest.mark.parametrize(
    "revision",
    ["main", "HEAD", "@", "v1", "v1^{commit}", "refs/heads/main", ":/fir", "HEAD^{/fir}", "main@{0}"],
)
def test_every_way_to_name_a_commit_is_known(revision: str, tagged: Path) -> None:
    assert open_source(tagged, rev=revision).revision == git(tagged, "rev-parse", "HEAD")


def test_a_shallow_clone_says_that_it_is_one(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", data_root())
    git(folder, "commit", "-q", "--allow-empty", "-m", "second")
    git(tmp_path, "clone", "-q", "--depth=1", folder.as_uri(), tmp_path / "shallow")
    git(tmp_path / "shallow", "worktree", "add", "-q", tmp_path / "linked")
    for place in ("shallow", "linked"):
        for revision in (
            "HEAD^",
            "HEAD~3^2",
            "v1.0",
            "f" * 40,
            "0badcaf",
            "main~9",
            ":/first",
            "HEAD^{/first}",
        ):
            with pytest.raises(GitError, match=r"this clone is shallow, .*`git fetch --unshallow`") as raised:
                load(tmp_path / place, rev=revision)
            assert raised.value.exit_code == 3, revision
        for revision in ("--all", "HEAD:nope", "HEAD@{9}", "^HEAD", "no name", "HEAD^{tree}"):
            with pytest.raises(UnknownRevisionError):
                load(tmp_path / place, rev=revision)
    with pytest.raises(UnknownRevisionError, match=r"^(?!.*shallow)"):
        load(folder, rev="HEAD~7")


def _object(folder: Path, name: str) -> Path:
    found = git(folder, "rev-parse", name)
    place = folder / ".git/objects" / found[:2] / found[2:]
    place.chmod(stat.S_IRUSR | stat.S_IWUSR)
    return place


@pytest.mark.parametrize("damage", ["deleted", "garbage", "cut"])
def test_a_missing_or_damaged_blob_is_a_diagnostic_of_its_file(damage: str, tmp_path: Path) -> None:
    prose = "".join(f"x-{number}: {number * 7919}\n" for number in range(5000))
    folder = committed(tmp_path, data_root({"users/bob.yaml": prose, "users/eve.yaml": "["}))
    place = _object(folder, "HEAD:users/bob.yaml")
    content = place.read_bytes()
    if damage == "deleted":
        place.unlink()
    else:
        place.write_bytes(b"garbage" if damage == "garbage" else content[: len(content) // 2])
    for snapshot in (load(folder, rev="HEAD"), load(folder, staged=True)):
        assert codes(snapshot) == {("QF101", "users/bob.yaml"), ("QF106", "users/eve.yaml")}
        assert "missing or damaged" in next(d.message for d in snapshot.diagnostics if d.code == "QF101")
        assert ADA in snapshot.files


def test_many_damaged_blobs_are_all_named_and_hide_no_other_file(tmp_path: Path) -> None:
    users = {f"users/user-{number}.yaml": f"x-{number}: {'long ' * 500}\n" for number in range(150)}
    folder = committed(tmp_path, data_root(users))
    for path in users:
        place = _object(folder, f"HEAD:{path}")
        place.write_bytes(place.read_bytes()[:25])
    snapshot = load(folder, rev="HEAD")
    assert {item.path for item in snapshot.diagnostics if item.code == "QF101"} == {*users}
    assert snapshot.by_handle["user", "ada"].valid


def test_many_files_of_a_commit_are_those_on_disk_where_their_bytes_have_its_names(tmp_path: Path) -> None:
    users = {f"users/user-{number}.yaml": f"name: User {number}\n" for number in range(300)}
    folder = committed(tmp_path, data_root(users))
    source = open_source(folder, rev="HEAD")
    entries = [entry for entry in source.entries() if entry.path in users]
    (folder / "users/user-7.yaml").write_text("name: User 8\n")
    (folder / "users/user-8.yaml").unlink()
    (folder / "users/user-9.yaml").unlink()
    (folder / "users/user-9.yaml").symlink_to("user-1.yaml")
    _object(folder, "HEAD:users/user-10.yaml").unlink()
    (folder / "users/user-10.yaml").write_text("name: User 10\r\n")
    _object(folder, "HEAD:users/user-11.yaml").unlink()
    contents = dict(zip((entry.path for entry in entries), source.read(entries), strict=True))
    lacking = contents.pop("users/user-10.yaml")
    assert isinstance(lacking, Unreadable)
    del users["users/user-10.yaml"]
    assert contents == {path: text.encode() for path, text in users.items()}


def test_a_damaged_tree_is_an_error_in_gits_words(tmp_path: Path) -> None:
    folder = committed(tmp_path, {f"qa/{path}": text for path, text in data_root().items()})
    _object(folder, "HEAD:qa/users").unlink()
    with pytest.raises(GitError, match="git ls-tree failed"):
        load(folder / "qa", rev="HEAD")


def test_a_submodule_without_its_repository_is_a_plain_folder(tmp_path: Path) -> None:
    folder = write(tmp_path, {**data_root(), ".git": "gitdir: ../.git/modules/qa\n"})
    snapshot = load(folder)
    assert snapshot.diagnostics == ()
    assert "not a git repository: " in snapshot.source.unchecked[0]
    with pytest.raises(GitError, match="not a git repository: "):
        load(folder, staged=True)


def test_a_folder_outside_git_has_no_repository(tmp_path: Path) -> None:
    assert find_repository(tmp_path) is None
    assert find_top_without_git(tmp_path) is None


def test_git_and_gitpython_find_the_same_top(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", {"a/b/c": ""})
    git(folder, "worktree", "add", "-q", tmp_path / "linked")
    git(folder, "clone", "-q", "--bare", ".", tmp_path / "bare.git")
    for place, top in {"repo/a/b": folder, "linked/a": tmp_path / "linked", "bare.git": None}.items():
        assert repository_of(tmp_path / place).top == find_top_without_git(tmp_path / place) == top


def test_a_blob_of_any_size_costs_at_most_the_limit(tmp_path: Path) -> None:
    sizes = [0, 1, 9, 10, 11, 100, 3_000_000]
    folder = committed(tmp_path, {f"{number}": bytes(size) for number, size in enumerate(sizes)})
    names = [git(folder, "rev-parse", f"HEAD:{number}") for number in range(len(sizes))]
    read = [*repository_of(folder).blobs([*names, "0" * 40, *names], 10)]
    expected = [bytes(min(size, 10)) for size in sizes]
    assert read == [*expected, None, *expected]


def test_leaving_the_blobs_early_ends_git(tmp_path: Path) -> None:
    folder = committed(tmp_path, {"large": os.urandom(3_000_000)})
    names = [git(folder, "rev-parse", "HEAD:large")] * 300
    before = children()
    contents = repository_of(folder).blobs(names, 10)
    assert len(next(contents) or b"") == 10
    assert len(children() - before) == 1
    contents.close()  # type: ignore[attr-defined]  # a generator
    assert children() <= before
