"""What a command costs: wall time, CPU time and memory of it and of all processes that it starts."""

import contextlib
import os
import resource
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import NamedTuple


class Cost(NamedTuple):
    """Seconds of wall time, seconds of CPU time of all processes, and the most MiB that they had together where measured."""

    wall: float
    cpu: float
    mib: float = 0.0


def cost(
    command: Sequence[str],
    environment: Mapping[str, str] | None = None,
    codes: Sequence[int] = (0,),
    folder: Path | None = None,
) -> Cost:
    """Return what a command costs; it must exit with one of the codes.

    CPU time is user and system time of the process and of those that it started and waited for, as wait4(2) counts.
    """
    with tempfile.TemporaryFile() as errors:
        start = time.perf_counter()
        process = subprocess.Popen(
            command, stdout=subprocess.DEVNULL, stderr=errors, env=environment, cwd=folder
        )
        _, status, usage = os.wait4(process.pid, 0)
        wall = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        if process.returncode not in codes:
            errors.seek(0)
            message = errors.read().decode(errors="replace")[-1000:]
            raise SystemExit(f"{' '.join(command)[:1000]} exited with {process.returncode}\n{message}")
    return Cost(wall, usage.ru_utime + usage.ru_stime)


def cost_of(work: Callable[[], object]) -> Cost:
    """Return what a piece of work costs in this process and in those that it starts; memory is not measured."""
    start, before = time.perf_counter(), _used()
    work()
    return Cost(time.perf_counter() - start, _used() - before)


def _used() -> float:
    usages = (resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN))
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def cpu_of(process: int) -> float:
    """Return the seconds of CPU that a running process and those that it has waited for have used."""
    fields = Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()
    return sum(map(int, fields[11:15])) / os.sysconf("SC_CLK_TCK")


def peak_together(
    command: Sequence[str], environment: Mapping[str, str] | None = None, folder: Path | None = None
) -> float:
    """Return the most MiB that a command and all processes below it have at a time, pages that they share counted once.

    The sum of Pss in /proc/PID/smaps_rollup, looked at every 3 ms; 0 where there is no such file. Only what two looks in a row see counts:
    a process that is about to run another program shares the memory of its parent for a moment, and counts twice.
    """
    process = subprocess.Popen(
        command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, env=environment, cwd=folder
    )
    ended = threading.Event()
    peaks = [0.0]

    def watch() -> None:
        while not ended.wait(0.003):
            peaks.append(sum(_pss(pid) for pid in _family(process.pid)) / 1024)

    watcher = threading.Thread(target=watch)
    watcher.start()
    process.wait()
    ended.set()
    watcher.join()
    return max((min(pair) for pair in pairwise(peaks)), default=0)


def _family(process: int) -> list[int]:
    members = [process]
    for member in members:
        with contextlib.suppress(OSError):
            for task in Path(f"/proc/{member}/task").iterdir():
                members += map(int, (task / "children").read_text().split())
    return members


def _pss(process: int) -> int:
    with contextlib.suppress(OSError, ValueError, StopIteration):
        lines = Path(f"/proc/{process}/smaps_rollup").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith("Pss:"))
    return 0
