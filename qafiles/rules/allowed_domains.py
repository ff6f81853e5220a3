"""The lists of allowed domains in a snapshot, what is wrong in them, and the URL at which a test begins."""

from collections.abc import Iterable, Iterator, Sequence
from typing import TYPE_CHECKING, NamedTuple

from qafiles.diagnostics import Pointer, Related
from qafiles.domains import Origin, Problem, is_plain, origin, parse
from qafiles.rules.browser_groups import MAX_FINDINGS, settings
from qafiles.snapshot import EntityFile, FilesByKind, Snapshot
from qafiles.snapshot.environments import base_url

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

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


def of_test_cases(files: FilesByKind) -> Iterator[DomainList]:
    """Yield the allowed domains of the test cases that have some."""
    for file in files["test_case"]:
        entries = of_test_case(file)
        if entries is not None:
            yield file, ("allowed_domains",), entries


def of_browser_configs(files: FilesByKind) -> Iterator[DomainList]:
    """Yield the allowed domains of the browser configs that have some."""
    for file in files["browser_config"]:
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


def start_of(snapshot: Snapshot, file: EntityFile, environment: "Environment | None" = None) -> Start | None:
    """Return where a test case begins; None when its route, or the URL of its project, is missing or broken.

    In an environment None also where the test begins as it does without one.
    """
    route = file.get("url_route")
    if not isinstance(route, str):
        return None
    if not route.startswith("/"):
        return Start(origin(route), ()) if environment is None else None
    project = snapshot.parent(file)
    base = base_url(project, environment) if project is not None else None
    if project is None or base is None:
        return None
    start = origin(base.url)
    if environment is not None:
        plain = base_url(project)
        if plain == base or (plain is not None and origin(plain.url) == start):
            return None
    return Start(start, (Related(base.path, "the route is appended to this URL", base.pointer),))
