"""What is said of a bug in qafiles itself."""

import platform
import traceback
from typing import TextIO

from qafiles.version import __version__


def report_bug(stream: TextIO) -> None:
    """Write lines to paste about the exception that is being handled."""
    print(  # the report goes to the user
        "qafiles: this is a bug in qafiles. Please report it with the following lines (they hold no file contents):\n"
        f"qafiles {__version__}, Python {platform.python_version()}, {platform.system()} {platform.machine()}\n"
        f"{traceback.format_exc()}",
        file=stream,
        end="",
    )
