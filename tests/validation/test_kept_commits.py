"""What `validate` says of a commit and of the index is the same with what it keeps and without, whatever git was told."""

import os
import random
import shutil
from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from qafiles.__main__ import _said_again, run
from qafiles.render.validation import FORMATS
from qafiles.validation.kept import KeptVerdictOfCommit
from tests.conftest import git, samples
from tests.validation import test_kept_verdicts as verdicts
from tests.validation.edits_of_trees import EDITS

pattern, top = verdicts.pattern, verdicts.top
_STEPS = 4
_WHICH = (("--rev", "HEAD"), ("--rev=HEAD~1",), ("--rev", "main"), ("--rev", "HEAD^{commit}"), ("--staged",))


def _stored_files(top: Path) -> list[Path]:
    return sorted((top / ".git/qafiles").glob("commit-verdict-*"))


@pytest.mark.slow
@pytest.mark.parametrize("part", range(5))
def test_after_any_edits_the_same_is_said_of_commits_and_of_the_index(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    part: int,
) -> None:
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", os.devnull)
    monkeypatch.setenv("GIT_CONFIG_NOSYSTEM", "1")
    for number in range(samples(200, 4)):
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
                if r.random() < 0.5:
                    git(folder, "add", "-A")
                if r.random() < 0.3:
                    git(folder, "commit", "-qm", "more", "--allow-empty")
            except (AssertionError, OSError):
                names[-1] += " refused"
            for which in r.sample(_WHICH, 2):
                form = ("--format", r.choice([*FORMATS]))
                expected = verdicts.said(capsys, "--no-cache", *which, *form)
                assert verdicts.said(capsys, *which, *form) == expected, (names, which)
                assert verdicts.said(capsys, *form, *which) == expected, (names, which)
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder.parent)


@pytest.mark.parametrize("which", [("--rev", "HEAD"), ("--staged",)], ids=["commit", "index"])
def test_what_git_names_alike_is_not_loaded_again(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, which: tuple[str, ...]
) -> None:
    by_format = {form: verdicts.agrees(capsys, *which, "--format", form) for form in FORMATS}
    assert len(_stored_files(top)) == 1
    monkeypatch.setattr("qafiles.validation.run.load_source", None)
    for form, expected in by_format.items():
        assert verdicts.said(capsys, *which, "--format", form) == expected
    assert _said_again(["validate", *which, "--strict"])[0] == 1
    assert verdicts.said(capsys, *which, "--select", "QF9")[0] == 0
    assert verdicts.said(capsys, "--no-cache", *which)[0] == 4


