"""An edit of a data root of which something is kept is the one that it is where nothing is kept: what it says, refuses and writes."""

import contextlib
import os
import random
import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles, Result
from tests.conftest import committed, git, samples
from tests.rules.data_root import data_root
from tests.validation.edits_of_trees import EDITS, with_a_root_above
from tests.validation.rich_root import rich_root
from tests.validation.test_kept_files import _damage

_STEPS = 5
_is_id = re.compile(r"\b[a-z][0-9a-z]{23}\b")
_NAMES = [
    *(
        "acme/shop/open",
        "acme/shop/suite/pay",
        "acme/shop/smoke",
        "tag:smoke",
        "acme/shop/slow",
        "acme/shop/guide",
    ),
    *(
        "acme/shop/one",
        "desktop",
        "phone",
        "ada",
        "user:bob",
        "acme/ada",
        "acme/shop",
        "acme",
        "acme/shop/TOKEN",
        "nobody",
    ),
]
_NEW_NAMES = [
    "acme/shop/again",
    "acme/shop/suite/other",
    "again",
    "acme/shop/smoke",
    "acme/blog/moved",
    "acme/bad name",
]
_FIELDS = [
    *(
        "name=Other",
        "color=red",
        "url_route=/x",
        "url_route=nowhere",
        "tags+=slow",
        "tags-=smoke",
        "tags=nothing",
    ),
    *(
        "document_id=guide",
        "document_id=",
        "test_description=Use {{ secret.NO_SUCH }}",
        "x-owner=bob",
        "role=boss",
    ),
    *("allowed_domains=Shop.Example", "x-priority=high", "user_id=eve", "version=1", "email=ada@example.com"),
]


def _command(r: random.Random) -> list[str]:
    """Return a command that edits, which may make sense or not."""
    name, new_name = r.choice(_NAMES), r.choice(_NEW_NAMES)
    fields = r.sample(_FIELDS, r.choice([1, 1, 2]))
    command = r.choice(
        [
            ["set", name, *fields],
            ["set", name, *fields],
            ["set", "test_case", "--where", "url_route=/", *fields],
            ["new", r.choice(["test_case", "tag", "user"]), new_name, "name=N", *fields],
            ["new", "tag", new_name, "name=New", "color=blue"],
            ["new", "test_case", new_name, "--from", "acme/shop/open"],
            ["mv", name, new_name],
            ["mv", "acme/shop/smoke", new_name],
            ["rm", name, *r.choice([[], ["--cascade"], ["--detach"], ["--force"]])],
            ["restore", f"{name}@HEAD", *r.choice([[], ["--force"]])],
            ["fix"],
            ["fmt"],
        ]
    )
    ends = [[], [], [], ["--dry-run"], ["--format", "json"], ["--commit", "-m", "Change"]]
    return [*command, *r.choice(ends)]


def _contents(folder: Path) -> dict[str, bytes | str]:
    places = (place for place in folder.rglob("*") if ".git" not in place.relative_to(folder).parts)
    return {
        place.relative_to(folder).as_posix(): str(place.readlink())
        if place.is_symlink()
        else place.read_bytes()
        for place in sorted(places)
        if place.is_symlink() or place.is_file()
    }


def _facts(folder: Path, result: Result) -> list[object]:
    """Return what a command said and left behind, without what differs by chance: fresh ids and commits' names."""
    known: dict[str, str] = {}

    def name(match: re.Match[str]) -> str:
        return known.setdefault(match[0], f"id{len(known)}")

    files = {
        path: _is_id.sub(name, text if isinstance(text, str) else text.decode("utf-8", "surrogateescape"))
        for path, text in _contents(folder).items()
    }
    texts = (
        _is_id.sub(name, re.sub(r"\b[0-9a-f]{7,40}\b", "COMMIT", text.replace(str(folder), "ROOT")))
        for text in result[1:]
    )
    index = git(folder, "diff", "--cached", "--name-status", "--no-renames")
    return [result.code, *texts, files, index, git(folder, "log", "--format=%s")]


@pytest.fixture(scope="module", params=["rich", "few faults", "plain"])
def pattern(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A committed data root."""
    files = (
        data_root() if request.param == "plain" else rich_root(faults_of_references=request.param == "rich")
    )
    return committed(tmp_path_factory.mktemp("pattern") / "data", files)


def _whole(
    top: Path, arguments: list[str], qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> list[object]:
    """Return what a command does in a copy of a repository, where all is listed, read and checked: as in a hook of git."""
    copy = top.parent.parent / "whole"
    shutil.rmtree(copy, ignore_errors=True)
    shutil.copytree(top.parent, copy, symlinks=True)
    folder = copy / top.name
    shutil.rmtree(folder / ".git/qafiles", ignore_errors=True)
    with monkeypatch.context() as hook:
        hook.setenv("GIT_INDEX_FILE", str(folder / ".git/index"))
        hook.chdir(folder)
        result = qafiles(*arguments)
    return _facts(folder, result)


def _differing(
    seed: int, pattern: Path, base: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> Iterator[str]:
    """Yield what differs in a sequence of edits of a working tree and commands."""
    r = random.Random(seed)  # noqa: S311  # reproducible
    top = base / f"{seed}" / "data"
    shutil.copytree(pattern, top, symlinks=True)
    git(top, "update-index", "-q", "--refresh")
    monkeypatch.chdir(top)
    names: list[str] = []
    for _ in range(_STEPS):
        for edit in r.choices(
            [edit for edit in EDITS if edit is not with_a_root_above], k=r.choice([0, 0, 1, 2])
        ):
            names.append(edit.__name__)
            # Git may refuse what an earlier edit has made impossible.
            with contextlib.suppress(AssertionError, OSError):
                edit(top, r)
        if r.random() < 0.1:
            names.append("damage")
            _damage(top, r)
        arguments = _command(r)
        names.append(" ".join(arguments))
        expected = _whole(top, arguments, qafiles, monkeypatch)
        actual = _facts(top, qafiles(*arguments))
        if actual != expected:
            yield f"seed {seed}, {names}: {[pair for pair in zip(expected, actual, strict=True) if len({*map(str, pair)}) > 1]}"
            return
    shutil.rmtree(base / f"{seed}")


@pytest.mark.slow
def test_whatever_is_kept_an_edit_says_and_writes_what_it_does_without(
    pattern: Path, tmp_path: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    first, number = int(os.environ.get("QAFILES_SEED", "0")), samples(300, 3)
    for seed in range(first, first + number):
        assert not [*_differing(seed, pattern, tmp_path, qafiles, monkeypatch)]
