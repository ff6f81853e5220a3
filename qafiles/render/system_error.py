"""What the system refused, in words."""

from errno import EDQUOT, EFBIG, ENOSPC
from traceback import walk_tb
from typing import Final

_OF_COMMAND_LINE: Final = ("__main__", "qafiles.__main__", "qafiles.cli.", "qafiles.render.", "click.")
"""What the names of the modules begin with that write documents to stdout, which has no name to the system; files have one."""


_OF_WRITING: Final = frozenset({EDQUOT, EFBIG, ENOSPC})
"""What is refused to who writes alone: stdin has no name either."""


def system_error(error: OSError) -> str:
    """Return what was refused, such as `No space left on device`, and of which file, or that it was stdout."""
    place = error.filename or ("stdout" if error.errno in _OF_WRITING and _is_of_document(error) else None)
    return f"{error.strerror or error}" + (f": {place}" if place else "")


def _is_of_document(error: OSError) -> bool:
    """Return whether an error was raised where documents are written."""
    modules = [str(frame.f_globals.get("__name__")) for frame, _ in walk_tb(error.__traceback__)]
    return bool(modules) and modules[-1].startswith(_OF_COMMAND_LINE)
