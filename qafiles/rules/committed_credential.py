"""Credential in clear text that a commit holds.

## Why is this bad?
It is what QF502 finds in texts and browser configs, in a commit that a later one has corrected: whoever has the repository can
read that commit, and no later one takes it out of the history. `qafiles validate --since REV` looks at every commit that REV
does not reach. What is there still is told by QF502 alone.

## Example
```text
$ git log --oneline main..
8f3c2d1a07 name the secret instead
51b0e9c4aa describe how to sign in          <- with a password
$ qafiles validate --since main
warning[QF509] committed-credential: commit 51b0e9c4aa by Ada on 2026-01-02 holds a credential in clear text: a password (QF502)
```

## Use instead
Change it where it is used, set the new one with `qafiles secret set NAME`, and write '{{ secret.NAME }}'.
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Any

from qafiles.diagnostics import Finding, Undecided
from qafiles.kinds import SECRET
from qafiles.layout import Place, classify
from qafiles.parsing import MAX_SIZE, parse
from qafiles.references import PLACEHOLDER_FIELDS
from qafiles.rules.commits_between import CommitsSince, contents_of, said_of
from qafiles.rules.plaintext_credential import credentials_of
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.git.log import LoggedCommit

_HINT = "change it at its source: no later commit takes it out of the history"


def check_commits(snapshot: Snapshot, since: CommitsSince) -> Iterator[Finding | Undecided]:
    """Yield a finding for each credential in a text that a commit brought, which its file had not before and has no more.

    What is said of commits and contents that the clone lacks comes last.
    """
    tips = since.tips
    if tips is None:
        return
    added = [*tips.added(since.since, _has_texts)]
    blobs = [
        *dict.fromkeys(str(blob) for _, change in added for blob in (change.before, change.after) if blob)
    ]
    contents = dict(zip(blobs, contents_of(tips.repository, blobs, MAX_SIZE + 1), strict=True))
    holding: dict[tuple[str, str], list[LoggedCommit]] = {}
    for commit, change in added:
        if change.after is None:
            continue
        before = _lines(change.path, contents.get(str(change.before)))
        now = _lines(change.path, snapshot.bytes_of(change.path))
        for line, name in _lines(change.path, contents.get(change.after)).items():
            if line not in before and line not in now:
                holding.setdefault((change.path, name), []).append(commit)
    for (path, name), commits in sorted(holding.items()):
        begin, more = said_of([*dict.fromkeys(commits)])
        message = f"{begin} a credential in clear text: {name}{more} (QF502)"
        yield Finding(path, message, hint=_HINT, subject=f"{commits[-1].name} {name}")
    yield from since.undecided("QF509", sum(content is None for content in contents.values()))


def _has_texts(path: str) -> bool:
    place = classify(path)
    return isinstance(place, Place) and place.kind in PLACEHOLDER_FIELDS and place.kind != SECRET


def _lines(path: str, content: bytes | None) -> dict[str, str]:
    """Return what each line, or value, of a file that holds a credential has of them in words."""
    place = classify(path)
    data: Any = parse(content).data if content is not None else None
    if not isinstance(place, Place) or not isinstance(data, dict):
        return {}
    return {line: name for name, line in credentials_of(place.kind, data)}


RULE = Rule(
    "QF509",
    "warning",
    __doc__,
    scope="whole",
    needs=(Need("history", without="nothing"),),
    check_commits=check_commits,
)
