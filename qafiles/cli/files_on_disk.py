"""The entity files on disk, found without git, which completion has no time for."""

import os
import re
from collections.abc import Iterator
from pathlib import Path

from qafiles.layout import ENTITY_FOLDERS, Place, classify


def places_on_disk(start: Path) -> Iterator[Place]:
    """Yield the places of the entity files on disk, without git, which completion has no time for."""
    from qafiles.sources.enclosing import enclosing_root

    root = enclosing_root(start.absolute())
    if root is None:
        return
    for top in reversed(ENTITY_FOLDERS):
        for folder, folders, names in os.walk(root / top):
            folders[:] = sorted(name for name in folders if not name.startswith("."))
            prefix = Path(folder).relative_to(root).as_posix()
            for name in sorted(names):
                place = classify(f"{prefix}/{name}")
                if isinstance(place, Place) and not re.search(r"[\s:@]", place.handle):
                    yield place
