"""Git's dates as the timestamps that files hold."""

from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache


@lru_cache(maxsize=10_000)
def timestamp(raw: str) -> str | None:
    """Return `2026-01-02T03:04:05+01:00`, with `Z` for UTC, of git's `1767319445 +0100`; None beyond the years 1 to 9999."""
    seconds, _, zone = raw.partition(" ")
    try:
        sign = -1 if zone.startswith("-") else 1
        offset = timedelta(hours=int(zone[1:3]), minutes=int(zone[3:5])) * sign
        when = datetime(1970, 1, 1, tzinfo=UTC) + timedelta(seconds=int(seconds))
        text = when.astimezone(timezone(offset)).isoformat(timespec="seconds")
    except (ValueError, OverflowError):
        return None
    return text.replace("+00:00", "Z")
