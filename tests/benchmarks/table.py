"""The printed table: medians, ratios, bars, and the machine that they were measured on."""

import json
import os
import platform
import statistics
import subprocess
from collections.abc import Iterable, Sequence
from typing import Any, NamedTuple

from tests.benchmarks.measure import Cost
from tests.benchmarks.repository import Program

_LIBRARIES = ("PyYAML", "yaml-rs", "pydantic-core", "jsonschema-rs", "click")


class Pair(NamedTuple):
    """What a row and its reference cost, one right after the other; rows with an absolute bar have no reference."""

    ours: Cost
    reference: Cost | None


class Measured(NamedTuple):
    """A row's medians: seconds, and ratios of wall and of CPU time, or the figure in the bar's unit."""

    name: str
    work: str
    of: str
    bar: float | None
    wall: float
    cpu: float
    ratio: float
    cpu_ratio: float | None

    @property
    def holds(self) -> bool | None:
        """Whether the wall time, or the figure in the bar's unit, is within the bar; None where there is no bar.

        All cores together need the CPU time, whatever else the machine does: a wall time that is less by luck holds nothing.
        """
        if self.bar is None:
            return None
        least = (self.cpu_ratio or 0) / (os.cpu_count() or 1)
        return max(self.ratio, least) <= self.bar


def measured(name: str, work: str, of: str, bar: float | None, pairs: Sequence[Pair]) -> Measured:
    """Return the medians of rounds, each of which has its own ratio."""
    wall = statistics.median(pair.ours.wall for pair in pairs)
    cpu = statistics.median(pair.ours.cpu for pair in pairs)
    mib = max(pair.ours.mib for pair in pairs)
    compared = [(pair.ours, pair.reference) for pair in pairs if pair.reference]
    if not compared:
        figure = mib if of == "MiB" else 1000 * wall
        return Measured(name, work, of, bar, wall, cpu, figure, None)
    ratio = statistics.median(ours.wall / theirs.wall for ours, theirs in compared)
    # A tick of the clock of CPU time is the least that is told apart.
    of_cpu = statistics.median(ours.cpu / max(theirs.cpu, 0.001) for ours, theirs in compared)
    return Measured(name, work, of, bar, wall, cpu, ratio, of_cpu)


HEADING = (
    f"{'work':<48} {'wall s':>8} {'CPU s':>8} {'wall':>7} {'CPU':>7}  {'of':<15} {'bar':>6} {'holds':>6}"
)


def line(row: Measured) -> str:
    """Return a line of the table."""
    cpu = f"{row.cpu_ratio:7.2f}" if row.cpu_ratio is not None else f"{'':>7}"
    bar = f"{row.bar:g}" if row.bar is not None else "-"
    holds = {None: "-", True: "yes", False: "no"}[row.holds]
    return f"{row.work:<48} {row.wall:8.3f} {row.cpu:8.3f} {row.ratio:7.2f} {cpu}  {row.of:<15} {bar:>6} {holds:>6}"


def machine(program: Program) -> list[str]:
    """Return lines about the machine, its load, and the versions of what takes part."""
    asked = (
        "import platform; from importlib import metadata\n"
        "print(platform.python_version(), *(f'{name} {metadata.version(name)}' for name in "
        f"{_LIBRARIES!r} if any(metadata.distributions(name=name))), sep=', ')"
    )
    versions = _printed([program.python, "-c", asked], program)
    git = _printed(["git", "--version"], program).removeprefix("git version ")
    load = ", ".join(f"{one:.1f}" for one in os.getloadavg())
    lines = [
        f"{platform.system()} {platform.machine()}, {os.cpu_count()} cores, load {load} (1, 5, 15 minutes)",
        f"{_printed([*program.command, '--version'], program)}, Python {versions}, git {git}",
    ]
    if os.getloadavg()[0] >= 1:
        lines.append(
            "The machine does other work: bars are meant for a load below 1; until then compare CPU."
        )
    return lines


def _printed(command: Sequence[str], program: Program) -> str:
    return subprocess.run(
        command, env=program.environment, capture_output=True, text=True, check=True
    ).stdout.strip()


def as_json(tables: Iterable[tuple[str, list[Measured]]], about: list[str]) -> str:
    """Return the tables as a JSON document."""
    document: dict[str, Any] = {
        "machine": about,
        "tables": [
            {"data": title, "rows": [{**row._asdict(), "holds": row.holds} for row in rows]}
            for title, rows in tables
        ],
    }
    return json.dumps(document, indent=2) + "\n"
