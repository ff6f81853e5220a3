"""Findings: what `validate` reports, by rule, project and the author who last changed the place."""

from collections import Counter, defaultdict
from typing import Final, NamedTuple

from qafiles.diagnostics import SEVERITIES, Diagnostic, Severity
from qafiles.history import History
from qafiles.layout import KINDS, Place, classify
from qafiles.reports.field_authors import commits_of_fields
from qafiles.reports.filters import Selection
from qafiles.reports.report import Cell, Column, EntityRef, Figure, Report, Table
from qafiles.reports.request import Request
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot

_SEVERITY_COLUMNS: Final = tuple(Column(f"{word}s", f"{word}s", "number") for word in SEVERITIES)


class _AttributedFinding(NamedTuple):
    """A finding with the project that its path lies in, and the author of what it is about where there is one."""

    item: Diagnostic
    project: str | None
    author: str | None


def build(request: Request) -> Report:
    """Return the findings in what is selected; without git there are no authors.

    The author is that of the commit that gave the field that a finding is about, or else of the last that changed the
    data of the file. A value that is not committed has none.
    """
    snapshot = check(request.snapshot)
    items = [item for item in snapshot.diagnostics if _is_selected(request.selection, item.path)]
    attributed = [
        _AttributedFinding(item, project_in(item.path), author)
        for item, author in zip(items, _authors(request, items), strict=True)
    ]
    counts = Counter(item.severity for item in items)
    by = request.by_table(
        "Findings",
        _SEVERITY_COLUMNS,
        (
            (snapshot, snapshot.files.get(item.path), [item.severity == word for word in SEVERITIES])
            for item in items
        ),
    )
    return request.report(
        (
            Figure("findings", "findings", len(items)),
            *(Figure(f"{word}s", f"{word}s", counts[word]) for word in SEVERITIES),
            Figure("files", "files with findings", len({item.path for item in items})),
        ),
        (
            *by,
            _rules(attributed),
            _grouped("projects", "project", [(row.project, row.item) for row in attributed]),
            _grouped("authors", "author", [(row.author, row.item) for row in attributed]),
            _list(request, snapshot, attributed),
        ),
        notes=request.history_notes(),
    )


def project_in(path: str) -> str | None:
    """Return the handle of the project in whose folder a path lies, whatever the file is; None where it lies in none."""
    parts = path.split("/")
    inside = len(parts) > 4 and parts[0] == "organizations" and parts[2] == "projects"
    return f"{parts[1]}/{parts[3]}" if inside else None


def _is_selected(selection: Selection, path: str) -> bool:
    if not selection.filters or path in selection.paths:
        return True
    # A file that is no entity belongs to the project in whose folder it lies.
    filters, project = selection.filters, project_in(path)
    known = isinstance(classify(path), Place) or filters.choose_cases or project is None
    return not known and selection.has_project(str(project))


def _authors(request: Request, items: list[Diagnostic]) -> list[str | None]:
    history, files = request.possible_history, request.snapshot.files
    wanted: dict[str, set[str]] = defaultdict(set)
    for item in items:
        field, id_ = _field(item), files[item.path].id if item.path in files else None
        if id_ is not None and field is not None:
            wanted[id_].add(field)
    present = {id_: request.snapshot.by_id[id_].data for id_ in wanted}
    commits = commits_of_fields(history, wanted, present) if wanted else {}
    authors: list[str | None] = []
    for item in items:
        field, file = _field(item), files.get(item.path)
        if file is None or file.id is None:
            authors.append(None)
        elif field is not None:
            commit = commits.get((file.id, field))
            authors.append(request.authors.name(commit) if commit is not None else None)
        else:
            authors.append(_of_file(request, history, file.id))
    return authors


def _field(item: Diagnostic) -> str | None:
    return str(item.pointer[0]) if item.pointer else None


def _of_file(request: Request, history: History, id_: str) -> str | None:
    state = history.last.get(id_)
    return request.authors.name(state.updated) if state is not None and state.path is not None else None


def _rules(attributed: list[_AttributedFinding]) -> Table:
    counts = Counter(
        (row.item.code, row.item.name, row.item.severity, row.project or "", row.author or "")
        for row in attributed
    )
    order = {word: number for number, word in enumerate(SEVERITIES)}
    rows = sorted(counts, key=lambda key: (order[key[2]], key[0], key[3], key[4]))
    return Table(
        "rules",
        "Findings by rule, project and last author",
        (
            Column("severity", "severity"),
            Column("code", "code"),
            Column("rule", "rule"),
            Column("project", "project"),
            Column("author", "last author"),
            Column("findings", "findings", "number"),
        ),
        tuple(
            (
                severity,
                code,
                name,
                project or None,
                author or None,
                counts[code, name, severity, project, author],
            )
            for code, name, severity, project, author in rows
        ),
        "nothing to report",
    )


def _grouped(name: str, title: str, group_items: list[tuple[str | None, Diagnostic]]) -> Table:
    counts: dict[str, Counter[Severity]] = defaultdict(Counter)
    for group, item in group_items:
        counts[group or ""][item.severity] += 1
    return Table(
        name,
        f"Findings by {title}",
        (Column(title, title), *_SEVERITY_COLUMNS),
        tuple((group or None, *(counts[group][word] for word in SEVERITIES)) for group in sorted(counts)),
        "nothing to report",
    )


def _list(request: Request, snapshot: Snapshot, attributed: list[_AttributedFinding]) -> Table:
    rows: list[tuple[Cell, ...]] = []
    own = request.columns_of(*KINDS)
    for item, _, author in attributed:
        file = snapshot.files.get(item.path)
        entity = EntityRef(file.kind, file.handle, file.id, file.path) if file is not None else None
        rows.append(
            (
                item.severity,
                item.code,
                f"{item.path}:{item.line}:{item.column}",
                entity,
                item.message,
                author,
                *own.cells(file),
            )
        )
    return Table(
        "findings",
        "All findings",
        (
            Column("severity", "severity"),
            Column("code", "code"),
            Column("place", "place"),
            Column("entity", "entity"),
            Column("message", "message"),
            Column("author", "last author"),
            *own.columns,
        ),
        tuple(rows),
        "nothing to report",
    )
