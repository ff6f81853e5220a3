"""The files that make a forge enforce roles: a workflow that a change can't alter, and a hook for the server."""

import shlex
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from qafiles.errors import DataRootError
from qafiles.scaffold.companions import in_the_way, repository_top, require_writable, template
from qafiles.scaffold.installation import installation
from qafiles.scaffold.unedited import with_checksum

Forge = Literal["github", "gitlab", "gitea"]

FORGES: Final[tuple[Forge, ...]] = ("github", "gitlab", "gitea")
ACCESS_FILES: Final[Mapping[Forge, str]] = MappingProxyType(
    {
        "github": ".github/workflows/qafiles-access.yml",
        "gitlab": ".gitlab/qafiles-access.yml",
        "gitea": ".gitea/workflows/qafiles-access.yml",
    }
)
"""Where each forge's file lies from the top of the repository."""
ACCESS_INDENTS: Final[Mapping[Forge, int]] = MappingProxyType({"github": 10, "gitlab": 6, "gitea": 10})
"""How far the lines of a script are indented in it."""

_ACTIONS = "- name: Install what the base names\n        working-directory: base\n        run: |\n"
ACCESS_INSTALLS: Final[Mapping[Forge, str]] = MappingProxyType(
    {"github": _ACTIONS, "gitlab": "      cd base\n    - |\n", "gitea": _ACTIONS}
)
"""What stands above the commands that install qafiles in it."""

HOOK: Final = ".qafiles/pre-receive"
"""Where the server's hook lies, from the top of the repository, until somebody puts it where the server runs it."""


def access_files(root: Path, forges: Iterable[Forge], requirement: str | None = None) -> dict[Path, str]:
    """Return the texts of the files that make forges enforce the roles of a data root, by absolute path.

    The workflows install what `installation` says of the requirement, from the base branch alone. Raises DataRootError when one
    of them is there already, and UsageError as `installation` does.
    """
    top = repository_top(root)
    path = "" if root == top else root.relative_to(top).as_posix()
    texts: dict[Path, str] = {}
    for forge in dict.fromkeys(forges):
        obstacle = in_the_way(top, ACCESS_FILES[forge])
        if obstacle is not None:
            raise DataRootError(f"{obstacle} is in the way; nothing was written")
        commands = installation(requirement, top).commands
        texts[top / ACCESS_FILES[forge]] = access_text(forge, path, commands)
        # GitHub runs no hooks of others on its servers.
        if forge != "github":
            texts[top / HOOK] = hook_text(path)
    return texts


def access_text(forge: Forge, path: str, commands: Sequence[str]) -> str:
    """Return the text of a forge's file that installs qafiles by some commands.

    `path` is where the data root lies in the repository, empty for its top; DataRootError is raised where it can't be written.
    """
    install = ("\n" + " " * ACCESS_INDENTS[forge]).join(commands)
    return with_checksum(template(f"{forge}-access.yml", FOLDER=_folder("data.git", path), INSTALL=install))


def hook_text(path: str) -> str:
    """Return the text of the server's hook for a data root at a path in the repository. Raises DataRootError as `access_text`."""
    return with_checksum(template("pre-receive", FOLDER=_folder(".", path)))


def _folder(repository: str, path: str) -> str:
    folder = shlex.quote(f"{repository}/{path}") if path else repository
    require_writable(folder, path)
    return folder
