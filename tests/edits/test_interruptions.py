import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from qafiles.sources.data_root import open_source
from tests.conftest import committed, git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents, head, state
from tests.edits.test_commits import _hook
from tests.edits.test_faults import _after, _die, _recover
from tests.rules.data_root import data_root

_NEW = f"{PROJECT}/tags/quick.yaml"
_RENAME = ["mv", "acme/shop/smoke", "quick", "--commit", "-m", "renamed"]


def _interrupted(root: Path, place: Path, *, group: bool) -> "subprocess.CompletedProcess[str]":
    """Return a rename that got a SIGINT, alone or with its children, once a hook made a file."""
    process = subprocess.Popen(
        [sys.executable, "-m", "qafiles", "-C", root, *_RENAME],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )
    while not place.exists():
        assert process.poll() is None
        time.sleep(0.02)
    (os.killpg if group else os.kill)(process.pid, signal.SIGINT)
    out, err = process.communicate()
    return subprocess.CompletedProcess([], process.returncode, out, err)


@pytest.mark.slow
@pytest.mark.parametrize("group", [True, False])
def test_an_interruption_after_the_commit_leaves_the_commit_and_its_files(
    repository: Path, tmp_path: Path, *, group: bool
) -> None:
    before = contents(repository)
    _hook(repository, "post-commit", f"exec >&- 2>&-; touch {tmp_path}/here; sleep 2\n")
    result = _interrupted(repository, tmp_path / "here", group=group)
    assert result.returncode == 130
    assert f"the commit {head(repository)} is made" in result.stderr
    assert git(repository, "log", "-1", "--format=%s") == "renamed"
    assert contents(repository) == _after(before)
    assert git(repository, "status", "--short") == ""
    assert state(repository) == []


@pytest.mark.slow
@pytest.mark.parametrize("group", [True, False])
def test_an_interruption_before_the_commit_leaves_no_commit_behind(
    repository: Path, tmp_path: Path, *, group: bool
) -> None:
    before, first = contents(repository), head(repository)
    _hook(repository, "pre-commit", f"touch {tmp_path}/here; sleep 1\n")
    result = _interrupted(repository, tmp_path / "here", group=group)
    assert (result.returncode, result.stderr.strip()) == (130, "qafiles: interrupted")
    assert contents(repository) == before
    (repository / ".git/hooks/pre-commit").unlink()
    _recover(repository)  # it waits until nothing of the first one runs any more
    assert head(repository) == first
    assert git(repository, "status", "--short") == ""
    assert state(repository) == []


def test_a_git_that_dies_after_its_commit_has_made_it(repository: Path, qafiles: Qafiles) -> None:
    before = contents(repository)
    _hook(repository, "post-commit", "kill -9 $PPID\n")
    result = qafiles(*_RENAME)
    assert result.code == 0, result.err
    assert result.out.splitlines()[-1] == f"committed {head(repository)}"
    assert contents(repository) == _after(before)
    assert git(repository, "status", "--short") == ""
    assert state(repository) == []


@pytest.mark.parametrize("first", [True, False])
def test_a_git_that_dies_before_its_commit_has_made_none(
    tmp_path: Path, qafiles: Qafiles, *, first: bool
) -> None:
    root = write(tmp_path / "qa", data_root())
    git(root, "init", "-q") if first else committed(root, {})
    before = contents(root)
    _hook(root, "pre-commit", f"rm -f {root}/.git/index.lock; kill -9 $PPID\n")
    result = qafiles("-C", root, *_RENAME)
    assert (result.code, "git made no commit; the files are as they were" in result.err) == (3, True)
    assert contents(root) == before
    assert state(root) == []


def test_a_commit_whose_files_a_hook_has_rewritten_counts_when_qafiles_dies(
    repository: Path, qafiles: Qafiles
) -> None:
    _hook(repository, "pre-commit", f"echo '# tidy' >> {OPEN}; git add {OPEN}\n")
    assert _die(repository, 7, "renamed").returncode == -signal.SIGKILL
    assert git(repository, "log", "--format=%s").splitlines() == ["renamed", "first"]
    result = qafiles("set", "ada", "name=Ada")
    assert "was finished" in result.err
    assert (repository / _NEW).exists()
    assert (repository / OPEN).read_text().endswith("# tidy\n")


