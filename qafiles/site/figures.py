"""Figures and pictures of the overview and of projects: how much there is, how old it is, and what is covered."""

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from markupsafe import Markup

from qafiles.git.dates import day, day_text
from qafiles.pages.charts import bars, columns, heat_map
from qafiles.site.content import Content, Target
from qafiles.snapshot import EntityFile

_WEEKS: Final = 52
_MOST_ROWS: Final = 14
_MOST_COLUMNS: Final = 12
_AGES: Final = (
    (30, "up to 30 days"),
    (90, "31 to 90 days"),
    (180, "91 to 180 days"),
    (365, "181 days to a year"),
)
_OLDEST: Final = "more than a year"
_MOST_CHANGES: Final = 8


class Change(NamedTuple):
    """A commit with the entities of today that it changed."""

    date: str
    subject: str
    author: str
    commit: str
    size: int
    targets: tuple[Target, ...]


def activity(content: Content, ids: frozenset[str] | None = None) -> Markup | None:
    """Return the chart of commits a week in the year up to the newest commit, of all entities or of those with these ids."""
    today = content.today
    if today is None:
        return None
    days = {
        state.commit.name: when
        for id_, states in content.history.states.items()
        if ids is None or id_ in ids
        for state in states
        if state.is_change and (when := day(state.commit.authored)) is not None
    }
    monday = today - timedelta(days=today.weekday())
    weeks = [monday - timedelta(weeks=back) for back in range(_WEEKS - 1, -1, -1)]
    counts = Counter(when - timedelta(days=when.weekday()) for when in days.values())
    values = [(f"week of {week.isoformat()}", counts[week]) for week in weeks]
    total = sum(counts[week] for week in weeks)
    noun = "commit" if total == 1 else "commits"
    summary = f"{total} {noun} that changed entities, by week, {weeks[0].isoformat()} to {today.isoformat()}"
    labels = {index: week.strftime("%b %Y") for index, week in enumerate(weeks) if index % 9 == 0}
    return columns("Activity", values, summary=summary, labels=labels)


def ages(content: Content, files: Sequence[EntityFile]) -> Markup | None:
    """Return the chart of entities by the time since their data last changed, up to the newest commit."""
    today = content.today
    if today is None or not files:
        return None
    known = [found for file in files if (found := content.changed_on(file)) is not None]
    counts = Counter(_age(today, found) for found in known)
    names = [*(name for _, name in _AGES), _OLDEST]
    summary = f"Test cases by the time since they last changed, up to {today.isoformat()}"
    return bars("Ages", [(name, counts[name]) for name in names], summary=summary)


def _age(today: date, changed: date) -> str:
    days = (today - changed).days
    return next((name for limit, name in _AGES if days <= limit), _OLDEST)


def coverage(content: Content, cases: Sequence[EntityFile], project: EntityFile) -> Markup | None:
    """Return the map of test cases by suite and tag; the largest of each are shown."""
    tags = Counter(tag.path for case in cases for tag in content.targets(case, "tags"))
    suites = Counter(_suite(case, project) for case in cases)
    rows = _largest(suites, _MOST_ROWS)
    heads = _largest(tags, _MOST_COLUMNS)
    if not rows or not heads:
        return None
    cells = Counter(
        (_suite(case, project), tag.path) for case in cases for tag in content.targets(case, "tags")
    )
    names = [content.target(content.snapshot.files[path]).title for path in heads]
    part = "" if len(rows) == len(suites) and len(heads) == len(tags) else "; the largest are shown"
    summary = f"Test cases by suite and tag{part}"
    values = [[cells[row, head] for head in heads] for row in rows]
    return heat_map("Coverage", rows, names, values, summary=summary)


def _suite(case: EntityFile, project: EntityFile) -> str:
    return case.handle.removeprefix(f"{project.handle}/").rpartition("/")[0].partition("/")[0] or "no suite"


def _largest(counts: Counter[str], most: int) -> list[str]:
    kept = sorted(counts, key=lambda name: (-counts[name], name))[:most]
    return sorted(kept)


def latest_changes(content: Content) -> list[Change]:
    """Return the newest commits that changed entities, with up to three of the entities that there still are."""
    by_commit: dict[str, list[str]] = {}
    for id_, states in content.history.states.items():
        for state in states:
            if state.is_change:
                by_commit.setdefault(state.commit.name, []).append(id_)
    found: list[Change] = []
    for commit in content.history.commits:
        ids = by_commit.get(commit.name)
        if ids:
            when = day(commit.authored)
            targets = tuple(_existing(content, ids))
            on = when.isoformat() if when is not None else day_text(commit.authored)
            found.append(Change(on, commit.subject, commit.author_name, commit.name[:10], len(ids), targets))
        if len(found) == _MOST_CHANGES:
            break
    return found


def _existing(content: Content, ids: Iterable[str]) -> list[Target]:
    found = sorted(target for id_ in ids if (target := content.named(id_)) is not None)
    return found[:3]
