"""The files beside a data root's tree: schemas and settings for editors, git's attributes, a hook, CI."""

import json
import os
import re
import shlex
from collections.abc import Iterable, Mapping, Sequence
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from qafiles.errors import DataRootError, GitError
from qafiles.git import NoGitError, find_repository, find_top_without_git
from qafiles.kinds import SECRET
from qafiles.layout import ENTITY_FOLDERS, TOP_FOLDERS
from qafiles.loading.settings import declared_near
from qafiles.scaffold.editors import editor_files, file_globs
from qafiles.scaffold.installation import installation
from qafiles.scaffold.unedited import with_checksum

CiSystem = Literal["github", "gitlab"]
CI_FILES: Final[Mapping[CiSystem, str]] = MappingProxyType(
    {"github": ".github/workflows/qafiles.yml", "gitlab": ".gitlab-ci.yml"}
)
"""Where each system looks for its file, from the top of the repository."""
INDENTS: Final[Mapping[CiSystem, int]] = MappingProxyType({"github": 10, "gitlab": 6})
"""How far the lines of a script are indented in it."""

HOOKS_FILE: Final = ".pre-commit-config.yaml"
"""Where pre-commit looks, at the top of the repository alone."""
_WRITTEN_FOLDERS: Final = (*reversed(ENTITY_FOLDERS[:-1]), ENTITY_FOLDERS[-1])
"""In the order in which they have always been written, so that a newer release writes the same bytes."""

TEXTCONV: Final = "git config diff.qafiles-secret.textconv 'qafiles secret textconv'"
"""What makes git show secrets without their ciphertext; git reads no such setting from a repository's files."""


def companions(root: Path, *, recipient: str | None = None) -> dict[Path, str]:
    """Return the texts of the files that belong beside the tree of a data root, by absolute path.

    All lie in the data root but pre-commit's, which is read at the top of the git repository alone. `.sops.yaml` is among
    them where an age public key is given as the first recipient of secrets.
    """
    top = repository_top(root)
    path = "" if root == top else root.relative_to(top).as_posix()
    texts = {root / name: text for name, text in editor_files(path, declared_near(root)).items()}
    attributes = "\n".join(
        f"/{folder}/{'*' if folder in TOP_FOLDERS else '**/*'}.yaml text eol=lf"
        for folder in _WRITTEN_FOLDERS
    )
    secrets = file_globs(SECRET)
    texts[root / ".gitattributes"] = template("gitattributes", FOLDERS=attributes, SECRETS=f"/{secrets}")
    if recipient is not None:
        texts[root / ".sops.yaml"] = sops_config_text([recipient])
    texts[top / HOOKS_FILE] = hooks(path)
    return texts


def sops_config_text(recipients: Sequence[str]) -> str:
    """Return a `.sops.yaml` with one rule for all secrets, which these age or SSH public keys decrypt."""
    return template("sops.yaml", RECIPIENT="\n      - ".join(recipients))


def hooks(path: str) -> str:
    """Return the text of the hooks for pre-commit; `path` is where the data root lies in the repository, empty for its top."""
    command = _command(path)
    below = f"{re.escape(path)}/" if path else ""
    values = {
        "FMT": f"{command} fmt",
        "FILES": rf"^{below}(?:{'|'.join(_WRITTEN_FOLDERS)})/.*\.yaml$",
        "VALIDATE": f"{command} validate --no-cache --staged",
    }
    # Quoted as JSON, which is YAML, since nobody knows what the names of folders hold.
    quoted = {name: json.dumps(value, ensure_ascii=False) for name, value in values.items()}
    return with_checksum(template("pre-commit-config.yaml", **quoted))


def ci_files(root: Path, systems: Iterable[CiSystem], requirement: str | None = None) -> dict[Path, str]:
    """Return the texts of the files that make CI systems validate a data root, by absolute path.

    They install what `installation` says of the requirement. Raises DataRootError when one of them is there already, or when
    the data root's path can't be written into them, and UsageError as `installation` does.
    """
    top = repository_top(root)
    path = "" if root == top else root.relative_to(top).as_posix()
    texts = {}
    for system in dict.fromkeys(systems):
        obstacle = in_the_way(top, CI_FILES[system])
        if obstacle is not None:
            raise DataRootError(f"{obstacle} is in the way; nothing was written")
        texts[top / CI_FILES[system]] = ci_text(system, path, installation(requirement, top).commands)
    return texts


def ci_text(system: CiSystem, path: str, commands: Sequence[str]) -> str:
    """Return the text of a CI system's file that installs qafiles by some commands.

    `path` is where the data root lies in the repository, empty for its top; DataRootError is raised where it can't be written.
    """
    command = _command(path)
    require_writable(command, path)
    install = ("\n" + " " * INDENTS[system]).join(commands)
    return with_checksum(template(f"{system}-ci.yml", COMMAND=command, INSTALL=install))


def require_writable(words: str, path: str) -> None:
    """Raise DataRootError where words of a command, in which a path stands, mean something else in a file of a CI system.

    https://docs.github.com/actions/security-guides/security-hardening-for-github-actions#understanding-the-risk-of-script-injections
    """
    if "${{" in words or not words.isprintable():
        raise DataRootError(f"CI files can't hold the path {path}; rename the folder")


def write_new(texts: Mapping[Path, str], root: Path) -> tuple[list[Path], list[Path]]:
    """Write files where nothing is in the way, and return those written and those that were there already."""
    written: list[Path] = []
    existing: list[Path] = []
    for place, text in texts.items():
        folder = root if place.is_relative_to(root) else place.parent
        if in_the_way(folder, place.relative_to(folder).as_posix()):
            existing.append(place)
            continue
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("x", encoding="utf-8", newline="\n") as file:
            file.write(text)
        written.append(place)
    return written, existing


def in_the_way(folder: Path, path: str) -> Path | None:
    """Return what keeps a file from being written: the path itself, or a folder of it that is a file or a link."""
    place = folder / path
    if os.path.lexists(place):
        return place
    between = [parent for parent in place.parents if parent.is_relative_to(folder) and parent != folder]
    return next((f for f in between if os.path.lexists(f) and (f.is_symlink() or not f.is_dir())), None)


def repository_top(root: Path) -> Path:
    """Return the top of the git repository in which a folder lies or will lie; without one, the folder itself."""
    there = next(place for place in (root, *root.parents) if place.is_dir())
    try:
        repository = find_repository(there)
        top = repository.top if repository else None
    except NoGitError:
        top = find_top_without_git(there)
    except GitError:
        top = None
    # The folder as it was given may lead through a link, and git names the place itself.
    return next((place for place in (root, *root.parents) if top and place.resolve() == top.resolve()), root)


def _command(path: str) -> str:
    return f"qafiles -C {shlex.quote(path)}" if path else "qafiles"


def template(name: str, **values: str) -> str:
    """Return the text of a file that comes with qafiles, with values in the places of their names between `@`."""
    text = (files("qafiles.scaffold") / "companion_files" / name).read_text("utf-8")
    for key, value in values.items():
        text = text.replace(f"@{key}@", value)
    return text
