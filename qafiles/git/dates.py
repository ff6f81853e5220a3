"""Git's dates as the timestamps that files hold, and as text where no timestamp can hold them."""

import re
from datetime import UTC, date, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

_is_raw = re.compile(r"(\d{1,20}) ([+-])(\d{1,9})").fullmatch
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_DAY: Final = 86_400
_ERA: Final = 146_097
"""Days of 400 years, after which the calendar repeats itself."""


@lru_cache(maxsize=10_000)
def timestamp(raw: str) -> str | None:
    """Return `2026-01-02T03:04:05+01:00`, with `Z` for UTC, of git's `1767319445 +0100`; None beyond the year 9999.

    A time zone that no clock has, as some old tools wrote it, is passed over: the moment is told in UTC.
    """
    match = _is_raw(raw)
    if match is None:
        return None
    hours, minutes = divmod(int(match[3]), 100)
    offset = timedelta(minutes=min(hours * 60 + minutes, _DAY)) * (-1 if match[2] == "-" else 1)
    zone = timezone(offset) if abs(offset) < timedelta(hours=24) and minutes < 60 else UTC
    try:
        text = (_EPOCH + timedelta(seconds=int(match[1]))).astimezone(zone).isoformat(timespec="seconds")
    except OverflowError:
        return None
    return text.replace("+00:00", "Z")


def date_text(raw: str) -> str | None:
    """Return what to show of git's raw date: its timestamp, beyond the year 9999 one with a longer year; None without one."""
    text = timestamp(raw)
    match = _is_raw(raw)
    if text is not None or match is None:
        return text
    days, seconds = divmod(int(match[1]), _DAY)
    eras, days = divmod(days, _ERA)
    moment = _EPOCH + timedelta(days=days, seconds=seconds)
    return f"{moment.year + 400 * eras}-{moment:%m-%dT%H:%M:%S}Z"


def day_text(raw: str) -> str:
    """Return the day of git's raw date as people are told it, `no date` where git can't read one."""
    return (date_text(raw) or "no date").partition("T")[0]


@lru_cache(maxsize=65_536)
def day(raw: str) -> date | None:
    """Return the day in UTC of git's raw date `1700000000 +0100`; None without one and beyond the year 9999."""
    match = _is_raw(raw)
    try:
        return (_EPOCH + timedelta(seconds=int(match[1]))).date() if match is not None else None
    except OverflowError:
        return None


def seconds(raw: str) -> int:
    """Return the seconds since 1970 of git's raw date, 0 for one that git could not read."""
    match = _is_raw(raw)
    return int(match[1]) if match is not None else 0
