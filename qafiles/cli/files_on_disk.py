"""The entity files on disk, found without git, which completion has no time for."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from qafiles.layout import ENTITY_FOLDERS, Place, classify

_no_word = re.compile(r"[\s:@]").search


def places_on_disk(start: Path) -> Iterator[Place]:
    """Yield the places of the entity files on disk, without git, which completion has no time for."""
    from qafiles.sources.enclosing import enclosing_root

    root = enclosing_root(start.absolute())
    if root is None:
        return
    for top in reversed(ENTITY_FOLDERS):
        for path in _files(str(root), top):
            place = classify(path)
            if isinstance(place, Place) and _no_word(place.handle) is None:
                yield place


def _files(root: str, top: str) -> Iterator[str]:
    """Yield the paths of YAML files in a folder and below: the folder's own first, all of them sorted, none through a link."""
    pending = [top]
    while pending:
        folder = pending.pop()
        folders, names = [], []
        try:
            with os.scandir(f"{root}/{folder}") as listing:
                for item in listing:
                    name = item.name
                    if item.is_dir(follow_symlinks=False):
                        folders.append(name)
                    elif name.endswith(".yaml"):
                        names.append(name)
        except OSError:
            continue  # what can't be read is not offered
        yield from [f"{folder}/{name}" for name in sorted(names)]
        pending += [f"{folder}/{name}" for name in sorted(folders, reverse=True) if name[0] != "."]
