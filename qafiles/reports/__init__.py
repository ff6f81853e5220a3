"""Reports: what a data root holds, covers and lacks, who changed it, and who can read what."""

from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from qafiles.reports.build import make_report
    from qafiles.reports.filters import Filters
    from qafiles.reports.report import Cell, Column, EntityRef, Figure, Report, Table, ref

__all__ = [
    "REPORTS",
    "Cell",
    "Column",
    "EntityRef",
    "Figure",
    "Filters",
    "Report",
    "Table",
    "make_report",
    "ref",
]

REPORTS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "inventory": "how many entities there are, per organization, project and suite",
        "coverage": "routes and tags with their test cases; test cases without tag, document or traversal",
        "traceability": "documents, test cases, traversals, browser configs and secrets, with gaps, both ways",
        "changes": "what differs between two revisions (A..B), per project, and by whom",
        "activity": "commits, authors and changes, month by month",
        "stale": "texts changed after their newest traversal; what was not touched for long (`--days`)",
        "secrets": "age of values, recipients against members, unused and widely shared secrets",
        "access": "members and roles, and who can decrypt what",
        "findings": "what validate finds, by rule, project and last author",
        "results": "what of the test cases was tested and how it ended, from result files of runners",
    }
)
"""Name -> what the report is about, in one line."""

_HOMES: Final = {
    "make_report": "qafiles.reports.build",
    "Filters": "qafiles.reports.filters",
    **dict.fromkeys(
        ("Cell", "Column", "EntityRef", "Figure", "Report", "Table", "ref"), "qafiles.reports.report"
    ),
}


def __getattr__(name: str) -> Any:
    """Return a public name, imported when it is first used: listing the reports needs none of them."""
    if name not in _HOMES:
        raise AttributeError(f"module 'qafiles.reports' has no attribute {name!r}")
    return getattr(import_module(_HOMES[name]), name)
