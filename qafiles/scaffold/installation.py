"""How CI installs qafiles: from the commit that this one came from, or by a requirement that was given. Never by a bare name.

Whoever registers a name that nobody owns runs code wherever it is installed by that name.
"""

import re
import shlex
from collections.abc import Callable
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.errors import UsageError
from qafiles.loading.installed import is_vcs_requirement, own_requirement, vcs_requirement

_HASHES: Final = (
    r"(?:[ \t]+(?:\\\r?\n[ \t]*)?--hash=sha(?:256:[0-9a-f]{64}|384:[0-9a-f]{96}|512:[0-9a-f]{128}))+"
)
_is_pinned: Final[Callable[[str], re.Match[str] | None]] = re.compile(
    rf"qafiles==[A-Za-z0-9.!+]+{_HASHES}"
).fullmatch
_is_line: Final[Callable[[str], re.Match[str] | None]] = re.compile(
    rf"(?P<name>[A-Za-z0-9][A-Za-z0-9._-]*)(?:\[[A-Za-z0-9, _-]+\])?[ ]?==[ ]?[^ ;,*]+(?:[ ]?;[^\\\n]*?)?{_HASHES}"
).fullmatch

_GIVE: Final = (
    "give `--requirement` one of: a requirements file of the repository in which each line has `==` and hashes; "
    "`qafiles==VERSION --hash=sha256:…`; or `git+https://…@COMMIT` with a full commit"
)


class Installation(NamedTuple):
    """What CI installs: the commands of a POSIX shell, in order."""

    commands: tuple[str, ...]


def installation(requirement: str | None, top: Path) -> Installation:
    """Return how CI of a repository installs qafiles: by a requirement, or without one from where this qafiles came.

    Raises UsageError where the requirement is none that always means the same code, and where there is neither.
    """
    if requirement is None:
        own = own_requirement()
        if own is None:
            raise UsageError(f"nothing says which commit this qafiles was installed from; {_GIVE}")
        return Installation((_install(own),))
    given = requirement.strip()
    place = top / given
    if _is_there(place):
        return _from_file(place, top)
    if match := is_vcs_requirement(given):
        return Installation((_install(vcs_requirement(match)),))
    if _is_pinned(given):
        line = " ".join(given.replace("\\", " ").split())
        # pip wants hashes of the dependencies as well, or none of them: so the wheel is checked first and then installed.
        return Installation(
            (
                "folder=$(mktemp -d)",
                f"printf '%s\\n' {shlex.quote(line)} > \"$folder/requirements.txt\"",
                'python -m pip download --no-deps --require-hashes -r "$folder/requirements.txt" -d "$folder/wheel"',
                'python -m pip install "$folder"/wheel/*',
            )
        )
    # Whoever wrote a password into it is not to read it in the log of a job.
    shown = re.sub(r"//[^/\s]*@", "//…@", given)
    if shown != given:
        raise UsageError(
            f"`--requirement {shown}` names who asks; leave it out: CI has its own credentials, and the file is committed"
        )
    raise UsageError(f"`{shown}` does not always mean the same code; {_GIVE}")


def _is_there(place: Path) -> bool:
    try:
        return place.is_file()
    except (OSError, ValueError):  # no path: too long, or with a NUL
        return False


def _install(requirement: str) -> str:
    return f"python -m pip install {shlex.quote(requirement)}"


def _from_file(place: Path, top: Path) -> Installation:
    """Return the installation from a requirements file, each line of which names one release by its hashes."""
    if not place.resolve().is_relative_to(top.resolve()):
        raise UsageError(f"{place} lies outside of the repository, where CI does not find it")
    path = place.resolve().relative_to(top.resolve()).as_posix()
    text = re.sub(r"(?m)(?:^|[ \t]+)#.*$", "", place.read_text(encoding="utf-8-sig", errors="replace"))
    lines = [line.strip() for line in re.split(r"(?<!\\)\r?\n", text) if line.strip()]
    names = []
    for line in lines:
        match = _is_line(line)
        if match is None:
            shown = line.split("\n", 1)[0][:60]
            raise UsageError(
                f"{path}: `{shown}` has no `==` with hashes; `pip-compile --generate-hashes` writes them"
            )
        names.append(match["name"].lower())
    if "qafiles" not in names:
        raise UsageError(f"{path} does not name qafiles, which it is to install")
    if "${{" in path or not path.isprintable():
        raise UsageError(f"CI files can't hold the path {path}; rename the file")
    return Installation((f"python -m pip install --require-hashes -r {shlex.quote(path)}",))
