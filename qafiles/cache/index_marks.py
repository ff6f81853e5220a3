"""What git's index says of each file of a data root, in short: a mark that is the same as long as the file's entry is.

An entry has the stat data of the file, of which git compares all but the fractions of seconds. What was read of a file before goes on being
true as long as its mark is the same and git finds no difference, if the file had been at rest when it was read:
https://git-scm.com/docs/racy-git
"""

import re
from _blake2 import blake2b

_entries = re.compile(
    rb"([A-Za-z]) (\d+ [0-9a-f]+ \d)\t([^\0]*)\0(  ctime: (\d+):\d+\n  mtime: (\d+):\d+\n[^\n]*\n[^\n]*\n[^\n]*\n)"
).finditer
_LOOKED_AT = b"H"
_ASSUMED_UNCHANGED = b"h"
_REPOSITORY = b"160000 "

NO_MARK = b""
"""What stands for a file that git can't vouch for: it is read each time."""


def marks_of(words: bytes, begun: int) -> dict[str, bytes] | None:
    """Return the mark of each file by path, from git's words on the index as of a time in seconds.

    None where a file is left out of the working tree, or is in conflict.
    """
    marks = {}
    for entry in _entries(words):
        tag, facts, path, times, changed, modified = entry.groups()
        mark = NO_MARK
        if tag == _LOOKED_AT and facts[-1:] == b"0":
            # Git compares nothing of what lies in the place of another repository.
            is_file = not facts.startswith(_REPOSITORY)
            if is_file and int(changed) < begun and int(modified) < begun:
                mark = blake2b(b"%b\n%b" % (facts, times), digest_size=12).digest()
        elif tag != _ASSUMED_UNCHANGED or facts[-1:] != b"0":
            return None
        marks[path.decode("utf-8", "surrogateescape")] = mark
    # A path that is there twice is in conflict, and words that are not understood are those of another git.
    return marks if len(marks) == words.count(b"\0") else None
