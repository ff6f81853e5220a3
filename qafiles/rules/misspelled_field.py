"""Key that is nearly that of a custom field.

## Why is this bad?
Keys that begin with `x-` are free, so a misspelled one is a field of its own: its value is not checked, and whoever asks for the
field does not find the entity. If both are meant, declare the other one in qafiles.yaml, too: `{}` is a declaration.

## Example
```yaml title=qafiles.yaml
version: 1
fields:
  tag:
    x-owner: {reference: user}
```
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: e1bo6qzu3vn8dx0atf5rg2ch
name: smoke
color: teal
x-onwer: ada
```

## Use instead
```yaml title=qafiles.yaml
version: 1
fields:
  tag:
    x-owner: {reference: user}
```
```yaml title=organizations/acme/projects/shop/tags/smoke.yaml
id: e1bo6qzu3vn8dx0atf5rg2ch
name: smoke
color: teal
x-owner: ada
```
"""

from collections.abc import Iterable, Iterator

from qafiles.declared_fields import ORIGIN
from qafiles.diagnostics import Finding
from qafiles.kinds import SECRET
from qafiles.layout import LABELS, nearest
from qafiles.rules.rule import Rule
from qafiles.snapshot import FilesByKind


def check_files(files: FilesByKind) -> Iterator[Finding]:
    """Yield a finding for each undeclared `x-` key that is nearly a declared one of the kind, or `x-source`."""
    for kind, kind_files in files.items():
        if kind == SECRET or not kind_files:
            continue
        known = {ORIGIN, *kind_files[0].declared.of(kind)}
        meant: dict[str, str | None] = {}
        for file in kind_files:
            for key in file.data:
                if key[:2] != "x-" or key in known:
                    continue
                if key not in meant:
                    meant[key] = _nearly(key, known)
                near = meant[key]
                if near is not None:
                    hint = (
                        f"did you mean `{near}`?"
                        if near not in file.data
                        else f"delete it: `{near}` is there."
                    )
                    yield Finding(
                        file.path,
                        f"`{key[:60]}` is no field of a {LABELS[kind]}, and nearly `{near}`",
                        (key,),
                        "key",
                        hint=f"{hint} If both are meant, declare `{key[:60]}` under `fields` in qafiles.yaml",
                        subject=key,
                    )


def _nearly(key: str, known: Iterable[str]) -> str | None:
    """Return the field of which a key is a slip: a letter more, fewer or another, or two that are swapped."""
    plain = key[2:].replace("_", "-").lower()
    names = {name[2:].replace("_", "-").lower(): name for name in known}
    if plain in names:
        return names[plain]
    return names.get(nearest(plain, [name for name in names if abs(len(name) - len(plain)) <= 1]) or "")


RULE = Rule("QF613", "warning", __doc__, check_files=check_files, scope="file", needs=())
