"""Pages that list entities: those of a kind in a project, of a suite, and of the kinds that belong to no project."""

import hashlib
import json
from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any, Final, NamedTuple

from qafiles.kinds import KIND_FACTS, SECRET, Kind
from qafiles.layout import LABELS, SUITE_KINDS
from qafiles.pages import clean
from qafiles.reports.outcomes import Outcomes
from qafiles.site.content import PLURALS, Content, Target
from qafiles.site.custom_values import declarations_of
from qafiles.site.facets import facet_fields, facet_values, facets
from qafiles.site.search_data import as_script
from qafiles.snapshot import EntityFile

MOST_ROWS: Final = 500
"""Rows of a list that stand in its page; a script beside it has all rows of a longer one, which filters look at."""


class Suite(NamedTuple):
    """A folder with the number of entities in it and below."""

    name: str
    page: str
    size: int


class Row(NamedTuple):
    """An entity in a list; `cells` are those between its title and its date."""

    target: Target
    suite: str
    cells: tuple[Any, ...]
    changed: str | None
    tags: str
    facets: tuple[tuple[str, ...], ...] = ()

    @property
    def facets_text(self) -> str:
        """The values of the custom fields that filter the list, as JSON."""
        return json.dumps(self.facets, ensure_ascii=False) if any(self.facets) else ""


_HEADINGS: Final[Mapping[Kind, tuple[str, ...]]] = {
    "test_case": ("Tags", "Document", "Traversals"),
    "document": ("Test cases",),
    "test_traversal": ("Test case", "Browser config"),
    "tag": ("Test cases",),
    SECRET: ("Version", "Used by"),
    "user": ("Organizations",),
    "member": ("User", "Role"),
}
_OTHERS: Final = ("Used by",)
"""The headings of a kind that has none of its own."""

_NUMBERS: Final = frozenset({"Traversals", "Test cases", "Used by", "Version"})


def kind_of_folder(folder: str) -> Kind:
    """Return the kind whose entities lie in a folder that has a page."""
    parts = folder.split("/")
    within = {1: "root", 3: "organization"}.get(len(parts), "project")
    name = parts[{"root": 0, "organization": 2, "project": 4}[within]]
    return next(k for k, facts in KIND_FACTS.items() if (facts.within, facts.folder) == (within, name))


def listing_page(content: Content, folder: str, files: Sequence[EntityFile]) -> dict[str, Any]:
    """Return what the template of a folder's page shows; `files` are all entities in it and below."""
    kind = kind_of_folder(folder)
    depth = folder.count("/") + 1
    is_suite = depth > 5
    name = folder.rpartition("/")[2] if is_suite else PLURALS[kind]
    below = folder + "/"
    suites = Counter(
        file.path.removeprefix(below).partition("/")[0]
        for file in files
        if kind in SUITE_KINDS and "/" in file.path.removeprefix(below)
    )
    every = [_row(content, file, below) for file in files]
    rows = every[:MOST_ROWS]
    with_outcome = kind == "test_case" and content.results is not None
    headings = (*_HEADINGS.get(kind, _OTHERS), *(["Outcome"] if with_outcome else []))
    tags = sorted({tag.title for row in every for tag in row.cells[0]}) if kind == "test_case" else []
    return {
        "title": name,
        "label": f"{LABELS[kind]} suite" if is_suite else None,
        "count": len(files),
        "noun": PLURALS[kind].lower() if len(files) != 1 else LABELS[kind],
        "crumbs": content.crumbs(files[0])[: -1 - (_depth_below(files[0].path, folder))],
        "kind": kind,
        "suites": [
            Suite(suite, content.places.folders[f"{folder}/{suite}"], count)
            for suite, count in sorted(suites.items())
        ],
        "headings": headings,
        "numbers": [heading in _NUMBERS for heading in headings],
        "rows": rows,
        "with_dates": any(row.changed for row in every),
        "left_out": len(every) - len(rows),
        "script": rows_page(folder).removeprefix("assets/") if len(every) > len(rows) else None,
        "tag_choice": tags,
        "suite_choice": sorted({row.suite for row in every if row.suite}),
        "facets": facets(content, facet_fields(content, kind), (row.facets for row in every)),
        "declared": [*declarations_of(content.snapshot.settings.fields.of(kind))] if not is_suite else [],
    }


def rows_page(folder: str) -> str:
    """Return the script that has all rows of the list of a folder."""
    return f"assets/lists/{hashlib.sha256(folder.encode()).hexdigest()[:20]}.js"


def rows_script(content: Content, folder: str, files: Sequence[EntityFile]) -> str:
    """Return a script that sets `qafilesRows`: `targets` of title, page and colour, and `rows` that name them by number.

    A row is a target, the suite, the cells, the day of the last update, and the values of custom fields that filter the list; a
    cell is a list of targets, a number or a text.
    """
    numbers: dict[Target, int] = {}

    def number(target: Target) -> int:
        return numbers.setdefault(target, len(numbers))

    def plain(cell: Any) -> Any:
        if isinstance(cell, list):
            return [number(target) for target in cell]
        return clean(str(cell)) if cell is not None and not isinstance(cell, int) else cell

    rows = []
    for file in files:
        row = _row(content, file, folder + "/")
        facet_cells = [row.facets] if row.facets else []
        rows.append(
            [number(row.target), clean(row.suite), [*map(plain, row.cells)], row.changed or "", *facet_cells]
        )
    targets = [[clean(target.title), target.page, target.color] for target in numbers]
    lines = ",\n".join(map(as_script, rows))
    return f"globalThis.qafilesRows = {{targets: {as_script(targets)}, rows: [\n{lines}\n]}};\n"


def _depth_below(path: str, folder: str) -> int:
    return path.count("/") - folder.count("/") - 1


def _row(content: Content, file: EntityFile, below: str) -> Row:
    changed = content.changed_on(file)
    if file.path not in content.cells:
        fields = facet_fields(content, file.kind)
        content.cells[file.path] = _cells(content, file), facet_values(content, file, fields)
    cells, own_facets = content.cells[file.path]
    tags = "|".join(tag.title for tag in cells[0]) if file.kind == "test_case" else ""
    suite = file.path.removeprefix(below).rpartition("/")[0] if file.kind in SUITE_KINDS else ""
    return Row(content.target(file), suite, cells, changed.isoformat() if changed else None, tags, own_facets)


def _cells(content: Content, file: EntityFile) -> tuple[Any, ...]:
    def named(name: str) -> list[Target]:
        return [content.target(entity) for entity in content.targets(file, name)]

    def count(kind: Kind, name: str | None = None) -> int:
        return len(content.sources(file, kind, name))

    match file.kind:
        case "test_case":
            documents = [content.target(document) for document in content.documents(file)]
            return named("tags"), documents, count("test_traversal"), *Outcomes(content.results).of(file)
        case "document":
            return (len(content.cases(file)),)
        case "test_traversal":
            return named("test_case_id"), named("browser_config_id")
        case "tag":
            return (count("test_case", "tags"),)
        case _ if file.is_secret:
            return file.get("version"), len(content.users_of_secrets.get(file.path, ()))
        case "user":
            members = content.sources(file, "member")
            organizations = [content.snapshot.parent(member) for member in members]
            return ([content.target(item) for item in organizations if item is not None],)
        case "member":
            return named("user_id"), file.get("role")
        case _:
            return (len({link.source.path for link in content.snapshot.incoming(file)}),)
