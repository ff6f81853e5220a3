"""The names by which tests name test cases: properties, annotations, fields and tags that runners carry along."""

import re
from collections.abc import Iterable
from typing import Final

from qafiles.results.formats.text import well_formed
from qafiles.results.result import Link, LinkedBy, SourcePlace

LINK_NAME: Final = "qafiles"
ONLY_NAME: Final = "qafiles_only"
"""Names a test case as `qafiles` does, of which the test claims to be the only one."""
CONFIG_NAME: Final = "browser_config"
TAG_PREFIX: Final = "qa:"

KEY_NAMES: Final = frozenset({"test_id", "test_key", "testrail_case_id", "testCaseId", "xray", "allure_id"})
"""Properties that hold a foreign key: of TestRail's CLI, Xray, Zephyr, Allure TestOps."""

LINK_NAMES: Final = frozenset({LINK_NAME, ONLY_NAME, *KEY_NAMES})

_BETWEEN_NAMES: Final = re.compile(r"[\s,;]+")
_BETWEEN_KEYS: Final = re.compile(r"\s*[,;\n]\s*")
_TAG_IN_TITLE: Final = re.compile(r"@qa:([^\s,;()\[\]@]*)")


def links_of(name: str, value: str, source: SourcePlace | None = None) -> tuple[Link, ...]:
    """Return the links of a property or annotation; several names stand in one value, with commas between them.

    One without any name is a link, too, whose value is empty: somebody meant to name a test case.
    """
    if name not in LINK_NAMES:
        return ()
    is_key = name in KEY_NAMES
    by: LinkedBy = "key" if is_key else "qafiles"
    key = None if name == LINK_NAME else name
    text = well_formed(value.strip())
    # An id, as most are, has nothing in it to be split at.
    if text.isalnum():
        return (Link(text, by, key, source),)
    between = _BETWEEN_KEYS if is_key else _BETWEEN_NAMES
    names = [name for name in between.split(text) if name] or [""]
    return tuple([Link(each, by, key, source) for each in names])


def links_of_tags(tags: Iterable[str]) -> tuple[Link, ...]:
    """Return the links of tags `qa:ID`, and of tags such as `test_id:C123`; a tag has no `@` in front."""
    links: list[Link] = []
    for tag in tags:
        name, colon, value = tag.partition(":")
        if not colon:
            continue
        if name == "qa":
            links.append(Link(value, "tag"))
        elif name in KEY_NAMES:
            links.append(Link(value, "key", name))
    return tuple(links)


def links_in_title(title: str) -> tuple[Link, ...]:
    """Return the links of tags `@qa:ID` inside a title, the only place that Jest, Mocha and Cypress have for them."""
    if "@qa:" not in title:
        return ()
    return tuple(Link(match[1], "tag") for match in _TAG_IN_TITLE.finditer(title))


def distinct(links: Iterable[Link]) -> tuple[Link, ...]:
    """Return the links in order, without those that repeat an earlier one; the first place in the source stays."""
    links = tuple(links)
    if len(links) < 2:
        return links
    first: dict[tuple[str, str, str | None], Link] = {}
    for link in links:
        first.setdefault(link[:3], link)
    return tuple(first.values())
