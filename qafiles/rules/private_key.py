"""Private key in the data root.

## Why is this bad?
Whoever has the repository has the key, and with it every secret that it decrypts, also those of the past. Every file of the data
root that git tracks or would track is looked at, whatever it is called: for keys of age, of SSH (PuTTY's, too), of PGP (GnuPG's own
files, too), in PKCS#8, PKCS#12 and JSON Web Keys, as they are, in texts of other languages, in UTF-16, in binary and in base64. Among
more than 100 files that are no entities, a file that git takes for text, without or by `.gitattributes`, is looked into for keys in binary
where it has a name such as `key`, `key.txt`, `key.gpg` or `key.p12`. A key that is meant to be known, as that of an example, is left alone where the file says in a comment that it is `published on purpose`.

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
from collections.abc import Iterable, Iterator, Sequence
from typing import Final

from qafiles.diagnostics import Finding, Span
from qafiles.layout import SETTINGS_FILE
from qafiles.rules.binary_private_key import FIRST
from qafiles.rules.occurrences import Occurrences
from qafiles.rules.private_key_forms import STEMS, private_key_in, without_zeros
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot

_is_public = re.compile(rb"(?m)^[ \t]*#[^\n]*\bpublished (?:\w+ )?on purpose\b").search
_stems: Final = Occurrences(stem.encode() for stem in STEMS)
_FIRST: Final = frozenset(bytes([first]) for first in FIRST)
_is_named_as_a_key = re.compile(
    r"(?:^|/)[^/.]*$|\.(?:age|asc|der|env|gpg|key|p12|p8|pem|pfx|pgp|pk8|ppk|txt)$", re.IGNORECASE
).search
_FEW: Final = 100
"""Files that are read sooner than git looks through everything."""
_HINT: Final = (
    "take the file out of the repository and make a new key; change what the old one decrypts at its source"
)


def check_contents(contents: Sequence[tuple[str, bytes]]) -> Iterator[Finding]:
    """Yield a finding for each content that holds a private key, with its path; nothing of the key is shown."""
    texts = b"\n".join(content for _, content in contents)
    if b"\0" not in texts and not _stems.found_in(texts):
        return
    yield from _keys_in(contents)


def _keys_in(contents: Iterable[tuple[str, bytes]]) -> Iterator[Finding]:
    for path, content in contents:
        text = without_zeros(content)
        key = private_key_in(content) if content[:1] in _FIRST or _stems.found_in(text) else None
        if key is not None and not _is_public(text):
            line = text.count(b"\n", 0, key.start) + 1
            message = f"this holds a private key {key.form}"
            subject = key.form.removeprefix("of ")
            yield Finding(path, message, hint=_HINT, subject=subject, span=Span(line, 1, line, 1))


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each file that is no entity's and holds a private key."""
    others = [
        snapshot.entries[path] for path in (SETTINGS_FILE, *snapshot.other_paths) if path in snapshot.entries
    ]
    others = [entry for entry in others if entry.refused is None]
    if len(others) > _FEW:
        from qafiles.rules.suspect_files import suspects_of  # noqa: PLC0415  # most data roots have few such files

        suspects = suspects_of(snapshot)
        others = [entry for entry in others if entry.path in suspects or _is_named_as_a_key(entry.path)]
    for entry, content in zip(others, snapshot.source.read(others), strict=True):
        if isinstance(content, bytes):
            yield from _keys_in([(entry.path, content)])


RULE = Rule("QF508", "error", __doc__, check=check, check_contents=check_contents, scope="file", needs=())
