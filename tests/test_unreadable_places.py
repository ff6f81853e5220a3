"""What nobody may read, without git or where it refuses: every answer is the full one, or says that it is not."""

import os
import random
import shutil
from functools import cache
from pathlib import Path

import pydantic  # noqa: F401  # somebody else may not be able to read it
import pytest

from qafiles.loading.loader import load
from qafiles.reports import make_report
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root
from tests.test_unreadable import _COMMANDS, _HOWS, Answer, _answer, whole

__all__ = ["qafiles", "whole"]

_SHOP = "organizations/acme/projects/shop"
_EXAMPLE = Path(__file__).parents[1] / "examples" / "acme-qa"
_LFS = "version https://git-lfs.github.com/spec/v1\noid sha256:4d7a21\nsize 12345\n"
_OTHER = 65534
"""A user who is not root, whom permissions stop."""


def _as_other(folder: Path, command: tuple[str, ...]) -> Answer:
    """Return the answer to a user whom permissions stop: a copy of this process, where it is root's, gives up that right."""
    read, written = os.pipe()
    pid = os.fork()
    if pid == 0:
        code = 70
        try:
            if os.geteuid() == 0:
                os.setgroups([])
                os.setgid(_OTHER)
                os.setuid(_OTHER)
            done = _answer(folder, command)
            with os.fdopen(written, "w", newline="") as pipe:
                pipe.write(f"{done.code}\0{done.out}\0{done.err}")
            code = 0
        finally:
            os._exit(code)
    os.close(written)
    with os.fdopen(read, newline="") as pipe:
        said = pipe.read()
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == 0
    number, out, err = said.split("\0")
    return Answer(int(number), out, err)


def _forbidden(whole: Path, place: Path, chance: random.Random, sort: str) -> list[Path]:
    """Take the right to read from some files, folders or git's objects of a copy, and return them."""
    shutil.copytree(whole, place, symlinks=True)
    git(place, "update-ref", "refs/remotes/origin/side", "side")
    tops = [place / name for name in ("organizations", "users", "browser_configs")]
    below = [path for top in tops for path in (top, *top.rglob("*"))]
    sorts = {
        "files": [path for path in below if path.is_file()],
        "folders": [path for path in below if path.is_dir()],
        "objects": [path for path in (place / ".git/objects").glob("??/*") if path.is_file()],
    }
    taken = chance.sample(sorted(sorts[sort]), chance.randint(1, 3))
    if os.geteuid() == 0:
        for folder, _, names in os.walk(place):
            for owned in (folder, *(os.path.join(folder, name) for name in names)):  # noqa: PTH118  # as os.walk
                os.chown(owned, _OTHER, _OTHER, follow_symlinks=False)
    for path in sorted(taken, reverse=True):
        path.chmod(0o000 if path.is_file() or chance.random() < 0.5 else 0o311)
    return taken


@pytest.mark.slow
@pytest.mark.skipif(os.name == "nt", reason="permissions of POSIX")
def test_no_answer_is_silently_another_where_somebody_may_not_read(
    whole: Path, shared_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(shared_folder / "cache"))
    monkeypatch.setenv("TMPDIR", "/tmp")  # noqa: S108  # where other users may write, too
    settings = write(shared_folder, {"gitconfig": "[safe]\n\tdirectory = *\n"}) / "gitconfig"
    monkeypatch.setenv("GIT_CONFIG_GLOBAL", str(settings))
    full_place = shared_folder / "full"
    git(shared_folder, "clone", "-q", whole.as_uri(), full_place)
    full = cache(lambda command: _answer(full_place, command))
    wrong = []
    for number in range(samples(150, 6)):
        chance = random.Random(number)  # noqa: S311  # the same cases in every run
        place = shared_folder / f"case-{number}"
        sort = ("files", "folders", "objects")[number % 3]
        taken = _forbidden(whole, place, chance, sort)
        paths = [path.relative_to(place).as_posix() for path in taken]
        for command in chance.sample(_COMMANDS, 5):
            # What this imports, somebody else may not be able to read.
            before = full(command)
            after = _as_other(place, command)
            if (after.code, after.out) == (before.code, before.out):
                continue
            words = after.out + after.err
            is_badge = "schemaVersion" in after.out and " error" in after.out
            is_told = any(how in words for how in (*_HOWS, "`git fsck`")) or (
                sort != "objects" and (is_badge or any(path in words for path in paths))
            )
            if not is_told or after.code not in {before.code, 1, 2, 3}:
                wrong.append((number, sort, paths, command, after))
        for path in taken:
            path.chmod(0o755)
        shutil.rmtree(place)
    assert wrong == []


