"""The figures of each report against figures that are computed from the YAML files and plain git commands."""

import re
from collections import Counter
from datetime import date
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import pytest
import yaml

from qafiles.kinds import KIND_FACTS
from qafiles.reports import EntityRef, Filters, Report, make_report
from tests.conftest import git
from tests.reports.oracle import Oracle

_PLURALS = {
    "organization": "organizations",
    "member": "members",
    "project": "projects",
    "test_case": "test_cases",
    "document": "documents",
    "tag": "tags",
    "secret_value": "secret_values",
    "test_traversal": "test_traversals",
    "browser_config": "browser_configs",
    "user": "users",
}
"""What the report calls the kinds of the design; what is added to the table later is called by its name."""


@pytest.fixture(
    scope="module", params=["acme", pytest.param("sylius", marks=[pytest.mark.slow, pytest.mark.corpus])]
)
def folder(request: pytest.FixtureRequest) -> Path:
    """The example and the large data root, each in its repository."""
    found: Path = request.getfixturevalue(request.param)
    return found


@pytest.fixture(scope="module")
def oracle(folder: Path) -> Oracle:
    return Oracle(folder)


def figures(report: Report) -> dict[str, Any]:
    return {figure.name: figure.value for figure in report.figures}


def column(report: Report, table: str, name: str) -> list[Any]:
    found = report.table(table)
    index = [column.name for column in found.columns].index(name)
    return [row[index] for row in found.rows]


def rows_of(report: Report, table: str) -> list[Any]:
    return [*report.table(table).rows]


def handles(cells: list[Any]) -> list[str | None]:
    return [cell.handle if isinstance(cell, EntityRef) else cell for cell in cells]


def test_inventory_counts_files(folder: Path, oracle: Oracle) -> None:
    report = make_report("inventory", folder)
    counts = Counter(entity.kind for entity in oracle.entities)
    plurals = {**{kind: f"{kind}s" for kind in KIND_FACTS}, **_PLURALS}
    assert figures(report) == {name: counts[kind] for kind, name in plurals.items()}
    per_project = Counter(entity.project for entity in oracle.of("test_case"))
    names = handles(column(report, "projects", "project"))
    assert dict(zip(names, column(report, "projects", "test_cases"), strict=True)) == {
        project.handle: per_project[project.handle] for project in oracle.of("project")
    }
    suites = Counter(
        case.handle.rpartition("/")[0]
        for case in oracle.of("test_case")
        if case.handle.rpartition("/")[0] != case.project
    )
    told = dict(zip(column(report, "suites", "suite"), column(report, "suites", "test_cases"), strict=True))
    assert {suite: number for suite, number in told.items() if number} == dict(suites)


def _route(oracle: Oracle, project: str | None, url: str) -> str:
    default = urlsplit(oracle.by_name["project", str(project)].data["default_url_route"])
    parts = urlsplit(url)
    path = parts.path.rstrip("/") or "/"
    if parts.fragment.startswith("/"):
        path += "#" + parts.fragment.rstrip("/")
    return path if parts.netloc in {"", default.netloc} else f"{parts.scheme}://{parts.netloc}{path}"


def untraversed(oracle: Oracle) -> set[tuple[str, str]]:
    """Return test cases with those of their browser configs that no traversal of theirs goes with."""
    found = set()
    for case in oracle.of("test_case"):
        ways = oracle.traversed().get(case.handle, ())
        named = [oracle.targets(way, "browser_config_id", "browser_config") for way in ways]
        if all(named):
            known = {config for configs in named for config in configs}
            wanted = oracle.targets(case, "browser_configs", "browser_config")
            found |= {(case.handle, config) for config in wanted if config not in known}
    return found


