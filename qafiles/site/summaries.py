"""The overview, and the pages of organizations and projects."""

from collections import Counter
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import SEVERITIES
from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import LABELS, MEMBER_KINDS
from qafiles.reports.request import Request
from qafiles.reports.traces import Traces
from qafiles.site.content import PLURALS, Content, Target
from qafiles.site.fields import own_fields
from qafiles.site.figures import activity, ages, coverage, latest_changes
from qafiles.site.listing import Suite
from qafiles.site.places import FINDINGS
from qafiles.site.values import address, settings_of
from qafiles.snapshot import EntityFile
from qafiles.snapshot.unread import left_out, may_concern
from qafiles.validation import verdict_of

_FIRST: Final[tuple[Kind, ...]] = (
    "project",
    "test_case",
    "document",
    "test_traversal",
    "tag",
    SECRET,
    "browser_config",
    "user",
)
_COUNTED: Final = (
    *_FIRST,
    *(
        kind
        for kind, facts in KIND_FACTS.items()
        if kind not in {*_FIRST, "organization"} and facts.within != "organization"
    ),
)
"""The kinds whose entities the overview counts."""


class Card(NamedTuple):
    """A project or an organization with a line about what is in it."""

    target: Target
    text: str


class Figure(NamedTuple):
    """A number with its name, and the page that it leads to."""

    label: str
    value: int
    page: str | None


def overview_page(content: Content) -> dict[str, Any]:
    """Return what the template of the overview shows."""
    snapshot = content.snapshot
    cases = snapshot.of_kind("test_case")
    folders = {kind: facts.folder for kind, facts in KIND_FACTS.items() if facts.within == "root"}
    counts = [
        Figure(PLURALS[kind], len(snapshot.of_kind(kind)), content.places.folders.get(folders.get(kind, "")))
        for kind in _COUNTED
    ]
    return {
        "title": content.name,
        "crumbs": [],
        "figures": [*(item for item in counts if item.value), _findings(content)],
        "organizations": [
            (content.target(item), [_card(content, project) for project in _projects(content, item)])
            for item in snapshot.of_kind("organization")
        ],
        "orphans": [
            _card(content, item) for item in snapshot.of_kind("project") if snapshot.parent(item) is None
        ],
        "activity": activity(content),
        "ages": ages(content, cases),
        "changes": latest_changes(content),
        "revision": content.history.revision[:10] if content.history.revision else None,
        "today": content.today,
        "no_history": content.history.unknown or next(iter(content.history.left_out.sentences), None),
        "unchecked": left_out(snapshot).sentences,
    }


def _findings(content: Content) -> Figure:
    return Figure("Findings", len(content.snapshot.diagnostics), FINDINGS)


def _projects(content: Content, organization: EntityFile) -> list[EntityFile]:
    return [
        item for item in content.snapshot.of_kind("project") if item.organization == organization.organization
    ]


def _card(content: Content, project: EntityFile) -> Card:
    counts = [
        (len(content.within(project, kind)), PLURALS[kind].lower(), LABELS[kind])
        for kind in ("test_case", "document", "test_traversal")
    ]
    text = ", ".join(f"{count:,} {one if count == 1 else many}" for count, many, one in counts if count)
    return Card(content.target(project), text or "nothing yet")


def organization_page(content: Content, file: EntityFile, logo: str | None) -> dict[str, Any]:
    """Return what the template of an organization's page shows, beside what every entity's page does."""
    folder = file.path.rpartition("/")[0]
    members = [item for item in content.snapshot.of_kind("member") if item.organization == file.organization]
    people = []
    for member in members:
        users = [content.target(user) for user in content.targets(member, "user_id")]
        people.append(
            (users[0] if users else content.target(member), content.target(member), member.get("role") or "")
        )
    return {
        "projects": [_card(content, project) for project in _projects(content, file)],
        "people": people,
        "figures": [
            Figure(PLURALS[kind], count, content.places.folders.get(f"{folder}/{KIND_FACTS[kind].folder}"))
            for kind in MEMBER_KINDS
            if kind != "member"
            and (
                count := sum(
                    item.organization == file.organization for item in content.snapshot.of_kind(kind)
                )
            )
        ],
        "logo": logo,
        "role": settings_of(own_fields(file).get("role")),
    }


