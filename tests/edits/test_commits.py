import os
import shutil
import signal
import subprocess
import sys
import threading
from functools import partial
from pathlib import Path

import pytest

from qafiles import load
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.set import set_fields
from qafiles.edits.writing.lock import locked
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.sources.edit_state import state_of
from tests.conftest import committed, git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents, head, state
from tests.rules.data_root import data_root

_RENAME = ["mv", "acme/shop/smoke", "quick", "--commit", "-m", "Rename the tag\n\nIt is quick."]


def _hook(root: Path, name: str, script: str) -> None:
    folder = root / ".git/hooks"
    folder.mkdir(exist_ok=True)
    (folder / name).write_text("#!/bin/sh\n" + script)
    (folder / name).chmod(0o755)


def test_a_commit_holds_what_was_written_and_nothing_else(repository: Path, qafiles: Qafiles) -> None:
    write(
        repository,
        {
            "staged.txt": "1",
            "untracked.txt": "2",
            "users/ada.yaml": "id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: A\n",
        },
    )
    git(repository, "add", "staged.txt")
    git(repository, "rm", "-q", "--cached", "browser_configs/desktop.yaml")
    before = git(repository, "status", "--short")
    result = qafiles(*_RENAME)
    assert result.code == 0, result.err
    assert result.out.splitlines() == [
        f"moved {SMOKE} -> {PROJECT}/tags/quick.yaml",
        f"changed {OPEN}",
        f"committed {head(repository)}",
    ]
    assert git(repository, "log", "-1", "--format=%B") == "Rename the tag\n\nIt is quick."
    assert git(repository, "show", "--format=", "--name-status", "--no-renames").splitlines() == [
        f"A\t{PROJECT}/tags/quick.yaml",
        f"D\t{SMOKE}",
        f"M\t{OPEN}",
    ]
    assert git(repository, "status", "--short") == before


@pytest.mark.parametrize(
    "arguments", [["tag:acme/shop/smoke", "Smoke"], ["test_case:acme/shop/checkout/", "Checkout/"]]
)
def test_a_name_changes_its_case_where_git_takes_both_names_for_one(
    repository: Path, qafiles: Qafiles, arguments: list[str]
) -> None:
    write(
        repository,
        {
            f"{PROJECT}/test_cases/checkout/pay.yaml": "id: a1aaaaaaaaaaaaaaaaaaaaaa\ntest_description: Pay\nurl_route: /\n"
        },
    )
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "pay")
    git(repository, "config", "core.ignoreCase", "true")
    result = qafiles("mv", *arguments, "--commit", "-m", "another case")
    assert (result.code, result.err) == (0, "")
    assert git(repository, "status", "--short") == ""
    names = git(repository, "show", "--format=", "--name-status", "-M100%", "--diff-filter=R").splitlines()
    assert [arguments[1].rstrip("/") in name for name in names] == [True]
    assert git(repository, "show", "--format=", "--name-only", "--diff-filter=AD", "-M100%") == ""