def test_coverage_counts_routes_tags_and_gaps(folder: Path, oracle: Oracle) -> None:
    report = make_report("coverage", folder)
    cases, traversed = oracle.of("test_case"), oracle.traversed()
    routes = Counter((case.project, _route(oracle, case.project, case.data["url_route"])) for case in cases)
    used = {
        handle
        for entity in [*cases, *oracle.of("test_traversal")]
        for field in ("browser_configs", "browser_config_id")
        for handle in oracle.targets(entity, field, "browser_config")
    }
    assert figures(report) == {
        "test_cases": len(cases),
        "routes": len(routes),
        "without_tag": sum(not case.data.get("tags") for case in cases),
        "without_document": sum(not oracle.documents(case) for case in cases),
        "without_traversal": sum(case.handle not in traversed for case in cases),
        "untraversed_configs": len(untraversed(oracle)),
        "unused_browser_configs": len(oracle.of("browser_config")) - len(used),
    }
    told = zip(
        column(report, "routes", "project"),
        column(report, "routes", "route"),
        column(report, "routes", "test_cases"),
        strict=True,
    )
    assert {(project, route): number for project, route, number in told} == routes
    pairs = Counter(
        (case.project, _route(oracle, case.project, case.data["url_route"]), tag)
        for case in cases
        for tag in oracle.targets(case, "tags", "tag")
    )
    assert {
        (project, route, tag.handle): number
        for project, route, tag, number in rows_of(report, "routes_by_tag")
    } == pairs
    assert len(report.table("gaps").rows) == sum(
        not case.data.get("tags") or not oracle.documents(case) or case.handle not in traversed
        for case in cases
    )


def test_traceability_holds_every_chain_once(folder: Path, oracle: Oracle) -> None:
    report = make_report("traceability", folder)
    traversed = oracle.traversed()
    documents = {case.handle: oracle.documents(case) for case in oracle.of("test_case")}
    missing = untraversed(oracle)
    chains: Counter[tuple[str | None, str | None, str | None]] = Counter()
    for case, names in documents.items():
        for document in names or (None,):
            for traversal in [*(way.handle for way in traversed.get(case, ()))] or (None,):
                chains[document, case, traversal] += 1
            lacking = [config for named, config in missing if named == case and case in traversed]
            chains[document, case, None] += len(lacking)
    used = {document for names in documents.values() for document in names}
    alone = {document.handle for document in oracle.of("document")} - used
    chains.update((document, None, None) for document in alone)
    told = zip(
        *(handles(column(report, "matrix", name)) for name in ("document", "test_case", "traversal")),
        strict=True,
    )
    assert Counter(told) == +chains
    configs = zip(
        column(report, "matrix", "test_case"),
        column(report, "matrix", "browser_configs"),
        column(report, "matrix", "gaps"),
        strict=True,
    )
    assert {
        (case.handle, config.handle)
        for case, cells, gaps in configs
        if case is not None and {"no traversal", "no traversal with this browser config"} & {*gaps}
        for config in cells
    } == missing
    assert figures(report)["untraversed_configs"] == len(missing)
    titles = {
        case.handle: case.data["test_description"].strip().split("\n")[0].strip()
        for case in oracle.of("test_case")
    }
    named = zip(column(report, "matrix", "test_case"), column(report, "matrix", "title"), strict=True)
    assert all(title == (titles[case.handle] if case is not None else None) for case, title in named)
    assert figures(report)["documents_without_test_case"] == len(alone)
    assert figures(report)["test_cases_without_traversal"] == sum(case not in traversed for case in documents)
    uses = Counter(
        (config, entity.kind, entity.handle)
        for entity in [*oracle.of("test_case"), *oracle.of("test_traversal")]
        for field in ("browser_configs", "browser_config_id")
        for config in oracle.targets(entity, field, "browser_config")
    )
    back = zip(
        column(report, "browser_configs", "browser_config"),
        column(report, "browser_configs", "used_by"),
        strict=True,
    )
    assert Counter((config.handle, by.kind, by.handle) for config, by in back if by is not None) == uses


def test_traceability_leads_back_from_secrets(folder: Path, oracle: Oracle) -> None:
    report = make_report("traceability", folder)
    uses = {
        (secret, traversal.handle)
        for traversal in oracle.of("test_traversal")
        for secret in oracle.targets(traversal, "secret_values", "secret_value")
    }
    for entity in [*oracle.of("test_case"), *oracle.of("document")]:
        text = yaml.safe_dump(entity.data, allow_unicode=True, width=10**6)
        uses |= {
            (f"{entity.project}/{name}", entity.handle)
            for name in re.findall(r"\{\{ *secret\.(\w+) *\}\}", text)
        }
    rows = rows_of(report, "secrets")
    assert {(row[2].handle, row[3].handle) for row in rows if row[3]} == uses


