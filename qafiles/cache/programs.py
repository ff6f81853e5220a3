"""Which programs an answer comes from: this one, what it imports, the interpreter, and git."""

import os
import sys
import time
from _blake2 import blake2b
from collections.abc import Iterable
from functools import cache

from qafiles.version import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_RECENT = 3_000_000_000
"""Nanoseconds within which a file may change twice at what its file system takes for one time."""
_BESIDE = frozenset({"__pycache__", "lsp", "manual", "pages", "playwright", "pytest", "site"})
"""Folders of the package that no verdict depends on."""
_LIBRARIES = frozenset(
    [
        "_yaml",
        "click",
        "cuid2",
        "git",
        "jsonschema",
        "jsonschema_rs",
        "markdown_it",
        "packaging",
        "pydantic",
        "pydantic_core",
        "ruamel",
        "yaml",
        "yaml_rs",
    ]
)
"""Modules of others, which a folder of PYTHONPATH may hold as well, without saying what is installed there."""


def programs(git: str, more: Iterable[str] = ()) -> bytes:
    """Return a digest of this release, of all installed packages with the time of their installation, Python, and a git.

    The texts of this package count where it was not installed by its version, as in a checkout that is worked in: by their
    sizes and times, of which nobody can set that of the last change, and by their content just after it. Those of folders on
    which no verdict depends, such as `site`, count only where they are named as `more`.
    """
    own = _beside_git(tuple(sys.path), tuple(more))
    return blake2b(own + _stamp(os.path.realpath(git)), digest_size=20).digest()


@cache
def _beside_git(path: tuple[str, ...], more: tuple[str, ...]) -> bytes:
    """Return a digest of all that but git, as of the first time: what changes later is not what this process runs."""
    digest = blake2b(digest_size=20)
    words = (__version__, sys.version, sys.executable, repr(sys.flags), sys.getfilesystemencoding(), _PACKAGE)
    digest.update("\0".join(words).encode("utf-8", "surrogateescape"))
    for folder in dict.fromkeys(path):
        for name in _names(folder):
            if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")) or _is_library(folder, name):
                digest.update(os.fsencode(name) + _stamp(os.path.join(folder, name)))
    if not any(_is_ours(name) for name in _names(os.path.dirname(_PACKAGE))):
        for place in (_PACKAGE, *(os.path.join(_PACKAGE, name) for name in more)):
            for text in _texts(place, time.time_ns() - _RECENT):
                digest.update(text)
    return digest.digest()


def _is_library(folder: str, name: str) -> bool:
    # The folder of a script that runs holds scripts that are called as a library is, which nobody can import.
    stem, dot, _ = name.partition(".")
    return stem in _LIBRARIES and (dot != "" or os.path.isdir(os.path.join(folder, name)))


def _is_ours(name: str) -> bool:
    return name.startswith("qafiles-") and name.endswith(".dist-info")


def _names(folder: str) -> list[str]:
    try:
        return sorted(os.listdir(folder or os.curdir))
    except OSError:
        return []


def _stamp(place: str) -> bytes:
    try:
        status = os.stat(place)
    except OSError:
        return b"\0none\0"
    return b"\0%d %d %d\0" % (status.st_mtime_ns, status.st_size, status.st_ino)


def _texts(folder: str, since: int) -> list[bytes]:
    """Return what differs for each other text of the files below a folder that verdicts may depend on."""
    texts = []
    with os.scandir(folder) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        if item.is_dir():
            texts += _texts(item.path, since) if item.name not in _BESIDE else []
        elif not item.name.endswith(".pyc"):
            status = item.stat()
            stamp = (status.st_mtime_ns, status.st_ctime_ns, status.st_size, status.st_ino)
            texts.append(os.fsencode(item.path) + b"\0%d %d %d %d\0" % stamp)
            if status.st_ctime_ns >= since:
                with open(item.path, "rb") as file:
                    texts.append(file.read())
    return texts
