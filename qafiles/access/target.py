"""What a change touches: a path with its kind, and where it belongs."""

import re
import unicodedata
from collections.abc import Collection, Iterable, Mapping
from functools import lru_cache
from typing import Final, NamedTuple

from qafiles.kinds import Kind
from qafiles.layout import Place, classify, name_problem, organization_of, path_for, project_of

_PLAIN_FILE: Final = "100644"
_FILES: Final = frozenset({None, _PLAIN_FILE, "100755"})
_MODES: Final = {"120000": "a symbolic link", "160000": "a submodule", "100755": "an executable file"}
_is_no_path: Final = re.compile(r"(?i)/\.\.?/|//|/(?:\.git|git~[0-9]+)[. ]*(?::[^/]*)?/|\\").search
"""Parts that a tree may have and a working tree may not, https://git-scm.com/docs/git-fsck#_fsck_messages"""
_above: Final = re.compile(r"\A(?:\.\./)+")
_IMAGES: Final = (".png", ".jpg", ".jpeg", ".gif", ".svg", ".webp", ".ico", ".avif")


class Target(NamedTuple):
    """A path below a data root; `kind` and the handle are those of an entity.

    `oddity` says why the path is none that a role or a rule may give: a link, a submodule, a name that another one hides behind.
    """

    path: str
    kind: Kind | None = None
    handle: str = ""
    organization: str | None = None
    project: str | None = None
    is_logo: bool = False
    oddity: str | None = None
    lacks_project: bool = False
    """Whether it would be in a project that is not there."""


def folded(path: str) -> str:
    """Return a path as file systems compare it that tell neither case nor forms of Unicode apart."""
    if path.isascii():
        return path.lower()
    return unicodedata.normalize("NFC", unicodedata.normalize("NFC", path).casefold())


class Spelling(NamedTuple):
    """How the paths of a trusted state and their folders are spelled, by what they are folded to."""

    by_folded: Mapping[str, str]

    def has(self, path: str) -> bool:
        """Return whether the trusted state has a path, spelled so."""
        return self.by_folded.get(folded(path)) == path

    def clash(self, path: str) -> str | None:
        """Return the path of the trusted state that another file system would take for this one, or for a folder of it."""
        at = -1
        while (at := path.find("/", at + 1)) >= 0:
            if (known := self._other(path[:at])) is not None:
                return known
        return self._other(path)

    def clashes(self, paths: Iterable[str]) -> Mapping[str, str]:
        """Return those paths, each with the one of the trusted state that another file system would take for it."""
        folders: dict[str, str | None] = {"": None}
        clashing = {}
        for path in paths:
            folder = path.rpartition("/")[0]
            if folder not in folders:
                folders[folder] = self.clash(folder)
            known = folders[folder] or self._other(path)
            if known is not None:
                clashing[path] = known
        return clashing

    def _other(self, path: str) -> str | None:
        known = self.by_folded.get(folded(path))
        return known if known != path else None


def spelling(paths: Iterable[str]) -> Spelling:
    """Return how some paths and their folders are spelled."""
    by_folded: dict[str, str] = {}
    for path in paths:
        part = path
        while part and by_folded.setdefault(folded(part), part) == part:
            part = part.rpartition("/")[0]
            if part.isascii() and part.lower() in by_folded:
                break
    return Spelling(by_folded)


def target_of(
    path: str,
    modes: tuple[str | None, str | None] = (_PLAIN_FILE, _PLAIN_FILE),
    clash: str | None = None,
) -> Target:
    """Return what a path means whose modes before and after a change are given, None where there is no file; `clash` is the one that it hides behind."""
    place = classify(path)
    oddity = _oddity(path, modes, clash)
    if not isinstance(place, Place):
        parts = path.split("/")
        is_logo = len(parts) == 3 and parts[0] == "organizations" and path.lower().endswith(_IMAGES)
        return Target(path, organization=parts[1] if is_logo else None, is_logo=is_logo, oddity=oddity)
    return Target(
        path,
        place.kind,
        place.handle,
        organization_of(place.kind, place.handle),
        project_of(place.kind, place.handle),
        oddity=oddity or _odd_name(place.handle),
    )


def placed(target: Target, known: Spelling, others: Collection[str] = ()) -> Target:
    """Return a target, which says whether its project is neither among known paths nor among some others."""
    if target.project is None:
        return target
    path = path_for("project", target.project)
    return target if path in others or known.has(path) else target._replace(lacks_project=True)


def _oddity(path: str, modes: tuple[str | None, str | None], clash: str | None) -> str | None:
    before, after = modes
    if after not in {None, _PLAIN_FILE}:
        return f"it becomes {_MODES.get(str(after), f'a file of mode {after}')}"
    if before not in _FILES:
        return f"it was {_MODES.get(str(before), f'a file of mode {before}')}"
    if not path.isprintable():
        return "its path holds characters that nobody sees"
    if _is_no_path(f"/{_above.sub('', path)}/"):
        return "it has a path that git writes into no working tree"
    return f"where case does not count, its path is that of `{clash}`" if clash is not None else None


def _odd_name(handle: str) -> str | None:
    return next((problem for part in handle.split("/") if (problem := _problem(part)) is not None), None)


@lru_cache(maxsize=10_000)
def _problem(part: str) -> str | None:
    """Return what is wrong with a part of a path, of which thousands have the same folders."""
    return name_problem(part)
