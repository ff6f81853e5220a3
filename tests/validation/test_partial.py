"""What `validate` says of a working tree is the same with what earlier runs have found, and without, whatever was edited."""

import os
import random
import shutil
import threading
import time
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qafiles.cache.working_tree import WorkingTree
from qafiles.loading import reading_ahead
from qafiles.loading.kept_files import load_kept
from qafiles.render.validation import FORMATS
from qafiles.rules import carried
from qafiles.validation import again
from tests.cli.test_kept_lookups import said as looked_up
from tests.conftest import committed, git, samples
from tests.validation import edits_of_trees
from tests.validation.edits_of_texts import EDITS as TEXTS
from tests.validation.edits_of_texts import Files
from tests.validation.rich_root import rich_root
from tests.validation.test_kept_verdicts import said

_STEPS = 4
_SLOW = {edits_of_trees.waited}
_TREES = [edit for edit in edits_of_trees.EDITS if edit not in _SLOW]


class _Folder(Files):
    """The files of a data root on disk as a mapping: what is put into it is written at once."""

    def __init__(self, top: Path) -> None:
        self.top = top

    def __getitem__(self, path: str) -> bytes:
        place = self.top / path
        if not place.is_file() or place.is_symlink():
            raise KeyError(path)
        return place.read_bytes()

    def __setitem__(self, path: str, content: bytes) -> None:
        place = self.top / path
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)

    def __delitem__(self, path: str) -> None:
        (self.top / path).unlink()

    def __iter__(self) -> Iterator[str]:
        for folder, names, files in os.walk(self.top):
            names[:] = [name for name in names if name != ".git"]
            yield from (Path(folder, name).relative_to(self.top).as_posix() for name in files)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@pytest.fixture(scope="module", params=[True, False], ids=["with dangling references", "without"])
