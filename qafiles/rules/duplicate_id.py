"""Id that more than one entity has.

## Why is this bad?
Every reference by id becomes ambiguous. It happens when a file is copied: the copy needs an id of its own. Where
git's history added one of them before the others, the message says which ones are copies.

## Example
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/quick.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: quick
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/quick.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: quick
color: navy
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield one finding for each id that several files have, at the copy where git knows it, else at the last file."""
    if len(snapshot.by_id) == sum(file.id is not None for file in snapshot.files.values()):
        return
    holders: dict[str, list[EntityFile]] = {}
    for file in snapshot.files.values():
        if file.id is not None:
            holders.setdefault(file.id, []).append(file)
    shared = {id_: files for id_, files in holders.items() if len(files) > 1}
    added = _additions(snapshot, [file.path for files in shared.values() for file in files])
    for id_, files in shared.items():
        # What was never committed is the newest.
        by_age = sorted(files, key=lambda file: (-added.get(file.path, -1), file.path))
        ages = [added.get(file.path, -1) for file in by_age]
        certain = ages[0] > ages[1]
        originals, copies = (by_age[:1], by_age[1:]) if certain else (files[:1], files[1:])
        if certain and len(copies) == 1:
            message = f"duplicate id `{id_}`: this file is a copy of {originals[0].path}"
        elif certain:
            message = f"duplicate id `{id_}`: these {len(copies)} files are copies of {originals[0].path}"
        else:
            message = f"duplicate id `{id_}`: {originals[0].path} has it, too"
        last = copies[-1]
        others = [file for file in files if file is not last]
        yield Finding(
            last.path,
            message,
            ("id",),
            hint="give the copy an id of its own: the command `cuid2`, which is installed with qafiles, makes one",
            related=tuple(
                Related(file.path, _label(file, originals, certain=certain), ("id",)) for file in others
            ),
            fixable=certain,
            subject=id_,
        )


def _label(file: EntityFile, originals: list[EntityFile], *, certain: bool) -> str:
    if certain:
        return "the original" if file in originals else "another copy"
    return "the same id"


def _additions(snapshot: Snapshot, paths: list[str]) -> dict[str, int]:
    """Return how recently each path was added, 1 for the last; empty where git can't tell."""
    return snapshot.source.additions(paths) if paths else {}


RULE = Rule("QF301", "error", __doc__, check)