def project_page(content: Content, file: EntityFile) -> dict[str, Any]:
    """Return what the template of a project's page shows, beside what every entity's page does."""
    folder = file.path.rpartition("/")[0]
    kinds = [
        Figure(
            PLURALS[kind],
            len(content.within(file, kind)),
            content.places.folders.get(f"{folder}/{facts.folder}"),
        )
        for kind, facts in KIND_FACTS.items()
        if facts.within == "project"
    ]
    first = ("Test cases", "Documents", "Traversals", "Tags", "Secrets")
    rank = {label: number for number, label in enumerate(first)}
    cases = content.within(file, "test_case")
    below = f"{folder}/test_cases/"
    suites = Counter(
        case.path.removeprefix(below).partition("/")[0]
        for case in cases
        if "/" in case.path.removeprefix(below)
    )
    ids = frozenset(
        item.id
        for item in content.snapshot.files.values()
        if item.project == file.handle and item.id is not None
    )
    tags = sorted(
        content.within(file, "tag"), key=lambda tag: (-len(content.sources(tag, "test_case")), tag.path)
    )
    return {
        "figures": sorted(
            (item for item in kinds if item.value), key=lambda item: rank.get(item.label, len(rank))
        ),
        "suites": [
            Suite(name, content.places.folders[below + name], count) for name, count in sorted(suites.items())
        ],
        "tags": [(content.target(tag), len(content.sources(tag, "test_case", "tags"))) for tag in tags[:40]],
        "more_tags": max(0, len(tags) - 40),
        "tags_page": content.places.folders.get(f"{folder}/tags"),
        "without": _gaps(content, cases),
        "coverage": coverage(content, cases, file),
        "activity": activity(content, ids),
        "ages": ages(content, cases),
        "address": address(content, file, own_fields(file).get("default_url_route")),
    }


def _gaps(content: Content, cases: list[EntityFile]) -> list[tuple[str, int]]:
    traces = Traces(Request("coverage", "Coverage", content.snapshot))
    return [
        ("without a traversal", _lacking(content, cases, "test_traversal")),
        ("without a document", _lacking(content, cases, "document")),
        ("without a tag", _lacking(content, cases, "tag")),
        ("× browser config without a traversal", sum(len(traces.untraversed(case)) for case in cases)),  # noqa: RUF001  # the sign of a product
    ]


def _lacking(content: Content, cases: list[EntityFile], kind: Kind) -> int:
    """Return the number of test cases without an entity of a kind, for certain."""
    return sum(
        not (
            content.sources(case, kind)
            or any(
                link.target is not None and link.target.kind == kind
                for link in content.snapshot.outgoing(case)
            )
        )
        and not may_concern(content.snapshot, case, kind)
        for case in cases
    )


def findings_page(content: Content) -> dict[str, Any]:
    """Return what the template of the page of all findings shows: the worst first, each with its entity."""
    order = {severity: rank for rank, severity in enumerate(SEVERITIES)}
    diagnostics = sorted(content.diagnostics, key=lambda item: order[item.severity])
    files = content.snapshot.files
    counts = Counter(item.severity for item in diagnostics)
    return {
        "title": "Findings",
        "crumbs": [("Overview", "index.html")],
        "counts": [(severity, counts[severity]) for severity in SEVERITIES],
        "findings": [
            (item, content.target(files[item.path]) if item.path in files else None)
            for item in diagnostics[:1000]
        ],
        "left_out": max(0, len(diagnostics) - 1000),
        "unchecked": verdict_of(content.snapshot).unchecked,
    }
