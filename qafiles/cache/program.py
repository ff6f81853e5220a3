"""What a program is: its own text, where that is at hand, and the releases of what it uses."""

import os
import sys
from _blake2 import blake2b
from collections.abc import Collection, Iterable

from qafiles.version import __version__

_PACKAGE = os.path.dirname(os.path.dirname(os.path.abspath(__file__)))


def program(modules: Iterable[str] = ("",), distributions: Collection[str] | None = None) -> bytes:
    """Return what changes whenever one of some modules or packages of qafiles does, or a release of what they use.

    By default, that is all of qafiles and everything that is installed. What is installed is named in small letters, with `_`
    for `-` and `.`. Nothing of it is imported.
    """
    digest = blake2b(digest_size=20)
    for name in sorted(modules):
        for place in _files(os.path.join(_PACKAGE, *name.split("."))):
            digest.update(os.fsencode(place[len(_PACKAGE) :]) + b"\0")
            try:
                with open(place, "rb", buffering=0) as file:
                    text = file.readall()
            except OSError:  # packed into one file, where the release has to do
                text = b""
            digest.update(b"%d " % len(text) + text)
    interpreter = f"{sys.implementation.cache_tag} {sys.hexversion:x}"
    releases = [name for name in _installed() if distributions is None or name.split("-")[0] in distributions]
    return "\0".join([__version__, interpreter, *releases, digest.hexdigest()]).encode(
        "utf-8", "surrogateescape"
    )


def _files(place: str) -> list[str]:
    """Return the file of a module, or those of a package, what is no Python among them."""
    if not os.path.isdir(place):
        return [f"{place}.py"]
    return sorted(
        os.path.join(folder, name)
        for folder, _, names in os.walk(place)
        for name in names
        if not folder.endswith("__pycache__")
    )


def _installed() -> list[str]:
    """Return the releases that are installed, as `name-version`."""
    names = set()
    for folder in sys.path:
        try:
            listed = os.listdir(folder or ".")
        except OSError:
            continue
        for name in listed:
            if name.endswith((".dist-info", ".egg-info")):
                project, _, version = name.rpartition(".")[0].partition("-")
                names.add(f"{project.lower().replace('.', '_').replace('-', '_')}-{version}")
    return sorted(names)