@pytest.mark.slow
def test_foreign_commits_over_some_of_the_paths_do_not_finish_an_interrupted_commit(tmp_path: Path) -> None:
    for step in range(3, 7):
        root = committed(tmp_path / str(step), data_root())
        before = contents(root)
        git(root, "checkout", "-q", "-b", "other")
        theirs = before[OPEN] + b"# theirs\n"
        write(root, {OPEN: theirs})
        git(root, "commit", "-qam", "theirs")
        git(root, "checkout", "-q", "-")
        assert _die(root, step, "renamed").returncode == -signal.SIGKILL
        if step < 5:
            git(root, "merge", "-q", "--ff-only", "other")
        else:  # git refuses to merge over a file that was written
            git(root, "checkout", "-q", "--force", "other")
        said = _recover(root)
        assert said is not None
        assert "was undone" in said
        assert contents(root) == {
            **before,
            OPEN: theirs,
            "users/ada.yaml": (root / "users/ada.yaml").read_bytes(),
        }, step
        assert state(root) == []


@pytest.mark.slow
@pytest.mark.parametrize("command", ["fmt", "fix"])
def test_a_hook_that_has_nothing_to_write_lets_a_commit_pass(
    repository: Path, qafiles: Qafiles, command: str
) -> None:
    assert qafiles("fmt").code == 0
    assert qafiles("fix").code == 0
    git(repository, "commit", "-qam", "formatted") if git(repository, "status", "--short") else None
    _hook(repository, "pre-commit", f"{sys.executable} -m qafiles {command} >&2\n")
    result = qafiles(*_RENAME)
    assert result.code == 0, result.err
    write(repository, {"notes.txt": "x"})
    git(repository, "add", "notes.txt")
    git(repository, "commit", "-qm", "notes")
    assert state(repository) == []


@pytest.mark.slow
def test_a_hook_that_would_write_is_refused_at_once_in_a_commit_and_writes_outside(
    repository: Path, qafiles: Qafiles
) -> None:
    assert qafiles("fmt").code == 0
    untidy = b"".join(reversed((repository / "users/ada.yaml").read_bytes().splitlines(keepends=True)))
    write(repository, {"users/ada.yaml": untidy})
    git(repository, "commit", "-qam", "untidy")
    before, first = contents(repository), head(repository)
    _hook(repository, "pre-commit", f"{sys.executable} -m qafiles fmt >&2\n")
    result = qafiles(*_RENAME)
    assert result.code == 3
    assert "users/ada.yaml would be changed by a hook while qafiles commits" in result.err
    assert "git made no commit; the files are as they were" in result.err
    assert (contents(repository), head(repository)) == (before, first)
    git(repository, "commit", "-q", "--allow-empty", "-m", "empty")
    assert (repository / "users/ada.yaml").read_bytes() != untidy


_TAKING_BACK = ["reset -q --hard", "checkout -q .", "stash -q -u", "clean -q -fd"]


@pytest.mark.slow
@pytest.mark.parametrize("message", ["", "renamed"])
@pytest.mark.parametrize("command", _TAKING_BACK)
def test_what_git_takes_back_after_an_interruption_blocks_no_edit(
    tmp_path: Path, command: str, message: str
) -> None:
    for step in (3, 4, 5, 6):
        root = committed(tmp_path / str(step), data_root())
        before = contents(root)
        assert _die(root, step, message).returncode == -signal.SIGKILL
        git(root, *command.split())
        assert _recover(root) is not None
        assert contents(root) in (before, _after(before)), step
        assert state(root) == []


