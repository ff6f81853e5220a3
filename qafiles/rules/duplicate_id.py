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
from typing import NamedTuple

from qafiles.diagnostics import Finding, Related
from qafiles.git import MissingObjectsError
from qafiles.git.completeness import HOW_TO_GET_COMMITS
from qafiles.git.log import boundary
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sources.repositories import repository_of


class Duplicate(NamedTuple):
    """An id that several files have; `certain` is whether git tells the original from the copies.

    Where it does not, the first path is taken for the original; `lacking` says what git lacks that might tell.
    """

    id: str
    original: EntityFile
    copies: tuple[EntityFile, ...]
    certain: bool
    lacking: str | None = None


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield one finding for each id that several files have, at the copy where git knows it, else at the last file."""
    for duplicate in duplicates(snapshot):
        original, copies, certain = duplicate.original, duplicate.copies, duplicate.certain
        if certain and len(copies) == 1:
            message = f"duplicate id `{duplicate.id}`: this file is a copy of {original.path}"
        elif certain:
            message = (
                f"duplicate id `{duplicate.id}`: these {len(copies)} files are copies of {original.path}"
            )
        else:
            message = f"duplicate id `{duplicate.id}`: {original.path} has it, too"
        hint = "give the copy an id of its own: `qafiles fix` does"
        if duplicate.lacking is not None:
            message += "; git can't tell here which is the copy"
            hint = f"{duplicate.lacking}; then `qafiles fix` gives the copy an id of its own"
        last = copies[-1]
        others = sorted((original, *copies[:-1]), key=lambda file: file.path)
        yield Finding(
            last.path,
            message,
            ("id",),
            hint=hint,
            related=tuple(
                Related(file.path, _label(file, original, certain=certain), ("id",)) for file in others
            ),
            fixable=duplicate.lacking is None
            and all(not file.is_secret and snapshot.is_legible(file) for file in copies),
            subject=duplicate.id,
        )


def duplicates(snapshot: Snapshot) -> Iterator[Duplicate]:
    """Yield each id that several files have, with the file that had it first."""
    shared = snapshot.shared_ids
    if not shared:
        return
    from qafiles.history.history import history_of  # noqa: PLC0415  # needed in this rare case only
    from qafiles.history.shared_ids import carrier  # noqa: PLC0415  # as above

    added, lacking = _additions(snapshot, [file.path for files in shared.values() for file in files])
    history = history_of(snapshot)
    for id_, files in shared.items():
        # What was never committed is the newest.
        by_age = sorted(files, key=lambda file: (-added.get(file.path, -1), file.path))
        carried = carrier(history, id_, tuple(files))
        if carried is not None:
            copies = tuple(file for file in by_age if file is not carried)
            yield Duplicate(id_, carried, copies, certain=True)
            continue
        # Paths tell no more than a history that knows the id, and less after a rename.
        age_decides = id_ not in history.last or history.missing or history.unknown is not None
        certain = bool(age_decides) and added.get(by_age[0].path, -1) > added.get(by_age[1].path, -1)
        original, *rest = by_age if certain else files
        yield Duplicate(id_, original, tuple(rest), certain, None if certain else lacking)


def _label(file: EntityFile, original: EntityFile, *, certain: bool) -> str:
    if certain:
        return "the original" if file is original else "another copy"
    return "the same id"


def _additions(snapshot: Snapshot, paths: list[str]) -> tuple[dict[str, int], str | None]:
    """Return how recently each path was added, 1 for the last, and what git lacks of the history that would tell."""
    if not paths:
        return {}, None
    repository = repository_of(snapshot.source)
    if repository is None and snapshot.source.unchecked:
        return {}, "; ".join(snapshot.source.unchecked)
    try:
        added = snapshot.source.additions(paths)
    except MissingObjectsError as error:
        return {}, str(error)
    if repository is None or not added or not boundary(repository):
        return added, None
    return added, f"this clone is shallow and lacks older commits: {HOW_TO_GET_COMMITS}"


RULE = Rule("QF301", "error", __doc__, check=check, scope="whole", needs=(Need("history", without="less"),))
