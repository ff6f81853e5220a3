"""Globs of the settings that cover files at their old path only: a move leaves qafiles.yaml as it is, and says so."""

from collections.abc import Iterator

from qafiles.edits.plan import Plan
from qafiles.rules.path_globs import matches


def notes_on_globs(plan: Plan) -> Iterator[str]:
    """Yield a sentence about each glob that covered a file before it was moved, and does not now."""
    settings = plan.loaded.settings
    globs = [(glob, "rules.paths") for glob in settings.rules.paths]
    globs += [(glob, "access.rules") for rule in settings.access.rules for glob in rule.paths]
    for glob, where in globs:
        moves = sorted(plan.proposal.moves.items())
        left = next((item for item in moves if matches(glob, item[1]) and not matches(glob, item[0])), None)
        if left is not None:
            yield (
                f"`{glob}` under `{where}` in qafiles.yaml covered {left[1]} and does not cover {left[0]}; "
                "change it there if its rules still matter"
            )