def pattern(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a repository with a data root that has findings of many rules, at rest."""
    files = rich_root(faults_of_references=request.param)
    folder = committed(tmp_path_factory.mktemp("pattern") / "data", files)
    git(folder, "rm", "-q", "organizations/acme/projects/shop/documents/other.yaml")
    git(folder, "commit", "-qm", "second")
    return folder


def at_rest(top: Path) -> None:
    """Let git's index vouch for every file."""
    for place in top.rglob("*"):
        if ".git" not in place.parts:
            os.utime(place, (edits_of_trees.TIED, edits_of_trees.TIED), follow_symlinks=False)
    git(top, "update-index", "-q", "--refresh")


@pytest.fixture
def parts(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Count the checks that are made of parts, the rules whose findings are carried over, and the files that differ."""
    counts: Counter[str] = Counter()
    original = carried.carried_over

    def counted(*arguments: object) -> carried.Carried:
        answer = original(*arguments)  # type: ignore[arg-type]  # as it was given
        counts["partial"] += bool(answer.findings)
        counts["rules"] += len(answer.findings)
        return answer

    monkeypatch.setattr("qafiles.rules.check.carried_over", counted)
    # As in a process of its own, where another one reads what has changed, whatever the cores and other tests' threads.
    monkeypatch.setattr(threading, "active_count", lambda: 1)
    monkeypatch.setattr(reading_ahead, "cores", lambda: 2)
    begun = reading_ahead.ReadingAhead.__init__

    def begun_and_counted(*arguments: Any) -> None:
        begun(*arguments)
        counts["ahead"] += 1

    monkeypatch.setattr(reading_ahead.ReadingAhead, "__init__", begun_and_counted)
    return counts


def _edited(top: Path, r: random.Random) -> str:
    """Edit a tree once; half of the edits are of texts, in place or not."""
    if r.random() < 0.75:
        edit = r.choice(TEXTS)
        try:
            edit(_Folder(top), r)
        except KeyError:  # what it changes is gone
            return f"{edit.__name__} refused"
        return edit.__name__
    other = r.choice(_TREES)
    try:
        other(top, r)
    except (AssertionError, OSError):
        return f"{other.__name__} refused"
    return other.__name__


_LOOKUPS = (
    ["list", "test_case"],
    ["list", "tags", "--format", "json"],
    ["list", "user", "--format", "csv"],
    ["show", "ada"],
    ["refs", "acme/shop/smoke"],
)


def _looked_up(top: Path, r: random.Random, capsys: pytest.CaptureFixture[str]) -> str | None:
    """Look something up, perhaps under other settings for as long; return what differs without anything kept, None where nothing does."""
    settings = top / "qafiles.yaml"
    before = settings.read_bytes() if settings.is_file() and not settings.is_symlink() else None
    if before is not None and r.random() < 0.5:
        old, new = r.choice(
            [
                (b"high", b"urgent"),
                (b"reference: user", b"type: string"),
                (b"x-many", b"x-few"),
                (b"  tag:\n", b"  document:\n"),
            ]
        )
        settings.write_bytes(before.replace(old, new))
    line = r.choice(_LOOKUPS)
    expected = looked_up(capsys, *line, "--no-cache")
    differs = looked_up(capsys, *line) != expected
    if before is not None:
        settings.write_bytes(before)
    return " ".join(line) if differs else None


def sequence(top: Path, seed: int, capsys: pytest.CaptureFixture[str], counts: Counter[str]) -> str | None:
    """Return what differs after one of some random edits, None where nothing does."""
    r = random.Random(seed)  # noqa: S311  # no secret
    between = random.Random(f"lookups {seed}")  # noqa: S311  # no secret
    names: list[str] = []
    said(capsys)
    for _ in range(_STEPS):
        names += [_edited(top, r) for _ in range(r.choice([1, 1, 1, 2]))]
        looks_up = between.random() < 0.3
        if looks_up and (differing := _looked_up(top, between, capsys)):
            return f"seed {seed}, {names}, {differing}"
        form = ("--format", r.choice(["json", "json", *FORMATS]))
        expected = said(capsys, "--no-cache", *form)
        counts["steps"] += not looks_up  # under other settings, files are read otherwise
        for _ in range(r.choice([1, 1, 2])):
            if said(capsys, *form) != expected:
                return f"seed {seed}, {names}, {form}"
    return None


@pytest.mark.slow
@pytest.mark.parametrize("part", range(4))
def test_whatever_is_edited_the_same_is_said_as_without_what_earlier_runs_have_found(  # noqa: PLR0917  # fixtures
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    parts: Counter[str],
    part: int,
) -> None:
    number = int(os.environ.get("QAFILES_SEQUENCES", samples(1000, 24))) // 8
    first = int(os.environ.get("QAFILES_SEED", "0")) + part * number
    differing = []
    for seed in range(first, first + number):
        folder = tmp_path / f"{seed}/data"
        shutil.copytree(pattern, folder, symlinks=True)
        if seed % 3:
            at_rest(folder)
        monkeypatch.chdir(folder)
        answer = sequence(folder, seed, capsys, parts)
        differing += [answer] if answer else []
        monkeypatch.chdir(tmp_path)
        shutil.rmtree(folder.parent)
    log = os.environ.get("QAFILES_SEQUENCES_LOG")
    if log:
        line = f"{time.strftime('%FT%T')} trees: {number} sequences from seed {first}, {len(differing)} differ; {dict(parts)}\n"
        with Path(log).open("a", encoding="utf-8") as stream:
            stream.write(line)
    assert differing == []
    if number < 100:
        return  # of a few, chance and the machine's speed decide what is looked at in parts
    assert parts["partial"] > 0.3 * parts["steps"]
    assert parts["rules"] > 20 * parts["partial"]
    assert parts["ahead"] > 0.2 * parts["steps"]


@pytest.mark.slow
def test_after_one_change_only_its_rules_run(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    parts: Counter[str],
) -> None:
    folder = tmp_path / "data"
    shutil.copytree(pattern, folder, symlinks=True)
    at_rest(folder)
    time.sleep(2.1)  # what has just been written counts with its content
    monkeypatch.chdir(folder)
    said(capsys)
    parts.clear()
    place = folder / "organizations/acme/projects/shop/test_cases/suite/pay.yaml"
    place.write_text("# Moves all that follows\n" + place.read_text().replace("Pay with", "Pay by card with"))
    expected = said(capsys, "--no-cache", "--format", "json")
    with monkeypatch.context() as patch:
        patch.setattr("qafiles.validation.run.load_source", None)
        assert said(capsys, "--format", "json") == expected
    assert parts["partial"] == 1
    assert parts["rules"] > 40


def test_everything_is_looked_at_where_the_variable_says_so(
    pattern: Path,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    parts: Counter[str],
) -> None:
    shutil.copytree(pattern, tmp_path / "data", symlinks=True)
    monkeypatch.chdir(tmp_path / "data")
    monkeypatch.setenv("QAFILES_PARTIAL", "0")
    monkeypatch.setattr(again, "load_kept", None)
    assert said(capsys)[0] == 1
    assert parts["partial"] == 0


def test_what_was_read_with_other_custom_fields_is_no_earlier_state(
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    parts: Counter[str],
) -> None:
    fields = ("    x-a: {reference: user}\n", "    x-b: {reference: browser_config}\n")
    settings = ["version: 1\nfields:\n  user:\n" + "".join(order) for order in (fields, fields[::-1])]
    user = "id: u1aaaaaaaaaaaaaaaaaaaaaa\nname: Ada\nemail: ada@example.com\n"
    text = f"{user}x-a: ada\nx-b: desktop\n"
    desktop = "id: d1aaaaaaaaaaaaaaaaaaaaaa\nbrowser_config: {}\n"
    folder = committed(
        tmp_path / "data",
        {"qafiles.yaml": settings[0], "users/ada.yaml": text, "browser_configs/desktop.yaml": desktop},
    )
    monkeypatch.chdir(folder)
    said(capsys)
    (folder / "qafiles.yaml").write_text(settings[1])
    tree = WorkingTree.asked(".")
    assert tree is not None
    assert load_kept(tree) is not None
    (folder / "qafiles.yaml").write_text(settings[0])
    # With the other fields, the values of the text before would be taken for these.
    (folder / "users/ada.yaml").write_text(f"{user}x-a: desktop\nx-b: ada\n")
    expected = said(capsys, "--no-cache")
    assert "no user is called `desktop`" in expected[1]
    parts.clear()
    assert said(capsys) == expected
    assert parts["partial"] == 0
