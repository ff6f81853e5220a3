"""What can be said of one file at once, while its text is being typed, without running every rule on everything."""

from collections.abc import Iterable, Sequence
from types import MappingProxyType
from typing import Final

from qafiles.diagnostics import Diagnostic, Span
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, nearest
from qafiles.lsp.lookups import resolve
from qafiles.lsp.state import RootState
from qafiles.rules.check import check
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.config import CONFIG_FILE

_READING: Final = ("QF1", "QF201", "QF202", "QF203", "QF204")
"""Rules that the loader decides while it reads a file."""

_OWN: Final = (
    *_READING,
    *("QF303", "QF306", "QF401", "QF402", "QF403", "QF405", "QF410", "QF5"),
    *("QF601", "QF602", "QF603", "QF604", "QF605", "QF606", "QF607", "QF608", "QF609", "QF610"),
)
"""Rules whose verdict on a file depends on that file, on what it refers to and on its project's secrets alone."""

_SECRETS: Final = "QF406"
"""As these, for a file inside a project: a browser config depends on every project that uses it."""

_CANDIDATES: Final = 500
"""Handles that are compared with a misspelled one at once; with more of them, the hint comes with the other rules."""


def own_findings(state: RootState, path: str) -> tuple[Diagnostic, ...]:
    """Return the findings of a file that need no other file than those it refers to, sorted."""
    file = state.snapshot.files.get(path)
    if file is None:
        return state.loader_findings.get(path, ())
    near = {other.path: other for other in _neighbours(state.snapshot, file)}
    places = sorted({*near, SETTINGS_FILE, CONFIG_FILE})
    part = Snapshot(
        MappingProxyType({name: near[name] for name in sorted(near)}),
        (),
        state.snapshot.settings,
        state.loader_findings.get(path, ()),
        source=state.source,
        entries={path: entry for path in places if (entry := state.snapshot.entries.get(path)) is not None},
    )
    return tuple(
        diagnostic
        for diagnostic in check(part).diagnostics
        if diagnostic.path == path and is_own(diagnostic, file)
    )


def is_own(diagnostic: Diagnostic, file: EntityFile | None) -> bool:
    """Return whether `own_findings` decides on a diagnostic of a file."""
    if file is None:
        return diagnostic.code.startswith(_READING)
    return diagnostic.code.startswith(_OWN) or (diagnostic.code == _SECRETS and file.project is not None)


def _neighbours(snapshot: Snapshot, file: EntityFile) -> Iterable[EntityFile]:
    """Yield a file, what it refers to, what lies above it, its project's secrets, and the nearest of what it misspells."""
    yield file
    above = snapshot.parent(file)
    if above is not None:
        yield above
        top = snapshot.parent(above)
        if top is not None:
            yield top
    for reference in file.references():
        target = resolve(snapshot, reference)
        if target is not None:
            yield target
            # Rules take the first of them, whichever history says is meant.
            yield from snapshot.shared_ids.get(target.id or "", ())
        elif not reference.placeholder and not snapshot.is_id(reference.value):
            candidates = {
                other.handle.removeprefix(f"{file.project}/"): other
                for other in snapshot.of_kind(reference.target)
                if file.project is None or other.project in {None, file.project}
            }
            close = nearest(reference.value, [*candidates]) if len(candidates) <= _CANDIDATES else None
            if close is not None:
                yield candidates[close]
    if file.project is not None:
        for secret in snapshot.of_kind(SECRET):
            if secret.project == file.project:
                yield secret


def shifted(
    diagnostics: Iterable[Diagnostic], before: Sequence[str], after: Sequence[str]
) -> tuple[Diagnostic, ...]:
    """Return diagnostics of a text at their places in its next version; those of changed lines are left out."""
    limit = min(len(before), len(after))
    head = next((i for i in range(limit) if before[i] != after[i]), limit)
    tail = next((i for i in range(limit - head) if before[-1 - i] != after[-1 - i]), limit - head)
    moved = len(after) - len(before)
    moved_findings = []
    for diagnostic in diagnostics:
        line, column, end_line, end_column = diagnostic.span
        if end_line <= head:
            moved_findings.append(diagnostic)
        elif line > len(before) - tail:
            span = Span(line + moved, column, end_line + moved, end_column)
            moved_findings.append(diagnostic._replace(span=span))
    return tuple(moved_findings)
