"""What other tools cost on the same test cases, as ratios to reading qafiles' files of them with PyYAML's C loader.

python -m tests.benchmarks.peers --items 300 --folder /tmp/peers

Each tool has an environment of its own below the folder, in a version that is named here; what can't be had is said. None
does all that `validate` does, and most do something that it doesn't: the table says what was run.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Final

from tests.benchmarks import peer_data, real_like
from tests.benchmarks.corpus import files_of
from tests.benchmarks.measure import Cost, cost
from tests.benchmarks.repository import Program, Repository, program_at
from tests.benchmarks.table import HEADING, Pair, line, machine, measured


@dataclass(frozen=True)
class Peer:
    """A tool: what installs it, what is run of it in which folder, and the exit codes of a run that did its work."""

    name: str
    packages: tuple[str, ...]
    does: str
    command: tuple[str, ...]
    data: str
    codes: tuple[int, ...] = (0,)


_SCHEMA: Final = "../test_case.schema.json"
_LINT: Final = "{extends: default, rules: {line-length: disable, document-start: disable}}"
_RYL: Final = ("ryl", "check", "-d", _LINT)
PEERS: Final = (
    Peer("ryl", ("ryl==0.26.1",), "lint of all files", (*_RYL, "--no-cache", "."), "root"),
    Peer(
        "ryl again", ("ryl==0.26.1",), "again, with its cache", (*_RYL, "--cache-dir", "../ryl", "."), "root"
    ),
    Peer("yamllint", ("yamllint==1.38.0",), "lint of all files", ("yamllint", "-d", _LINT, "."), "root"),
    Peer(
        "check-jsonschema",
        ("check-jsonschema==0.39.0",),
        "test cases against their schema",
        ("check-jsonschema", "--schemafile", _SCHEMA, "{cases}"),
        "root",
    ),
    Peer(
        "ajv-cli",
        ("ajv-cli@5.0.0", "ajv-formats@3.0.1"),
        "test cases against their schema",
        (
            *("ajv", "validate", "--spec=draft2020", "--strict=false", "-c", "ajv-formats", "-s", _SCHEMA),
            *("-d", "organizations/**/test_cases/**/*.yaml"),
        ),
        "root",
    ),
    Peer("fmf", ("fmf==1.7.0",), "ls: reads the tree", ("fmf", "ls"), "fmf"),
    Peer("tmt ls", ("tmt==1.78.0",), "tests ls: reads the tests", ("tmt", "tests", "ls"), "fmf"),
    Peer("tmt lint", ("tmt==1.78.0",), "tests lint", ("tmt", "tests", "lint"), "fmf", (0, 1)),
    Peer("doorstop", ("doorstop==3.2",), "checks items and links", ("doorstop",), "doorstop"),
    Peer(
        "strictdoc",
        ("strictdoc==0.30.4",),
        "export to JSON, links checked",
        ("strictdoc", "export", ".", "--formats=json", "--output-dir", "../strictdoc-out"),
        "strictdoc",
    ),
)


def installed(peer: Peer, folder: Path) -> str:
    """Return why a tool can't be had: the empty text where it is installed below the folder."""
    place = _place(peer, folder)
    if (place / "complete").is_file():
        return ""
    uv = Path(sys.executable).with_name("uv")
    if "@" in peer.packages[0]:
        steps = [
            ["npm", "install", "--silent", "--no-audit", "--no-fund", "--prefix", str(place), *peer.packages]
        ]
    elif uv.is_file():
        python = str(place / "bin" / "python")
        steps = [
            [str(uv), "venv", "-q", "--python", sys.executable, str(place)],
            [str(uv), "pip", "install", "-q", "--python", python, *peer.packages],
        ]
    else:
        steps = [
            [sys.executable, "-m", "venv", str(place)],
            [str(place / "bin" / "python"), "-m", "pip", "install", "-q", *peer.packages],
        ]
    for step in steps:
        try:
            subprocess.run(step, check=True, capture_output=True, text=True)
        except (OSError, subprocess.CalledProcessError) as error:
            return (getattr(error, "stderr", "") or str(error)).strip().splitlines()[-1]
    (place / "complete").touch()
    return ""


