"""An edit that kills its own process before a given step: `python dying.py FOLDER STEP MESSAGE`; 0 is never."""

import os
import signal
import sys

from qafiles.edits.proposals.mv import move
from qafiles.edits.writing.transaction import EditOptions, transact

count = 0


def notice(action: str) -> None:
    """Count the steps, and die at the chosen one."""
    global count  # noqa: PLW0603  # a counter of one process
    count += 1
    if count == int(sys.argv[2]):
        os.kill(os.getpid(), signal.SIGKILL)
    sys.stdout.write(f"{action}\n")


transact(
    sys.argv[1],
    lambda snapshot: move(snapshot, "acme/shop/smoke", "quick"),
    EditOptions(message=sys.argv[3] or None, on_step=notice),
)