def _log(folder: Path, *arguments: str) -> list[tuple[str, str, str, list[tuple[str, str]]]]:
    """Return author's e-mail, day, commit and (status, path) of each commit, the first one first."""
    told = git(
        folder,
        "log",
        "--reverse",
        "--no-merges",
        "--format=%x00%ae%x01%ad%x01%H",
        "--date=format-local:%Y-%m-%d",
        "--name-status",
        "--no-renames",
        *arguments,
        TZ="UTC",
    )
    found = []
    for block in told.split("\0")[1:]:
        head, *lines = [line for line in block.splitlines() if line]
        email, day, name = head.split("\1")
        rows = [(line.split("\t")[0], line.split("\t")[1]) for line in lines]
        paths = [
            row
            for row in rows
            if row[1].partition("/")[0] in {"users", "browser_configs", "organizations"}
            and row[1].endswith(".yaml")
        ]
        found.append((email, day, name, paths))
    return found


def _id_at(folder: Path, commit: str, path: str) -> str:
    return str(yaml.safe_load(git(folder, "show", f"{commit}:{path}"))["id"])


def test_activity_counts_what_git_log_lists(folder: Path) -> None:
    report = make_report("activity", folder)
    log = _log(folder)
    created = changed = removed = 0
    for number, (_, _, commit, rows) in enumerate(log):
        if number == 0:
            created += len(rows)
            continue
        gone = {_id_at(folder, f"{commit}~1", path) for status, path in rows if status == "D"}
        new = {_id_at(folder, commit, path) for status, path in rows if status == "A"}
        created += len(new - gone)
        removed += len(gone - new)
        changed += sum(status == "M" for status, _ in rows) + len(new & gone)
    known = figures(report)
    assert (known["commits"], known["authors"]) == (len(log), len({email.casefold() for email, *_ in log}))
    assert (known["created"], known["changed"], known["removed"]) == (created, changed, removed)
    assert known["first"] == date.fromisoformat(min(day for _, day, *_ in log))
    assert known["last"] == date.fromisoformat(max(day for _, day, *_ in log))
    months = dict(zip(column(report, "months", "month"), column(report, "months", "commits"), strict=True))
    assert {month: number for month, number in months.items() if number} == Counter(
        day[:7] for _, day, *_ in log
    )


def test_changes_are_those_of_git_diff_by_the_authors_of_git_log(folder: Path) -> None:
    report = make_report("changes", folder, revisions="v1..v2")
    rows = [
        line.split("\t")
        for line in git(
            folder,
            "diff",
            "--name-status",
            "--no-renames",
            "v1",
            "v2",
            "--",
            "users",
            "browser_configs",
            "organizations",
        ).splitlines()
    ]
    gone = {_id_at(folder, "v1", path): path for status, path in rows if status == "D"}
    new = {_id_at(folder, "v2", path): path for status, path in rows if status == "A"}
    renamed = gone.keys() & new.keys()
    known = figures(report)
    assert known["added"] == len(new.keys() - renamed)
    assert known["removed"] == len(gone.keys() - renamed)
    assert known["renamed"] + known["moved"] == len(renamed)
    assert known["changed"] == sum(status == "M" for status, _ in rows)
    authors: dict[str, set[str]] = {}
    for email, _, _, paths in _log(folder, "v1..v2"):
        for _, path in paths:
            authors.setdefault(path, set()).add(email.partition("@")[0].casefold().replace(".", " "))
    for entity, names in zip(
        column(report, "changes", "entity"), column(report, "changes", "authors"), strict=True
    ):
        assert {_plain(name) for name in names} == {_plain(name) for name in authors[entity.path]}


def _plain(name: str) -> str:
    return {"passer-by": "stranger"}.get(name.casefold(), name.casefold())


