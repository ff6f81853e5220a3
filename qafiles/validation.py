"""Loading and checking in one call, and the choice of diagnostics that a caller wants to see."""

from collections.abc import Iterable, Sequence
from pathlib import Path

from qafiles.codes import NAMES
from qafiles.data_root import open_source
from qafiles.diagnostics import Diagnostic
from qafiles.errors import UsageError
from qafiles.layout import nearest
from qafiles.loader import load as load_source
from qafiles.processes import collector_paused
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot
from qafiles.sources import Source


def load(path: str | Path | Source = ".", rev: str | None = None, *, staged: bool = False) -> Snapshot:
    """Return the snapshot of the data root at or above a folder, or of a source, with all diagnostics.

    `rev` is any git revision; `staged` reads the index instead of the working tree. Problems in the files are
    diagnostics; QafilesError is raised only for the environment: no data root, no such revision, git fails.
    """
    source = open_source(path, rev=rev, staged=staged) if isinstance(path, str | Path) else path
    with collector_paused():
        return check(load_source(source))


def validate(
    path: str | Path | Source = ".", rev: str | None = None, *, staged: bool = False
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics of a data root, sorted by path, line, column and code; raises as `load` does."""
    return load(path, rev, staged=staged).diagnostics


def selected(
    diagnostics: Iterable[Diagnostic],
    *,
    select: Sequence[str] = (),
    ignore: Sequence[str] = (),
    below: Sequence[str] | None = None,
) -> tuple[Diagnostic, ...]:
    """Return the diagnostics whose codes begin with one of `select` (all, when empty) and with none of `ignore`.

    `below` keeps those in the given files and folders, relative to the data root. Raises UsageError for a code that
    fits no rule.
    """
    for code in (*select, *ignore):
        if not any(known.startswith(code) for known in NAMES) or not code:
            near = nearest(code, [*NAMES])
            raise UsageError(
                f"`{code}` fits no rule" + (f"; did you mean {near}?" if near else "; see `qafiles explain`")
            )
    return tuple(
        diagnostic
        for diagnostic in diagnostics
        if (not select or diagnostic.code.startswith(tuple(select)))
        and not (ignore and diagnostic.code.startswith(tuple(ignore)))
        and (below is None or any(_is_below(diagnostic.path, place) for place in below))
    )


def _is_below(path: str, place: str) -> bool:
    return place in {"", "."} or path == place or path.startswith(place.rstrip("/") + "/")


def unchecked(snapshot: Snapshot) -> tuple[str, ...]:
    """Return sentences about what validating could not check."""
    secrets = len(snapshot.of_kind("secret_value"))
    sentences = snapshot.source.unchecked
    if secrets:
        word = "secret" if secrets == 1 else "secrets"
        sentences += (f"the MAC of {secrets} {word}: that needs a key, and validating uses none",)
    return sentences
