"""The lists of allowed domains in a snapshot, what is wrong in them, and the URL at which a test begins."""

from collections.abc import Iterable, Iterator, Sequence
from typing import NamedTuple

from qafiles.diagnostics import Pointer, Related
from qafiles.domains import Origin, Problem, is_plain, origin, parse
from qafiles.rules.browser_groups import MAX_FINDINGS, settings
from qafiles.snapshot import EntityFile, Snapshot

DomainList = tuple[EntityFile, Pointer, Sequence[str]]
"""A list of allowed domains with its file and its place there."""


class Start(NamedTuple):
    """Where a test begins, None when no browser could open it, and the place that says so for a path."""

    origin: Origin | None
    related: tuple[Related, ...]


def of_test_case(file: EntityFile) -> Sequence[str] | None:
    """Return the `allowed_domains` of a test case, or None where they are absent or broken."""
    entries = file.get("allowed_domains")
    if not isinstance(entries, list):
        return None
    for entry in entries:  # all() would take three times as long
        if entry.__class__ is not str:
            return None
    return entries


def of_browser_config(file: EntityFile) -> Iterator[tuple[Pointer, Sequence[str]]]:
    """Yield the `allowed_domains` of a browser config, of which nested groups may have their own."""
    for setting in settings(file):
        if setting.name == "allowed_domains" and isinstance(setting.value, list):
            yield setting.pointer, [entry for entry in setting.value if isinstance(entry, str)]


def of_test_cases(snapshot: Snapshot) -> Iterator[DomainList]:
    """Yield the allowed domains of the test cases that have some."""
    for file in snapshot.of_kind("test_case"):
        entries = of_test_case(file)
        if entries is not None:
            yield file, ("allowed_domains",), entries


def of_browser_configs(snapshot: Snapshot) -> Iterator[DomainList]:
    """Yield the allowed domains of the browser configs that have some."""
    for file in snapshot.of_kind("browser_config"):
        for pointer, entries in of_browser_config(file):
            yield file, pointer, entries


def problems_in(lists: Iterable[DomainList]) -> Iterator[tuple[EntityFile, Pointer, str, Problem]]:
    """Yield the entries that have a problem, each with its file and pointer, of one list at most `MAX_FINDINGS`."""
    fine: set[str] = set()
    for file, pointer, entries in lists:
        count = 0
        for index, entry in enumerate(entries):
            if entry in fine:
                continue
            parsed = None if is_plain(entry) else parse(entry)
            if not isinstance(parsed, Problem):
                fine.add(entry)
                continue
            yield file, (*pointer, index), entry, parsed
            count += 1
            if count == MAX_FINDINGS:
                break


def start_of(snapshot: Snapshot, file: EntityFile) -> Start | None:
    """Return where a test case begins; None when its route, or the URL of its project, is missing or broken."""
    route = file.get("url_route")
    if not isinstance(route, str):
        return None
    if not route.startswith("/"):
        return Start(origin(route), ())
    project = snapshot.parent(file)
    default = project.get("default_url_route") if project else None
    if project is None or not isinstance(default, str):
        return None
    related = Related(project.path, "the route is appended to this URL", ("default_url_route",))
    return Start(origin(default), (related,))
