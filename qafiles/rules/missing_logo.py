"""Logo that is not there.

## Why is this bad?
Reports and the browsable site show a broken image. A path is relative to the folder of the organization, has `/`
between its parts, and stays inside that folder, with which the image is then moved, copied and deleted. A file that
git ignores does not count, since nobody else has it.

## Example
```yaml title=organizations/acme/organization.yaml
id: w13i7q3ilpkloqjbyt2cdsvb
name: Acme
logo: images/logo.png
```

## Use instead
```yaml title=organizations/acme/organization.yaml
id: w13i7q3ilpkloqjbyt2cdsvb
name: Acme
logo: https://acme.example.com/logo.png
```
"""

import re
from collections.abc import Iterator
from typing import Final

from qafiles.diagnostics import Finding
from qafiles.layout import nearest
from qafiles.parsing import is_lfs_pointer
from qafiles.rules.rule import Rule
from qafiles.snapshot import EntityFile, Snapshot

_HINT: Final = "put the image beside the file, write an https: URL, or delete the key"
_COMPARED: Final = 200
"""Files of the organization among which a misspelled one is looked for."""

_is_url = re.compile(r"(?:https|data):").match


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each organization whose logo is the path of no file beside it."""
    logos = [
        (file, logo)
        for file in snapshot.of_kind("organization")
        if isinstance(logo := file.get("logo"), str) and not _is_url(logo)
    ]
    named = {_folder(file) + _plain(logo) for file, logo in logos}
    paths, pointers = _paths(snapshot, named) if logos else (frozenset(), frozenset())
    for file, logo in logos:
        shown = logo if len(logo) <= 60 else logo[:57] + "…"
        problem = _problem(file, logo, shown, paths)
        if problem is None and _folder(file) + _plain(logo) in pointers:
            problem = (
                f"the logo `{shown}` is a Git LFS pointer, whose content is not here",
                "`git lfs pull` gets it",
            )
        if problem is not None:
            message, hint = problem
            yield Finding(file.path, message, ("logo",), hint=hint, subject=logo)


def _paths(snapshot: Snapshot, named: set[str]) -> tuple[frozenset[str], frozenset[str]]:
    """Return the paths of files that are no entities, and those of the named ones whose content Git LFS keeps elsewhere.

    Named ones that are deleted are left out, though git lists them.
    """
    listed = [snapshot.entries[path] for path in snapshot.other_paths if path in named]
    contents = dict(zip((entry.path for entry in listed), snapshot.source.read(listed), strict=True))
    deleted = {path for path, content in contents.items() if content is None}
    pointers = (
        path for path, content in contents.items() if isinstance(content, bytes) and is_lfs_pointer(content)
    )
    return frozenset(snapshot.other_paths) - deleted, frozenset(pointers)


def _folder(file: EntityFile) -> str:
    return file.path.rpartition("/")[0] + "/"


def _plain(logo: str) -> str:
    return "/".join(part for part in logo.split("/") if part != ".")


def _problem(file: EntityFile, logo: str, shown: str, paths: frozenset[str]) -> tuple[str, str] | None:
    """Return what is wrong with the path of a logo and what to do, or None."""
    folder = _folder(file)
    if "\\" in logo:
        return f"the logo `{shown}` has backslashes", f"write `{shown.replace(chr(92), '/')}`"
    if ".." in logo.split("/"):
        return (
            f"the logo `{shown}` lies outside of `{folder}`",
            "put the image into the organization's folder",
        )
    path = _plain(logo)
    if folder + path in paths:
        return None
    near = _nearest(path, [other.removeprefix(folder) for other in paths if other.startswith(folder)])
    return f"there is no file `{folder}{shown}`", f"did you mean `{near}`?" if near else _HINT


def _nearest(path: str, others: list[str]) -> str | None:
    same = [other for other in others if other.casefold() == path.casefold()]
    return same[0] if same else nearest(path, sorted(others)[:_COMPARED])


RULE = Rule("QF611", "error", __doc__, check=check, scope="group", group="folder", needs=())
