import os
import resource
import signal
import stat
import subprocess
import sys
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from qafiles import load
from qafiles.edits.proposals.assignments import Assignment
from qafiles.edits.proposals.mv import move
from qafiles.edits.proposals.set import set_fields
from qafiles.edits.writing.lock import locked
from qafiles.edits.writing.transaction import EditOptions, transact
from qafiles.errors import EditFailedError
from tests.conftest import committed, git, write
from tests.edits.conftest import OPEN, PROJECT, SMOKE, Qafiles, contents, state
from tests.rules.data_root import data_root

_DYING = Path(__file__).with_name("dying.py")
_NEW = f"{PROJECT}/tags/quick.yaml"
_RED = [Assignment(("color",), "=", "red")]


def _die(root: Path, step: int, message: str = "") -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, str(_DYING), str(root), str(step), message]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=_DYING.parents[2])


def _after(before: dict[str, bytes]) -> dict[str, bytes]:
    changed = {**before, _NEW: before[SMOKE], OPEN: before[OPEN].replace(b"[smoke]", b"[quick]")}
    del changed[SMOKE]
    return changed


def _recover(root: Path) -> str | None:
    """Let another edit follow, which changes nothing itself."""
    return transact(
        root, lambda s: set_fields(s, "ada", [Assignment(("name",), "=", "Ada Lovelace")])
    ).recovered


@pytest.mark.slow
@pytest.mark.parametrize("git_keeps_it", [True, pytest.param(False, marks=pytest.mark.slow)])
def test_an_edit_that_is_killed_at_any_step_leaves_the_old_or_the_new_state(
    tmp_path: Path, *, git_keeps_it: bool
) -> None:
    steps = 0
    for step in range(1, 100):
        root = tmp_path / str(step)
        committed(root, data_root()) if git_keeps_it else write(root, data_root())
        before = contents(root)
        result = _die(root, step)
        if result.returncode == 0:
            steps = step - 1
            assert contents(root) == _after(before)
            break
        assert result.returncode == -signal.SIGKILL, result.stderr
        _recover(root)
        assert contents(root) in (before, _after(before)), step
        assert load(root).diagnostics == ()
        assert state(root) == []
        if git_keeps_it:
            assert (root / SMOKE).exists() == (step <= 2), step
    assert steps == 7


@pytest.mark.slow
def test_an_edit_that_is_killed_before_its_commit_is_undone_with_its_files(tmp_path: Path) -> None:
    steps = 0
    for step in range(1, 100):
        root = committed(tmp_path / str(step), data_root())
        write(root, {"notes.txt": "staged\n"})
        git(root, "add", "notes.txt")
        before = contents(root)
        result = _die(root, step, "renamed")
        if result.returncode == 0:
            steps = step - 1
            break
        _recover(root)
        made = git(root, "rev-list", "--count", "HEAD") == "2"
        assert contents(root) == (_after(before) if made else before), step
        assert git(root, "status", "--short") == "A  notes.txt"
        assert state(root) == []
    assert steps == 8


def test_an_interrupted_edit_is_mentioned_by_those_who_read(repository: Path, qafiles: Qafiles) -> None:
    assert _die(repository, 4).returncode == -signal.SIGKILL
    result = qafiles("validate")
    assert "an edit was interrupted or is being written" in result.out
    result = qafiles("set", "ada", "name=Ada")
    assert result.code == 0
    assert (
        "an edit that was interrupted (move tag acme/shop/smoke to acme/shop/quick) was finished"
        in result.err
    )
    assert "interrupted" not in qafiles("validate").out


def test_recovery_leaves_alone_what_somebody_wrote_after_the_interruption(
    repository: Path, qafiles: Qafiles
) -> None:
    before = contents(repository)
    assert _die(repository, 3).returncode == -signal.SIGKILL  # nothing is written yet
    write(repository, {OPEN: before[OPEN] + b"# mine\n"})
    result = qafiles("set", "ada", "name=Ada Lovelace")
    assert result.code == 0
    assert f"was undone; changed meanwhile and left alone: {OPEN}" in result.err
    assert contents(repository) == {**before, OPEN: before[OPEN] + b"# mine\n"}


