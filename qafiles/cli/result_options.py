"""The result files that a command takes, by the format that they should have."""

import os
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, NamedTuple, TypeVar

import click
from click.shell_completion import CompletionItem

from qafiles.layout import nearest

if TYPE_CHECKING:
    from qafiles.results import ResultFile

F = TypeVar("F", bound=Callable[..., Any])

_ANY: Final = "results"
"""The option that takes files of any format, among others of any kind."""

_FORMATS: Final = {
    _ANY: "Result files of any format: a file, a folder or a pattern; what else is there is passed over (repeatable).",
    "junit": "JUnit XML of a run, likewise.",
    "playwright": "Playwright's JSON, likewise.",
    "ctrf": "CTRF, likewise.",
    "cucumber": "Cucumber's JSON or messages, likewise.",
    "sheet": "The sheet of a manual run (CSV or xlsx), likewise.",
}


class ResultPatterns(NamedTuple):
    """The result files that are named, each pattern with the format of its option, and the tools whose keys tests name."""

    patterns: tuple[tuple[str | None, str], ...]
    tools: tuple[str, ...] = ()

    def files(self) -> "Iterator[ResultFile] | None":
        """Return the files as they are read one by one, None where none is named. Raises UsageError for a pattern without files."""
        return _files(self.patterns)


def files_of(patterns: tuple[str, ...]) -> "Iterator[ResultFile] | None":
    """Return the result files that patterns name, of any format, as they are read one by one; None without patterns."""
    return _files([(None, pattern) for pattern in patterns])


def _files(patterns: "Sequence[tuple[str | None, str]]") -> "Iterator[ResultFile] | None":
    if not patterns:
        return None
    from qafiles.results import read_results, result_paths

    named: dict[Path, bool] = {}
    for format_, pattern in patterns:
        is_searched = format_ == _ANY and not os.path.isfile(pattern)  # noqa: PTH113  # a pattern may be no path
        for path in result_paths([pattern], format_):
            named[path] = named.get(path, True) and is_searched
    return read_results(named, {path for path, is_searched in named.items() if is_searched})


_FAIL_ON: Final = ("failed", "not-run", "flaky", "unknown", "unlinked")


def complete_fail_on(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the words of --fail-on that begin with what was typed, behind commas too."""
    del ctx, param
    before, comma, typed = incomplete.rpartition(",")
    return [CompletionItem(f"{before}{comma}{word}") for word in _FAIL_ON if word.startswith(typed)]


def words_of(values: tuple[str, ...], report: str) -> tuple[str, ...]:
    """Return the words of --fail-on, each once; fail for one that is none, and for a report that fails on nothing."""
    words = dict.fromkeys(word.strip() for value in values for word in value.split(",") if word.strip())
    for word in words:
        if word not in _FAIL_ON:
            near = nearest(word, [*_FAIL_ON])
            hint = f"Did you mean {near}?" if near else f"It takes {', '.join(_FAIL_ON)}."
            raise click.UsageError(f"--fail-on takes no '{word}'. {hint}")
    if values and not words:
        raise click.UsageError(f"--fail-on takes {', '.join(_FAIL_ON)}.")
    if words and report != "results":
        raise click.UsageError("--fail-on goes with the report `results`.")
    return tuple(words)


def result_options(function: F) -> F:
    """Add --results, --junit, --playwright, --ctrf, --cucumber, --sheet and --tool to a command; it gets them as `results`."""

    def with_results(*args: Any, tools: tuple[str, ...], **rest: Any) -> Any:
        patterns = tuple((name, pattern) for name in _FORMATS for pattern in rest.pop(f"{name}_files"))
        return function(*args, results=ResultPatterns(patterns, tools), **rest)

    with_results.__doc__ = function.__doc__
    with_results.__dict__.update(function.__dict__)
    result: Any = click.option(
        "--tool",
        "tools",
        metavar="TOOL",
        multiple=True,
        shell_complete=complete_tools,
        help="Tests name test cases by the keys of this tool alone.",
    )(with_results)
    for name in reversed(_FORMATS):
        result = click.option(
            f"--{name}",
            f"{name}_files",
            metavar="FILES",
            multiple=True,
            type=click.Path(),
            help=_FORMATS[name],
        )(result)
    final: F = result
    return final


def complete_tools(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the tools that `x-source` names."""
    del param
    from qafiles.loading.loader import load
    from qafiles.snapshot.foreign_keys import foreign_key
    from qafiles.sources.data_root import open_source

    snapshot = load(open_source(ctx.find_root().params.get("folder") or Path()))
    keys = map(foreign_key, snapshot.of_kind("test_case"))
    tools = sorted({key.tool for key in keys if key is not None})
    return [CompletionItem(tool) for tool in tools if tool.startswith(incomplete)]
