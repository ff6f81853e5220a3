"""Figures and pictures of the overview and of projects: how much there is, how old it is, and what is covered."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from typing import Final, NamedTuple

from markupsafe import Markup

from qafiles.git.dates import day, day_text
from qafiles.history import State, unread_states
from qafiles.layout import Place, classify
from qafiles.pages.charts import bars, columns, heat_map
from qafiles.site.content import Content
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
_VERBS: Final = ("created", "restored", "changed", "removed")


class Act(NamedTuple):
    """What a commit did to some entities: the first of them with their pages, None where there is none now, and how many more."""

    verb: str
    entities: tuple[tuple[str, str | None], ...]
    more: int


class Change(NamedTuple):
    """A commit with what it did to entities."""

    date: str
    subject: str
    author: str
    commit: str
    acts: tuple[Act, ...]


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
    summary = f"{total} {noun} to entities, by week, {weeks[0].isoformat()} to {today.isoformat()}"
    labels = {index: week.strftime("%b %Y") for index, week in enumerate(weeks) if index % 9 == 0}
    return columns("Activity", values, summary=summary, labels=labels)


def ages(content: Content, files: Sequence[EntityFile]) -> Markup | None:
    """Return the chart of entities by the time since their data last changed, up to the newest commit."""
    today = content.today
    if today is None or not files:
        return None
    known = [changed_on for file in files if (changed_on := content.changed_on(file)) is not None]
    counts = Counter(_age(today, changed_on) for changed_on in known)
    names = [*(name for _, name in _AGES), _OLDEST]
    summary = f"Test cases by the time since their last update, up to {today.isoformat()}"
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
    largest = sorted(counts, key=lambda name: (-counts[name], name))[:most]
    return sorted(largest)


def latest_changes(content: Content) -> list[Change]:
    """Return the newest commits that did something to entities, with up to three entities for each thing done."""
    by_commit: dict[str, list[State]] = {}
    for states in content.history.states.values():
        for state in states:
            if state.is_change:
                by_commit.setdefault(state.commit.name, []).append(state)
    changes: list[Change] = []
    for commit in content.history.commits:
        states_of = by_commit.get(commit.name)
        if states_of:
            when = day(commit.authored)
            on = when.isoformat() if when is not None else day_text(commit.authored)
            around = (item for state in states_of for item in (state, *filter(None, state.parents)))
            acts = tuple(_acts(content, states_of, unread_states(content.history, around)))
            changes.append(Change(on, commit.subject, commit.author_name, commit.name[:10], acts))
        if len(changes) == _MOST_CHANGES:
            break
    return changes


def _acts(content: Content, states: Sequence[State], unread: frozenset[State]) -> Iterator[Act]:
    done: dict[str, list[tuple[str, str | None]]] = {verb: [] for verb in _VERBS}
    for state in states:
        was = next((p.path for p in state.parents if p is not None and p.path is not None), None)
        if not unread.isdisjoint((state, *state.parents)):
            verb = "changed"
        elif state.path is None:
            verb = "removed"
        elif was is None and state.commit.name in content.history.shallow | content.history.vague:
            continue  # it was there; what was before is not in this clone
        elif was is None:
            verb = "restored" if any(state.parents) else "created"
        else:
            verb = "changed"
        target = content.named(state.id)
        place = classify(state.path or was or "")
        handle = place.handle if isinstance(place, Place) else state.id
        done[verb].append((target.title, target.page) if target is not None else (handle, None))
    for verb, entities in done.items():
        if entities:
            # What there still is comes first, since it can be looked at.
            shown = sorted(entities, key=lambda item: (item[1] is None, item))[:3]
            yield Act(verb, tuple(shown), len(entities) - len(shown))
