"""Which programs an answer comes from: this one, what it imports, the interpreter, and git."""

import os
import sys
from _blake2 import blake2b
from collections.abc import Iterable

from qafiles.version import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))
_BESIDE = frozenset({"__pycache__", "lsp", "manual", "pages", "playwright", "pytest", "site"})
"""Folders of the package that no verdict depends on."""


def programs(git: str, more: Iterable[str] = ()) -> bytes:
    """Return a digest of this release, of all installed packages with the time of their installation, Python, and a git.

    The text of this package counts where it was not installed by its version, as a checkout that is worked in; that of folders
    on which no verdict depends, such as `site`, only where they are named as `more`.
    """
    digest = blake2b(digest_size=20)
    words = (__version__, sys.version, sys.executable, repr(sys.flags), sys.getfilesystemencoding(), _PACKAGE)
    digest.update("\0".join(words).encode("utf-8", "surrogateescape"))
    digest.update(_stamp(os.path.realpath(git)))
    for folder in dict.fromkeys(sys.path):
        digest.update(os.fsencode(folder) + b"\0")
        for name in _names(folder):
            if name.endswith((".dist-info", ".egg-info", ".egg-link", ".pth")):
                digest.update(os.fsencode(name) + _stamp(os.path.join(folder, name)))
    if not any(_is_ours(name) for name in _names(os.path.dirname(_PACKAGE))):
        places = _texts(_PACKAGE)
        for name in more:
            places += _texts(os.path.join(_PACKAGE, name))
        for place in places:
            digest.update(os.fsencode(place) + b"\0")
            with open(place, "rb") as file:
                digest.update(file.read())
    return digest.digest()


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


def _texts(folder: str) -> list[str]:
    """Return the files below a folder that verdicts may depend on, in order."""
    places = []
    with os.scandir(folder) as listing:
        items = sorted(listing, key=lambda item: item.name)
    for item in items:
        if item.is_dir():
            places += _texts(item.path) if item.name not in _BESIDE else []
        elif not item.name.endswith(".pyc"):
            places.append(item.path)
    return places
