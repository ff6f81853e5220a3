"""Suites that were asked for and hold no test case, though they hold other entities."""

from collections import Counter
from collections.abc import Iterable, Iterator

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import LABELS, SUITE_KINDS
from qafiles.reports.filters import suite_of
from qafiles.snapshot import Snapshot


def without_cases(snapshot: Snapshot, suites: Iterable[str]) -> Iterator[str]:
    """Yield a sentence about each suite that holds other entities and no test case, so that nothing of it is reported."""
    for name in suites:
        suite = name.strip("/")
        kind_counts = Counter(
            file.kind
            for kind in SUITE_KINDS
            for file in snapshot.of_kind(kind)
            if (own := suite_of(file)) and _lies_in(own, suite)
        )
        if kind_counts and "test_case" not in kind_counts:
            kinds = " and ".join(f"{number} {_called(kind, number)}" for kind, number in kind_counts.items())
            yield f"the suite `{suite}` holds {kinds}, and no test cases, of which a suite is made"


def _lies_in(own: str, suite: str) -> bool:
    """Return whether a suite in full is or lies in one that may leave out organization and project."""
    return any(f"{name}/".startswith(f"{suite}/") for name in (own, own.split("/", 2)[2]))


def _called(kind: Kind, number: int) -> str:
    return LABELS[kind] if number == 1 else KIND_FACTS[kind].plural.lower()
