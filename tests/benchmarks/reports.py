"""What reports cost, as ratios to a cold `validate` of the same data root in the same run.

python -m tests.benchmarks.reports --files 10000 --commits 2000
python -m tests.benchmarks.reports --folder path/of/a/data/root
"""

import argparse
import statistics
import sys
import tempfile
from collections.abc import Sequence
from pathlib import Path

from qafiles.reports import REPORTS
from tests.benchmarks.measure import cost
from tests.benchmarks.real_like import data_root
from tests.history.generated import generated_history


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate a history or take what is there, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--commits", type=int, default=2_000)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument(
        "--folder", type=Path, help="a data root that is there already; with git, it has two commits"
    )
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or generated_history(
            Path(name) / "data", dict(data_root(options.files)), options.commits, 1
        )
        has_history = any((place / ".git").exists() for place in (folder, *folder.parents))
        qafiles = [sys.executable, "-m", "qafiles", "-C", str(folder)]
        output = str(Path(name) / "report")
        # Everything is checked, and what a generated history has wrong is not told.
        commands = {"validate": [*qafiles, "validate", "--ignore", "QF"]}
        for report in REPORTS:
            if report == "results":
                continue  # is made from result files; tests.benchmarks.results measures it
            if has_history or report not in {"changes", "activity", "stale"}:
                more = ["HEAD~1..HEAD"] if report == "changes" else []
                commands[f"report {report}"] = [*qafiles, "report", report, *more, "-o", output]
        for format_ in ("markdown", "json", "csv", "xlsx", "html"):
            title = f"report traceability --format {format_}"
            commands[title] = [*qafiles, "report", "traceability", "--format", format_, "-o", output]
        found: dict[str, list[float]] = {title: [] for title in commands}
        for _ in range(options.rounds):
            for title, command in commands.items():
                found[title].append(cost(command).wall)
        base = statistics.median(found["validate"])
        for title, walls in found.items():
            wall = statistics.median(walls)
            print(f"{wall:8.3f} s  {wall / base:5.2f}  {title}")


if __name__ == "__main__":
    main()
