"""The manual: one page of Markdown a subject, beside this file, for terminals, the site and whoever browses the repository."""

from collections.abc import Mapping
from pathlib import Path
from types import MappingProxyType
from typing import Final

CONTENTS: Final[Mapping[str, tuple[str, ...]]] = MappingProxyType(
    {
        "Begin": ("getting-started", "tasks", "glossary"),
        "Write": ("tree", "fields", "settings", "custom-fields", "editing", "formatting", "editors"),
        "Check": ("validating", "rules", "comparing", "merging", "roles", "ci", "pre-commit", "unreadable"),
        "Look": ("looking-up", "history", "reports", "site"),
        "Run": ("traversals-and-results", "results", "playwright", "pytest", "impact"),
        "Secrets": ("secrets", "secrets-access", "secrets-ci", "secrets-promises", "environments"),
        "Look up": ("commands", "exit-codes", "json", "python-api", "security", "speed", "development"),
    }
)
"""Chapter -> its topics, in the order in which they are read."""

TOPICS: Final = tuple(topic for chapter in CONTENTS.values() for topic in chapter)


def page(topic: str) -> str:
    """Return the page of one of TOPICS, as Markdown."""
    return Path(__file__).with_name(f"{topic}.md").read_text(encoding="utf-8")


def title(topic: str) -> str:
    """Return the title of the page of one of TOPICS."""
    with Path(__file__).with_name(f"{topic}.md").open(encoding="utf-8") as lines:
        return next(lines).removeprefix("# ").strip()
