"""Reference to an entity that does not exist.

## Why is this bad?
The test runs without the tag's filter, the document or the browser it was meant for, and nobody notices before it
fails. A reference is an id, or a handle, which begins with `organization/project/` or leaves that out for the own
project.

## Example
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [smoek]
```

## Use instead
```yaml title=organizations/acme/projects/shop/test_cases/pay.yaml
id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: Pay by card
url_route: /checkout
tags: [smoke]
```
"""

from collections.abc import Iterator
from typing import TYPE_CHECKING, Final

from qafiles.diagnostics import Finding
from qafiles.layout import LABELS, looks_like_id, name_part, nearest
from qafiles.rules.rule import Need, Rule
from qafiles.snapshot import Link, Snapshot

if TYPE_CHECKING:
    from qafiles.diff.whereabouts import Whereabouts
    from qafiles.kinds import Kind

_MOST_GUESSES: Final = 200
"""Values whose nearest handle is looked for: each look goes through all handles, and a lost folder leaves thousands."""


def check(snapshot: Snapshot) -> Iterator[Finding]:
    """Yield a finding for each reference that names nothing, with what became of the entity or the nearest one."""
    dangling = [link for link in snapshot.odd_links if link.target is None and link.reference.value.strip()]
    if not dangling:
        return
    from qafiles.diff.whereabouts import whereabouts  # noqa: PLC0415  # a page is printed without models

    lacking: list[str] = []
    by_reference = whereabouts(snapshot, [link.reference for link in dangling], lacking)
    hints: dict[tuple[Kind, str, str | None], str] = {}
    for link in dangling:
        reference = link.reference
        key = (reference.target, reference.value, link.source.project)
        if key not in hints:
            guess = len(hints) < _MOST_GUESSES
            hint = _hint(snapshot, link, by_reference.get(reference), guess=guess)
            hints[key] = "; ".join([hint, *(lacking if reference not in by_reference else ())])
        yield _finding(link, hints[key], fixable=_is_followed(snapshot, link, by_reference.get(reference)))


def _is_followed(snapshot: Snapshot, link: Link, whereabouts: "Whereabouts | None") -> bool:
    """Return whether `fix` writes the handle that the entity has now."""
    return (
        whereabouts is not None
        and whereabouts.file is not None
        and whereabouts.file.kind == link.reference.target
        and not link.source.is_secret
        and snapshot.is_legible(link.source)
    )


def _finding(link: Link, hint: str, *, fixable: bool) -> Finding:
    reference = link.reference
    shown = reference.value if len(reference.value) <= 120 else reference.value[:117] + "…"
    if looks_like_id(reference.value):
        message = f"no entity has the id `{shown}`"
    else:
        message = f"no {LABELS[reference.target]} is called `{shown}`"
    return Finding(
        reference.path, message, reference.pointer, hint=hint, fixable=fixable, subject=reference.value
    )


def _hint(snapshot: Snapshot, link: Link, whereabouts: "Whereabouts | None", *, guess: bool) -> str:
    kind, value = link.reference.target, link.reference.value
    if whereabouts is not None:
        sentence = whereabouts.message(link.source.project)
        if whereabouts.file is not None:
            return f"{sentence}; `qafiles fix` rewrites it"
        return f"{sentence}; delete the reference, or restore the file"
    if looks_like_id(value):
        return f"name an existing {LABELS[kind]}, or restore the file that had this id"
    near = _nearest(snapshot, link) if guess else None
    return f"did you mean `{near}`?" if near else f"`qafiles list {kind}` lists them"


def _nearest(snapshot: Snapshot, link: Link) -> str | None:
    """Return the handle that was probably meant, short where it is in the same project."""
    prefix = f"{link.source.project}/" if link.source.project else ""
    files = snapshot.of_kind(link.reference.target)
    local = [file for file in files if prefix and file.handle.startswith(prefix)]
    value = link.reference.value
    for file in local or files:
        # The name is right, and the file was renamed.
        if file.get("name") == value:
            return file.handle.removeprefix(prefix)
    near = nearest(value, [file.handle.removeprefix(prefix) for file in local])
    near = near or nearest(value, [file.handle for file in files])
    if near:
        return near
    # The last part is right, and the suite or the project is missing or wrong.
    last = name_part(value)
    same = [file.handle for file in local or files if file.name_part == last]
    return same[0].removeprefix(prefix) if len(same) == 1 else None


RULE = Rule(
    "QF401",
    "error",
    __doc__,
    check=check,
    scope="whole",
    needs=(Need("files", without="more"), Need("history", without="less")),
)
