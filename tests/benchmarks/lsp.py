"""How long the language server takes to answer a keystroke; it prints and asserts nothing about time.

python -m tests.benchmarks.lsp --files 10000 --keys 60
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from tests.benchmarks.real_like import data_root
from tests.benchmarks.repository import committed, program_at
from tests.benchmarks.typing_in_editor import typed
from tests.lsp.client import Editor


def _milliseconds(function: Callable[[], object]) -> float:
    start = time.perf_counter()
    function()
    return 1000 * (time.perf_counter() - start)


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


def _row(label: str, times: list[float]) -> None:
    ordered = sorted(times)
    worst = ordered[min(len(ordered) - 1, round(0.95 * len(ordered)))]
    _say(f"{label:<44} {statistics.median(times):8.1f} {worst:8.1f} {ordered[-1]:8.1f}")


def main() -> None:
    """Generate, open, type and ask, and print a table."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--files", type=int, default=10_000)
    parser.add_argument("--keys", type=int, default=60)
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        program = program_at(Path(sys.executable).with_name("qafiles"), Path(name) / "cache")
        repository = committed("", Path(name) / "data", program, data_root(arguments.files), 0)
        folder = repository.folder
        case = folder / repository.case
        organization, project, handle = repository.tag.split("/")
        tag = folder / f"organizations/{organization}/projects/{project}/tags/{handle}.yaml"
        editor = Editor(folder, command=program.command, environment=program.environment)
        editor.open(case)
        _say(f"{arguments.files} files, {arguments.keys} keys, {os.cpu_count()} cores; milliseconds")
        _say(f"{'':<44} {'median':>8} {'95 %':>8} {'worst':>8}")
        _row("first answer, with loading", [_milliseconds(lambda: editor.hover(case, "document_id: "))])
        time.sleep(3)
        requests: dict[str, Callable[[], object]] = {
            "completion of a tag": lambda: editor.complete(case, "tags:\n  - "),
            "completion of a document": lambda: editor.complete(case, "document_id: "),
            "hover": lambda: editor.hover(case, "document_id: "),
            "definition": lambda: editor.definition(case, "document_id: "),
            "references to a tag": lambda: editor.references(case, "tags:\n  - "),
            "rename of a tag": lambda: editor.rename(case, "tags:\n  - ", "renamed"),
            "workspace symbols": lambda: editor.symbols(case.stem[:12]),
        }
        for label, request in requests.items():
            _row(label, [_milliseconds(request) for _ in range(10)])
        _row("keystroke, typing fast", typed(editor, case, arguments.keys, 0.05))
        time.sleep(3)
        # The pause ends when the rules are halfway through the data root, so that the next key disturbs them.
        _row("keystroke, while all rules run", typed(editor, case, arguments.keys // 2, 0.45))
        editor.change(case, case.read_text())
        time.sleep(3)
        editor.open(tag)
        start = time.perf_counter()
        editor.published.clear()
        editor.change(tag, tag.read_text().replace("color: ", "colour: "))
        time.sleep(0.1)
        editor.on_disk(tag)
        editor.until(lambda: editor.codes(tag))
        _row("a finding in the changed file", [1000 * (time.perf_counter() - start) - 100])
        start = time.perf_counter()
        tag.rename(tag.with_name("renamed.yaml"))
        editor.close(tag)
        editor.on_disk(tag, tag.with_name("renamed.yaml"))
        editor.until(
            lambda: any(item.diagnostics for item in editor.published if not item.uri.endswith(tag.name))
        )
        _row("findings in others after a rename on disk", [1000 * (time.perf_counter() - start)])
        editor.stop()


if __name__ == "__main__":
    main()
