"""Globs of the settings that cover files at their old path only: a move leaves qafiles.yaml as it is, and says so."""

from collections.abc import Iterator

from qafiles.edits.plan import Plan
from qafiles.rules.path_globs import matches


def notes_on_globs(plan: Plan) -> Iterator[str]:
    """Yield a sentence about each glob under `rules.paths` that covered a file before it was moved, and does not now."""
    for glob in plan.after.settings.rules.paths:
        moves = sorted(plan.proposal.moves.items())
        left = next((item for item in moves if matches(glob, item[1]) and not matches(glob, item[0])), None)
        if left is not None:
            yield (
                f"`{glob}` under `rules.paths` in qafiles.yaml covered {left[1]} and does not cover {left[0]}; "
                "change it there if its rules still matter"
            )