def test_several_commits_are_kept_and_not_without_end(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qafiles.cache.kept_commit._MOST", 2)
    for name in ("HEAD", "HEAD~1"):
        verdicts.agrees(capsys, "--rev", name)
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.validation.run.load_source", None)
        assert {verdicts.said(capsys, "--rev", name)[0] for name in ("HEAD", "HEAD~1")} == {0, 1}
    verdicts.agrees(capsys, "--staged")
    assert len(_stored_files(top)) == 2


def _branch(top: Path) -> None:
    git(top, "branch", "-f", "other", "HEAD~1")


def _mailmap(top: Path) -> None:
    (top / ".mailmap").write_text("Eve <eve@example.com> <test@example.com>\n")


def _mailmap_behind_a_link(top: Path) -> None:
    (top.parent / "names").write_text("Eve <eve@example.com> <test@example.com>\n")


def _settings_deeper(top: Path) -> None:
    place = top / "users/qafiles.yaml"
    place.write_text("version: 1\n")
    git(top, "add", "-A")


def _staged(top: Path) -> None:
    (top / "users/ada.yaml").write_text("name: 7\n")
    git(top, "add", "-A")


def _intended(top: Path) -> None:
    (top / "users/eve.yaml").write_text("name: 7\n")
    git(top, "add", "-N", "users/eve.yaml")


def _unmerged(top: Path) -> None:
    git(top, "checkout", "-q", "-b", "side", "HEAD~1")
    (top / "users/ada.yaml").write_text("name: side\n")
    git(top, "commit", "-qam", "side")
    git(top, "checkout", "-q", "main")
    (top / "users/ada.yaml").write_text("name: main\n")
    git(top, "commit", "-qam", "main")
    git(top, "merge", "-q", "side", code=1)


def _replaced(top: Path) -> None:
    git(top, "replace", "-f", "HEAD", "HEAD~1")


def _shallow(top: Path) -> None:
    (top / ".git/shallow").write_text(git(top, "rev-parse", "HEAD") + "\n")


def _amended(top: Path) -> None:
    git(top, "commit", "-q", "--amend", "-m", "other words", "--allow-empty")


def _root_above(top: Path) -> None:
    (top.parent / "qafiles.yaml").write_text("version: 1\n")


@pytest.mark.slow
@pytest.mark.parametrize(
    "edit",
    [
        _branch,
        _mailmap,
        _mailmap_behind_a_link,
        _settings_deeper,
        _staged,
        _intended,
        _unmerged,
        _replaced,
        _shallow,
        _amended,
        _root_above,
    ],
    ids=lambda edit: edit.__name__.strip("_"),
)
def test_whatever_may_change_the_answer_is_seen(
    top: Path, capsys: pytest.CaptureFixture[str], edit: Callable[[Path], None]
) -> None:
    git(top, "branch", "other")
    (top.parent / "names").write_text("")
    (top.parent / "link").symlink_to("names")
    git(top, "config", "mailmap.file", top.parent / "link")
    asked = [("--rev", "HEAD"), ("--rev", "other"), ("--staged",)]
    for which in asked:
        verdicts.agrees(capsys, *which, "--format", "json")
    edit(top)
    for which in asked:
        verdicts.agrees(capsys, *which, "--format", "json")


def _deleted(top: Path, objects: Path) -> None:
    name = git(top, "rev-parse", "HEAD:users/ada.yaml").strip()
    (objects / name[:2] / name[2:]).unlink()


def _alternate_gone(top: Path, objects: Path) -> None:
    del top
    objects.rename(objects.with_name("elsewhere"))


def _promised(top: Path, objects: Path) -> None:
    git(top, "config", "remote.origin.partialclonefilter", "blob:none")
    _deleted(top, objects)


@pytest.mark.parametrize(
    "edit", [_deleted, _alternate_gone, _promised], ids=lambda edit: edit.__name__.strip("_")
)
def test_what_is_kept_does_not_hide_that_git_lacks_what_it_is_about(
    top: Path, capsys: pytest.CaptureFixture[str], edit: Callable[[Path, Path], None]
) -> None:
    objects = top / ".git/objects"
    if edit is _alternate_gone:
        objects = top.parent / "objects"
        shutil.copytree(top / ".git/objects", objects)
        name = git(top, "rev-parse", "HEAD:users/ada.yaml").strip()
        (top / ".git/objects" / name[:2] / name[2:]).unlink()
        (top / ".git/objects/info/alternates").write_text(f"{objects}\n")
    asked = [("--rev", "HEAD"), ("--staged",)]
    for which in asked:
        assert verdicts.agrees(capsys, *which)[0] != 3
    edit(top, objects)
    for which in asked:
        assert verdicts.agrees(capsys, *which)[0] == 3
    for arguments in (["list", "user", "--rev", "HEAD"], ["list", "user", "--staged"]):
        codes = []
        for more in ([], ["--no-cache"]):
            capsys.readouterr()
            codes.append((run([*arguments, *more]), *capsys.readouterr()))
        assert codes[0] == codes[1]
        assert codes[0][0] == 3


def test_a_folder_of_a_commit_that_is_a_data_root_of_its_own_is_not_taken_for_the_one_above_it(
    top: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    verdicts.agrees(capsys, "--rev", "HEAD")
    place = top / "users/qafiles.yaml"
    place.write_text("version: 1\n")
    git(top, "add", "-A")
    git(top, "commit", "-qm", "nested")
    place.unlink()
    for folder in (top, top / "users"):
        monkeypatch.chdir(folder)
        for which in (("--rev", "HEAD"), ("--staged",), ("--rev", "HEAD~1")):
            verdicts.agrees(capsys, *which)


@pytest.mark.slow
def test_after_any_damage_to_what_is_kept_of_a_commit_the_same_is_said(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    verdicts.agrees(capsys, "--rev", "HEAD~1")
    (stale,) = [place.read_bytes() for place in _stored_files(top)]
    for place in _stored_files(top):
        place.unlink()
    expected = verdicts.agrees(capsys, "--rev", "HEAD")
    (place,) = _stored_files(top)
    content = place.read_bytes()
    for number in range(samples(500, 30)):
        r = random.Random(number)  # noqa: S311  # no secret
        at = r.randrange(len(content))
        flipped = content[:at] + bytes([content[at] ^ 1 << r.randrange(8)]) + content[at + 1 :]
        place.unlink()
        place.write_bytes(r.choice([content[:at], flipped, content + content[at:], stale, b""]))
        place.chmod(0o600)
        assert verdicts.said(capsys, "--rev", "HEAD") == expected, number


@pytest.mark.slow
def test_values_that_no_verdict_of_a_commit_has_are_none(
    top: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    expected = verdicts.agrees(capsys, "--rev", "HEAD")
    stored = KeptVerdictOfCommit.at(top, "HEAD")
    assert stored is not None
    plain = stored.answer.read()
    for number in range(len(plain)):
        others: tuple[Any, ...] = (7, b"x", (7,), [plain[number]], {})
        for other in others:
            answer = (*plain[:number], other, *plain[number + 1 :])
            stored.answer.write(partial(tuple, answer))
            assert verdicts.said(capsys, "--rev", "HEAD") == expected