def test_a_damaged_journal_is_never_guessed_at(repository: Path, qafiles: Qafiles) -> None:
    assert _die(repository, 4).returncode == -signal.SIGKILL
    (journal,) = (repository / ".git/qafiles").rglob("journal")
    text = journal.read_bytes()
    for damaged in (
        b"",
        b"{",
        b"[]",
        b'{"version": 2}',
        b'{"version": 1, "steps": [[1]]}',
        b"[" * 99_999,
        text[:-20],
    ):
        journal.write_bytes(damaged)
        before = contents(repository)
        result = qafiles("set", "ada", "name=Ada")
        assert (result.code, "can't be used" in result.err) == (3, True)
        assert contents(repository) == before
    journal.write_bytes(text)
    assert qafiles("set", "ada", "name=Ada").code == 0


@pytest.mark.parametrize("change", ["write", "delete", "appear"])
def test_a_file_that_an_editor_changes_in_between_is_not_overwritten(repository: Path, change: str) -> None:
    place = repository / (_NEW if change == "appear" else OPEN)

    def interfere(action: str) -> None:
        if action == "stage":
            place.unlink() if change == "delete" else place.write_bytes(b"mine\n")

    before = contents(repository)
    with pytest.raises(EditFailedError, match="since it was read; nothing was written"):
        transact(repository, lambda s: move(s, "acme/shop/smoke", "quick"), EditOptions(on_step=interfere))
    key = place.relative_to(repository).as_posix()
    left = {path: text for path, text in before.items() if path != key}
    assert contents(repository) == (left if change == "delete" else {**left, key: b"mine\n"})


def test_a_file_that_changes_while_the_edit_is_written_sends_the_others_back(repository: Path) -> None:
    def interfere(action: str) -> None:
        if action == f"write {_NEW}":
            (repository / OPEN).write_bytes(b"mine\n")

    before = contents(repository)
    with pytest.raises(EditFailedError, match=f"changed meanwhile and left alone: {OPEN}"):
        transact(repository, lambda s: move(s, "acme/shop/smoke", "quick"), EditOptions(on_step=interfere))
    assert contents(repository) == {**before, OPEN: b"mine\n"}
    assert state(repository) == []


@pytest.mark.parametrize("message", [None, "renamed"])
@pytest.mark.parametrize("path", [OPEN, SMOKE])
def test_what_an_editor_writes_in_place_while_the_file_is_replaced_is_kept(
    repository: Path, path: str, message: str | None
) -> None:
    before = contents(repository)
    with (repository / path).open("ab", buffering=0) as editor:

        def notice(action: str) -> None:
            if action in {f"write {path}", f"delete {path}"}:
                editor.write(b"# mine\n")
            elif action.endswith("commit"):
                pytest.fail("it is not committed")

        options = EditOptions(on_step=notice, message=message)
        with pytest.raises(EditFailedError, match=f"{path} was changed while") as raised:
            transact(repository, lambda s: move(s, "acme/shop/smoke", "quick"), options)
    assert f"left alone: {path}" in str(raised.value)
    assert contents(repository) == {**before, path: before[path] + b"# mine\n"}
    assert state(repository) == []


def test_modes_are_kept_and_a_moved_file_keeps_its_own(repository: Path) -> None:
    for path, mode in ((SMOKE, 0o640), (OPEN, 0o600)):
        (repository / path).chmod(mode)
    transact(repository, lambda s: move(s, "acme/shop/smoke", "quick"))
    assert stat.S_IMODE((repository / _NEW).stat().st_mode) == 0o640
    assert stat.S_IMODE((repository / OPEN).stat().st_mode) == 0o600


def test_a_link_on_the_way_is_not_followed(repository: Path, qafiles: Qafiles, tmp_path: Path) -> None:
    (tmp_path / "outside").mkdir()
    (repository / "browser_configs/x").symlink_to(tmp_path / "outside")
    shop = repository / PROJECT
    (shop / "documents").symlink_to(tmp_path / "outside")
    result = qafiles("new", "document", "acme/shop/x", "name=x", "content=x")
    assert (result.code, f"{PROJECT}/documents is a symbolic link" in result.err) == (3, True)
    assert [*(tmp_path / "outside").iterdir()] == []


def _limited() -> None:
    resource.setrlimit(resource.RLIMIT_FSIZE, (20_000, 20_000))
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)


