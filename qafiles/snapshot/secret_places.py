"""Paths among the secrets of projects, where nothing but the files of secrets may lie."""

import re
from typing import Final

from qafiles.kinds import KIND_FACTS

_SUITE_FOLDERS: Final = frozenset(facts.folder for facts in KIND_FACTS.values() if facts.suites)
_letters: Final = re.compile(r"[^a-z]")
# A site repeats the tree in a folder that somebody chose, and holds no value.
_page_of_a_site: Final = re.compile(
    r".+/organizations/[^/]+/projects/[^/]+/secret_values/[^/]+\.html"
).fullmatch


def lies_among_secrets(path: str) -> bool:
    """Return whether a path lies in a folder of secrets, or is one, however somebody has spelled it.

    A suite may have any name: what lies in a folder of test cases, documents or traversals does not.
    """
    folded = path.casefold()
    if "secret" not in folded:
        return False
    parts = path.rstrip("/").split("/")
    if _page_of_a_site(path):
        return False
    for number, part in enumerate(parts):
        if number == 4 and parts[0] == "organizations" and parts[2] == "projects" and part in _SUITE_FOLDERS:
            return False
        letters = _letters.sub("", part.casefold())
        if letters == "secretvalues" and (number < len(parts) - 1 or "." not in part.lstrip(".")):
            return True
        beside = parts[0] == "organizations" and number == (4 if parts[2:3] == ["projects"] else 2)
        if beside and number < len(parts) - 1 and letters in {"secret", "secrets", "secretvalue"}:
            return True
    return False


def may_hold_secrets(path: str) -> bool:
    """Return whether a folder at a path lies among secrets, or above some, as an organization or a project does."""
    parts = path.rstrip("/").split("/")
    above = parts[0] == "organizations" and len(parts) <= 4 and parts[2:3] in ([], ["projects"])
    return above or lies_among_secrets(path)
