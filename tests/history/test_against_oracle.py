from pathlib import Path

import pytest

from qafiles.git.dates import timestamp
from qafiles.git.log import log
from qafiles.history import History, blame, entity_log, entity_logs, history_of
from qafiles.sources.data_root import open_source
from tests.benchmarks.generate import data_root
from tests.conftest import git, samples
from tests.history.generated import generated_history
from tests.history.oracle import Oracle


def agrees(history: History, oracle: Oracle) -> None:
    """Compare every entity that ever existed."""
    assert sorted(history.states) == oracle.ids
    assert sorted(commit.name for commit in history.commits) == sorted(oracle.commits)
    logs = entity_logs(history, oracle.ids)
    for index, id_ in enumerate(oracle.ids):
        entries = logs[id_]
        assert entries == entity_log(history, id_), id_
        assert [entry.commit.name for entry in reversed(entries)] == oracle.changes(index), id_
        number = oracle.rows[oracle.commits[-1]][index]
        state = history.last[id_]
        seen = oracle.states[number] if number >= 0 else (None, None)
        assert (state.path, state.blob) == seen, id_
        first = timestamp(history.states[id_][0].commit.authored)
        assert first == oracle.created(index).replace("+00:00", "Z"), id_
        if number < 0:
            continue
        assert state.version == oracle.version(index), id_
        assert timestamp(state.updated.authored) == oracle.updated(index).replace("+00:00", "Z"), id_
        found = {value.pointer: value.commit.name for value in blame(history, id_) if value.commit}
        assert found == oracle.blame(index), id_


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_history_of_every_entity_is_what_whole_trees_say(tmp_path: Path, seed: int) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(150)), 60, seed)
    assert git(folder, "rev-list", "--merges", "HEAD")
    agrees(history_of(open_source(folder)), Oracle(folder))


@pytest.mark.slow
def test_history_up_to_an_older_revision_is_that_of_its_ancestors(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(120)), 40, 5)
    agrees(history_of(open_source(folder), "c25"), Oracle(folder, "c25"))
    agrees(history_of(open_source(folder, rev="c25")), Oracle(folder, "c25"))


def test_log_holds_every_commit_with_its_real_parents(tmp_path: Path) -> None:
    folder = generated_history(tmp_path / "data", dict(data_root(120)), 40, 6)
    source = open_source(folder)
    history = history_of(source)
    assert history.repository is not None
    commits = log(history.repository, str(history.revision), ["users", "browser_configs"])
    listed = git(folder, "rev-list", "--parents", "--date-order", "HEAD").splitlines()
    assert [" ".join((commit.name, *commit.parents)) for commit in commits] == listed


@pytest.mark.slow
@pytest.mark.corpus
def test_history_of_a_large_repository_is_what_whole_trees_say(tmp_path: Path, corpus: Path) -> None:
    files = {p.relative_to(corpus).as_posix(): p.read_text("utf-8") for p in corpus.rglob("*.yaml")}
    folder = generated_history(tmp_path / "data", files, samples(2000, 40), 7)
    agrees(history_of(open_source(folder)), Oracle(folder))
