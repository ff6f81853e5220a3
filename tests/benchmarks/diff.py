"""What a comparison costs, as a ratio to `git diff-tree` between the same revisions in the same run.

python -m tests.benchmarks.diff --files 10000 --commits 2000
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from tests.benchmarks.measure import cost
from tests.benchmarks.real_like import data_root
from tests.history.generated import generated_history


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate a history, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--folder", type=Path, help="a generated history that is there already")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or generated_history(
            Path(name) / "data", dict(data_root(options.files)), options.commits, 1
        )
        last = options.commits - 1
        far, near = f"c{last - options.commits // 2}..c{last}", f"c{last - 10}..c{last}"
        qafiles = [sys.executable, "-m", "qafiles", "-C", str(folder)]
        commands = {
            "git diff-tree, half of the history": [
                *("git", "-C", str(folder), "diff-tree", "-r", "-z", "--raw", *far.split("..")),
            ],
            f"diff {far}": [*qafiles, "diff", far, "--format", "json"],
            f"diff {near}": [*qafiles, "diff", near, "--format", "json"],
            "diff of HEAD and the working tree": [*qafiles, "diff", "--format", "json"],
            "qafiles --version": [*qafiles, "--version"],
        }
        found: dict[str, list[float]] = {title: [] for title in commands}
        for _ in range(options.rounds):
            for title, command in commands.items():
                found[title].append(cost(command).wall)
        for title, walls in found.items():
            print(f"{statistics.median(walls):8.3f} s  {title}")


if __name__ == "__main__":
    main()
