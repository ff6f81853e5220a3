"""Secret that a commit holds otherwise than SOPS writes it.

## Why is this bad?
Whoever has the repository, or had it once, can read that commit. Encrypting or deleting the file later changes nothing about
it, nor does rewriting the history: clones, forks and the forge keep what was pushed. `qafiles validate --since REV` looks
at every commit that REV does not reach, also where a later one has taken the value out again. Nobody can tell a value by its
looks, so that everything counts that lay among the secrets and is not what SOPS writes: a comment behind the ciphertext, a second
document, a copy of an editor's, a `.env`, a link. `qafiles secret check --history` looks at the whole past.

## Example
```text
$ git log --oneline main..
8f3c2d1a07 encrypt the password
51b0e9c4aa add the admin's password          <- in clear text
$ qafiles validate --since main
error[QF506] committed-secret: commit 51b0e9c4aa by Ada on 2026-01-02 holds this secret in clear text
```

## Use instead
Change the value where it is used, then set the new one:

```text
$ qafiles secret set ADMIN_PASSWORD
```

To set it before anything is committed, `qafiles validate --staged` in a pre-commit hook finds it in time (QF501).
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Undecided
from qafiles.parsing import parse
from qafiles.rules.commits_between import CommitsSince, said_of
from qafiles.rules.committed_strays import SAID, Stray, judged, strays_since
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Snapshot

HINT = "change the value at its source: no later commit takes it out of the history"


def check_commits(snapshot: Snapshot, commits: CommitsSince) -> Iterator[Finding | Undecided]:
    """Yield a finding for each path among the secrets at which a commit that another one does not reach holds no encrypted one.

    What is said of commits and contents that the clone lacks comes last.
    """
    if commits.tips is None:
        return
    result = strays_since(commits.tips, commits.since)
    for stray in result.strays:
        yield _finding(snapshot, stray)
    yield from commits.undecided("QF506", result.missing)


def _finding(snapshot: Snapshot, stray: Stray) -> Finding:
    """Return what to say of the commits."""
    pointer = ("secret_value",) if stray.path in snapshot.files else ()
    return Finding(stray.path, message_on(stray), pointer, "key", HINT, subject=stray.commits[-1].name)


def message_on(stray: Stray) -> str:
    """Return a sentence on the commits that brought something to a path, and what it was."""
    begin, more = said_of(stray.commits)
    return f"{begin} {SAID[stray.what]}{more}"


def holds_clear_text(content: bytes) -> bool:
    """Return whether the file of a secret holds its value in clear text."""
    data = parse(content).data
    is_entry = not isinstance(data, dict) or data.get("secret_value") is not None
    return is_entry and judged(_SOME_SECRET, content) == "clear"


_SOME_SECRET = "organizations/acme/projects/shop/secret_values/TOKEN.yaml"  # noqa: S105  # a path


RULE = Rule(
    "QF506",
    "error",
    __doc__,
    scope="whole",
    needs=(Need("history", without="nothing"),),
    check_commits=check_commits,
)
