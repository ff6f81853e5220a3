"""Private key in the data root.

## Why is this bad?
Whoever has the repository has the key, and with it every secret that it decrypts, also those of the past. Keys of age, of SSH
and of PGP are looked for in every file of the data root that git tracks or would track, whatever it is called. A key that is meant to be known, as that of an example,
is left alone where the file says in a comment that it is `published on purpose`.

## Example
```yaml title=keys.yaml
public: age195j3pxz5zk8xk08r85lswssezn4tkuerx47thm7n99wjsyr6xptqql7q8n
private: AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
```

## Use instead
Take the file out of the repository and make a new key: `qafiles secret recipients add` lets it in, `remove` keeps the old one out,
and `qafiles secret list --exposed` names the values to change. Keys belong where SOPS looks for them, outside of any repository.
```yaml title=keys.yaml
# A key of an example, published on purpose.
private: AGE-SECRET-KEY-1QQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQQ
```
"""

import re
from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding, Span
from qafiles.errors import GitError
from qafiles.git.searching import paths_with
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot
from qafiles.sources import FolderSource, GitObjectSource
from qafiles.sources.overlay import OverlaySource

MARKS: Final = ("AGE-SECRET-KEY-", "PRIVATE KEY-----", "PRIVATE KEY BLOCK-----")
_BECH32: Final = "QPZRY9X8GF2TVDW0S3JN54KHCE6MUA7L"
_find = re.compile(
    rf"AGE-SECRET-KEY-(?:PQ-)?1[{_BECH32}]{{58}}"
    r"|-----BEGIN (?P<ssh>OPENSSH|RSA|DSA|EC) PRIVATE KEY-----(?:\r?\n[A-Za-z-]+: [^\n]*){0,5}\s{1,9}[A-Za-z0-9+/]{40}"
    r"|-----BEGIN (?P<pgp>PGP) PRIVATE KEY BLOCK-----(?:\r?\n[A-Za-z]+: [^\n]*){0,9}\s{1,9}[A-Za-z0-9+/]{40}".encode()
).search
_is_public = re.compile(rb"(?m)^[ \t]*#[^\n]*\bpublished (?:\w+ )?on purpose\b").search
_HINT: Final = (
    "take the file out of the repository and make a new key; change what the old one decrypts at its source"
)


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each file that holds a private key; nothing of it is shown."""
    entries = [snapshot.entries[path] for path in _suspects(snapshot)]
    for entry, content in zip(entries, snapshot.source.read(entries), strict=True):
        match = _find(content) if isinstance(content, bytes) else None
        if match is not None and isinstance(content, bytes) and not _is_public(content):
            form = "SSH" if match["ssh"] else "PGP" if match["pgp"] else "age"
            line = content.count(b"\n", 0, match.start()) + 1
            message = f"this holds a private key of {form}"
            yield Finding(entry.path, message, hint=_HINT, subject=form, span=Span(line, 1, line, 1))


def _suspects(snapshot: Snapshot) -> list[str]:
    """Return the paths of files that may hold a key: git looks for the marks, and where there is none, all are read."""
    buffers: set[str] = set()
    source = snapshot.source
    while isinstance(source, OverlaySource):
        buffers |= {*source.buffers}
        source = source.base
    plain = [entry.path for entry in snapshot.entries.values() if entry.refused is None]
    try:
        if isinstance(source, FolderSource) and source.repository is not None:
            marked = paths_with(source.repository, MARKS, source.root)
        elif isinstance(source, GitObjectSource):
            marked = paths_with(source.repository, MARKS, source.root, revision=source.revision, cached=True)
        else:
            return plain
    except GitError:
        return plain  # git lacks some of them
    return [path for path in plain if path in marked or path in buffers]


RULE = Rule("QF508", "error", __doc__, check, scope="file", needs=())