def _place(peer: Peer, folder: Path) -> Path:
    return folder / "-".join(package.replace("==", "-").replace("@", "-") for package in peer.packages)


def _cost_of(peer: Peer, folder: Path, data: Path, cases: Sequence[str]) -> Cost:
    place = _place(peer, folder)
    paths = [str(place / "bin"), str(place / "node_modules" / ".bin"), os.environ["PATH"]]
    variables = {**os.environ, "PATH": os.pathsep.join(paths), "NO_COLOR": "1"}
    words = [word for part in peer.command for word in (cases if part == "{cases}" else [part])]
    return cost(words, variables, peer.codes, data / peer.data)


def main(words: Sequence[str] | None = None) -> None:
    """Install, write the data, measure in turn, and print a table."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    corpus = os.environ.get("QAFILES_CORPUS")
    parser.add_argument(
        "--corpus", type=Path, default=corpus, help="a real data root, or a tar archive of one"
    )
    parser.add_argument("--items", type=int, default=300, help="how many test cases (300)")
    parser.add_argument("--rounds", type=int, default=3, help="how many times each tool is measured (3)")
    parser.add_argument("--tools", default="", help="only these tools, with commas between them")
    parser.add_argument("--folder", type=Path, help="where the tools are installed, and found the next time")
    parser.add_argument(
        "--program", type=Path, help="the qafiles that is measured (the one beside this Python)"
    )
    options = parser.parse_args(words)
    chosen = [name for name in options.tools.split(",") if name] or [peer.name for peer in PEERS]
    if unknown := sorted({*chosen} - {peer.name for peer in PEERS}):
        parser.error(
            f"no tool is called {', '.join(unknown)}; tools: {', '.join(peer.name for peer in PEERS)}"
        )
    with tempfile.TemporaryDirectory() as name:
        data = Path(name)
        command = options.program or Path(sys.executable).with_name("qafiles")
        program = program_at(command.absolute(), data / "cache")
        real = files_of(options.corpus) if options.corpus else dict(real_like.data_root(3 * options.items))
        files = peer_data.part_of(real, options.items)
        peer_data.as_data_root(data / "root", files, program)
        peer_data.as_fmf(data / "fmf", files)
        peer_data.as_doorstop(data / "doorstop", files)
        peer_data.as_strictdoc(data / "strictdoc", files)
        cases = [path for path in files if "/test_cases/" in path]
        title = options.corpus.name if options.corpus else "generated files"
        print("\n".join(machine(program)))
        print(f"\n{len(cases)} test cases of {title}, {len(files)} files; {options.rounds} rounds\n{HEADING}")
        _print_table(options, program, data, cases, [peer for peer in PEERS if peer.name in chosen])


def _print_table(
    options: argparse.Namespace, program: Program, data: Path, cases: Sequence[str], peers: Sequence[Peer]
) -> None:
    root = Repository("", data / "root", program, len(cases), cases[0], "")
    root.settle()

    def row(work: str, run: Callable[[], Cost]) -> None:
        pairs = []
        for _ in range(options.rounds):
            theirs = root.base()
            pairs.append(Pair(run(), theirs))
        print(line(measured(work, work, "base", None, pairs)), flush=True)

    row("qafiles validate, cold", lambda: root.run_cold("validate"))
    root.run("validate")
    row("qafiles validate, nothing changed", lambda: root.run("validate"))
    row("git status", root.status)
    with tempfile.TemporaryDirectory() as name:
        folder = options.folder or Path(name)
        for peer in peers:
            title = peer.packages[0].replace("==", " ").replace("@", " ")
            if reason := installed(peer, folder):
                print(f"{title} can't be had: {reason}", flush=True)
                continue
            # The first run compiles, and doorstop stamps its items in it.
            _cost_of(peer, folder, data, cases)
            row(f"{title}: {peer.does}", partial(_cost_of, peer, folder, data, cases))


if __name__ == "__main__":
    main()
