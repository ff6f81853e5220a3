"""The choice of diagnostics that a caller wants to see, and of what is said beside them."""

from collections.abc import Iterable, Sequence

from qafiles.codes import NAMES
from qafiles.diagnostics import Diagnostic
from qafiles.errors import UsageError
from qafiles.layout import nearest
from qafiles.validation.verdict import Verdict


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
        if is_selected(diagnostic.code, select, ignore) and is_below(diagnostic.path, below)
    )


def is_selected(code: str, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> bool:
    """Return whether a code begins with one of `select` (any, when empty) and with none of `ignore`."""
    return (not select or code.startswith(tuple(select))) and not (ignore and code.startswith(tuple(ignore)))


def undecided(verdict: Verdict, *, select: Sequence[str] = (), ignore: Sequence[str] = ()) -> tuple[str, ...]:
    """Return sentences about what the selected rules could not decide: without what lacks, no answer is whole."""
    reasons: dict[str, list[str]] = {}
    for item in verdict.undecided:
        if is_selected(item.code, select, ignore):
            reasons.setdefault(item.reason, []).append(item.code)
    return tuple(
        f"{codes[0] if len(codes) == 1 else f'{len(codes)} rules ({codes[0]} and others)'}: {reason}"
        for reason, codes in reasons.items()
    )


def is_below(path: str, places: Sequence[str] | None) -> bool:
    """Return whether a path is one of some files or lies in one of some folders; None stands for everywhere."""
    return places is None or any(
        place in {"", "."} or path == place or path.startswith(place.rstrip("/") + "/") for place in places
    )


def unchecked(verdict: Verdict, since: str | None = None, select: Sequence[str] = ()) -> tuple[str, ...]:
    """Return sentences about what validating could not check; `since` is the revision of which it was asked what is new.

    `select` are the codes that were asked for.
    """
    of_access = [code for code in select if code.startswith("QF8")]
    if of_access or (since is not None and verdict.files.get("member")):
        roles = f"roles, which `qafiles access check {since or 'A'}..` checks for each commit"
        return (*verdict.unchecked, roles)
    return verdict.unchecked