def test_a_file_under_way_to_its_new_path_is_no_second_name_of_the_old_one(repository: Path) -> None:
    before = contents(repository)
    assert _die(repository, 5).returncode == -signal.SIGKILL
    assert (repository / _NEW).stat().st_ino != (repository / SMOKE).stat().st_ino
    with (repository / SMOKE).open("ab") as file:  # in place, as some editors write
        file.write(b"# mine\n")
    said = _recover(repository)
    assert said is not None
    assert f"left alone: {SMOKE}" in said
    assert contents(repository) == {**before, SMOKE: before[SMOKE] + b"# mine\n"}


@pytest.mark.slow
@pytest.mark.parametrize("message", ["", "renamed"])
def test_an_interrupted_edit_is_recovered_after_its_repository_was_moved(
    tmp_path: Path, message: str
) -> None:
    for step in (3, 4, 5, 6):
        old = committed(tmp_path / f"old{step}", data_root())
        before = contents(old)
        assert _die(old, step, message).returncode == -signal.SIGKILL
        new = old.rename(tmp_path / f"new{step}")
        said = _recover(new)
        assert said is not None
        assert contents(new) == (before if message else _after(before)), step
        assert state(new) == []


@pytest.mark.slow
def test_an_interrupted_edit_without_git_travels_with_its_folder(tmp_path: Path) -> None:
    for step in range(2, 8):
        old = write(tmp_path / f"old{step}", data_root())
        before = contents(old)
        assert _die(old, step).returncode == -signal.SIGKILL
        new = old.rename(tmp_path / f"new{step}")
        written = step in range(3, 7)
        assert any("interrupted" in sentence for sentence in open_source(new).unchecked) == written
        assert (_recover(new) is not None) == written
        assert contents(new) == (before if step == 2 else _after(before)), step
        assert not (new / ".qafiles").exists()


@pytest.mark.slow
@pytest.mark.parametrize("kind", ["link", "file"])
def test_a_folder_without_git_whose_place_for_state_is_taken_is_edited(
    folder: Path, qafiles: Qafiles, tmp_path: Path, kind: str
) -> None:
    (tmp_path / "elsewhere").mkdir()
    if kind == "link":
        (folder / ".qafiles").symlink_to(tmp_path / "elsewhere")
    else:
        write(folder, {".qafiles": "mine"})
    assert qafiles("set", "ada", "name=Bob").code == 0
    assert _die(folder, 5).returncode == -signal.SIGKILL
    assert "was finished" in qafiles("set", "ada", "name=Ada").err
    assert [*(tmp_path / "elsewhere").iterdir()] == []


@pytest.mark.parametrize("interrupted", [True, False])
def test_a_git_that_ends_between_its_commit_and_the_index_leaves_both_alike(
    repository: Path, qafiles: Qafiles, tmp_path: Path, *, interrupted: bool
) -> None:
    write(repository, {"notes.txt": "x"})
    git(repository, "add", "notes.txt")
    does = f"touch {tmp_path}/here; sleep 2" if interrupted else "kill $PPID"
    _hook(repository, "reference-transaction", f'[ "$1" != committed ] || {{ {does}; }}\n')
    if interrupted:
        assert _interrupted(repository, tmp_path / "here", group=True).returncode == 130
    else:
        assert qafiles(*_RENAME).code == 0
    assert git(repository, "log", "-1", "--format=%s") == "renamed"
    assert git(repository, "status", "--short") == "A  notes.txt"
    assert state(repository) == []


def test_what_a_hook_stages_is_in_the_index_as_it_is_in_the_commit(
    repository: Path, qafiles: Qafiles
) -> None:
    write(repository, {"notes.txt": "x"})
    git(repository, "add", "notes.txt")
    _hook(repository, "pre-commit", f"for f in {_NEW} {OPEN}; do echo '# tidy' >> $f; git add $f; done\n")
    assert qafiles(*_RENAME).code == 0
    assert git(repository, "show", f"HEAD:{_NEW}").endswith("# tidy")
    assert git(repository, "status", "--short") == "A  notes.txt"