def test_a_file_with_changes_of_ones_own_is_not_swept_into_the_commit(
    repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n"})
    before = contents(repository)
    for _ in range(2):
        result = qafiles(*_RENAME)
        assert (result.code, f"{OPEN} has changes that are not committed" in result.err) == (3, True)
        assert contents(repository) == before
        git(repository, "add", OPEN)
    assert qafiles("set", "acme/shop/smoke", "color=red", "--commit", "-m", "red").code == 0
    assert git(repository, "status", "--short") == f"M  {OPEN}"


def test_an_untracked_entity_is_committed_when_it_is_edited(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("new", "tag", "acme/shop/slow", "name=slow", "color=red").code == 0
    assert qafiles("set", "acme/shop/slow", "color=blue", "--commit", "-m", "slow").code == 0
    assert git(repository, "show", "--format=", "--name-only") == f"{PROJECT}/tags/slow.yaml"
    assert qafiles("new", "tag", "acme/shop/late", "name=late", "color=red").code == 0
    assert qafiles("mv", "acme/shop/late", "later", "--commit", "-m", "later").code == 0
    assert git(repository, "show", "--format=", "--name-only") == f"{PROJECT}/tags/later.yaml"
    assert qafiles("new", "tag", "acme/shop/x", "name=x", "color=red").code == 0
    assert git(repository, "status", "--short") == f"?? {PROJECT}/tags/x.yaml"


def test_hooks_run_and_what_they_say_is_passed_on(repository: Path, qafiles: Qafiles) -> None:
    _hook(repository, "pre-commit", "echo looks good; git diff --cached --name-only\n")
    _hook(repository, "commit-msg", 'echo "Signed-off-by: hook" >> "$1"\n')
    result = qafiles(*_RENAME)
    assert result.code == 0, result.err
    assert "looks good" in result.err
    assert f"{PROJECT}/tags/quick.yaml" in result.err
    assert "looks good" not in result.out
    assert "Signed-off-by: hook" in git(repository, "log", "-1", "--format=%B")


def test_a_commit_that_a_hook_refuses_puts_every_file_back(repository: Path, qafiles: Qafiles) -> None:
    _hook(repository, "pre-commit", "echo 'not on a Friday' >&2; exit 1\n")
    write(repository, {"staged.txt": "1"})
    git(repository, "add", "staged.txt")
    before, index = contents(repository), git(repository, "ls-files", "--stage")
    result = qafiles(*_RENAME)
    assert (result.code, result.out) == (3, "")
    assert result.err.splitlines() == [
        "not on a Friday",
        "qafiles: git made no commit; the files are as they were",
    ]
    assert contents(repository) == before
    assert git(repository, "ls-files", "--stage") == index
    assert git(repository, "rev-list", "--count", "HEAD") == "1"
    assert state(repository) == []


def test_without_a_user_git_says_what_to_do_and_every_file_is_put_back(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in [name for name in os.environ if name.startswith(("GIT_AUTHOR", "GIT_COMMITTER"))]:
        monkeypatch.delenv(name)
    git(repository, "config", "user.useConfigOnly", "true")
    before = contents(repository)
    result = qafiles(*_RENAME)
    assert (result.code, "git config" in result.err) == (3, True)
    assert contents(repository) == before


def test_the_first_commit_of_a_branch_and_a_detached_head_work(tmp_path: Path, qafiles: Qafiles) -> None:
    root = write(tmp_path / "qa", data_root())
    git(root, "init", "-q")
    assert qafiles("-C", root, *_RENAME).code == 0
    assert git(root, "ls-tree", "-r", "--name-only", "HEAD").splitlines() == [
        f"{PROJECT}/tags/quick.yaml",
        OPEN,
    ]
    git(root, "checkout", "-q", "--detach")
    assert qafiles("-C", root, "set", "acme/shop/quick", "color=red", "--commit", "-m", "red").code == 0
    assert git(root, "log", "--format=%s").splitlines() == ["red", "Rename the tag"]


def test_a_data_root_below_the_top_and_a_linked_working_tree(tmp_path: Path, qafiles: Qafiles) -> None:
    top = committed(tmp_path / "product", {f"qa [1]/{path}": text for path, text in data_root().items()})
    git(top, "worktree", "add", "-q", "-b", "other", tmp_path / "linked")
    for root in (top / "qa [1]", tmp_path / "linked" / "qa [1]"):
        result = qafiles("-C", root, *_RENAME)
        assert result.code == 0, result.err
        assert git(root, "show", "--format=", "--name-only").splitlines() == [
            f"qa [1]/{PROJECT}/tags/quick.yaml",
            f"qa [1]/{OPEN}",
        ]
        assert git(root, "status", "--short") == ""


def test_a_folder_without_git_is_edited_and_never_committed(folder: Path, qafiles: Qafiles) -> None:
    before = contents(folder)
    result = qafiles(*_RENAME)
    assert (result.code, "nothing can be committed" in result.err) == (3, True)
    assert contents(folder) == before
    assert qafiles("mv", "acme/shop/smoke", "quick").code == 0
    assert sorted(contents(folder)) == sorted({*before} - {SMOKE} | {f"{PROJECT}/tags/quick.yaml"})


def test_a_path_that_git_ignores_is_refused(repository: Path, qafiles: Qafiles) -> None:
    (repository / ".gitignore").write_text("quick.yaml\n")
    before = contents(repository)
    result = qafiles("mv", "acme/shop/smoke", "quick")
    assert (result.code, "git ignores" in result.err) == (3, True)
    assert contents(repository) == before


def _conflict(root: Path) -> None:
    git(root, "checkout", "-q", "-b", "other")
    git(root, "commit", "-qam", "theirs") if _write_ada(root, "Theirs") else None
    git(root, "checkout", "-q", "main")
    git(root, "commit", "-qam", "ours") if _write_ada(root, "Ours") else None


def _write_ada(root: Path, name: str) -> bool:
    write(root, {"users/ada.yaml": f"id: v1kq8w3xj5zr7mtb2nc9yd4h\nname: {name}\n"})
    return True


@pytest.mark.parametrize(
    ("command", "name"),
    [
        (["merge", "-q", "other"], "merge"),
        (["rebase", "-q", "other"], "rebase"),
        (["cherry-pick", "other"], "cherry-pick"),
        (["revert", "--no-edit", "HEAD~1"], "revert"),
    ],
)
def test_a_conflict_and_what_is_in_progress_are_named(
    repository: Path, qafiles: Qafiles, command: list[str], name: str
) -> None:
    git(repository, "branch", "-M", "main")
    _conflict(repository)
    if name == "revert":
        _write_ada(repository, "Again")
        git(repository, "commit", "-qam", "again")
    git(repository, *command, code=1)
    before = contents(repository)
    result = qafiles("set", "acme/shop/smoke", "color=red")
    assert (result.code, f"a {name} left conflicts: users/ada.yaml" in result.err) == (3, True), result.err
    _write_ada(repository, "Both")
    git(repository, "add", "users/ada.yaml")
    result = qafiles("set", "acme/shop/smoke", "color=red", "--commit", "-m", "red")
    assert (result.code, f"a {name} is in progress" in result.err) == (3, True), result.err
    assert contents(repository) == {**before, "users/ada.yaml": (repository / "users/ada.yaml").read_bytes()}
    assert qafiles("set", "acme/shop/smoke", "color=red").code == 0


def test_a_commit_is_tried_again_while_git_commits_something_else(repository: Path) -> None:
    def interfere(action: str) -> None:
        if action == "commit":
            (repository / ".git/index.lock").touch()
            threading.Timer(0.4, (repository / ".git/index.lock").unlink).start()

    options = EditOptions(message="renamed", on_step=interfere)
    outcome = transact(repository, lambda s: move(s, "acme/shop/smoke", "quick"), options)
    assert outcome.commit is not None
    assert outcome.commit.name == head(repository)
    assert git(repository, "status", "--short") == ""


def test_qafiles_and_git_commit_at_once_and_lose_nothing(repository: Path) -> None:
    git(repository, "config", "user.name", "Ada")
    script = (
        "for n in 1 2 3 4 5 6; do echo $n > n$n.txt; git add n$n.txt && git commit -qm n$n -- n$n.txt; done"
    )
    other = subprocess.Popen(["sh", "-c", script], cwd=repository, stderr=subprocess.DEVNULL)
    for color in ("red", "blue", "green"):
        propose = partial(
            set_fields, argument="acme/shop/smoke", assigned=[Assignment(("color",), "=", color)]
        )
        transact(repository, propose, EditOptions(message=color))
    other.wait()
    subjects = git(repository, "log", "--format=%s").splitlines()
    assert [s for s in subjects if not s.startswith("n")] == ["green", "blue", "red", "first"]
    assert git(repository, "show", "HEAD:" + SMOKE).endswith("color: green")
    git(repository, "fsck", "--strict")


@pytest.mark.slow
def test_a_commit_that_outlives_its_qafiles_counts(repository: Path, qafiles: Qafiles) -> None:
    _hook(repository, "pre-commit", f"kill -9 $(cat {repository}/../pid); sleep 1\n")
    script = (
        "import os, sys; from pathlib import Path; from qafiles.__main__ import run\n"
        "Path(sys.argv[1]).write_text(str(os.getpid())); run(sys.argv[2:])\n"
    )
    command = [sys.executable, "-c", script, str(repository.parent / "pid"), *_RENAME]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    (repository / ".git/hooks/pre-commit").unlink()
    result = qafiles("set", "ada", "name=Ada")
    assert result.code == 0, result.err
    assert "was finished" in result.err
    assert git(repository, "log", "--format=%s").splitlines() == ["Rename the tag", "first"]
    assert git(repository, "status", "--short") == " M users/ada.yaml"
    assert load(repository).find("acme/shop/quick").kind == "tag"


def test_a_commit_that_was_made_is_not_undone_because_a_file_was_changed_since(
    repository: Path, qafiles: Qafiles
) -> None:
    _hook(repository, "post-commit", f"kill -9 $(cat {repository}/../pid)\n")
    script = (
        "import os, sys; from pathlib import Path; from qafiles.__main__ import run\n"
        "Path(sys.argv[1]).write_text(str(os.getpid())); run(sys.argv[2:])\n"
    )
    command = [sys.executable, "-c", script, str(repository.parent / "pid"), *_RENAME]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    (repository / ".git/hooks/post-commit").unlink()
    write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n", SMOKE: "id: x\n"})
    result = qafiles("set", "ada", "name=Ada")
    assert result.code == 0, result.err
    assert "was finished" in result.err
    assert (repository / OPEN).read_text().endswith("# mine\n")
    assert (repository / PROJECT / "tags/quick.yaml").exists()
    assert state(repository) == []


def test_files_that_a_hook_rewrites_before_it_refuses_stay_with_all_others(
    repository: Path, qafiles: Qafiles
) -> None:
    _hook(repository, "pre-commit", f"echo '# tidy' >> {OPEN}; exit 1\n")
    before, first = contents(repository), head(repository)
    result = qafiles(*_RENAME)
    assert (result.code, f"since somebody changed {OPEN} afterwards" in result.err) == (3, True)
    new = before[OPEN].replace(b"smoke", b"quick") + b"# tidy\n"
    expected = {**before, OPEN: new, f"{PROJECT}/tags/quick.yaml": before[SMOKE]}
    del expected[SMOKE]
    assert contents(repository) == expected
    assert load(repository).diagnostics == ()
    assert (head(repository), state(repository)) == (first, [])
    assert git(repository, "diff", "--cached", "--name-only") == ""


@pytest.mark.keys
def test_signing_is_done_as_git_is_configured(repository: Path, qafiles: Qafiles, tmp_path: Path) -> None:
    if shutil.which("ssh-keygen") is None:
        pytest.skip("ssh-keygen is not installed")
    key = tmp_path / "key"
    subprocess.run(["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", key], check=True)
    for name, value in (("gpg.format", "ssh"), ("user.signingKey", str(key)), ("commit.gpgSign", "true")):
        git(repository, "config", name, value)
    assert qafiles(*_RENAME).code == 0
    assert "-----BEGIN SSH SIGNATURE-----" in git(repository, "cat-file", "commit", "HEAD")


def test_line_ends_that_git_converts_are_kept_and_committed(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "config", "core.autocrlf", "true")
    (repository / SMOKE).write_bytes((repository / SMOKE).read_bytes().replace(b"\n", b"\r\n"))
    git(repository, "add", SMOKE)
    assert qafiles("set", "acme/shop/smoke", "color=red", "--commit", "-m", "red").code == 0
    assert (repository / SMOKE).read_bytes().endswith(b"color: red\r\n")
    assert git(repository, "show", "HEAD:" + SMOKE).endswith("color: red")
    assert git(repository, "status", "--short") == ""


def test_a_sha_256_repository(tmp_path: Path, qafiles: Qafiles) -> None:
    root = write(tmp_path / "qa", data_root())
    git(root, "init", "-q", "--object-format=sha256")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    assert qafiles("-C", root, *_RENAME).out.splitlines()[-1] == f"committed {head(root)}"
    assert len(head(root)) == 64


@pytest.mark.parametrize("quiet", [">&- 2>&-", ""])
def test_what_a_hook_leaves_behind_is_not_waited_for(
    repository: Path, qafiles: Qafiles, tmp_path: Path, quiet: str
) -> None:
    _hook(repository, "post-commit", f"sleep 600 {quiet} &\necho $! > {tmp_path}/pid\n")
    try:
        assert qafiles(*_RENAME).code == 0
        with locked(state_of(repository, repository / ".git").lock, patience=0):
            pass
        os.kill(int((tmp_path / "pid").read_text()), 0)  # it lives
    finally:
        os.kill(int((tmp_path / "pid").read_text()), signal.SIGKILL)
