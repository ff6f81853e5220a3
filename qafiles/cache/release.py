"""What is kept depends on the programs that made it."""

import os
import platform
import sys

from qafiles.version import __version__

_READERS = ("pyyaml-", "yaml_rs-")


def release() -> str:
    """Return what all files depend on: this release, the interpreter, and the readers of YAML."""
    # Importing them, or asking for the versions of installed packages, takes longer than reading the cache.
    readers = sorted({name for folder in sys.path for name in _names(folder) if _is_reader(name.lower())})
    interpreter = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"qafiles {__version__}, {interpreter}, {', '.join(readers)}"


def _names(folder: str) -> list[str]:
    try:
        return os.listdir(folder or os.curdir)
    except OSError:
        return []


def _is_reader(name: str) -> bool:
    return name.startswith(_READERS) and name.endswith((".dist-info", ".egg-info"))
