"""What qafiles costs: every row of the table, on real data and on generated data that resembles it.

python -m tests.benchmarks --corpus ../sylius-qa.tar.xz --rows validate-cold,validate-same --rounds 5

Ratios are those of a run and of what is named beside them, one right after the other: `base` is PyYAML's C loader on the same
files and nothing else, `GS` is `git status` without fsmonitor and untracked cache, `cold validate` is `validate --no-cache`.
Medians of the rounds. CPU is user and system time of all processes; on a machine that does other work, it is the ratio to
look at. A bar is a bar of wall time.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from tests.benchmarks import history, peers, real_like
from tests.benchmarks.corpus import files_of, multiplied
from tests.benchmarks.custom_fields import with_custom_fields
from tests.benchmarks.repository import Program, Repository, committed, program_at
from tests.benchmarks.rows import ROWS, rows_for
from tests.benchmarks.table import HEADING, Measured, as_json, line, machine, measured

_SMALL = 10_000
_LARGE = 100_000


def arguments_of(words: list[str] | None) -> argparse.Namespace:
    """Return the options of a command line."""
    names = [*(row.name for row in ROWS), history.NAME]
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        epilog=f"rows: {', '.join(names)}",
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    corpus = os.environ.get("QAFILES_CORPUS")
    parser.add_argument(
        "--corpus", type=Path, default=corpus, help="a real data root, or a tar archive of one"
    )
    parser.add_argument("--times", type=int, default=3, help="how many times over the corpus is taken (3)")
    parser.add_argument(
        "--files", type=int, default=12_000, help="how many files are generated; 0: none (12,000)"
    )
    parser.add_argument("--large", action="store_true", help="measure 100,000 generated files, too")
    parser.add_argument(
        "--custom-fields", action="store_true", help="declare ten fields of test cases, and use them"
    )
    parser.add_argument("--rows", default="", help="only these rows, with commas between them")
    parser.add_argument("--rounds", type=int, default=5, help="how many times each row is measured (5)")
    parser.add_argument(
        "--history", type=int, default=2_000, help="commits of the generated history (2,000); 0: none"
    )
    parser.add_argument(
        "--program", type=Path, help="the qafiles that is measured (the one beside this Python)"
    )
    parser.add_argument("--keep", type=Path, help="make the data in this folder, and take what is there")
    parser.add_argument("--json", type=Path, help="write the figures into this file, too")
    parser.add_argument("--peers", type=Path, help="measure other tools, too, installed below this folder")
    options = parser.parse_args(words)
    options.rows = [name for name in options.rows.split(",") if name]
    if unknown := sorted({*options.rows} - {*names}):
        parser.error(f"no row is called {', '.join(unknown)}; rows: {', '.join(names)}")
    return options


def main(words: list[str] | None = None) -> None:
    """Make the data, measure, and print a table for each data root."""
    options = arguments_of(words)
    with tempfile.TemporaryDirectory() as name:
        command = options.program or Path(sys.executable).with_name("qafiles")
        program = program_at(command.absolute(), Path(name) / "cache")
        _compile(program)
        about = machine(program)
        _say("\n".join(about))
        tables: list[tuple[str, list[Measured]]] = []
        for repository in _repositories(options, program, options.keep or Path(name)):
            rows = rows_for(options.rows, repository)
            if not rows:
                continue
            _say(f"\n{repository.title}; {options.rounds} rounds\n{HEADING}")
            tables.append((repository.title, []))
            for row in rows:
                pairs = [row.measured(repository, number) for number in range(1, options.rounds + 1)]
                bar = row.large_bar if repository.smaller and row.large_bar else row.bar
                tables[-1][1].append(measured(row.name, row.work, row.of, bar, pairs))
                _say(line(tables[-1][1][-1]))
        if options.history and (not options.rows or history.NAME in options.rows):
            files = options.files or _SMALL
            title = f"{min(files, _SMALL):,} generated files, history of {options.history:,} commits"
            _say(f"\n{title}; {options.rounds} rounds\n{HEADING}")
            folder = (options.keep or Path(name)) / "history"
            rows_of_history = history.table(folder, min(files, _SMALL), options.history, options.rounds)
            tables.append((title, rows_of_history))
            _say("\n".join(map(line, rows_of_history)))
        if options.json:
            options.json.write_text(as_json(tables, about), "utf-8")
    if options.peers:
        named = {"--folder": options.peers, "--corpus": options.corpus, "--program": options.program}
        peers.main([str(word) for pair in named.items() if pair[1] for word in pair])


def _repositories(options: argparse.Namespace, program: Program, folder: Path) -> Iterator[Repository]:
    """Yield the data roots that are asked for, each committed."""
    commits = options.rounds + 2
    suffix = "-fields" if options.custom_fields else ""
    fields = ", ten declared fields a test case" if options.custom_fields else ""

    def made(name: str, title: str, files: Iterable[tuple[str, str]]) -> Repository:
        if options.custom_fields:
            files = with_custom_fields(files)
        place = folder / f"{name}{suffix}-{commits}"
        repository = committed(f"{title}{fields}", place, program, files, commits)
        repository.title = f"{repository.files:,} files: {repository.title}"
        return repository

    if options.corpus:
        files = multiplied(files_of(options.corpus), options.times)
        yield made(f"corpus-{options.times}", f"{options.corpus.name}, {options.times} times over", files)
    else:
        _say("no real data: neither --corpus nor QAFILES_CORPUS names a data root")
    if options.files:
        files = real_like.data_root(options.files)
        yield made(f"generated-{options.files}", "generated, like the real ones", files)
    if options.large:
        small = made("generated-small", "generated", real_like.data_root(_SMALL))
        large = made("generated-large", "generated, like the real ones", real_like.data_root(_LARGE))
        large.smaller = small
        yield large


def _compile(program: Program) -> None:
    """Compile the program's own modules, as an installer does."""
    asked = "import compileall, pathlib, qafiles; compileall.compile_dir(pathlib.Path(qafiles.__file__).parent, quiet=2)"
    subprocess.run([program.python, "-c", asked], env=program.environment, check=True)


def _say(text: str) -> None:
    print(text, flush=True)


if __name__ == "__main__":
    main()
