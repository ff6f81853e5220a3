"""What checking access costs, as ratios to what git and qafiles need at least for the same commits.

python -m tests.benchmarks.access --commits 1000 --files 5000 --signed 1000 --rounds 9 [--keep DIR]
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from pathlib import Path

from tests.access.repository import PROJECT, Keys, files
from tests.benchmarks.measure import Cost, cost

_SETTINGS = "access: {require_signed: platform}\n"
_PERSON = "ada <ada@example.com> 1700000000 +0000"


def _blocks(mark: str, texts: Mapping[str, str], branch: str, start: str) -> str:
    """Return one commit as git's fast-import reads it."""
    lines = [f"commit refs/heads/{branch}\nauthor {_PERSON}\ncommitter {_PERSON}\n"]
    lines.append(f"data {len(mark)}\n{mark}\n{start}")
    lines += [f"M 100644 inline {path}\ndata {len(text)}\n{text}\n" for path, text in texts.items()]
    return "".join(lines)


def _case_of(number: int, text: str) -> str:
    """Return the file of a test case, with an id made of a number."""
    return f"id: t{number:05}{'a' * 18}\ntest_description: {text}\nurl_route: /\n"


def platform_repository(folder: Path, commits: int, count: int, distinct: int) -> None:
    """Make a repository whose branch `feature` changes so many files in so many commits, of so many that there are."""
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    paths = [f"{PROJECT}/test_cases/suite-{number % 50}/case-{number}.yaml" for number in range(distinct)]
    first = {**files({}, _SETTINGS), **{path: _case_of(at, "First") for at, path in enumerate(paths)}}
    stream = [_blocks("first", first, "main", "")]
    share = -(-count // commits)
    for number in range(commits):
        start = "from refs/heads/main\n" if number == 0 else ""
        changed = range(number * share, min((number + 1) * share, count))
        texts = {paths[at % distinct]: _case_of(at % distinct, f"Changed {number}") for at in changed}
        stream.append(_blocks(f"commit {number}", texts, "feature", start))
    subprocess.run(
        ["git", "-C", folder, "fast-import", "--quiet"], input="".join(stream).encode(), check=True
    )
    subprocess.run(["git", "-C", folder, "reset", "-q", "--hard", "main"], check=True)


def signed_repository(folder: Path, commits: int) -> None:
    """Make a repository whose branch `feature` has so many commits, each signed by the SSH key of ada."""
    keys = Keys(folder.parent)
    public = keys.public("ada")
    folder.mkdir(parents=True)
    subprocess.run(["git", "init", "-q", "-b", "main", folder], check=True)
    stream = _blocks("first", files({"ada": public}), "main", "")
    subprocess.run(["git", "-C", folder, "fast-import", "--quiet"], input=stream.encode(), check=True)
    signing = ["-c", "gpg.format=ssh", "-c", f"user.signingkey={keys.private('ada')}"]
    person = ["-c", "user.name=ada", "-c", "user.email=ada@example.com"]
    git = ["git", "-C", str(folder), *signing, *person]
    subprocess.run([*git, "reset", "-q", "--hard", "main"], check=True)
    subprocess.run([*git, "checkout", "-q", "-b", "feature"], check=True)
    for number in range(commits):
        subprocess.run([*git, "commit", "-q", "-S", "--allow-empty", "-m", f"commit {number}"], check=True)


def measured(commands: Mapping[str, Sequence[str]], rounds: int) -> dict[str, list[Cost]]:
    """Return what each command costs, all of them once in each round, so that what else runs concerns them alike."""
    costs: dict[str, list[Cost]] = {name: [] for name in commands}
    for command in commands.values():
        cost([*command])
    for _ in range(rounds):
        for name, command in commands.items():
            costs[name].append(cost([*command]))
    return costs


def main() -> None:
    """Generate, measure in turn, and print how much of its bar each check takes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--commits", type=int, default=1000)
    parser.add_argument("--files", type=int, default=5000)
    parser.add_argument(
        "--distinct", type=int, default=5000, help="files that there are; fewer are changed again and again"
    )
    parser.add_argument("--signed", type=int, default=1000)
    parser.add_argument("--rounds", type=int, default=9)
    parser.add_argument(
        "--keep", type=Path, help="use the repositories of this folder, made if they are missing"
    )
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as name:
        folder = arguments.keep or Path(name)
        platform, signed = folder / "platform", folder / "signed"
        if not platform.exists():
            platform_repository(platform, arguments.commits, arguments.files, arguments.distinct)
        if arguments.signed and not signed.exists():
            signed_repository(signed, arguments.signed)
        _platform(platform, arguments.rounds)
        if arguments.signed:
            _signed(signed, arguments.rounds)


def _platform(folder: Path, rounds: int) -> None:
    qafiles = [sys.executable, "-m", "qafiles", "-C", str(folder)]
    git = ["git", "-C", str(folder), "log"]
    log = [*git, "--raw", "--no-renames", "-z", "main..feature"]
    commands = {
        "check": [*qafiles, "access", "check", "main..feature", "--actor", "ada-l"],
        "log": log,
        "users": [*qafiles, "list", "user"],
    }
    costs = measured(commands, rounds)
    _told("platform", costs, {"log": 5.0, "users": 1.0})


def _signed(folder: Path, rounds: int) -> None:
    signers = folder.parent / "allowed_signers"
    public = folder.parent / "ada.pub"
    signers.write_text(f"ada {public.read_text()}", encoding="ascii")
    git = ["git", "-C", str(folder), "-c", f"gpg.ssh.allowedSignersFile={signers}", "log"]
    commands = {
        "check": [sys.executable, "-m", "qafiles", "-C", str(folder), "access", "check", "main..feature"],
        "log": [*git, "--format=%G?", "main..feature"],
    }
    _told("signatures", measured(commands, rounds), {"log": 1.2})


def _told(title: str, costs: Mapping[str, Sequence[Cost]], bars: Mapping[str, float]) -> None:
    """Print the medians, and of each round the check's part of its bar, in CPU and in wall time."""
    for what in ("cpu", "wall"):
        seconds = {name: [getattr(each, what) for each in row] for name, row in costs.items()}
        bar = [
            sum(times * seconds[name][at] for name, times in bars.items())
            for at in range(len(seconds["check"]))
        ]
        part = statistics.median(own / all_ for own, all_ in zip(seconds["check"], bar, strict=True))
        named = "  ".join(f"{name} {statistics.median(row):.3f} s" for name, row in seconds.items())
        print(f"{title:11}{what:5} {named}  bar {statistics.median(bar):.3f} s  check/bar {part:.2f}")


if __name__ == "__main__":
    main()
