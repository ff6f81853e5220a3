"""The folder of a site: only what changed is written, each file as a whole, and nothing is touched that is not the site's."""

import contextlib
import json
import os
import shutil
import stat
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from qafiles.atomic_write import write_atomically
from qafiles.diagnostics import NOTHING_LEFT_OUT, LeftOut
from qafiles.edits.writing.lock import locked
from qafiles.errors import EditFailedError, QafilesError, UsageError
from qafiles.processes import map_in_processes
from qafiles.site.kept import TEMPORARY, digest_of
from qafiles.site.places import is_own_name

MANIFEST: Final = ".qafiles-site.json"
"""The file in a site's folder that lists what qafiles has written there."""

_LOCK: Final = ".qafiles-site.lock"

_VERSION: Final = 1
_STEP: Final = 100
"""Files between two reports of progress."""


class SiteError(QafilesError):
    """The folder of a site can't be read or written."""


@dataclass(frozen=True, slots=True)
class Written:
    """What a run did to the folder: the number of files in it, and of those that were written and removed.

    `left_out` is what could not be read of the data.
    """

    files: int
    written: int
    removed: int
    left_out: LeftOut = NOTHING_LEFT_OUT


@contextmanager
def _as_site_errors(folder: Path) -> Iterator[None]:
    try:
        yield
    except EditFailedError as error:  # the lock's own
        raise SiteError(str(error)) from error
    except OSError as error:
        place = error.filename or folder
        raise SiteError(f"{place}: {error.strerror or error}; the site in {folder} is incomplete") from error


def check_folder(folder: Path) -> None:
    """Raise UsageError where a folder holds files and none of them says that it is a site."""
    with _as_site_errors(folder):
        if not os.path.lexists(folder):
            return
        if not folder.is_dir():
            raise UsageError(f"{folder} is a file; choose a folder for the site")
        own = {_LOCK, TEMPORARY}
        if not (folder / MANIFEST).is_file() and any(place.name not in own for place in folder.iterdir()):
            raise UsageError(
                f"{folder} holds files that are not of a site; choose an empty folder or one that `qafiles site` made"
            )


def write_files(
    folder: Path,
    names: Sequence[str],
    content: Callable[[Sequence[str]], Iterator[bytes]],
    progress: Callable[[int, int], None],
) -> tuple[Written, dict[str, bytes]]:
    """Write the files of a site and remove those of an earlier run that it has no more.

    Returned is what was done, and the digest of what each file holds, the manifest among them.

    `content` gives the bytes of some files in their order; it is called in several processes. The manifest names every
    file before it is written, so that a run that was ended leaves nothing that the next one would not know. Raises
    SiteError, and UsageError where a file that the site would write is not of a site.
    """
    check_folder(folder)

    def work(share: Sequence[str]) -> Iterator[tuple[bool, bytes]]:
        target = os.fspath(folder)
        for name, data in zip(share, content(share), strict=True):
            yield _write(target, name, data), digest_of(data)

    with _as_site_errors(folder), locked(folder / _LOCK):
        _clear(folder)
        known = _known(folder)
        _refuse_foreign(folder, names, known)
        _save(folder, {*known, *names})
        for parent in sorted({name.rpartition("/")[0] for name in names}):
            _make_folder(folder, parent)
        written = 0
        digests: dict[str, bytes] = {}
        for name, (changed, digest) in zip(names, map_in_processes(work, names), strict=True):
            written += changed
            digests[name] = digest
            if len(digests) % _STEP == 0:
                progress(len(digests), len(names))
        wanted = frozenset(names)
        obsolete = sorted(known - wanted)
        removed = sum(_remove(folder, name) for name in obsolete)
        digests[MANIFEST] = digest_of(_save(folder, wanted))
        _clear(folder)
    return Written(len(names), written, removed), digests


def _known(folder: Path) -> set[str]:
    """Return the files that the manifest lists; of a damaged one nothing, so that nothing is removed on its word."""
    try:
        manifest = json.loads((folder / MANIFEST).read_bytes())
    except FileNotFoundError:
        return set()
    except (ValueError, RecursionError):
        manifest = None
    if (
        not isinstance(manifest, Mapping)
        or manifest.get("version") != _VERSION
        or not isinstance(manifest.get("files"), list)
    ):
        raise UsageError(
            f"{folder / MANIFEST} is damaged or of another version of qafiles; delete the folder and make the site anew"
        )
    return {name for name in manifest["files"] if isinstance(name, str) and is_own_name(name)}


def _save(folder: Path, names: Iterable[str]) -> bytes:
    """Write the manifest, and return it."""
    data = f"{json.dumps({'version': _VERSION, 'files': sorted(names)}, indent=0)}\n".encode()
    (folder / TEMPORARY).mkdir(exist_ok=True)
    _write(os.fspath(folder), MANIFEST, data)
    return data


def _clear(folder: Path) -> None:
    """Remove what a run has left that was ended; nobody else writes here while the lock is held."""
    if (folder / TEMPORARY).is_symlink():
        raise UsageError(f"{folder / TEMPORARY} is a symbolic link; remove it")
    shutil.rmtree(folder / TEMPORARY, ignore_errors=True)


def _refuse_foreign(folder: Path, names: Sequence[str], known: set[str]) -> None:
    target = os.fspath(folder)
    for name in names:
        if name not in known and os.path.lexists(f"{target}/{name}"):
            raise UsageError(
                f"{folder / name} is in the way and was not written by qafiles; move it away or choose another folder"
            )


def _make_folder(folder: Path, name: str) -> None:
    """Make a folder below that of the site; a link in its way would lead out of the site."""
    place = folder
    for part in filter(None, name.split("/")):
        place /= part
        with contextlib.suppress(FileExistsError):
            place.mkdir()
        if not stat.S_ISDIR(place.lstat().st_mode):
            raise UsageError(f"{place} is no folder, and the site needs one there; move it away")


def _write(folder: str, name: str, data: bytes) -> bool:
    """Put data into a file, all or nothing, and return whether it had other data before."""
    place = f"{folder}/{name}"
    try:
        status = os.lstat(place)
    except FileNotFoundError:
        pass
    else:
        if stat.S_ISREG(status.st_mode) and status.st_size == len(data) and _holds(place, data):
            return False
    temporary = f"{folder}/{TEMPORARY}/{os.getpid()}"
    write_atomically(place, data, part=temporary)
    return True


def _holds(place: str, data: bytes) -> bool:
    try:
        with open(place, "rb", buffering=0) as file:  # noqa: PTH123  # thousands of files: a Path for each costs more
            return file.read() == data
    except FileNotFoundError:
        return False


def _remove(folder: Path, name: str) -> bool:
    """Remove a file of an earlier run, and the folders that it leaves empty; return whether it was there."""
    place = folder / name
    inside = folder
    for part in name.split("/")[:-1]:
        inside /= part
        if inside.is_symlink():
            return False
    try:
        place.unlink()
    except (FileNotFoundError, NotADirectoryError):
        return False
    for parent in place.parents:
        if parent == folder:
            break
        try:
            parent.rmdir()
        except OSError:
            break
    return True
