"""What it costs to join result files: CPU of `report results`, as a ratio to the parser of the standard library and one `list`.

python -m tests.benchmarks.results --files 26000 --tests 100000
python -m tests.benchmarks.results --folder path/of/a/data/root
"""

import argparse
import json
import statistics
import sys
import tempfile
from collections.abc import Iterator, Sequence
from pathlib import Path
from xml.sax.saxutils import quoteattr

from qafiles import load
from tests.benchmarks.measure import cost, peak_together
from tests.benchmarks.real_like import write

_PARSE = {
    "junit": "import sys, xml.etree.ElementTree as E\nfor p in sys.argv[1:]: E.parse(p)",
    "playwright": "import sys, json\nfor p in sys.argv[1:]: json.load(open(p))",
}
_FILES = 10
"""Files of a run: each shard writes one."""


def main(arguments: Sequence[str] | None = None) -> None:
    """Generate a data root or take what is there, write a run, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=26_000)
    parser.add_argument("--tests", type=int, default=100_000)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--configs", type=int, default=3, help="browser configs in which each test case runs")
    parser.add_argument("--folder", type=Path, help="a data root that is there already")
    options = parser.parse_args(arguments)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name) / "data"
        if options.folder is None:
            write(folder, options.files)
        snapshot = load(folder)
        ids = [str(file.id) for file in snapshot.of_kind("test_case")]
        configs = [file.handle for file in snapshot.of_kind("browser_config")][: options.configs]
        print(f"{len(ids):,} test cases, {options.tests:,} tests")
        qafiles = [sys.executable, "-m", "qafiles", "-C", str(folder)]
        for format_, texts in (("junit", _junit), ("playwright", _playwright)):
            paths = []
            for number, text in enumerate(texts(ids, configs, options.tests)):
                paths.append(Path(name) / f"{format_}{number}.{'xml' if format_ == 'junit' else 'json'}")
                paths[-1].write_text(text, encoding="utf-8")
            patterns = [word for path in paths for word in (f"--{format_}", str(path))]
            _measure(
                format_,
                options.rounds,
                [sys.executable, "-c", _PARSE[format_], *map(str, paths)],
                [*qafiles, "list", "test_case", "--format", "ids"],
                [*qafiles, "report", "results", *patterns, "--format", "json"],
            )


def _measure(format_: str, rounds: int, parse: list[str], listing: list[str], report: list[str]) -> None:
    cpu: dict[str, list[float]] = {}
    for _ in range(rounds):
        for title, command in (("parse", parse), ("list", listing), ("report", report)):
            cpu.setdefault(title, []).append(cost(command).cpu)
    peak = peak_together(report)
    seconds = {title: statistics.median(times) for title, times in cpu.items()}
    ratio = seconds["report"] / (seconds["parse"] + seconds["list"])
    print(
        f"{format_:11} parse {seconds['parse']:6.2f} s  list {seconds['list']:6.2f} s  report {seconds['report']:6.2f} s"
        f"  ratio {ratio:5.2f}  peak {peak:,.0f} MiB"
    )


def _outcome(number: int) -> str:
    return "failed" if number % 20 == 0 else "skipped" if number % 31 == 0 else "passed"


def _junit(ids: list[str], configs: list[str], tests: int) -> Iterator[str]:
    inside = {
        "failed": '<failure message="Error: expected 3 to be 4" type="Error">Error: expected 3 to be 4\n    at cart.spec.ts:3:4</failure>',
        "skipped": "<skipped/>",
        "passed": "",
    }
    for first in range(0, tests, tests // _FILES):
        pieces = [
            f'<testcase name="cart &gt; a test with number {number}" classname="shop.spec.ts" time="{number % 9 / 7:.3f}"><properties>'
            f'<property name="qafiles" value={quoteattr(ids[number % len(ids)])}/>'
            f'<property name="browser_config" value={quoteattr(configs[number // len(ids) % len(configs)])}/>'
            f"</properties>{inside[_outcome(number)]}</testcase>"
            for number in range(first, min(tests, first + tests // _FILES))
        ]
        yield f'<testsuites><testsuite name="shop.spec.ts">{"".join(pieces)}</testsuite></testsuites>'


def _playwright(ids: list[str], configs: list[str], tests: int) -> Iterator[str]:
    status = {"failed": "unexpected", "skipped": "skipped", "passed": "expected"}
    for first in range(0, tests, tests // _FILES):
        specs = []
        for number in range(first, min(tests, first + tests // _FILES)):
            outcome = _outcome(number)
            errors = (
                [{"message": "Error: expected 3 to be 4\n at cart.spec.ts"}] if outcome == "failed" else []
            )
            specs.append(
                {
                    "title": f"a test with number {number}",
                    "ok": outcome != "failed",
                    "tags": [f"qa:{ids[number % len(ids)]}"],
                    "tests": [
                        {
                            "timeout": 30000,
                            "annotations": [{"type": "qafiles", "description": ids[number % len(ids)]}],
                            "expectedStatus": "passed",
                            "projectId": "p",
                            "projectName": configs[number // len(ids) % len(configs)],
                            "results": [
                                {
                                    "workerIndex": 0,
                                    "status": outcome,
                                    "duration": number % 900,
                                    "errors": errors,
                                    "stdout": [],
                                    "stderr": [],
                                    "retry": 0,
                                    "startTime": "2026-01-02T03:04:05.000Z",
                                    "attachments": [],
                                }
                            ],
                            "status": status[outcome],
                        }
                    ],
                    "id": f"0f0f0f{number}",
                    "file": "shop.spec.ts",
                    "line": number % 1000 + 1,
                    "column": 1,
                }
            )
        suite = {"title": "shop.spec.ts", "file": "shop.spec.ts", "column": 0, "line": 0, "specs": specs}
        yield json.dumps(
            {"config": {"rootDir": "/app", "version": "1.65.1"}, "suites": [suite], "errors": []}, indent=2
        )


if __name__ == "__main__":
    main()
