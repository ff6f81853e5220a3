"""Durations, times and commits as result files write them."""

import math
import re
from datetime import UTC, datetime
from typing import Any, Final

_COMMIT: Final = re.compile("[0-9a-fA-F]{7,64}")

COMMIT_NAMES: Final = frozenset(
    {"commit", "git.commit", "git_commit", "git-commit", "gitcommit", "git.commit.id", "git.sha", "git_sha"}
    | {"commit_sha", "commit.sha", "github_sha", "ci_commit_sha", "revision", "git.revision", "vcs.revision"}
)
"""Properties that name the commit that was tested, in lower case."""


def seconds(value: Any, unit: float = 1.0) -> float | None:
    """Return a duration in seconds, or None for what is no finite number from 0 up; `unit` is that of the value.

    Surefire writes `1,234.5` for a long test.
    """
    if isinstance(value, str):
        try:
            value = float(value.replace(",", ""))
        except ValueError:
            return None
    if value.__class__ is not float and value.__class__ is not int:
        return None
    try:
        duration = value * unit
    except OverflowError:
        return None
    return duration if 0 <= duration < math.inf else None


def moment(text: Any) -> datetime | None:
    """Return the aware time of an ISO 8601 text, taken as UTC where it says no zone, or None for anything else."""
    if not isinstance(text, str):
        return None
    try:
        time = datetime.fromisoformat(text)
        if time.tzinfo is UTC:
            return time
        return time.astimezone(UTC) if time.tzinfo is not None else time.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        return None


def epoch(value: Any) -> datetime | None:
    """Return the time of a number since 1970: milliseconds, or seconds as old reporters of CTRF write them."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    try:
        return datetime.fromtimestamp(value if abs(value) < 10**11 else value / 1000, UTC)
    except (ValueError, OverflowError, OSError):
        return None


def commit_id(value: Any) -> str | None:
    """Return the commit that a text names by its hash, or None."""
    return value.lower() if isinstance(value, str) and _COMMIT.fullmatch(value) else None
