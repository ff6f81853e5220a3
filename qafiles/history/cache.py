"""Facts of blobs kept between runs, in git's own folder: they never change, since a blob's name is its content.

A text file: a line that names its format and everything the facts depend on, a line with the checksum of the rest,
then one line for each blob. Whatever else is found there counts as no cache.
"""

import contextlib
import hashlib
import os
import platform
import re
import sys
import tempfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from qafiles.git import GitRepository
from qafiles.version import __version__

if TYPE_CHECKING:
    from qafiles.history.facts import BlobFacts

_FORMAT: Final = 1
_MAX_BYTES: Final = 256 << 20
_MAX_ENTRIES: Final = 1_000_000
_LINE: Final = re.compile(r"[0-9a-f]{40,64} [0-9a-z]{0,25} (?:[0-9a-f]{24})?")


@dataclass(frozen=True)
class FactsCache:
    """The facts that earlier runs have found, in the first of some folders that can be used."""

    folders: tuple[Path, ...]

    @classmethod
    def of(cls, repository: GitRepository) -> "FactsCache":
        """Return the cache of a repository: in its git folder or, where that is read-only, in the user's cache folder."""
        common = repository.common_dir
        own = hashlib.sha256(os.fsencode(os.path.realpath(common))).hexdigest()[:16]
        return cls((common / "qafiles", _user_folder() / own))

    def load(self) -> dict[str, "BlobFacts"]:
        """Return the facts by blob; none where the cache is missing, damaged, or of another version."""
        from qafiles.history.facts import BlobFacts  # noqa: PLC0415  # facts are made with this cache

        for folder in self.folders:
            text = _read(folder / _NAME)
            if text is not None:
                rows = (line.split(" ") for line in text.splitlines())
                # The checksum keeps out accidents; somebody may still have written other lines with their checksum.
                with contextlib.suppress(ValueError):
                    return {blob: BlobFacts(id_, digest) for blob, id_, digest in rows}
        return {}

    def save(self, facts: Mapping[str, "BlobFacts"]) -> None:
        """Write the facts for later runs, all at once; where no folder can be written, nothing happens."""
        kept = [*facts.items()][-_MAX_ENTRIES:]
        body = "".join(f"{blob} {id_} {digest}\n" for blob, (id_, digest) in kept).encode("ascii")
        for folder in self.folders:
            with contextlib.suppress(OSError):
                _write(folder, _head(body) + body)
                return


_NAME: Final = "blob-facts"


def _head(body: bytes) -> bytes:
    return f"{_key()}\n{hashlib.sha256(body).hexdigest()}\n".encode()


def _key() -> str:
    """Return what the facts depend on: this release, the interpreter, and the readers of YAML."""
    readers = [f"PyYAML {yaml.__version__}"]
    # Asking for the versions of installed packages takes longer than reading the cache.
    reader = sys.modules.get("yaml_rs")
    if reader is not None:
        readers.append(f"yaml-rs {getattr(reader, '__version__', 'unknown')}")
    interpreter = f"{platform.python_implementation()} {sys.version_info[0]}.{sys.version_info[1]}"
    return f"qafiles blob facts {_FORMAT}, qafiles {__version__}, {interpreter}, {', '.join(readers)}"


def _read(place: Path) -> str | None:
    """Return the lines of a cache file, or None for one that is not exactly what was written."""
    try:
        if not place.is_file() or place.stat().st_size > _MAX_BYTES:
            return None
        content = place.read_bytes()
    except OSError:
        return None
    body = content.split(b"\n", 2)[-1]
    if not content.startswith(_head(body)):
        return None
    text = body.decode("ascii", "replace")
    first = text.partition("\n")[0]
    return text if not text or _LINE.fullmatch(first) else None


def _write(folder: Path, content: bytes) -> None:
    folder.mkdir(parents=True, exist_ok=True)
    descriptor, name = tempfile.mkstemp(prefix=f"{_NAME}.", dir=folder)
    try:
        with os.fdopen(descriptor, "wb") as file:
            file.write(content)
        os.replace(name, folder / _NAME)  # noqa: PTH105  # `name` is text
    except OSError:
        with contextlib.suppress(OSError):
            os.unlink(name)  # noqa: PTH108  # as above
        raise


def _user_folder() -> Path:
    if sys.platform == "win32":
        base = os.environ.get("LOCALAPPDATA") or "~/AppData/Local"
    elif sys.platform == "darwin":
        base = "~/Library/Caches"
    else:
        base = os.environ.get("XDG_CACHE_HOME") or "~/.cache"
    return Path(os.path.expanduser(base), "qafiles")  # noqa: PTH111  # never raises, unlike Path.expanduser
