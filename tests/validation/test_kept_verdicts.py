"""What `validate` says of a working tree is the same with what it keeps and without, whatever happened to either."""

import json
import marshal
import os
import random
import re
import shutil
import signal
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.__main__ import _said_again, run
from qafiles.cache.untracked import Folders
from qafiles.cache.working_tree import WorkingTree
from qafiles.loading.kept_files import load_kept
from qafiles.render.validation import FORMATS
from qafiles.scaffold.companions import CiSystem, ci_text, hooks
from qafiles.validation import load
from qafiles.validation.kept import KeptVerdict
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS

_STEPS = 4
_NO_VALUES: tuple[Any, ...] = (None, 7, b"x", (7,), ((7,) * 12,), (None,), {})
_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"


@pytest.fixture(scope="module")
def pattern(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root that has findings, one of which asks git's history."""
    folder = committed(tmp_path_factory.mktemp("pattern") / "data", data_root())
    git(folder, "rm", "-q", _TAG, code=0 if (folder / _TAG).exists() else 128)
    git(folder, "commit", "-qm", "second", "--allow-empty")
    return folder


@pytest.fixture
def top(pattern: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Return a copy of it, which is the current folder."""
    folder = tmp_path / "above/data"
    shutil.copytree(pattern, folder, symlinks=True)
    monkeypatch.chdir(folder)
    for name in ("GIT_CONFIG_GLOBAL", "GIT_CONFIG_NOSYSTEM"):
        monkeypatch.setenv(name, {"GIT_CONFIG_GLOBAL": os.devnull}.get(name, "1"))
    return folder


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return the exit code, stdout and stderr of `validate`, as a process of its own gives them."""
    capsys.readouterr()
    line = ["validate", *arguments]
    code, kept = _said_again(line)
    if code is None:
        code = run(line, kept)
    return (code, *capsys.readouterr())


def agrees(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    """Return what is said, which is the same as without anything kept, once more, too."""
    expected = said(capsys, "--no-cache", *arguments)
    assert said(capsys, *arguments) == expected
    assert said(capsys, *arguments) == expected
    return expected


def kept_files(top: Path) -> list[Path]:
    return sorted((top / ".git/qafiles").glob("verdict-*"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(10))
def test_after_any_edits_the_same_is_said(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    part: int,
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    if part % 2:  # so that folders are soon told apart by their times
        monkeypatch.setattr("qafiles.cache.untracked._RECENT", 30_000_000)
    for number in range(samples(100, 5)):
        r = random.Random(part * 1000 + number)  # noqa: S311  # no secret
        folder = tmp_path / f"{number}/data"
        shutil.copytree(pattern, folder, symlinks=True)
        monkeypatch.chdir(folder)
        names = []
        for _ in range(_STEPS):
            edit = r.choice(EDITS)
            names.append(edit.__name__)
            try:
                edit(folder, r)
            except (AssertionError, OSError):
                names[-1] += " refused"
            form = ("--format", r.choice([*FORMATS]))
            expected = said(capsys, "--no-cache", *form)
            assert said(capsys, *form) == expected, names
            if r.random() < 0.5:
                assert said(capsys, *form) == expected, names
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder.parent)


def test_an_unchanged_tree_is_not_loaded_again(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    expected = agrees(capsys)
    assert len(kept_files(top)) == 1
    monkeypatch.setattr("qafiles.validation.run.load_source", None)
    assert said(capsys) == expected
    for form in FORMATS:
        for strict in ((), ("--strict",)):
            assert said(capsys, "--format", form, *strict)[0] == expected[0]
    assert _said_again(["validate", "--format", "sarif"]) == (None, None)
    assert _said_again(["-C", str(top), "validate", "--format=json", "--strict"])[0] == expected[0]
    assert said(capsys, "--no-cache")[0] == 4


def _verdict_said_twice(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Keep a verdict on a tree at rest, and see that it is taken."""
    _at_rest(top)
    agrees(capsys)
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.validation.run.load_source", None)
        assert said(capsys)[0] in {0, 1}


def _at_rest(top: Path) -> None:
    """Let git's index say of every file what is true of it."""
    git(top, "update-index", "-q", "--refresh")


@pytest.mark.parametrize(
    "trap",
    [
        "same size and time",
        "same size and time, assumed unchanged",
        "skipped",
        "other line ends",
        "staged",
        "new",
        "ignored by the repository",
        "ignored by the configuration",
        "mailmap",
        "mailmap behind a link",
        "file in the place of a repository",
        "another group",
        "objects that are not there any more",
        "commit without a change",
        "edit under way",
        "root above",
        "variable of git",
        "repository in a folder",
        "folder as a link",
    ],
)
def test_what_changes_without_a_trace_in_the_names_is_seen(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, trap: str
) -> None:
    place = top / "users/ada.yaml"
    if trap.endswith("assumed unchanged"):
        git(top, "update-index", "--assume-unchanged", "users/ada.yaml")
    if trap == "skipped":
        git(top, "update-index", "--skip-worktree", "users/ada.yaml")
    if trap == "other line ends":
        (top / ".gitattributes").write_text("* text=auto\n")
    if trap == "mailmap behind a link":
        (top.parent / "names").write_text("Zoe <ada@example.com>\n")
        (top.parent / "link").symlink_to("names")
        git(top, "config", "mailmap.file", "../link")
    if trap == "file in the place of a repository":
        commit = git(top, "rev-parse", "HEAD")
        git(top, "update-index", "--add", "--cacheinfo", f"160000,{commit},users/eve.yaml")
        (top / "users/eve.yaml").write_text("name: Eve\n")
    _verdict_said_twice(top, capsys, monkeypatch)
    before = place.stat()
    content = place.read_bytes()
    if trap.startswith(("same", "skipped")):
        place.write_bytes(content.replace(b"name", b"nome"))
        os.utime(place, ns=(before.st_atime_ns, before.st_mtime_ns))
    elif trap == "other line ends":
        place.write_bytes(content.replace(b"\n", b"\r\n"))
        git(top, "add", "users/ada.yaml")
    elif trap == "staged":
        git(top, "rm", "-q", "--cached", "users/ada.yaml")
    elif trap == "new":
        (top / "users/eve.yaml").write_text("name: Eve\n")
    elif trap == "ignored by the repository":
        (top / "users/eve.yaml").write_text("name: Eve\n")
        agrees(capsys)
        (top / ".git/info").mkdir(exist_ok=True)
        (top / ".git/info/exclude").write_text("eve.yaml\n")
    elif trap == "ignored by the configuration":
        (top / "users/eve.yaml").write_text("name: Eve\n")
        agrees(capsys)
        (top.parent / "ignored").write_text("eve.yaml\n")
        git(top, "config", "core.excludesFile", top.parent / "ignored")
    elif trap == "mailmap":
        (top / ".mailmap").write_text("Eve <ada@example.com>\n")
    elif trap == "mailmap behind a link":
        (top.parent / "names").write_text("Yan <ada@example.com>\n")
    elif trap == "file in the place of a repository":
        (top / "users/eve.yaml").write_text("name: 7\n")
    elif trap == "another group":
        # Who may not read a file of a group is told so, though the file is what it was.
        monkeypatch.setattr(os, "getgroups", lambda: [12345])
        monkeypatch.setattr("qafiles.sources.folder.read_file", lambda _path: None)
    elif trap == "objects that are not there any more":
        for folder in (top / ".git/objects").glob("??"):
            shutil.rmtree(folder)
    elif trap == "commit without a change":
        git(top, "commit", "-q", "--allow-empty", "-m", "third")
    elif trap == "edit under way":
        folder = next(iter({place.parent for place in kept_files(top)})) / "0123456789abcdef"
        folder.mkdir()
        (folder / "journal").write_text("")
    elif trap == "root above":
        (top.parent / "qafiles.yaml").write_text("version: 1\n")
    elif trap == "variable of git":
        monkeypatch.setenv("GIT_INDEX_FILE", str(top.parent / "index"))
    elif trap == "repository in a folder":
        git(top / "users", "init", "-q")
    elif trap == "folder as a link":
        (top / "users").rename(top.parent / "users")
        (top / "users").symlink_to("../users")
    expected = said(capsys, "--no-cache", "--format", "json")
    assert said(capsys, "--format", "json") == expected
    assert said(capsys, "--format", "json") == expected


@pytest.mark.slow
def test_after_any_damage_to_what_is_kept_the_same_is_said(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    agrees(capsys)
    (place,) = kept_files(top)
    content = place.read_bytes()
    git(top, "commit", "-q", "--allow-empty", "-m", "third")
    (top / "users/eve.yaml").write_text("name: Eve\n")
    agrees(capsys)
    stale = place.read_bytes()
    (top / "users/eve.yaml").unlink()
    expected = said(capsys, "--no-cache")
    for number in range(samples(1000, 50)):
        r = random.Random(number)  # noqa: S311  # no secret
        at = r.randrange(len(content))
        damaged = r.choice(
            [
                content[:at],
                content[:at] + bytes([content[at] ^ 1 << r.randrange(8)]) + content[at + 1 :],
                content[:at] + content[at + 1 :],
                content[:at] + content[at:] * 2,
                stale,
                stale[:65] + content[65:],
                b"",
                bytes(len(content)),
            ]
        )
        place.parent.mkdir(exist_ok=True)
        place.unlink(missing_ok=True)
        place.write_bytes(damaged)
        place.chmod(r.choice([0o600, 0o600, 0o600, 0o666]))
        assert said(capsys) == expected, number


@pytest.mark.slow
def test_after_a_writer_was_killed_the_same_is_said(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = said(capsys, "--no-cache")
    for number in range(samples(200, 10)):
        r = random.Random(number)  # noqa: S311  # no secret
        for place in kept_files(top):
            place.unlink()
        pid = os.fork()
        if pid == 0:
            os.dup2(os.open(os.devnull, os.O_WRONLY), 1)
            run(["validate"])
            os._exit(0)
        time.sleep(r.random() * 0.3)
        os.kill(pid, signal.SIGKILL)
        os.waitpid(pid, 0)
        assert said(capsys) == expected, number
        assert said(capsys) == expected, number


def test_what_may_be_over_without_a_trace_is_not_kept(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (top / "users/ada.yaml").unlink()
    os.mkfifo(top / "users/ada.yaml")
    assert "QF101" in agrees(capsys)[1]
    assert kept_files(top) == []


@pytest.mark.parametrize(
    ("name", "original"), [("run.load", load), ("again.load_kept", load_kept)], ids=["whole", "parts"]
)
def test_what_was_changed_and_changed_back_meanwhile_is_not_kept(
    top: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    original: Callable[..., Any],
) -> None:
    monkeypatch.setenv("QAFILES_PARTIAL", "0" if original is load else "1")
    place = top / "users/ada.yaml"
    place.write_text(place.read_text() + "x-note: 1\n")
    content = place.read_bytes()
    expected = said(capsys, "--no-cache")

    def load_meanwhile(*arguments: Any, **options: Any) -> Any:
        place.write_bytes(b"name: 7\n")
        snapshot = original(*arguments, **options)
        place.write_bytes(content)
        return snapshot

    with monkeypatch.context() as patch:
        patch.setattr(f"qafiles.validation.{name}", load_meanwhile)
        assert said(capsys) != expected
    assert said(capsys) == expected


def test_no_answer_is_taken_for_an_index_that_is_written_meanwhile(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    _verdict_said_twice(top, capsys, monkeypatch)
    differing = WorkingTree.differing

    def differing_meanwhile(tree: WorkingTree, folders: Folders | None) -> Any:
        result = differing(tree, folders)
        (top / "users/ada.yaml").write_text("name: 7\n")
        git(top, "add", "-A")
        return result

    with monkeypatch.context() as patch:
        patch.setattr(WorkingTree, "differing", differing_meanwhile)
        answer = said(capsys)
    assert answer == said(capsys, "--no-cache")
    assert said(capsys) == answer


@pytest.mark.slow
def test_values_that_no_verdict_has_are_none(top: Path, capsys: pytest.CaptureFixture[str]) -> None:
    expected = agrees(capsys)
    kept = KeptVerdict.at(top)
    assert kept is not None
    assert kept.read() is not None
    state = kept.answer._state  # noqa: SLF001  # as another program would
    assert state is not None
    store, name, key = state.place.store, state.place.name, state.place.key
    body = store.read(name, key)
    assert body is not None
    parts = marshal.loads(body)  # noqa: S302  # our own
    for number, part in enumerate(parts):
        for other in (*_NO_VALUES, "x", (), [part]):
            store.write(name, key, marshal.dumps((*parts[:number], other, *parts[number + 1 :])))
            assert said(capsys) == expected
    for number, part in enumerate(parts[-1]):
        for other in (*_NO_VALUES, [part]):
            plain = (*parts[-1][:number], other, *parts[-1][number + 1 :])
            store.write(name, key, marshal.dumps((*parts[:-1], plain)))
            assert said(capsys) == expected


def test_what_is_kept_holds_no_value_and_no_ciphertext_of_a_secret(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    folder = top / "organizations/acme/projects/shop/secret_values"
    folder.mkdir(parents=True, exist_ok=True)
    canary = "Y2FuYXJ5LW9mLWEtc2VjcmV0"
    (folder / "PLAIN.yaml").write_text(f"secret_name: PLAIN\nsecret_value: {canary}\nversion: {canary}\n")
    (folder / "SEALED.yaml").write_text(
        f"secret_name: SEALED\nsecret_value: ENC[AES256_GCM,data:{canary},iv:x,tag:x,type:str]\n"
    )
    assert agrees(capsys)[0] == 1
    (place,) = kept_files(top)
    assert canary.encode() not in place.read_bytes()
    assert b"ENC[" not in place.read_bytes()


def test_neither_tree_nor_index_nor_objects_are_written(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (top / "users/eve.yaml").write_text("name: Eve\n")

    def everything() -> dict[str, tuple[int, int]]:
        places = (place for place in top.rglob("*") if "qafiles" not in place.relative_to(top).parts)
        return {
            str(place): (place.lstat().st_mtime_ns, place.lstat().st_ino)
            for place in places
            if place != top / ".git"
        }

    before = everything()
    agrees(capsys)
    assert everything() == before


def test_a_worktree_and_a_root_below_the_top_keep_their_own(
    pattern: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "top"
    shutil.copytree(pattern, folder / "qa", symlinks=True, ignore=shutil.ignore_patterns(".git"))
    committed(folder, {"README.md": "x"})
    git(folder, "worktree", "add", "-q", tmp_path / "second")
    outs = []
    for place in (folder / "qa", tmp_path / "second/qa/users"):
        monkeypatch.chdir(place)
        outs.append(agrees(capsys, "--format", "json"))
    assert outs[0] == outs[1]
    assert len(kept_files(folder)) == 2
    (tmp_path / "second/qa/users/eve.yaml").write_text("name: Eve\n")
    assert agrees(capsys, "--format", "json") != outs[1]
    monkeypatch.chdir(folder / "qa")
    assert agrees(capsys, "--format", "json") == outs[0]


@pytest.mark.parametrize("system", ["github", "gitlab"])
def test_a_job_of_ci_believes_no_verdict_that_was_restored(
    top: Path, capsys: pytest.CaptureFixture[str], system: CiSystem
) -> None:
    """Plant a green verdict that is well-formed, as a job of somebody else could: plain `validate` believes it."""
    assert agrees(capsys)[0] == 1
    planted = KeptVerdict.at(top)
    assert planted is not None
    verdict = planted.read()
    assert verdict is not None
    planted.write(verdict._replace(diagnostics=()), verdict.paths)
    assert said(capsys)[0] == 0
    text = yaml.safe_load(ci_text(system, "", ["true"]))
    lines = [
        line.strip().partition("qafiles ")[2].partition(" > ")[0].partition(" || ")[0].split()
        for line in json.dumps(text).replace("\\n", "\n").replace('"', "\n").splitlines()
        if "qafiles validate" in line
    ]
    assert all("--no-cache" in line for line in lines)
    whole = [line for line in lines if "--since" not in line]
    assert len(whole) >= 2
    for line in whole:
        assert said(capsys, *line[1:])[0] == 1
    action = yaml.safe_load((Path(__file__).parents[2] / "action.yml").read_text("utf-8"))
    runs = "\n".join(step.get("run", "") for step in action["runs"]["steps"])
    assert re.findall(r" validate (\S+) .*--format", runs) == ["--no-cache"]
    assert said(capsys)[0] == 0


def test_what_is_told_of_jobs_and_hooks_keeps_nothing() -> None:
    """A runner of hooks works in jobs, too; in a hook of git itself nothing is kept anyway."""
    package = Path(__file__).parents[2]
    texts = [
        hooks(""),
        hooks("qa"),
        *(
            (package / name).read_text("utf-8")
            for name in (".pre-commit-hooks.yaml", "qafiles/manual/pre-commit.md")
        ),
        (package / "qafiles/manual/ci.md").read_text("utf-8"),
    ]
    for text in texts:
        lines = re.findall(r"qafiles (?:-C \S+ )?validate (?=-)(.*)", text)
        assert lines
        assert [line for line in lines if not line.startswith("--no-cache")] == []


@pytest.mark.parametrize(
    "line",
    [
        "validate --no-cache",
        "validate --no-cache --rev HEAD",
        "validate --no-cache --staged --format sarif",
        "validate --no-cache --since HEAD~1",
        "validate --no-cache --merge HEAD~1",
        "show ada --no-cache",
        "list user --no-cache --derived",
        "refs ada --no-cache",
        "fmt --check --no-cache",
    ],
)
def test_without_a_cache_nothing_is_taken_that_was_kept_and_nothing_is_kept(
    top: Path, monkeypatch: pytest.MonkeyPatch, line: str
) -> None:
    shutil.copy(top / "users/ada.yaml", top / "users/copy.yaml")  # history is asked which of them is the copy
    git(top, "add", "-A")
    git(top, "commit", "-qm", "third")
    asked: list[str] = []
    for name in ("_read", "_write"):
        monkeypatch.setattr(f"qafiles.cache.store.{name}", lambda *arguments: asked.append(arguments[1]))
    words = line.split()
    code, kept = _said_again(words)
    assert (run(words, kept) if code is None else code) in {0, 1, 2}
    assert asked == []
    assert run([word for word in words if word != "--no-cache"]) in {0, 1, 2}
    assert asked or "--merge" in words
