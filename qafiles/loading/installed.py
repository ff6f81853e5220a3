"""Where this qafiles was installed from, and so how another version of it is."""

import json
import re
import shlex
from collections.abc import Callable, Mapping
from importlib.metadata import PackageNotFoundError, distribution
from typing import Any, Final
from urllib.parse import unquote, urlsplit, urlunsplit

_COMMIT: Final = "[0-9a-f]{40}(?:[0-9a-f]{24})?"
is_vcs_requirement: Final[Callable[[str], re.Match[str] | None]] = re.compile(
    rf"(?:qafiles(?:\[[a-z, ]+\])? ?@ ?)?git\+(?P<url>(?:https://|ssh://(?:git@)?)[A-Za-z0-9._-]+(?::[0-9]+)?/[A-Za-z0-9._~/+-]+)@(?P<commit>{_COMMIT})"
    r"(?P<subdirectory>#subdirectory=[A-Za-z0-9._/-]+)?"
).fullmatch


def own_requirement() -> str | None:
    """Return the commit that this qafiles was installed from, as a requirement; None where it came another way."""
    match = _own_commit(_direct_url() or {})
    return vcs_requirement(match) if match else None


def vcs_requirement(match: re.Match[str]) -> str:
    """Return what `is_vcs_requirement` matched as pip takes it."""
    return f"qafiles @ git+{match['url']}@{match['commit']}{match['subdirectory'] or ''}"


def how_to_get(specifier: str | None) -> str:
    """Return how another version is installed from where this one came: one of a specifier, or without one a newer one."""
    which = "one of these versions" if specifier is not None else "a newer version"
    direct_url = _direct_url()
    if direct_url is None:
        return f"get {which} from where this one came"
    if match := _own_commit(direct_url):
        requirement = f"qafiles @ git+{match['url']}@COMMIT{match['subdirectory'] or ''}"
        return f"install {which}: `pip install {shlex.quote(requirement)}`, where COMMIT is a tag or commit of it"
    parts = urlsplit(str(direct_url.get("url", "")))
    if parts.scheme == "file":
        place = shlex.quote(unquote(parts.path))
        return f"install {which}: check it out in {place}, then `pip install {place}`"
    if direct_url:
        return f"install {which} from where this one came"
    # From a package index, where the name is known to be the one that was meant.
    requirement = f"qafiles{specifier.replace(' ', '')}" if specifier is not None else "qafiles"
    return f"install {which}: `pip install --upgrade {shlex.quote(requirement)}`"


def _direct_url() -> Mapping[str, Any] | None:
    """Return what pip noted of the place that this came from, empty for a package index; None where it is not installed.

    https://packaging.python.org/specifications/direct-url/
    """
    try:
        text = distribution("qafiles").read_text("direct_url.json")
        direct_url = json.loads(text or "{}")
    except (PackageNotFoundError, ValueError):
        return None
    return direct_url if isinstance(direct_url, dict) else None


def _own_commit(direct_url: Mapping[str, Any]) -> re.Match[str] | None:
    vcs = direct_url.get("vcs_info")
    if not isinstance(vcs, dict) or vcs.get("vcs") != "git":
        return None
    parts = urlsplit(str(direct_url.get("url")))
    # What pip was given may hold a password; `git@` of SSH is none.
    host = parts.netloc.rpartition("@")[2]
    user = "git@" if parts.scheme == "ssh" and parts.netloc.startswith("git@") else ""
    url = urlunsplit((parts.scheme, user + host, parts.path, "", ""))
    below = f"#subdirectory={direct_url['subdirectory']}" if direct_url.get("subdirectory") else ""
    return is_vcs_requirement(f"git+{url}@{vcs.get('commit_id')}{below}")
