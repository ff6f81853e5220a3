"""What the history of all entities costs, as ratios to the bare `git log --raw` of the same repository.

python -m tests.benchmarks.history --files 10000 --commits 2000 --rounds 5 [--keep DIR]

It is measured in this process, so it is the history of this checkout.
"""

import argparse
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Final

from qafiles.history import history_of
from qafiles.sources.data_root import open_source
from tests.benchmarks.measure import Cost, cost, cost_of
from tests.benchmarks.real_like import data_root
from tests.benchmarks.table import HEADING, Measured, Pair, line, measured
from tests.history.generated import generated_history

NAME: Final = "history"
_LOG, _ONE, _START = "git log --raw", "git log -- path", "python -c pass"
_ROWS: Final = (
    ("cold", "history of every entity, cold", _LOG, 9.0),
    ("blobs", "the same, blobs are known", _LOG, None),
    ("on-top", "the same, ten commits on top", _LOG, None),
    ("warm", "history of every entity, warm", _LOG, 3.0),
    ("log", "log ONE", _ONE, None),
    ("log-again", "log ONE again", _ONE, None),
    ("log-start", "log ONE again", _START, None),
)


def main() -> None:
    """Generate, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--keep", type=Path, help="use this repository, made if it is missing")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name) / "data"
        print(HEADING)
        for row in table(folder, arguments.files, arguments.commits, arguments.rounds):
            print(line(row))


def commit_before(git: list[str], count: int) -> str:
    """Return a commit of the main line that all later ones came after, at least so many of them."""
    listed = subprocess.run(
        [*git, "rev-list", "--date-order", "--parents", "HEAD"], capture_output=True, text=True, check=True
    )
    waiting: set[str] = set()
    for number, line_ in enumerate(listed.stdout.splitlines()):
        name, *parents = line_.split()
        waiting.discard(name)
        if number >= count and not waiting:
            return name
        waiting.update(parents)
    return name


def table(folder: Path, files: int, commits: int, rounds: int) -> list[Measured]:
    """Return the rows of a repository, which is generated where the folder is missing."""
    if not folder.exists():
        generated_history(folder, dict(data_root(files)), commits, 1)
    git = ["git", "-C", str(folder)]
    cost([*git, "commit-graph", "write", "--reachable", "--changed-paths"])
    pairs: dict[str, list[Pair]] = {name: [] for name, *_ in _ROWS}
    for _ in range(rounds):
        for name, pair in _round(folder, git).items():
            pairs[name].append(pair)
    return [measured(f"{NAME}-{name}", work, of, bar, pairs[name]) for name, work, of, bar in _ROWS]


def _round(folder: Path, git: list[str]) -> dict[str, Pair]:
    source = open_source(folder)
    cache = folder / ".git" / "qafiles"

    def forget() -> None:
        for place in cache.glob("history-*"):
            place.unlink()

    def whole() -> Cost:
        return cost_of(lambda: history_of(source))

    def log() -> Cost:
        return cost([sys.executable, "-m", "qafiles", "-C", str(folder), "log", path])

    path = next(entry.path for entry in source.entries() if "/test_cases/" in entry.path)
    # Written to a pipe: git does less where its output goes nowhere.
    bare = [*git, "log", "--raw", "-z", "--no-abbrev", "--no-renames"]
    raw = cost(["sh", "-c", '"$@" | cat >/dev/null', "sh", *bare])
    shutil.rmtree(cache, ignore_errors=True)
    costs = {"cold": Pair(whole(), raw)}
    forget()
    costs["blobs"] = Pair(whole(), raw)
    costs["warm"] = Pair(whole(), raw)
    forget()
    history_of(source, commit_before(git, 10))
    costs["on-top"] = Pair(whole(), raw)
    one = cost([*git, "log", "--format=%H", "--", path])
    forget()
    costs["log"] = Pair(log(), one)
    costs["log-again"] = Pair(log(), one)
    costs["log-start"] = Pair(log(), cost([sys.executable, "-c", "pass"]))
    return costs


if __name__ == "__main__":
    main()
