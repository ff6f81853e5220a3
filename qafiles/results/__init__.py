"""What was tested and how it ended: result files that test runners write, read into values of one form.

Nothing is run and nothing is stored: files come in, values go out.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from qafiles.results.joined import Cell, Joined
    from qafiles.results.joining import join
    from qafiles.results.paths import read_results, result_paths
    from qafiles.results.read import read_result_file
    from qafiles.results.result import Link, Problem, ResultFile, TestResult
    from qafiles.results.sheet import sheet_rows

__all__ = [
    "Cell",
    "Joined",
    "Link",
    "Problem",
    "ResultFile",
    "TestResult",
    "join",
    "read_result_file",
    "read_results",
    "result_paths",
    "sheet_rows",
]

_HOMES = {
    "Cell": "qafiles.results.joined",
    "Joined": "qafiles.results.joined",
    "Link": "qafiles.results.result",
    "Problem": "qafiles.results.result",
    "ResultFile": "qafiles.results.result",
    "TestResult": "qafiles.results.result",
    "join": "qafiles.results.joining",
    "read_result_file": "qafiles.results.read",
    "read_results": "qafiles.results.paths",
    "result_paths": "qafiles.results.paths",
    "sheet_rows": "qafiles.results.sheet",
}


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qafiles.results' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
