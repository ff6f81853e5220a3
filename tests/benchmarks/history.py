"""What the history of all entities costs, as ratios to the bare `git log --raw` of the same repository.

python -m tests.benchmarks.history --files 10000 --commits 2000 --rounds 5 [--keep DIR]
"""

import argparse
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from qafiles.history import history_of
from qafiles.sources.data_root import open_source
from tests.benchmarks.generate import data_root
from tests.benchmarks.run import cost
from tests.history.generated import generated_history


def seconds(work: Callable[[], object]) -> float:
    """Return the wall time of a piece of work."""
    start = time.perf_counter()
    work()
    return time.perf_counter() - start


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
        if not folder.exists():
            generated_history(folder, dict(data_root(arguments.files)), arguments.commits, 1)
        measure(folder, arguments.rounds)


def commit_before(git: list[str], count: int) -> str:
    """Return a commit of the main line that all later ones came after, at least so many of them."""
    listed = subprocess.run(
        [*git, "rev-list", "--date-order", "--parents", "HEAD"], capture_output=True, text=True, check=True
    )
    waiting: set[str] = set()
    for number, line in enumerate(listed.stdout.splitlines()):
        name, *parents = line.split()
        waiting.discard(name)
        if number >= count and not waiting:
            return name
        waiting.update(parents)
    raise SystemExit("the history is too short")


def measure(folder: Path, rounds: int) -> None:
    """Print medians of a repository."""
    git = ["git", "-C", str(folder)]
    bare = [*git, "log", "--raw", "-z", "--no-abbrev", "--no-renames"]
    # Written to a pipe: git does less where its output goes nowhere.
    raw = ["sh", "-c", '"$@" | cat >/dev/null', "sh", *bare]
    source = open_source(folder)
    cache = folder / ".git" / "qafiles"

    def cold() -> None:
        shutil.rmtree(cache, ignore_errors=True)
        history_of(source)

    def again() -> None:
        for place in cache.glob("history-*"):
            place.unlink()
        history_of(source)

    def shown(verb: str) -> float:
        return cost([sys.executable, "-m", "qafiles", "-C", str(folder), verb, path]).wall

    path = next(entry.path for entry in source.entries() if "/test_cases/" in entry.path)
    before = commit_before(git, 10)
    cost([*git, "commit-graph", "write", "--reachable", "--changed-paths"])
    rows: dict[str, list[tuple[float, float]]] = {}
    for _ in range(rounds):
        base = cost(raw).wall
        rows.setdefault("history, without a cache", []).append((seconds(cold), base))
        rows.setdefault("history, blobs are known", []).append((seconds(again), base))
        rows.setdefault("history, result is known", []).append((seconds(lambda: history_of(source)), base))
        for place in cache.glob("history-*"):
            place.unlink()
        history_of(source, before)
        rows.setdefault("history, with commits on top", []).append(
            (seconds(lambda: history_of(source)), base)
        )
        one = cost([*git, "log", "--format=%H", "--", path]).wall
        for place in cache.glob("history-*"):
            place.unlink()
        rows.setdefault("qafiles log, to git log -- path", []).append((shown("log"), one))
        rows.setdefault("qafiles log again, to the same", []).append((again_log := shown("log"), one))
        start = cost([sys.executable, "-c", "pass"]).wall
        rows.setdefault("qafiles log again, to python -c", []).append((again_log, start))
        rows.setdefault("qafiles show, to python -c", []).append((shown("show"), start))
    print(f"{'what':<34} {'seconds':>8} {'ratio':>7}")
    for label, pairs in rows.items():
        wall = statistics.median(pair[0] for pair in pairs)
        print(f"{label:<34} {wall:8.3f} {statistics.median(a / b for a, b in pairs):7.2f}")


if __name__ == "__main__":
    main()
