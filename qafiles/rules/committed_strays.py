"""What lay among the secrets in a commit and was not what SOPS writes, whatever it was and however it was spelled."""

import re
from collections.abc import Mapping
from typing import TYPE_CHECKING, Final, Literal, NamedTuple

from qafiles.kinds import SECRET
from qafiles.layout import Place, classify
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.rules.commits_between import Tips, contents_of
from qafiles.snapshot.secret_places import lies_among_secrets, may_hold_secrets

if TYPE_CHECKING:
    from qafiles.git.log import LoggedCommit

What = Literal["clear", "stray", "irregular", "link"]

# Of a file that is no YAML, such as one with the marks of a conflict.
_in_clear = re.compile(rb"secret_value[\"']?[ \t]*:[ \t]*[\"']?(?!ENC\[)[^\s\"']").search

SAID: Final[Mapping[What, str]] = {
    "clear": "this secret in clear text",
    "stray": "a file here, among the secrets, that is none",
    "irregular": "this secret otherwise than SOPS writes it, so that it may show the value",
    "link": "a link or another repository here, where secrets lie",
}


class Stray(NamedTuple):
    """A path among the secrets, what was there that may have shown a value, and the commits that brought it, the newest first."""

    path: str
    what: What
    commits: "tuple[LoggedCommit, ...]"


class Strays(NamedTuple):
    """All of them, sorted by path, and of how many files the clone lacks the content."""

    strays: tuple[Stray, ...]
    missing: int


def strays_since(tips: Tips, since: str | None) -> Strays:
    """Return what commits that `since` does not reach brought among the secrets; without it, the whole past did."""
    added = [*tips.added(since, _is_looked_at)]
    blobs = [*dict.fromkeys(str(change.after) for _, change in added if change.after is not None)]
    contents = dict(zip(blobs, contents_of(tips.repository, blobs, MAX_SECRET_SIZE + 1), strict=True))
    commits: dict[str, dict[str, LoggedCommit]] = {}
    reasons: dict[str, What] = {}
    for commit, change in added:
        content = contents.get(str(change.after))
        if change.after is None:
            what: What | None = "link"
        elif content is None or not _lies_there(change.path):
            continue
        else:
            what = judged(change.path, content)
        if what is not None:
            commits.setdefault(change.path, {})[commit.name] = commit
            if reasons.get(change.path) != "clear":
                reasons[change.path] = what
    return Strays(
        tuple(Stray(path, reasons[path], tuple(own.values())) for path, own in sorted(commits.items())),
        sum(content is None for content in contents.values()),
    )


def _is_looked_at(path: str) -> bool:
    # Above the secrets, a link is a way to others.
    return may_hold_secrets(path) and (_lies_there(path) or not lies_among_secrets(path))


def _lies_there(path: str) -> bool:
    if not lies_among_secrets(path):
        return False
    place = classify(path)
    # A suite may have any name.
    return not isinstance(place, Place) or place.kind == SECRET


def judged(path: str, content: bytes) -> What | None:
    """Return what a file among the secrets is that SOPS has not written there; None for a secret as SOPS writes it."""
    from qafiles.sops_files.secret_file import (  # noqa: PLC0415  # only where there are secrets
        CONVERTED,
        FIELDS,
        irregularities,
        is_sealed,
    )

    place = classify(path)
    if not isinstance(place, Place):
        return "stray"
    parsed = parse(content, MAX_SECRET_SIZE)
    data = parsed.data
    if not content.strip():
        return None
    if not isinstance(data, dict) or not is_sealed(str(data.get("secret_value"))):
        return "clear" if _shows_value(content, data) else "irregular"
    flaws = [flaw for flaw in irregularities(content, data) if flaw.message != CONVERTED]
    is_whole = not parsed.refusals and tuple(data) == FIELDS and isinstance(data["sops"], dict)
    return None if is_whole and not flaws and not _wrong_fields(data) else "irregular"


def _wrong_fields(data: dict[str, object]) -> bool:
    from qafiles.schema.validators import problems  # noqa: PLC0415  # as above

    return any(True for _ in problems(SECRET, data))


def _shows_value(content: bytes, data: object) -> bool:
    if not isinstance(data, dict):
        return _in_clear(content) is not None
    return bool(data.get("secret_value"))
