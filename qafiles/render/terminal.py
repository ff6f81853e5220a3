"""What stdout is: a terminal with its columns, or a document in which nothing is cut or wrapped."""

import shutil
import sys


def width() -> int | None:
    """Return the columns of the terminal that stdout is; None where it is none."""
    return shutil.get_terminal_size((120, 24)).columns if sys.stdout.isatty() else None
