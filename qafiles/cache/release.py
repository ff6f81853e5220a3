"""What is kept depends on the programs that made it."""

import platform
import sys

import yaml

from qafiles.version import __version__


def release() -> str:
    """Return what all files depend on: this release, the interpreter, and the readers of YAML."""
    readers = [f"PyYAML {yaml.__version__}"]
    # Asking for the versions of installed packages takes longer than reading the cache.
    reader = sys.modules.get("yaml_rs")
    if reader is not None:
        readers.append(f"yaml-rs {getattr(reader, '__version__', 'unknown')}")
    interpreter = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"qafiles {__version__}, {interpreter}, {', '.join(readers)}"
