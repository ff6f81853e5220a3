"""How long the language server takes, as somebody at an editor sees it: until the first findings, and from key to findings."""

import statistics
import time
from functools import cache
from pathlib import Path

from tests.benchmarks.measure import Cost, cost, cpu_of
from tests.benchmarks.repository import Repository
from tests.lsp.client import Editor

_KEYS = 30


def _dangling(text: str, letters: int) -> str:
    """Return the text of a test case with a first tag that no file has, so that there is a finding to wait for."""
    return text.replace("\ntags:\n  - ", f"\ntags:\n  - {'x' * letters}", 1)


def typed(editor: Editor, path: Path, keys: int, pause: float) -> list[float]:
    """Return the milliseconds from each keystroke in the first tag to the findings that answer it."""
    text = editor.texts[path.as_uri()]
    times = []
    for key in range(keys):
        start = time.perf_counter()
        version = editor.change(path, _dangling(text, key + 1))

        def answered(version: int = version) -> bool:
            return any(item.version == version for item in editor.published)

        editor.until(answered)
        times.append(1000 * (time.perf_counter() - start))
        editor.published.clear()
        time.sleep(pause)
    return times


def _started(repository: Repository) -> Editor:
    program = repository.program
    return Editor(repository.folder, command=program.command, environment=program.environment)


def first_findings(repository: Repository, number: int) -> Cost:
    """Return what it costs to start the server, where nothing changed since `validate`, and to see the findings of an open file."""
    path = repository.folder / repository.case
    repository.settle()
    repository.settled = False
    text = path.read_text("utf-8")
    dangling = _dangling(text, number + 1)
    path.write_text(dangling, "utf-8")
    time.sleep(0.05)
    repository.status()
    command = [*repository.program.command, "validate"]
    cost(command, repository.program.environment, (1,), repository.folder)
    seen = _until_seen(repository, dangling)
    path.write_text(text, "utf-8")
    return seen


def first_findings_of_unsaved(repository: Repository, number: int) -> Cost:
    """Return what it costs to start the server and to see what is wrong in an open file that is not saved."""
    path = repository.folder / repository.case
    return _until_seen(repository, _dangling(path.read_text("utf-8"), number + 1))


@cache
def _warm() -> None:
    """Let the client make what it reads messages with, which takes longer than the server needs, and once only."""
    Editor().stop()


def _until_seen(repository: Repository, text: str) -> Cost:
    """Return what the server costs until an open text's findings are there; what the editor does before counts as nothing."""
    _warm()
    path = repository.folder / repository.case
    editor = _started(repository)
    editor.open(path, text)
    editor.until(lambda: "QF401" in editor.codes(path), 120)
    wall, cpu = time.perf_counter() - editor.started, cpu_of(editor.process.pid)
    editor.stop()
    return Cost(wall, cpu)


def keystroke(repository: Repository, number: int) -> Cost:
    """Return the median time from a keystroke to the findings that answer it; CPU is that of the server for each."""
    path = repository.folder / repository.case
    editor = _started(repository)
    editor.open(path)
    editor.change(path, _dangling(path.read_text("utf-8"), number + 40))
    editor.until(lambda: "QF401" in editor.codes(path), 120)
    time.sleep(2)
    before = cpu_of(editor.process.pid)
    times = typed(editor, path, _KEYS, 0.05)
    cpu = cpu_of(editor.process.pid) - before
    editor.stop()
    return Cost(statistics.median(times) / 1000, cpu / _KEYS)