def test_stale_texts_are_newer_than_every_traversal(folder: Path, oracle: Oracle) -> None:
    report = make_report("stale", folder)
    last: dict[str, str] = {}
    text: dict[str, str] = {}
    for _, day, commit, rows in _log(folder):
        for status, path in rows:
            last[path] = day
            if status == "A" or (
                status == "M" and _text(folder, commit, path) != _text(folder, f"{commit}~1", path)
            ):
                text[path] = day
    found = set()
    for case, traversals in oracle.traversed().items():
        path = oracle.by_name["test_case", case].path
        if text[path] > max(last[traversal.path] for traversal in traversals):
            found.add(case)
    assert {cell.handle for cell in column(report, "outdated", "test_case")} == found
    assert found


def _text(folder: Path, commit: str, path: str) -> object:
    return yaml.safe_load(git(folder, "show", f"{commit}:{path}")).get("test_description")


@pytest.mark.parametrize("days", [1, 60, 180])
def test_untouched_is_what_git_log_has_not_seen_since(folder: Path, oracle: Oracle, days: int) -> None:
    report = make_report("stale", folder, days=days, as_of=date(2026, 6, 2))
    last: dict[str, str] = {}
    for _, day, commit, rows in _log(folder):
        gone = {_id_at(folder, f"{commit}~1", path): path for status, path in rows if status == "D"}
        for status, path in rows:
            was = gone.get(_id_at(folder, commit, path)) if status == "A" and gone else None
            # Another name is no other data.
            last[path] = last[was] if was is not None else day
    kinds = {"test_case", "document", "test_traversal"}
    wanted = {
        entity.path
        for entity in oracle.entities
        if entity.kind in kinds and (date(2026, 6, 2) - date.fromisoformat(last[entity.path])).days >= days
    }
    assert {cell.path for cell in column(report, "untouched", "entity")} == wanted


def test_secrets_are_as_old_as_their_version(folder: Path, oracle: Oracle) -> None:
    report = make_report("secrets", folder, as_of=date(2026, 7, 14))
    first = {
        path: day for _, day, _, rows in reversed(_log(folder)) for status, path in rows if status == "A"
    }
    rows = rows_of(report, "secrets")
    assert [row[0].path for row in rows] == [secret.path for secret in oracle.of("secret_value")]
    for row, secret in zip(rows, oracle.of("secret_value"), strict=True):
        changed = date.fromisoformat(first[secret.path])
        keys = [entry["recipient"] for entry in secret.data["sops"]["age"]]
        assert row[1:4] == (secret.data["version"], changed, (date(2026, 7, 14) - changed).days)
        assert isinstance(row[4], tuple)
        assert [str(label)[:16] for label in row[4]] == sorted(key[:16] for key in keys)


def test_access_lists_members_and_recipients(folder: Path, oracle: Oracle) -> None:
    report = make_report("access", folder)
    told = zip(
        column(report, "members", "organization"),
        handles(column(report, "members", "user")),
        column(report, "members", "role"),
        strict=True,
    )
    assert set(told) == {
        (member.handle.partition("/")[0], user, member.data["role"])
        for member in oracle.of("member")
        for user in oracle.targets(member, "user_id", "user")
    }
    assert len(report.table("secrets").rows) == sum(
        len(secret.data["sops"]["age"]) for secret in oracle.of("secret_value")
    )


def test_filters_leave_what_the_yaml_says(folder: Path, oracle: Oracle) -> None:
    project = oracle.of("project")[-1].handle
    tag = Counter(
        tag
        for case in oracle.of("test_case")
        for tag in oracle.targets(case, "tags", "tag")
        if tag.startswith(f"{project}/")
    ).most_common(1)[0][0]
    cases = [case for case in oracle.of("test_case") if tag in oracle.targets(case, "tags", "tag")]
    report = make_report("inventory", folder, filters=Filters(projects=(project,), tags=(tag,)))
    names = {case.handle for case in cases}
    known = figures(report)
    assert known["test_cases"] == len(cases)
    assert known["documents"] == len({document for case in cases for document in oracle.documents(case)})
    assert known["test_traversals"] == sum(
        len(runs) for case, runs in oracle.traversed().items() if case in names
    )
    suite = cases[0].handle.rpartition("/")[0].removeprefix(f"{project}/")
    report = make_report("inventory", folder, filters=Filters(projects=(project,), suites=(suite,)))
    assert figures(report)["test_cases"] == sum(
        case.handle.startswith(f"{project}/{suite}/") for case in oracle.of("test_case")
    )
