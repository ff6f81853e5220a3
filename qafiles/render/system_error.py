"""What the system refused, in words."""

from traceback import walk_tb
from typing import Final

_OF_COMMAND_LINE: Final = ("__main__", "qafiles.__main__", "qafiles.cli.", "qafiles.render.", "click.")
"""What the names of the modules begin with that write documents to stdout, which has no name to the system; files have one."""


def system_error(error: OSError) -> str:
    """Return what was refused, such as `No space left on device`, and of which file, or that it was stdout."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__)]
    place = error.filename or ("stdout" if modules and modules[-1].startswith(_OF_COMMAND_LINE) else None)
    return f"{error.strerror or error}" + (f": {place}" if place else "")