def test_a_disk_without_room_changes_nothing(repository: Path) -> None:
    write(repository, {"long.md": "x" * 79 + "\n" + "text \n" * 20_000})
    before = contents(repository)
    command = [sys.executable, "-m", "qafiles", "set", "acme/shop/open", "test_description=@long.md"]
    result = subprocess.run(command, capture_output=True, text=True, check=False, preexec_fn=_limited)
    assert (result.returncode, "File too large; nothing was changed" in result.stderr) == (3, True), (
        result.stderr
    )
    assert contents(repository) == before
    assert state(repository) == []


def test_a_full_disk_changes_nothing(tmp_path: Path) -> None:
    disk = tmp_path / "disk"
    disk.mkdir()
    if (
        os.geteuid() != 0
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=400k", "tmpfs", disk], check=False, capture_output=True
        ).returncode
    ):
        disk = Path()
    if disk == Path():
        return  # file systems can't be made here; the test above has a limit instead
    try:
        root = write(disk / "qa", data_root())
        write(root, {"long.md": "text \n" * 20_000})
        (disk / "filler").write_bytes(b"x" * 200_000)
        before = contents(root)
        read = (root / "long.md").read_text()
        change = [Assignment(("test_description",), "=", read)]
        with pytest.raises(EditFailedError, match="No space left on device; nothing was changed"):
            transact(root, lambda s: set_fields(s, "acme/shop/open", change))
        assert contents(root) == before
    finally:
        subprocess.run(["umount", disk], check=True)


