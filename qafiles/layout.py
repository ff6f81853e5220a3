"""The conventional tree: which path holds which kind of entity, and the handle that it gives.

Handles are paths without their fixed folders: `organizations/acme/projects/shop/tags/smoke.yaml` is the tag
`acme/shop/smoke`. Everything here works on text and touches no file.
"""

import re
from collections.abc import Iterable
from typing import Final, NamedTuple

from qafiles.kinds import KIND_FACTS, SECRET, Kind

KINDS: Final[tuple[Kind, ...]] = tuple(KIND_FACTS)
LABELS: Final[dict[Kind, str]] = {kind: facts.label for kind, facts in KIND_FACTS.items()}
"""How messages call each kind."""

SETTINGS_FILE: Final = "qafiles.yaml"


def _folders(within: str) -> dict[str, Kind]:
    """Return the folders of kinds whose entities are files, by name."""
    return {
        facts.folder: kind
        for kind, facts in KIND_FACTS.items()
        if (facts.within, facts.file) == (within, None)
    }


ENTITY_FOLDERS: Final = (
    *(
        facts.folder
        for kind, facts in KIND_FACTS.items()
        if facts.within == "root" and kind != "organization"
    ),
    "organizations",
)
"""The folders at the top of a data root that hold entities."""

TOP_FOLDERS: Final = _folders("root")
PROJECT_FOLDERS: Final = _folders("project")
SUITE_KINDS: Final = frozenset(kind for kind, facts in KIND_FACTS.items() if facts.suites)
"""Kinds whose files may lie in free sub-folders (suites)."""

PROJECT_KINDS: Final = frozenset(kind for kind, facts in KIND_FACTS.items() if facts.within == "project")
"""Kinds that belong to one project."""

MEMBER_KINDS: Final = tuple(
    kind for kind, facts in KIND_FACTS.items() if facts.within == "organization" and kind != "project"
)
"""Kinds that belong to an organization and to no project."""

FOLDER_KINDS: Final = frozenset(kind for kind, facts in KIND_FACTS.items() if facts.file is not None)
"""Kinds whose entity is a folder with its name, in which a file says what it is."""

TOP_KINDS: Final = frozenset(
    kind for kind, facts in KIND_FACTS.items() if facts.within == "root" and kind != "organization"
)
"""Kinds that belong to no organization."""

_TOP: Final = frozenset(ENTITY_FOLDERS)
_IN_FOLDER: Final = {
    within: {
        facts.folder: (kind, facts.file, facts.suites)
        for kind, facts in KIND_FACTS.items()
        if facts.within == within
    }
    for within in ("root", "organization", "project")
}
_ABOVE: Final = {"root": 0, "organization": 1, "project": 2}
"""How many parts of a handle name what an entity lies in."""

ID_PATTERN: Final = r"^(?:c[0-9a-z]{24}|[a-z][0-9a-z]{23})(?![\s\S])"
"""A CUID2 of 24 characters or a CUID v1 of 25; it ends in a look-ahead because `$` allows a newline in Python."""

NAME_PATTERN: Final = r"^[A-Za-z0-9][A-Za-z0-9._-]{0,99}(?![\s\S])"

_is_id = re.compile(ID_PATTERN).match
_digit = re.compile(r"[0-9]").search
_is_name = re.compile(NAME_PATTERN).match
# https://learn.microsoft.com/windows/win32/fileio/naming-a-file
_DEVICES: Final = frozenset({"con", "prn", "aux", "nul", "conin$", "conout$"}).union(
    f"{port}{number}" for port in ("com", "lpt") for number in range(10)
)


class Place(NamedTuple):
    """What a path says about its file: the kind of entity and its handle."""

    kind: Kind
    handle: str

    @property
    def is_secret(self) -> bool:
        """Whether SOPS encrypts the file."""
        return self.kind == SECRET


class Misplaced(NamedTuple):
    """A YAML file inside the tree at a place that belongs to no entity; `hint` says where it could go."""

    hint: str


def is_id(text: str) -> bool:
    """Return whether the text is shaped like an id."""
    return _is_id(text) is not None


def looks_like_id(text: str) -> bool:
    """Return whether nothing but an id is written so: with a digit, as in all but one of 1,800 ids, and in no plain word."""
    return _is_id(text) is not None and _digit(text) is not None


def name_problem(part: str) -> str | None:
    """Return what is wrong with one part of an entity's path, or None; an id-shaped part is not checked here."""
    if part.partition(".")[0].lower() in _DEVICES:
        return f"`{part}` is a device name on Windows, where nobody could check the repository out"
    if len(part) > 100:
        return f"the name has {len(part)} characters, and at most 100 are allowed"
    if part.endswith("."):
        return f"`{part}` ends in a dot, which Windows takes off, so that nobody could check the repository out there"
    if not _is_name(part):
        return "a name is made of letters, digits, `.`, `_` and `-`, and begins with a letter or a digit"
    return None


def name_part(handle: str) -> str:
    """Return the last part of a handle, which is the name of the entity's file or folder."""
    return handle.rpartition("/")[2]


def project_of(kind: Kind, handle: str) -> str | None:
    """Return the handle of the project that an entity of this kind and handle belongs to, or None."""
    if kind in PROJECT_KINDS:
        parts = handle.split("/", 2)
        return f"{parts[0]}/{parts[1]}" if len(parts) > 1 else handle
    return handle if kind == "project" else None


