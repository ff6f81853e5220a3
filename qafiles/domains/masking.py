"""Entries as messages show them."""

from qafiles.domains.domain import MAX_LENGTH
from qafiles.domains.hosts import is_scheme


def masked(entry: str) -> str:
    """Return an entry without what may be secret in it, and without invisible characters."""
    head, at, tail = entry.rpartition("@")
    if at:
        scheme, separator, _ = head.partition("://")
        entry = f"{scheme if separator and is_scheme(scheme.lower()) else ''}{separator}…@{tail}"
    for mark in "?#":
        before, delimiter, after = entry.partition(mark)
        entry = f"{before}{mark}…" if delimiter and after else entry
    return "".join(char if char.isprintable() else f"\\u{ord(char):04x}" for char in entry[:MAX_LENGTH])


def shown(entry: str) -> str:
    """Return an entry as messages show it, shortened."""
    text = masked(entry).strip()
    return text if len(text) <= 60 else text[:57] + "…"