def test_a_new_file_that_git_does_not_track_is_in_no_foreign_commit(repository: Path) -> None:
    before = contents(repository)
    script = (
        "import os, sys\n"
        "from qafiles.edits.edit import Edit\n"
        "from qafiles.edits.writing.transaction import EditOptions, transact\n"
        "def propose(snapshot):\n"
        "    edit = Edit(snapshot, 'both')\n"
        "    edit.new('tag', 'acme/shop/quick', {'name': 'quick', 'color': 'red'})\n"
        "    edit.add('acme/shop/open', 'tags', 'quick')\n"
        "    return edit.proposal\n"
        "def notice(action):\n"
        "    if action.endswith('open.yaml'):\n"
        "        os.kill(os.getpid(), 9)\n"
        "transact('.', propose, EditOptions(message='both', on_step=notice))\n"
    )
    assert subprocess.run([sys.executable, "-c", script], check=False).returncode == -signal.SIGKILL
    theirs = before[OPEN] + b"# theirs\n"
    write(repository, {OPEN: theirs})
    git(repository, "commit", "-qm", "theirs", "--", OPEN)
    assert "was undone" in str(_recover(repository))
    after = contents(repository)
    assert (after[OPEN], _NEW in after) == (theirs, False)


@pytest.mark.slow
@pytest.mark.parametrize("staged", [True, False])
def test_a_commit_that_is_killed_before_its_index_takes_nothing_back_in_the_next_one(
    repository: Path, *, staged: bool
) -> None:
    killing = "g=$PPID; kill -9 $(ps -o ppid= -p $g) $g"
    _hook(repository, "reference-transaction", f'[ "$1" != committed ] || {{ {killing}; }}\n')
    command = [sys.executable, "-m", "qafiles", "-C", str(repository), *_RENAME]
    assert subprocess.run(command, check=False, capture_output=True).returncode == -signal.SIGKILL
    (repository / ".git/hooks/reference-transaction").unlink()
    for lock in (repository / ".git").glob("*.lock"):
        lock.unlink()
    assert git(repository, "log", "-1", "--format=%s") == "renamed"
    if staged:
        write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n"})
        git(repository, "add", OPEN)
    assert "was finished" in str(_recover(repository))
    assert git(repository, "status", "--short") == (f"M  {OPEN}" if staged else "")


@pytest.mark.slow
@pytest.mark.parametrize("message", ["", "renamed"])
def test_files_with_which_somebody_went_on_are_not_mixed_with_old_ones(
    repository: Path, message: str
) -> None:
    before = contents(repository)
    assert _die(repository, 6, message).returncode == -signal.SIGKILL
    write(repository, {OPEN: (repository / OPEN).read_text() + "# mine\n"})
    said = str(_recover(repository))
    assert (f"since somebody changed {OPEN} afterwards" if message else "was finished") in said
    after = _after(before)
    assert contents(repository) == {**after, OPEN: after[OPEN] + b"# mine\n"}
    assert state(repository) == []


@pytest.mark.slow
@pytest.mark.parametrize("crlf", [True, False])
def test_a_commit_that_outlives_its_qafiles_leaves_what_a_hook_staged_in_the_index(
    repository: Path, *, crlf: bool
) -> None:
    if crlf:
        git(repository, "config", "core.autocrlf", "true")
        for place in (repository / OPEN, repository / SMOKE):
            place.write_bytes(place.read_bytes().replace(b"\n", b"\r\n"))
        git(repository, "add", OPEN, SMOKE)
    killing = "kill -9 $(ps -o ppid= -p $PPID)"
    tidying = f"for f in {_NEW} {OPEN}; do echo '# tidy' >> $f; git add $f; done"
    _hook(repository, "pre-commit", f"{killing}\n{tidying}\n")
    command = [sys.executable, "-m", "qafiles", "-C", str(repository), *_RENAME]
    result = subprocess.run(command, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    assert result.returncode == -signal.SIGKILL
    assert "was finished" in str(_recover(repository))  # it waits for git
    assert git(repository, "log", "-1", "--format=%s") == "renamed"
    assert git(repository, "show", f"HEAD:{OPEN}").endswith("# tidy")
    assert git(repository, "status", "--short") == ""
    assert git(repository, "diff", "--cached", "--name-only") == ""
