"""Which page of the site shows what: paths of pages made of the paths of files, safe on every file system."""

import hashlib
import posixpath
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from types import MappingProxyType
from typing import Final

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.layout import FOLDER_KINDS, SUITE_KINDS, name_problem
from qafiles.snapshot import EntityFile

OVERVIEW: Final = "index.html"
SEARCH: Final = "search.html"
REPORTS: Final = "reports/index.html"
FINDINGS: Final = "findings.html"
HELP: Final = "help/index.html"

_DEPTHS: Final = {"root": 1, "organization": 3, "project": 5}
"""How deep the folders of kinds lie."""

_UNSAFE: Final = re.compile(r"[^A-Za-z0-9._-]+")


@dataclass(frozen=True)
class Places:
    """The pages of entities by the path of their file, and those of folders by the folder: kinds of a project and suites."""

    entities: Mapping[str, str]
    folders: Mapping[str, str]


@dataclass
class _Folder:
    """A folder of the site with the names that are taken in it, whatever their case."""

    path: str
    names: set[str] = field(default_factory=set)
    folders: dict[str, "_Folder"] = field(default_factory=dict)

    def take(self, name: str, original: str, suffix: str = "") -> str:
        """Return a name in this folder that nothing else has: the wanted one, or that with a digest of the original."""
        problem = name_problem(name) or name.endswith(".") or (not suffix and name.lower().endswith(".html"))
        if problem or (name + suffix).lower() in self.names:
            digest = hashlib.blake2b(original.encode("utf-8", "surrogatepass"), digest_size=6).hexdigest()
            name = f"{_UNSAFE.sub('-', name)[:60].strip('.-') or 'page'}-{digest}"
        self.names.add((name + suffix).lower())
        return name + suffix

    def below(self, name: str, original: str) -> "_Folder":
        """Return the folder that stands for a folder of the data root."""
        if name not in self.folders:
            taken = self.take(name, original)
            self.folders[name] = _Folder(f"{self.path}{taken}/", {"index.html"})
        return self.folders[name]


def places(files: Iterable[EntityFile]) -> Places:
    """Return the page of each entity, and of each folder of a kind or a suite that holds entities.

    An organization and a project are the index of their folder. A name that some system can't hold, or that differs
    from another in case alone, gets a digest of its path behind it.
    """
    top = _Folder("", {"index.html", "search.html", "findings.html", "assets", "help", "reports"})
    entities: dict[str, str] = {}
    folders: dict[str, str] = {}
    for file in files:
        parts = file.path.split("/")
        folder = top
        for depth, part in enumerate(parts[:-1], 1):
            folder = folder.below(part, "/".join(parts[:depth]))
            if _has_index(file.kind, depth):
                folders["/".join(parts[:depth])] = f"{folder.path}index.html"
        if file.kind in FOLDER_KINDS:
            entities[file.path] = f"{folder.path}index.html"
        else:
            name = parts[-1].removesuffix(".yaml")
            entities[file.path] = folder.path + folder.take(name, file.path, ".html")
    return Places(MappingProxyType(entities), MappingProxyType(folders))


def _has_index(kind: Kind, depth: int) -> bool:
    """Return whether the folder at a depth of a file's path lists entities of the file's kind."""
    if kind in {"organization", "project"}:
        return False
    own = _DEPTHS[KIND_FACTS[kind].within]
    return depth == own or (depth > own and kind in SUITE_KINDS)


def to_root(page: str) -> str:
    """Return what leads from a page to the top of the site: `../` for each folder that it lies in."""
    return "../" * page.count("/")


def is_own_name(path: str) -> bool:
    """Return whether a path can be that of a page: relative, below its folder, and made of safe characters."""
    return (
        path != ""
        and posixpath.normpath(path) == path
        and all(part not in {"", ".", ".."} and not _UNSAFE.search(part) for part in path.split("/"))
    )
