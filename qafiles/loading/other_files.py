"""What lies in a data root beside the files of entities: the settings, and all that is not ours."""

import os
from _blake2 import blake2b
from collections.abc import Callable, Collection

from qafiles.cache.contents import MOST_BYTES, TOO_LARGE, content_of
from qafiles.cache.file_rows import FLAGS, IS_GONE, KIND, NAME, SETTINGS, Rows


def digest_of_others(
    folder: str, rows: Rows, mark: Callable[[str], bytes | None], changed: Collection[str] = ()
) -> bytes | None:
    """Return a digest of everything below a folder but the files of entities, None where that is too much.

    `rows` are what was read of all that is listed; `mark` tells under which mark of the index a file was read, if git vouches for
    it; `changed` are those that git says differ from the index.
    """
    digest = blake2b(digest_size=20)
    size = 0
    beside = [
        item
        for item in rows.items()
        if not (kind := item[1][KIND]) or kind == SETTINGS or item[1][FLAGS] & IS_GONE
    ]
    for path, row in beside:
        if row[KIND] == SETTINGS:
            what = row[NAME]
        elif row[FLAGS] & IS_GONE:
            what = b"gone"
        elif known := mark(path):
            what = b"@" + known
        else:
            # Git reads a file that it was told not to look at from the index, as long as that is so.
            differs = b"~" if path in changed else b""
            what = differs + content_of(os.fsencode(f"{folder}/{path}"))
            size += len(what)
            if size > MOST_BYTES or what[len(differs) :][:1] == TOO_LARGE:
                return None
        digest.update(b"%d %s\0%d " % (len(row[KIND]), os.fsencode(path), len(what)) + what)
    return digest.digest()
