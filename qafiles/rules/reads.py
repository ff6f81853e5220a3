"""What the rules read of entity files, so that those need not run again of which nothing has changed; rules are not imported.

A rule that is not here runs always. What lies beside the entity files, the settings and git's history are read by any rule:
where they change, all run. A test records what rules read, and compares.
"""

from collections.abc import Iterable, Mapping
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

from qafiles.kinds import Kind
from qafiles.snapshot.aspects import ALL, FIELD, Aspect

if TYPE_CHECKING:
    from qafiles.models.settings import Settings

_MEANINGS: Final = "*.paths *.id *.references"
"""What plain references mean."""
_LINKS: Final = f"{_MEANINGS} *.placeholders secret_value/secret_name"
"""What any references mean."""
_STARTS: Final = "test_case.paths test_case/allowed_domains test_case/url_route project.paths project.id project/default_url_route"
"""Where test cases begin."""

_READS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "QF205": "*.paths",
        "QF206": "",
        "QF207": "secret_value.paths secret_value/secret_name project.paths *.id *.paths",
        "QF208": "user.paths *.id *.paths",
        "QF301": "*.paths *.id",
        "QF302": "",
        "QF303": "*.paths *.id",
        "QF304": "*.paths",
        "QF305": "*.paths",
        "QF306": _LINKS,
        "QF307": "secret_value.paths secret_value/secret_name",
        "QF308": "tag.paths tag/name",
        "QF309": _LINKS,
        "QF310": "",
        "QF311": "secret_value.paths secret_value/secret_name",
        "QF312": f"{_LINKS} test_traversal/version",
        "QF313": "",
        "QF314": "user.paths user/email",
        "QF315": "*.paths */x-source",
        "QF316": "",
        "QF317": "user.paths user/age_recipients",
        "QF401": _LINKS,
        "QF402": _LINKS,
        "QF403": _LINKS,
        "QF404": _LINKS,
        "QF405": f"{_LINKS} *.legible",
        "QF406": _LINKS,
        "QF407": f"{_MEANINGS} *.unread",
        "QF408": f"{_LINKS} *.unread",
        "QF409": f"{_MEANINGS} *.unread",
        "QF410": f"{_MEANINGS} *.marked-texts",
        "QF501": "secret_value.paths secret_value/secret_value",
        "QF502": "",
        "QF503": "secret_value.*",
        "QF504": "secret_value.*",
        "QF505": "secret_value.paths",
        "QF507": "*.paths",
        "QF508": "",
        "QF601": _STARTS,
        "QF602": "",
        "QF603": "",
        "QF604": "",
        "QF605": "",
        "QF606": "",
        "QF607": "",
        "QF608": f"{_LINKS} {_STARTS} browser_config/browser_config",
        "QF609": "",
        "QF610": "",
        "QF611": "organization.paths organization/logo",
        "QF612": "",
        "QF613": "",
        "QF614": "",
    }
)
"""By the code of the rule: `KIND.WHAT` for an aspect, `KIND/FIELD` for a field, `*` for every one."""

_IN_FILES: Final[Mapping[str, str]] = MappingProxyType(
    {
        "QF502": "test_case document browser_config",
        "QF508": "*",
        "QF602": "test_case browser_config",
        "QF603": "test_case browser_config",
        "QF604": "test_case browser_config",
        "QF605": "browser_config",
        "QF606": "browser_config",
        "QF607": "browser_config",
        "QF609": "*",
        "QF610": "*",
        "QF612": "project test_case",
        "QF613": "*",
        "QF614": "browser_config",
    }
)
"""The rules that look at one file alone, with the kinds of the files at which they look, `*` for every one."""

ASKING_GIT: Final = frozenset({"QF301", "QF401"})
"""Rules that ask git's history about what they find, and nothing else: what they are said to read is what their silence depends on.

Their findings depend on more, and are looked for again each time.
"""


def codes_in_files(kinds: Iterable[Kind]) -> tuple[str, ...]:
    """Return the codes of the rules that may find something in one file of some kinds alone, sorted."""
    asked = {ALL, *kinds}
    return tuple(code for code, text in _IN_FILES.items() if not asked.isdisjoint(text.split()))


def reads_of(code: str, settings: "Settings") -> tuple[Aspect, ...] | None:
    """Return what a rule reads of entity files, where settings decide; None where that is not known."""
    text = _READS.get(code)
    if text is None or (code == "QF205" and settings.automated):
        return None
    return tuple(_aspects(text.split()))


def _aspects(words: Iterable[str]) -> Iterable[Aspect]:
    for word in words:
        kind, dot, what = word.partition(".")
        if not dot:
            kind, slash, name = word.partition(FIELD)
            what = slash + name
        yield Aspect(kind, what or ALL)
