"""What `init` wrote, merged into files that people have changed since: what lacks is added, and nothing of theirs goes."""

import json
import re
from typing import Any, Final

_INDENT: Final = re.compile(r"\n([ \t]+)\S")


def merged_json(ours: str, theirs: str) -> str | None:
    """Return a file of VS Code with what it lacks of ours, as it is where it lacks nothing; None where it is no plain JSON.

    What they have set otherwise is as they want it. Tasks are told apart by their labels.
    """
    try:
        there = json.loads(theirs)
    except (ValueError, RecursionError):
        return None
    if not isinstance(there, dict):
        return None
    result = _with(json.loads(ours), there)
    if result == there:
        return theirs
    match = _INDENT.search(theirs)
    indent = match[1] if match is not None else "  "
    return json.dumps(result, indent=indent, ensure_ascii=False) + ("\n" if theirs.endswith("\n") else "")


def _with(ours: dict[str, Any], theirs: dict[str, Any]) -> dict[str, Any]:
    result = dict(theirs)
    for key, value in ours.items():
        there = theirs.get(key)
        if key not in theirs:
            result[key] = value
        elif isinstance(value, dict) and isinstance(there, dict):
            # A schema may be named from a folder above: `qa/.qafiles/schemas/…`.
            lacking = {
                name: globs
                for name, globs in value.items()
                if not any(other == name or other.endswith(f"/{name}") for other in there)
            }
            result[key] = {**there, **lacking}
        elif isinstance(value, list) and isinstance(there, list):
            result[key] = [*there, *(item for item in value if not _is_among(item, there))]
    return result


def _is_among(item: Any, items: list[Any]) -> bool:
    if not isinstance(item, dict):
        return item in items
    labels = [other.get("label") for other in items if isinstance(other, dict)]
    return item.get("label") in labels


def merged_attributes(ours: str, theirs: str) -> str:
    """Return git's attributes with the patterns that lack of ours, each with the comments above it, as they are otherwise."""
    lines = theirs.splitlines()
    patterns = {line.split()[0] for line in lines if line.strip() and not line.startswith("#")}
    added: list[str] = []
    comments: list[str] = []
    for line in ours.splitlines():
        if line.startswith("#"):
            comments.append(line)
        elif line.split()[0] in patterns:
            comments = []
        else:
            added += [*(comment for comment in comments if comment not in lines), line]
            comments = []
    if not added:
        return theirs
    return theirs + ("" if not theirs or theirs.endswith("\n") else "\n") + "\n".join(added) + "\n"
