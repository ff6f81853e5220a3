import random
from collections.abc import Sequence
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest

from qafiles.diff import diff
from qafiles.layout import Place, classify
from qafiles.parsing import parse
from qafiles.parsing.ids import legible_id
from qafiles.parsing.values import same
from qafiles.sources import GitObjectSource, Source, SourceEntry
from qafiles.sources.data_root import open_source
from tests.benchmarks.generate import data_root
from tests.conftest import git, samples
from tests.history.generated import generated_history

Data = dict[str, dict[str, Any]]


def _data(source: Source) -> Data:
    """Return the data of every entity file, read without any of what compares them."""
    entries = [entry for entry in source.entries() if isinstance(classify(entry.path), Place)]
    found = {}
    for entry, content in zip(entries, source.read(entries), strict=True):
        data = parse(content).data if isinstance(content, bytes) else None
        found[entry.path] = data if isinstance(data, dict) else {}
    return found


def _check(folder: Path, pairs: Sequence[tuple[int, int]]) -> None:
    known: dict[int, tuple[Source, Data]] = {}
    for number in {number for pair in pairs for number in pair}:
        source = open_source(folder, rev=f"c{number}")
        known[number] = source, _data(source)
    for old, new in pairs:
        before, after = known[old], known[new]
        found = diff(before[0], after[0])
        assert same(found.applied(before[1]), after[1]), (old, new)
        assert bool(found) or same(before[1], after[1]) or found.rewritten
        assert diff(before[0], before[0]) == type(found)(())


def _sampled(commits: int, number: int, seed: int) -> list[tuple[int, int]]:
    source = random.Random(seed)  # noqa: S311  # test data
    return [(source.randrange(commits), source.randrange(commits)) for _ in range(number)]


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, pytest.param(2, marks=pytest.mark.slow)])
def test_a_diff_applied_to_its_first_state_gives_the_second(tmp_path: Path, seed: int) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(150)), 60, seed)
    _check(folder, _sampled(60, 25, seed))


@pytest.mark.slow
@pytest.mark.corpus
def test_a_diff_across_a_large_history_gives_the_second_state(tmp_path: Path, corpus: Path) -> None:
    files = {
        path.relative_to(corpus).as_posix(): path.read_text(encoding="utf-8")
        for path in sorted(corpus.rglob("*.yaml"))
    }
    commits = samples(2000, 50)
    folder = generated_history(tmp_path / "data", files, commits, 7)
    _check(folder, [*_sampled(commits, samples(30, 6), 7), (0, commits - 1), (commits - 1, 0)])


class _Counted(GitObjectSource):
    """A revision that notes which blobs are read."""

    @cached_property
    def read_blobs(self) -> list[str]:
        return []

    def read(self, entries: Sequence[SourceEntry]) -> Any:
        self.read_blobs.extend(entry.blob for entry in entries)
        return super().read(entries)


def _counted(folder: Path, revision: str) -> _Counted:
    source = open_source(folder, rev=revision)
    assert isinstance(source, GitObjectSource)
    return _Counted(source.repository, source.folder, source.revision)


def _differ(folder: Path, old: str, new: str) -> set[str]:
    """Return the blobs of both revisions at paths that differ."""
    raw = git(folder, "diff-tree", "-r", "--raw", "--no-renames", "--no-abbrev", old, new)
    return {blob for line in raw.splitlines() for blob in line.split()[2:4]}


def test_beside_what_differs_only_what_ids_in_changed_fields_may_name_is_read(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(300)), 40, 3)
    before, after = _counted(folder, "c0"), _counted(folder, "c39")
    assert diff(before, after)
    paths = {entry.blob: entry.path for entry in (*before.entries(), *after.entries())}
    others = {paths[blob] for blob in (*before.read_blobs, *after.read_blobs)} - {
        paths[blob] for blob in _differ(folder, "c0", "c39") if blob in paths
    }
    kinds = {place.kind for place in map(classify, others) if isinstance(place, Place)}
    assert kinds <= {"tag", "document", "browser_config"}


def test_where_references_are_handles_nothing_but_what_differs_is_read(tmp_path: Path) -> None:
    folder = tmp_path / "data"
    files = dict(data_root(200))
    names = {legible_id(parse(text.encode()).data, text.encode()): path for path, text in files.items()}
    for id_, target in names.items():
        place = classify(target)
        if id_ and isinstance(place, Place):
            for path in files.keys() - {target}:
                files[path] = files[path].replace(id_, place.handle)
    generated_history(folder, files, 30, 4)
    before, after = _counted(folder, "c0"), _counted(folder, "c29")
    assert diff(before, after)
    assert {*before.read_blobs, *after.read_blobs} <= _differ(folder, "c0", "c29")
