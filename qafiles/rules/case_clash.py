"""Paths that differ only in upper and lower case.

## Why is this bad?
Windows and macOS can hold only one of them: whoever checks the repository out there loses the other.

## Example
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/Slow.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: slower
color: navy
```

## Use instead
```yaml title=organizations/acme/projects/shop/tags/slow.yaml
id: ux5q1gpzr2kh0jmz8w3vcd7n
name: slow
color: navy
```
```yaml title=organizations/acme/projects/shop/tags/slower.yaml
id: k2v9w1hx8rj0qz4mtb7nc5ap
name: slower
color: navy
```
"""

from collections.abc import Iterator

from qafiles.diagnostics import Finding, Related
from qafiles.layout import ENTITY_FOLDERS
from qafiles.rules.rule import Rule
from qafiles.snapshot import Snapshot


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each file or folder among the entities whose path an earlier one has in another case."""
    paths = [*_paths(snapshot)]
    if not _may_clash(paths):
        return
    paths = [path for path in paths if path in snapshot.files or snapshot.exists(path)]
    known: dict[str, tuple[str, str]] = {}
    reported: set[str] = set()
    for path in paths:
        end = len(path)
        while end > 0:
            part = path[:end]
            first = known.setdefault(part.lower(), (part, path))
            if first[1] is not path:
                # An earlier path has this file or folder, and so all folders above it, perhaps in another case.
                same_folder = first[0].rpartition("/")[0] == part.rpartition("/")[0]
                if first[0] != part and same_folder and part not in reported:
                    reported.add(part)
                    yield _finding(path, part, *first)
                break
            end = path.rfind("/", 0, end)


def _may_clash(paths: list[str]) -> bool:
    """Return whether any two of the paths or of their folders differ only in case, which is quickly counted."""
    whole = "\0".join(paths)
    if whole == whole.lower():
        return False
    folders = {path.rpartition("/")[0] for path in paths}
    pending = folders
    while pending := {folder.rpartition("/")[0] for folder in pending} - folders:
        folders |= pending
    places = folders.union(paths)
    return len({*"\0".join(places).lower().split("\0")}) < len(places)


def _paths(snapshot: Snapshot) -> Iterator[str]:
    """Yield the paths of the entities, then those of other files in their folders, such as a logo."""
    yield from snapshot.files
    folders = tuple(f"{folder}/" for folder in ENTITY_FOLDERS)
    yield from (path for path in snapshot.other_paths if path.startswith(folders))


def _finding(path: str, part: str, other_part: str, other_path: str) -> Finding:
    what = "path" if part == path else f"folder `{part}`"
    message = f"the {what} differs only in case from `{other_part}`"
    related = (Related(other_path, "the other"),)
    return Finding(path, message, hint="rename one of the two", related=related, subject=part)


RULE = Rule("QF304", "error", __doc__, check=check, scope="group", group="folder", needs=())
