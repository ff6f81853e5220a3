"""What `init` has written, brought up to date with this version and the settings; what people changed stays."""

import json
import os
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from functools import partial
from pathlib import Path
from types import MappingProxyType
from typing import Any, Final, NamedTuple

from qafiles.errors import GitError, UnknownRevisionError, UsageError
from qafiles.git import GitRepository, find_repository
from qafiles.git.removals import removals
from qafiles.scaffold.access_files import ACCESS_FILES, ACCESS_INSTALLS, HOOK, access_text, hook_text
from qafiles.scaffold.companions import (
    CI_FILES,
    ci_text,
    companions,
    in_the_way,
    repository_top,
)
from qafiles.scaffold.editors import SCHEMA_FOLDER, to_be_added
from qafiles.scaffold.installation import installation
from qafiles.scaffold.merging import merged_attributes, merged_json
from qafiles.scaffold.unedited import is_unedited, with_checksum

_TextOf = Callable[[str, Sequence[str]], str]
_WRITTEN: Final[Mapping[str, tuple[str, str, _TextOf]]] = MappingProxyType(
    {
        CI_FILES["github"]: (
            "# Written by `qafiles init --ci ",
            "- name: Install\n        run: |\n",
            partial(ci_text, "github"),
        ),
        CI_FILES["gitlab"]: (
            "# Written by `qafiles init --ci ",
            "  script:\n    - |\n",
            partial(ci_text, "gitlab"),
        ),
        **{
            ACCESS_FILES[forge]: (
                f"# Written by `qafiles init --access {forge}`",
                above,
                partial(access_text, forge),
            )
            for forge, above in ACCESS_INSTALLS.items()
        },
    }
)
"""By their paths from the top: how the workflows begin, what stands above the commands that install qafiles, and their texts."""
_HOOK_HEAD: Final = "#!/bin/sh\n# Written by `qafiles init --access`"


class Refreshed(NamedTuple):
    """A file that differs from what `init` would write, and what it would hold; `kept` says why it is left as it is, if it is."""

    place: Path
    before: bytes | None
    after: bytes
    why_left: str | None = None


def refreshed(root: Path, requirement: str | None = None) -> tuple[Refreshed, ...]:
    """Return the files of `init` beside the tree of a data root that are not up to date, in the order in which it writes them.

    Schemas are replaced, since nobody writes them by hand; what VS Code's files and git's attributes lack is added; hooks and
    workflows are replaced as long as nobody has edited them. A file that somebody deleted stays away. `requirement` is what
    workflows install, by default what they do. Raises UsageError as `installation` does, or where it is given without a workflow.
    """
    top = repository_top(root)
    path = "" if root == top else root.relative_to(top).as_posix()
    texts = {**companions(root), **_workflows(top, path, requirement)}
    absent = [place for place in texts if not os.path.lexists(place)]
    # Schemas go together: a kind is new, or one was lost.
    if any(_is_schema(place) and place not in absent for place in texts):
        absent = [place for place in absent if not _is_schema(place)]
    deleted = _deleted(root, absent)
    return tuple(_refreshed(root, texts, deleted))


def _refreshed(root: Path, texts: Mapping[Path, str], deleted: frozenset[Path]) -> Iterator[Refreshed]:
    for place, text in texts.items():
        ours = text.encode()
        folder = root if place.is_relative_to(root) else place.parent
        obstacle = in_the_way(folder, place.relative_to(folder).as_posix())
        if place in deleted:
            continue
        if obstacle is None:
            yield Refreshed(place, None, ours)
        elif obstacle != place or place.is_symlink() or not place.is_file():
            yield Refreshed(place, None, ours, f"{obstacle} is in its way, which is a link or no file")
        else:
            before = place.read_bytes()
            after, why_left = _after(place, text, before)
            if after != before:
                yield Refreshed(place, before, after, why_left)


def _after(place: Path, text: str, before: bytes) -> tuple[bytes, str | None]:
    """Return what a file that is there is to hold, and why it is kept nevertheless, if it is."""
    try:
        there = before.decode()
    except UnicodeDecodeError:
        return text.encode(), "it is no UTF-8 text"
    ends = "\r\n" if "\r\n" in there else "\n"
    theirs = there.replace("\r\n", "\n")
    why_left = None
    if _is_schema(place):
        after = theirs if _data(theirs) == json.loads(text) else text
    elif place.name == ".gitattributes":
        after = merged_attributes(text, theirs)
    elif place.parent.name == ".vscode":
        merged = merged_json(text, theirs)
        after = theirs if merged is None else merged
        lacking = to_be_added(text, theirs) if merged is None else ""
        if lacking:
            after, why_left = text, f"it has comments, or is no JSON; add what lacks by hand:\n{lacking}"
    else:
        after = text
        if not (is_unedited(theirs) or with_checksum(theirs) == text):
            why_left = "somebody has edited it; take over what you want of this by hand"
    return after.replace("\n", ends).encode(), why_left


def _is_schema(place: Path) -> bool:
    return place.parent.as_posix().endswith(SCHEMA_FOLDER)


def _data(text: str) -> Any:
    try:
        return json.loads(text)
    except (ValueError, RecursionError):
        return None


def _workflows(top: Path, path: str, requirement: str | None) -> dict[Path, str]:
    """Return the texts of the workflows that `init` wrote, which install the same as before or what is required now."""
    required = installation(requirement, top).commands if requirement is not None else None
    texts = {}
    for name, (head, above, text_of) in _WRITTEN.items():
        text = _text(top, name)
        if text is None or not text.startswith(head):
            continue
        match = re.search(rf"{re.escape(above)}(( +)[^\n]*\n(?:\2[^\n]*\n)*)", text)
        if match is not None:
            lines = [line.removeprefix(match[2]) for line in match[1].splitlines()]
            texts[top / name] = text_of(path, required or lines)
    if requirement is not None and not texts:
        raise UsageError("--requirement is what workflows install, and there is none here; `--ci` writes one")
    if (_text(top, HOOK) or "").startswith(_HOOK_HEAD):
        texts[top / HOOK] = hook_text(path)
    return texts


def _text(top: Path, name: str) -> str | None:
    """Return the text of a plain file, with the ends of lines that git has; None where it is none."""
    place = top / name
    if in_the_way(top, name) != place or place.is_symlink() or not place.is_file():
        return None
    return place.read_text(encoding="utf-8", errors="replace")


def _deleted(root: Path, places: list[Path]) -> frozenset[Path]:
    """Return which of the files that are not there git knows: somebody has deleted them."""
    try:
        repository = find_repository(root) if places else None
        if repository is None or repository.top is None:
            return frozenset()
        named = {place.resolve().relative_to(repository.top).as_posix(): place for place in places}
        known = {entry.path for entry in repository.index_entries("")}
        return frozenset(named[path] for path in named.keys() & (known | {*_removed(repository, [*named])}))
    except GitError:
        return frozenset()


def _removed(repository: GitRepository, paths: list[str]) -> Iterator[str]:
    try:
        commit = repository.commit("HEAD")
    except UnknownRevisionError:
        return
    for removal in removals(repository, [commit], paths):
        yield removal.path
