"""What the site of a data root costs, as a ratio to a cold `validate` of the same data in the same run.

python -m tests.benchmarks.site --rounds 3 DIR
"""

import argparse
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from tests.conftest import git


def seconds(folder: Path, *arguments: str | Path) -> float:
    """Return the wall time of a command of qafiles, without anything that an earlier one has kept."""
    shutil.rmtree(folder / ".git" / "qafiles", ignore_errors=True)
    return warm_seconds(folder, *arguments)


def warm_seconds(folder: Path, *arguments: str | Path) -> float:
    """Return the wall time of a command of qafiles."""
    with tempfile.TemporaryDirectory() as cache:
        start = time.perf_counter()
        subprocess.run(
            [sys.executable, "-m", "qafiles", "-C", folder, *arguments],
            check=True,
            stdout=subprocess.DEVNULL,
            env={**os.environ, "XDG_CACHE_HOME": cache},
        )
        return time.perf_counter() - start


def main() -> None:
    """Commit a copy of the data, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("data", type=Path)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder, out = Path(name) / "data", Path(name) / "site"
        shutil.copytree(arguments.data, folder, ignore=shutil.ignore_patterns(".git"))
        git(folder, "init", "-q")
        git(folder, "add", "-A")
        git(folder, "commit", "-qm", "first")
        validate, first, again = [], [], []
        for _ in range(arguments.rounds):
            validate.append(seconds(folder, "validate"))
            shutil.rmtree(out, ignore_errors=True)
            first.append(seconds(folder, "site", "-o", out))
            again.append(warm_seconds(folder, "site", "-o", out))
        base = statistics.median(validate)
        print(f"pages: {sum(1 for _ in out.rglob('*.html'))}")
        print(f"cold validate: {base:.2f} s")
        for label, times in (("site", first), ("site again, nothing changed", again)):
            middle = statistics.median(times)
            allowed = 3 * base + 5
            print(
                f"{label}: {middle:.2f} s, {middle / base:.1f} x validate, {middle / allowed:.2f} of 3 x validate + 5 s"
            )


if __name__ == "__main__":
    main()
