"""A `site` of which nothing changed, answered before anything that makes pages is imported."""

import os
import sys
from typing import NamedTuple

from qafiles.cache.store import Store
from qafiles.site.kept import Site, left_before
from qafiles.site.kept_inputs import KeptInputs

_OPTIONS = {"-o": "output", "--output": "output", "--title": "name", "--env": "environment"}


class SiteLine(NamedTuple):
    """What a command line asks for: the folder of `-C`, where the site is written, its name and its environment."""

    folder: str
    output: str
    name: str | None = None
    environment: str | None = None


def site_line_of(arguments: list[str]) -> SiteLine | None:
    """Return what a command line asks for; None for one that click has to read."""
    if "_QAFILES_COMPLETE" in os.environ or "utf8" in sys._xoptions:  # noqa: SLF001  # documented
        return None
    folder, rest = "", [*arguments]
    while rest[:1] == ["-C"] and len(rest) > 1:
        folder = os.path.join(folder, rest[1])
        rest = rest[2:]
    if rest[:1] != ["site"] or not "".join(arguments).isascii() or (folder and not os.path.isdir(folder)):
        return None
    chosen: dict[str, str] = {}
    words = iter(rest[1:])
    for word in words:
        name, equals, value = word.partition("=")
        option = _OPTIONS.get(name)
        if option is None or option in chosen or (equals and not name.startswith("--")):
            return None
        value = value if equals else next(words, "")
        if value[:1] in {"", "-"}:
            return None
        chosen[option] = value
    return SiteLine(folder or ".", **chosen) if "output" in chosen else None


def said_before(arguments: list[str]) -> str | None:
    """Return what a command line says whose site is as an earlier run left it; None where more has to be looked at."""
    line = site_line_of(arguments)
    kept = KeptInputs.at(line.folder) if line is not None else None
    digest = kept.expected() if kept is not None else None
    common_dir = kept.common_dir() if kept is not None else None
    if line is None or kept is None or digest is None or common_dir is None:
        return None
    # All of this while git is at work.
    from pathlib import Path  # noqa: PLC0415  # as above

    output = Path(line.output)
    wanted = Site(str(output.absolute()), digest, line.name, line.environment)
    left = left_before(Store.of(common_dir), wanted, is_alone=True)
    if left is None or left.sentences or kept.read() != digest:
        return None
    return f"{output / 'index.html'}: {left.files:,} files, 0 written, 0 removed\n"
