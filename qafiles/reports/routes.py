"""Routes of test cases, in the form in which they are counted."""

import re
from collections.abc import Mapping
from typing import Final
from urllib.parse import urlsplit

from qafiles.domains import origin
from qafiles.snapshot import EntityFile, Snapshot

_SLASHES: Final = re.compile("/{2,}")


def routes(snapshot: Snapshot) -> Mapping[str, str]:
    """Return the route of each test case, by its path; test cases without a legible route are not among them.

    Below the project's own origin a route is a path, elsewhere a URL. Queries, user names, fragments and slashes at the
    end are left out; a fragment that begins with `/` or `!` stays, since single-page applications route by it.
    """
    own = {
        file.handle: origin(url)
        for file in snapshot.of_kind("project")
        if isinstance(url := file.get("default_url_route"), str)
    }
    routes_by_path = {}
    for file in snapshot.of_kind("test_case"):
        route = _route(file)
        if route is not None:
            place, path = route
            known = place is None or place == str(own.get(str(file.project)))
            routes_by_path[file.path] = path if known else f"{place}{path}"
    return routes_by_path


def _route(file: EntityFile) -> tuple[str | None, str] | None:
    """Return the origin, None for that of the project, and the path of a test case."""
    url = file.get("url_route")
    if not isinstance(url, str):
        return None
    place = None
    if not url.startswith("/"):
        case_origin = origin(url)
        if case_origin is None:
            return None
        place = str(case_origin)
        try:
            parts = urlsplit(url)
        except ValueError:
            return None
        url = parts.path + (f"#{parts.fragment}" if parts.fragment else "")
    path, _, fragment = url.partition("#")
    path = _SLASHES.sub("/", path.partition("?")[0]).rstrip("/") or "/"
    client_route = fragment.partition("?")[0].rstrip("/") if fragment.startswith(("/", "!")) else ""
    return place, f"{path}#{client_route}" if client_route else path
