"""What a site depends on beside the files of a data root: refs, what lies in git's folders and above, and the environment.

Plain Python alone is imported here, since it is looked at before anything is loaded.
"""

import contextlib
import os
from collections.abc import Iterator

REFS = ("for-each-ref", "--format=%(refname) %(objectname) %(symref)")
"""What git is asked for its refs."""
PROGRAM = ("manual", "pages", "site")
"""Folders of the program that pages are made by."""
_OF_GIT = (
    "HEAD",
    "commondir",
    "shallow",
    "info/attributes",
    "info/exclude",
    "info/grafts",
    "info/sparse-checkout",
)
_ABOVE = (".gitattributes", ".mailmap", ".sops.yaml")
"""What counts in the folders above a data root."""
_VARIABLES = ("GIT_", "HOME", "LANG", "LC_", "QAFILES_", "TZ", "XDG_")
"""How the names of variables begin that git or qafiles may look at."""


def variables() -> bytes:
    """Return the environment variables that count."""
    chosen = sorted(item for item in os.environ.items() if item[0].startswith(_VARIABLES))
    return repr(chosen).encode("utf-8", "surrogatepass")


def files_beside(git_dir: str, common_dir: str, top: str | None, root: str) -> Iterator[bytes]:
    """Yield what the files hold that count, nothing for one that is not there; `root` is the data root's path below `top`."""
    for name in _OF_GIT:
        yield _bytes_of(f"{git_dir}/{name}")
        yield _bytes_of(f"{common_dir}/{name}")
    place = top
    for part in ("", *root.split("/")) if place is not None else ():
        place = os.path.join(place or "", part)
        for name in _ABOVE:
            yield _bytes_of(os.path.join(place, name))


def _bytes_of(place: str) -> bytes:
    with contextlib.suppress(OSError, ValueError), open(place, "rb") as file:
        return file.read()
    return b""