def organization_of(kind: Kind, handle: str) -> str | None:
    """Return the handle of the organization that an entity of this kind and handle belongs to, or None."""
    return None if kind in TOP_KINDS else handle.split("/", 1)[0]


def path_for(kind: Kind, handle: str) -> str:
    """Return the path, relative to the data root, of the entity with this kind and handle.

    Raises ValueError when the handle has too few or too many parts for its kind.
    """
    parts = handle.split("/")
    if "" in parts:
        raise ValueError(f"{handle!r} has an empty part")
    facts = KIND_FACTS[kind]
    above = _ABOVE[facts.within]
    if len(parts) == above + 1 or (len(parts) > above and facts.suites):
        owner = f"organizations/{parts[0]}/" if above else ""
        if above == 2:
            owner += f"projects/{parts[1]}/"
        end = ".yaml" if facts.file is None else f"/{facts.file}"
        return f"{owner}{facts.folder}/{'/'.join(parts[above:])}{end}"
    raise ValueError(f"{handle!r} is no handle of a {LABELS[kind]}")


def classify(path: str) -> Place | Misplaced | None:
    """Return the place of an entity file, `Misplaced` for a YAML file that is none, or None for files that are not ours."""
    parts = path.split("/")
    top = parts[0]
    if top not in _TOP or len(parts) == 1:
        return None
    last = parts[-1]
    in_dot_folder = "/." in path and any(part.startswith(".") for part in parts[:-1])
    if not last.endswith(".yaml"):
        if last.lower().endswith((".yml", ".yaml")) and not in_dot_folder:
            return Misplaced(f"rename it to `{last[: last.rindex('.')]}.yaml`")
        return None
    if in_dot_folder:
        return None
    count = len(parts)
    if top != "organizations" or count == 3:
        within, above = "root", 0
    elif count >= 6 and parts[2] == "projects":
        within, above = "project", 4
    else:
        within, above = "organization", 2
    placement = _IN_FOLDER[within].get(parts[above]) if count > above + 1 else None
    if placement is not None:
        kind, file, suites = placement
        owner = parts[1:above:2]
        if file is None:
            if count == above + 2 or suites:
                return Place(kind, "/".join([*owner, *parts[above + 1 : -1], last[:-5]]))
        elif count == above + 3 and last == file:
            return Place(kind, "/".join([*owner, parts[above + 1]]))
    return Misplaced(_nearest_place(parts))


def _nearest_place(parts: list[str]) -> str:
    """Return a sentence that names the nearest legal path for a misplaced YAML file."""
    last = parts[-1]
    if parts[0] != "organizations":
        return _right_below("", "root", parts[0], last)
    if len(parts) == 2:
        return f"an organization is a folder: move it to `organizations/{last[:-5]}/organization.yaml`"
    org, folders = f"organizations/{parts[1]}", _IN_FOLDER["project"]
    beside = [KIND_FACTS[kind].folder for kind in MEMBER_KINDS]
    if parts[2] in beside:
        return _right_below(f"{org}/", "organization", parts[2], last)
    if parts[2] == "projects" and len(parts) == 4:
        return f"a project is a folder: move it to `{org}/projects/{last[:-5]}/project.yaml`"
    if parts[2] == "projects" and len(parts) > 5:
        project = f"{org}/projects/{parts[3]}"
        if parts[4] in folders:
            return _right_below(f"{project}/", "project", parts[4], last)
        rest = "/".join(parts[5:])
        near = nearest(parts[4], [*folders]) or "test_cases"
        return f"did you mean `{project}/{near}/{rest}`? A project has {_listing(folders)}"
    if parts[2] == "projects" and len(parts) == 5:
        return f"move it into one of {_listing(folders)} under `{org}/projects/{parts[3]}/`"
    if len(parts) > 3 and parts[2] in folders:
        return (
            f"{parts[2]}/ belongs to a project: move it to `{org}/projects/<project>/{'/'.join(parts[2:])}`"
        )
    folder = nearest(parts[2], [*beside, "projects"]) if len(parts) > 3 else None
    if folder:
        return f"did you mean `{org}/{folder}/{'/'.join(parts[3:])}`?"
    return f"`{org}/` holds organization.yaml, {_listing(beside)} and projects/"


def _right_below(above: str, within: str, folder: str, last: str) -> str:
    """Return where the file of an entity lies in a folder of its kind."""
    kind, file, _ = _IN_FOLDER[within][folder]
    if file is not None:
        name = "<name>" if last == file else last[:-5]
        return f"each {LABELS[kind]} is a folder: move it to `{above}{folder}/{name}/{file}`"
    return f"{folder}/ has no sub-folders: move it to `{above}{folder}/{last}`"


def _listing(folders: Iterable[str]) -> str:
    return ", ".join(f"{name}/" for name in folders)


def misspelled_folder(path: str) -> tuple[str, str] | None:
    """Return (folder, the name it nearly has) when a path at the top of the data root lies in a misspelled folder."""
    top, slash, _ = path.partition("/")
    names = [*ENTITY_FOLDERS]
    if not slash or top in names or top.startswith("."):
        return None
    near = nearest(top.lower().replace("-", "_"), names)
    return (top, near) if near else None


def nearest(word: str, candidates: list[str], likeness: float = 0.75) -> str | None:
    """Return the candidate that a misspelled word most probably meant, or None; a likeness of 1 is the same word."""
    import difflib  # noqa: PLC0415  # most words are right

    close = difflib.get_close_matches(word[:200], candidates, n=1, cutoff=likeness)
    return close[0] if close else None