def _asks_history(command: tuple[str, ...]) -> bool:
    return bool(
        {"log", "blame", "diff", "changes", "activity", "stale", "--rev", "--since", "--merge", "--staged"}
        & {*command}
    ) or any("@" in word for word in command)


@pytest.mark.slow
@pytest.mark.parametrize("how", ["missing", "refusing"])
@pytest.mark.parametrize("command", _COMMANDS, ids=" ".join)
def test_without_git_each_command_says_so_or_needs_none(
    how: str, command: tuple[str, ...], whole: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    before = _answer(whole, command)
    if how == "missing":
        monkeypatch.setenv("PATH", str(tmp_path))
    else:
        monkeypatch.setenv("GIT_TEST_ASSUME_DIFFERENT_OWNER", "1")
    after = _answer(whole, command)
    words = "git is not installed" if how == "missing" else "git refuses this folder"
    if _asks_history(command):
        assert after.code == 3
        assert words in after.err
    elif (after.code, after.out) != (before.code, before.out):
        assert words in after.out + after.err
        assert after.code in {before.code, 1}


@pytest.mark.parametrize(
    "command",
    ["list tag", "report inventory", "refs acme/shop/open", "site -o ../site", "list tag --format csv"],
)
def test_a_pointer_of_git_lfs_is_told_by_what_lists_entities(
    command: str, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(committed(tmp_path / "qa", data_root({f"{_SHOP}/tags/smoke.yaml": _LFS})))
    done = qafiles(*command.split())
    assert f"note: 1 file can't be read: {_SHOP}/tags/smoke.yaml (the file is a Git LFS pointer" in done.err
    assert (done.code, "Git LFS" in qafiles("show", "tag:acme/shop/smoke").err) == (0, True)


@pytest.mark.slow
@pytest.mark.parametrize(
    "command", ["list tag", "report inventory", "validate", "refs acme/shop/open", "site -o ../site"]
)
def test_a_submodule_among_the_entities_is_told_by_what_lists_them(
    command: str, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = committed(tmp_path / "other", {"x.yaml": "id: x\n"})
    place = committed(tmp_path / "qa", data_root())
    git(place, "submodule", "add", "-q", other.as_uri(), f"{_SHOP}/documents/shared")
    git(place, "commit", "-qm", "submodule")
    monkeypatch.chdir(place)
    for more in ((), ("--rev", "HEAD"), ("--staged",)):
        done = qafiles(*command.split(), *more)
        assert f"{_SHOP}/documents/shared" in done.out + done.err, more
        assert done.code == 0


def _gaps(texts: dict[str, str], name: str) -> dict[str, int]:
    """Return how many gaps of each sort a report counts."""
    report = make_report(name, check(load(MemorySource(texts))))
    return {
        figure.name: figure.value
        for figure in report.figures
        if isinstance(figure.value, int) and ("without" in figure.name or "un" in figure.name[:2])
    }


@pytest.mark.slow
@pytest.mark.parametrize("bad", ["[", _LFS, "", "id: [\n"])
@pytest.mark.parametrize("name", ["coverage", "traceability"])
def test_no_report_counts_a_gap_that_a_file_may_fill_which_nobody_can_read(name: str, bad: str) -> None:
    texts = {
        path.relative_to(_EXAMPLE).as_posix(): path.read_text("utf-8")
        for path in _EXAMPLE.rglob("*.yaml")
        if "saleor" not in path.parts
    }
    whole = _gaps(texts, name)
    assert any(whole.values())
    paths = [path for path in sorted(texts) if path.startswith(("browser_configs/", "organizations/"))]
    for path in paths[:: samples(1, 18)]:
        left = _gaps({**texts, path: bad}, name)
        assert {key: count for key, count in left.items() if count > whole[key]} == {}, path
