"""What qafiles costs, as ratios to reading the same files with PyYAML's C loader in the same run.

python -m tests.benchmarks.run --files 10000 --rounds 5
"""

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import NamedTuple

from tests.benchmarks.generate import write

_BASE = """
import os, sys, yaml
for folder, _, names in os.walk(sys.argv[1]):
    for name in names:
        if name.endswith(".yaml"):
            with open(os.path.join(folder, name), "rb") as file:
                yaml.load(file, yaml.CSafeLoader)
"""


class Cost(NamedTuple):
    """Wall seconds of one whole process, the peak memory of the largest process in MiB, and seconds of CPU of all of them."""

    wall: float
    mib: float
    cpu: float = 0.0


def cost(command: list[str]) -> Cost:
    """Return what a command costs; it must succeed."""
    start = time.perf_counter()
    process = subprocess.Popen(command, stdout=subprocess.DEVNULL)  # our own commands
    _, status, usage = os.wait4(process.pid, 0)
    wall = time.perf_counter() - start
    process.returncode = os.waitstatus_to_exitcode(status)
    if process.returncode:
        raise SystemExit(f"{' '.join(command)} exited with {process.returncode}")
    return Cost(wall, usage.ru_maxrss / 1024, usage.ru_utime + usage.ru_stime)


def main() -> None:
    """Generate, commit, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--rounds", type=int, default=5)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        write(folder, arguments.files)
        git = [
            "git",
            "-C",
            name,
            "-c",
            "user.name=b",
            "-c",
            "user.email=b@example.com",
            "-c",
            "commit.gpgsign=false",
        ]
        for step in (["init", "-q"], ["add", "."], ["commit", "-qm", "generated"]):
            subprocess.run([*git, *step], check=True)  # our own commands
        qafiles = [sys.executable, "-m", "qafiles"]
        bare = [sys.executable, "-c", "pass"]
        base = [sys.executable, "-c", _BASE, name]
        measured = {
            "validate": ([*qafiles, "-C", name, "validate"], base),
            "validate --rev HEAD": ([*qafiles, "-C", name, "validate", "--rev", "HEAD"], base),
            "list test_case --format ids": (
                [*qafiles, "-C", name, "list", "test_case", "--format", "ids"],
                base,
            ),
            "--version": ([*qafiles, "--version"], bare),
            "--help": ([*qafiles, "--help"], bare),
            "explain QF401": ([*qafiles, "explain", "QF401"], bare),
        }
        print(f"{arguments.files} files, {arguments.rounds} rounds, {os.cpu_count()} cores; medians")
        print(f"{'command':<30} {'seconds':>8} {'ratio':>7}  of            {'MiB':>5}")
        for label, (command, reference) in measured.items():
            pairs = [(cost(reference), cost(command)) for _ in range(arguments.rounds)]
            ratio = statistics.median(ours.wall / theirs.wall for theirs, ours in pairs)
            wall = statistics.median(ours.wall for _, ours in pairs)
            peak = max(ours.mib for _, ours in pairs)
            what = "CSafeLoader" if reference is base else "python -c pass"
            print(f"{label:<30} {wall:8.2f} {ratio:7.3f}  {what:<14}{peak:5.0f}")


if __name__ == "__main__":
    main()
