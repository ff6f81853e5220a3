import os
import random

import pytest

from tests.edits.soak import kills, writers


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="edits are killed in forked processes")
def test_an_edit_that_is_killed_at_any_instant_leaves_the_old_or_the_new_state() -> None:
    assert kills(60, random.Random()) > 10  # noqa: S311  # times of death are no secrets


@pytest.mark.slow
@pytest.mark.skipif(not hasattr(os, "fork"), reason="the writers are forked processes")
@pytest.mark.parametrize("commits", [True, False])
def test_fifty_processes_that_write_different_things_at_once_lose_nothing(*, commits: bool) -> None:
    writers(50, commits=commits)
