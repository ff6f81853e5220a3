"""Filters of reports that name nothing."""

from collections.abc import Iterable
from typing import Final

from qafiles.errors import UsageError
from qafiles.layout import name_part, nearest
from qafiles.reports.filters import Filters, names_of, suite_of
from qafiles.snapshot import Snapshot
from qafiles.snapshot.selection import select

_MOST_LISTED: Final = 8


def problem_in(filters: Filters, snapshot: Snapshot) -> str | None:
    """Return what is wrong with the first filter that names nothing in a snapshot, with the nearest name; None when all name something."""
    for name in filters.organizations:
        handles = {file.organization for file in snapshot.files.values() if file.organization}
        ids = {file.id for file in snapshot.of_kind("organization")}
        if name not in handles | ids:
            return _unknown("organization", name, handles)
    projects = {file.project for file in snapshot.files.values() if file.project}
    for name in filters.projects:
        short = {name_part(handle) for handle in projects}
        if name not in projects | short | {file.id for file in snapshot.of_kind("project")}:
            return _unknown("project", name, {*projects, *short})
    suites = {suite for file in snapshot.files.values() if (suite := suite_of(file))}
    for name in filters.suites:
        below = {suite.split("/", 2)[2] for suite in suites}
        if not any(f"{suite}/".startswith(f"{name.strip('/')}/") for suite in suites | below):
            return _unknown("suite", name, suites | below)
    for name in filters.tags:
        tags = snapshot.of_kind("tag")
        if not any(name in names_of(tag) for tag in tags):
            return _unknown("tag", name, {tag.name_part for tag in tags})
    try:
        next(select(snapshot, "test_case", where=filters.where), None)
    except UsageError as error:
        return str(error)
    return None


def _unknown(what: str, name: str, known: Iterable[str | None]) -> str:
    names = sorted(filter(None, known))
    near = nearest(name, names)
    more = " and others" if len(names) > _MOST_LISTED else ""
    there = f"; there are {', '.join(names[:_MOST_LISTED])}{more}" if names else ""
    return f"no {what} is called `{name}`" + (f"; did you mean `{near}`?" if near else there)