@pytest.mark.slow
@pytest.mark.skipif(
    os.geteuid() == 0 and not Path("/usr/bin/setpriv").exists(), reason="root writes everywhere"
)
def test_a_read_only_folder_is_named_and_nothing_is_written(
    shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    repository = committed(shared_folder / "qa", data_root())
    monkeypatch.chdir(repository)
    for place in [repository, *repository.rglob("*")]:
        place.chmod(0o777 if place.is_dir() else 0o666)
    folder = repository / PROJECT / "tags"
    folder.chmod(0o555)
    before = contents(repository)
    script = (
        "import sys; from qafiles.edits.writing.transaction import transact; from qafiles.edits.proposals.mv import move\n"
        "from qafiles.errors import EditFailedError\n"
        "try: transact(sys.argv[1], lambda s: move(s, 'acme/shop/smoke', 'quick'))\n"
        "except EditFailedError as error: print(error)\n"
    )
    command = [sys.executable, "-c", script, str(repository)]
    if os.geteuid() == 0:
        command = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups", *command]
    environment = {
        **os.environ,
        "PYTHONDONTWRITEBYTECODE": "1",
        "GIT_CONFIG_COUNT": "1",
        "GIT_CONFIG_KEY_0": "safe.directory",
        "GIT_CONFIG_VALUE_0": "*",
        "XDG_STATE_HOME": str(repository.parent / "state"),
    }
    repository.parent.chmod(0o777)
    result = subprocess.run(command, capture_output=True, text=True, check=False, env=environment)
    folder.chmod(0o777)
    assert f"the folder {folder} is read-only; nothing was written" in result.stdout, result
    assert contents(repository) == before


@pytest.mark.slow
def test_a_held_lock_is_waited_for_and_then_told_with_its_owner(repository: Path) -> None:
    said: list[str] = []
    with (
        locked(repository / ".git/qafiles/lock"),
        pytest.raises(EditFailedError, match=f"process {os.getpid()} "),
    ):
        transact(
            repository,
            lambda s: set_fields(s, "ada", _RED),
            EditOptions(patience=1.0, on_message=said.append),
        )
    assert said == [f"waiting for process {os.getpid()}, which edits here"]


def test_a_lock_names_its_owner_only_while_it_is_held(tmp_path: Path) -> None:
    with locked(tmp_path / "lock"):
        assert (tmp_path / "lock").read_text() == str(os.getpid())
    assert (tmp_path / "lock").read_text() == ""


def test_a_lock_whose_owner_died_is_free(repository: Path) -> None:
    assert _die(repository, 1).returncode == -signal.SIGKILL
    assert (repository / ".git/qafiles/lock").exists()
    transact(repository, lambda s: set_fields(s, "acme/shop/smoke", _RED), EditOptions(patience=0))


def test_an_index_that_git_holds_is_waited_for(repository: Path, qafiles: Qafiles) -> None:
    lock = repository / ".git/index.lock"
    lock.touch()
    threading.Timer(0.3, lock.unlink).start()
    assert qafiles("set", "acme/shop/smoke", "color=red").code == 0


def test_an_index_that_stays_locked_is_named(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qafiles.edits.writing.carrying_out.wait_for_index.__defaults__", (0.1,))
    (repository / ".git/index.lock").touch()
    before = contents(repository)
    result = qafiles("set", "acme/shop/smoke", "color=red")
    assert (result.code, "index.lock; when none is running, delete that file" in result.err) == (3, True)
    assert contents(repository) == before


def _many(root: Path, number: int, *, message: bool) -> list[str]:
    def one(count: int) -> str:
        command = [sys.executable, "-m", "qafiles", "-C", str(root), "new", "tag", f"acme/shop/t{count}"]
        command += [f"name=t{count}", "color=red"]
        command += ["--commit", "-m", f"tag {count}"] if message else []
        result = subprocess.run(command, capture_output=True, text=True, check=False)
        return result.stderr if result.returncode else ""

    with ThreadPoolExecutor(number) as pool:
        return [*pool.map(one, range(number))]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("number", "message"),
    [(6, True), *(pytest.param(*case, marks=pytest.mark.slow) for case in ((50, True), (6, False)))],
)
def test_processes_that_write_at_once_lose_nothing(repository: Path, number: int, *, message: bool) -> None:
    assert _many(repository, number, message=message) == [""] * number
    names = {place.stem for place in (repository / PROJECT / "tags").iterdir()}
    assert names == {"smoke", *(f"t{count}" for count in range(number))}
    assert not [d for d in load(repository).diagnostics if d.severity == "error"]
    if message:
        subjects = git(repository, "log", "--format=%s").splitlines()
        assert sorted(subjects) == sorted(["first", *(f"tag {count}" for count in range(number))])
        assert git(repository, "status", "--short") == ""
        for line in git(repository, "log", "--format=%H", "-n", str(number)).splitlines():
            assert len(git(repository, "show", "--format=", "--name-only", line).splitlines()) == 1
    git(repository, "fsck", "--strict")


@pytest.mark.slow
@pytest.mark.parametrize("number", [6, 50])
def test_processes_that_add_to_one_list_at_once_lose_nothing(repository: Path, number: int) -> None:
    write(
        repository,
        {
            f"users/u{n}.yaml": f"id: {'abcdefghijklmnopqrstuvwxyz'[n // 10]}{n % 10}{'x' * 22}\nname: u\n"
            for n in range(number)
        },
    )

    def one(count: int) -> int:
        command = [sys.executable, "-m", "qafiles", "-C", str(repository), "set", "ada", f"logins+=l{count}"]
        return subprocess.run(command, capture_output=True, check=False).returncode

    with ThreadPoolExecutor(number) as pool:
        assert [*pool.map(one, range(number))] == [0] * number
    logins = load(repository).find("ada").data["logins"]
    assert sorted(logins) == sorted(f"l{count}" for count in range(number))


def test_two_edits_that_exclude_each_other_can_not_both_be_made(repository: Path) -> None:
    write(repository, {f"{PROJECT}/tags/slow.yaml": "id: m3kq8w3xj5zr7mtb2nc9yd4h\nname: slow\ncolor: red\n"})
    commands = [["rm", "acme/shop/slow"], ["set", "acme/shop/open", "tags+=slow"]]
    running = [
        subprocess.Popen(
            [sys.executable, "-m", "qafiles", *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE
        )
        for arguments in commands
    ]
    for process in running:
        process.communicate()
    assert sorted(process.returncode for process in running) == [0, 1]
    assert not [d for d in load(repository).diagnostics if d.severity == "error"]


@pytest.mark.slow
@pytest.mark.parametrize("message", ["", "renamed"])
def test_a_recovery_that_is_killed_is_recovered_in_turn(tmp_path: Path, message: str) -> None:
    for first in (4, 5, 6):
        for second in range(1, 4):
            root = committed(tmp_path / f"{first}-{second}", data_root())
            before = contents(root)
            assert _die(root, first, message).returncode == -signal.SIGKILL
            _die(root, second, message)  # where the recovery had fewer steps, the tag is gone already
            _recover(root)
            made = not (root / SMOKE).exists()
            assert contents(root) == (_after(before) if made else before)
            assert made == (message == "")
            assert state(root) == []
            assert git(root, "diff", "--cached", "--name-only") == ""
