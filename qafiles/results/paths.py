"""The result files that patterns and folders name."""

import glob
import os
from collections.abc import Container, Iterable, Iterator, Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

from qafiles.errors import UsageError
from qafiles.results.read import read_result_file
from qafiles.results.result import Problem, ResultFile

ENDINGS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "junit": (".xml",),
        "playwright": (".json",),
        "ctrf": (".json",),
        "cucumber": (".json", ".ndjson"),
        "sheet": (".csv", ".tsv", ".xlsx"),
    }
)
"""How the files of each format end, by which they are looked for in a folder."""

_ALL: Final = tuple(dict.fromkeys(ending for endings in ENDINGS.values() for ending in endings))


def result_paths(patterns: Iterable[str | Path], format_: str | None = None) -> tuple[Path, ...]:
    """Return the files that patterns name, each once: sorted for each pattern, patterns in their order.

    A pattern is a file, a folder, of which all files count that end as those of the format do (of any, for None), or has
    `*`, `?`, `[…]` and, for folders of any depth, `**`. Raises UsageError for one that names no file.
    """
    paths: dict[str, Path] = {}
    for pattern in patterns:
        names = [*_matching(str(pattern), ENDINGS.get(format_ or "", _ALL))]
        if not names:
            raise UsageError(_nothing(str(pattern), format_))
        for name in names:
            paths.setdefault(os.path.realpath(name), Path(name))
    return tuple(paths.values())


def _matching(pattern: str, endings: tuple[str, ...]) -> Iterator[str]:
    # A name may hold what is special in patterns.
    names = [pattern] if os.path.lexists(pattern) else sorted(glob.iglob(pattern, recursive=True))  # noqa: PTH207  # a pattern may be absolute
    for name in names:
        if not os.path.isdir(name):  # noqa: PTH112  # as glob gives them
            yield name
        elif name == pattern:
            for folder, folders, files in os.walk(name):
                folders.sort()
                yield from (os.path.join(folder, file) for file in sorted(files) if file.endswith(endings))  # noqa: PTH118


def _nothing(pattern: str, format_: str | None) -> str:
    option = f"--{format_} " if format_ else ""
    if os.path.isdir(pattern):  # noqa: PTH112  # as glob gives them
        endings = ", ".join(ENDINGS.get(format_ or "", _ALL))
        return f"{option}{pattern}: the folder holds no file that ends in {endings}"
    what = "no file fits this pattern" if glob.has_magic(pattern) else "there is no such file"
    return f"{option}{pattern}: {what} in {Path.cwd()}; did the run write its results elsewhere?"


def read_results(
    paths: Iterable[str | Path], searched: Container[str | Path] = frozenset()
) -> Iterator[ResultFile]:
    """Yield what result files say, one file after the other, so that no two need to be in memory at once.

    Of the paths in `searched`, which nobody named, a file of another kind is passed over, and so is a list of tests.
    """
    for path in paths:
        file = read_result_file(Path(path), Path(path).as_posix())
        yield _unless_passed_over(file) if path in searched else file


def _unless_passed_over(file: ResultFile) -> ResultFile:
    """Return a file that nobody named, which is passed over where it tells of no run: its tests would count twice."""
    if file.is_foreign:
        return file._replace(is_passed_over=True)
    is_list = file.format in {"pytest", "playwright"} and not any(test.outcome for test in file.results)
    if not is_list or not file.results or file.problems:
        return file
    why = Problem(file.path, "it lists tests, and tells of no run of them")
    return file._replace(is_passed_over=True, problems=(why,))
