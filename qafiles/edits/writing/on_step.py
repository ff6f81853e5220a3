"""What is told of each action of an edit before it is taken."""

from collections.abc import Callable

OnStep = Callable[[str], None]
"""What is told of each action before it is taken."""


def no_step(action: str) -> None:
    """Do nothing."""
    del action
