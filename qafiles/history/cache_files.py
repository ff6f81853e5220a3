"""Files in git's own folder that hold what later runs would find out again: any of them may be lost at any time.

Each begins with a line that names its format and everything that its content depends on, and a line with the checksum
of the rest. Whatever else is found there counts as no cache.
"""

import contextlib
import hashlib
import os
import platform
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Final

import yaml

from qafiles.atomic_write import write_atomically
from qafiles.git import GitRepository
from qafiles.version import __version__

_MAX_BYTES: Final = 256 << 20


@dataclass(frozen=True)
class CacheFiles:
    """The files of one repository's cache, in the first of some folders that can be used."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, repository: GitRepository) -> "CacheFiles":
        """Return those in the git folder of a repository or, where that is read-only, in the user's cache folder."""
        common = repository.common_dir
        own = hashlib.sha256(os.fsencode(os.path.realpath(common))).hexdigest()[:16]
        return cls((common / "qafiles", _user_folder() / own))

    def read(self, name: str, key: str) -> bytes | None:
        """Return what was written under a name and a key; None where that is missing, damaged, or of another key."""
        return next((body for f in self.folders if (body := _read(f / name, key)) is not None), None)

    def write(self, name: str, key: str, body: bytes) -> Path | None:
        """Write a file, all at once, and return its folder; None where it is too large or no folder can be written."""
        content = _head(key, body) + body
        if len(content) <= _MAX_BYTES:
            for folder in self.folders:
                with contextlib.suppress(OSError):
                    _write(folder, name, content)
                    return folder
        return None

    def names(self, prefix: str) -> set[str]:
        """Return the names of the files that begin so."""
        names: set[str] = set()
        for folder in self.folders:
            with contextlib.suppress(OSError):
                names.update(name for name in os.listdir(folder) if name.startswith(prefix))  # noqa: PTH208
        return names


def release() -> str:
    """Return what all files depend on: this release, the interpreter, and the readers of YAML."""
    readers = [f"PyYAML {yaml.__version__}"]
    # Asking for the versions of installed packages takes longer than reading the cache.
    reader = sys.modules.get("yaml_rs")
    if reader is not None:
        readers.append(f"yaml-rs {getattr(reader, '__version__', 'unknown')}")
    interpreter = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"qafiles {__version__}, {interpreter}, {', '.join(readers)}"


def keep_latest(folder: Path, prefix: str, count: int) -> None:
    """Delete all but the latest files that begin so, those included that a killed process has left."""
    with contextlib.suppress(OSError):
        files = [place for place in folder.iterdir() if place.name.startswith(prefix)]
        for place in sorted(files, key=lambda place: place.stat().st_mtime_ns, reverse=True)[count:]:
            place.unlink(missing_ok=True)


def _head(key: str, body: bytes) -> bytes:
    return f"{key}\n{hashlib.sha256(body).hexdigest()}\n".encode("ascii", "backslashreplace")


def _read(place: Path, key: str) -> bytes | None:
    """Return the body of a file, or None for one that is not exactly what was written."""
    try:
        if not place.is_file() or place.stat().st_size > _MAX_BYTES:
            return None
        content = place.read_bytes()
    except OSError:
        return None
    body = content.split(b"\n", 2)[-1]
    return body if content.startswith(_head(key, body)) else None


def _write(folder: Path, final: str, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    # What a killed process leaves begins as the file does, so that `keep_latest` finds it.
    write_atomically(folder / final, content, part=folder / f"{final}.{os.urandom(8).hex()}", mode=0o600)


def _user_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expanduser(base), "qafiles")  # noqa: PTH111  # never raises, unlike Path.expanduser
