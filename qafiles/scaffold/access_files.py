"""The files that make a forge enforce roles: a workflow that a change can't alter, and a hook for the server."""

from collections.abc import Iterable, Mapping
from importlib.resources import files
from pathlib import Path
from types import MappingProxyType
from typing import Final, Literal

from qafiles.errors import DataRootError
from qafiles.scaffold.companions import in_the_way, repository_top
from qafiles.scaffold.installation import installation

Forge = Literal["github", "gitlab", "gitea"]

FORGES: Final[tuple[Forge, ...]] = ("github", "gitlab", "gitea")
_WORKFLOWS: Final[Mapping[Forge, tuple[str, str, int]]] = MappingProxyType(
    {
        "github": (".github/workflows/qafiles-access.yml", "github-access.yml", 10),
        "gitlab": (".gitlab/qafiles-access.yml", "gitlab-access.yml", 6),
        "gitea": (".gitea/workflows/qafiles-access.yml", "gitea-access.yml", 10),
    }
)
"""Where each forge's file lies from the top of the repository, its template, and how far its scripts are indented."""

HOOK: Final = ".qafiles/pre-receive"
"""Where the server's hook lies, from the top of the repository, until somebody puts it where the server runs it."""


def access_files(root: Path, forges: Iterable[Forge], requirement: str | None = None) -> dict[Path, str]:
    """Return the texts of the files that make forges enforce the roles of a data root, by absolute path.

    The workflows install what `installation` says of the requirement, from the base branch alone. Raises DataRootError when one
    of them is there already, and UsageError as `installation` does.
    """
    top = repository_top(root)
    texts: dict[Path, str] = {}
    for forge in dict.fromkeys(forges):
        path, template, indent = _WORKFLOWS[forge]
        obstacle = in_the_way(top, path)
        if obstacle is not None:
            raise DataRootError(f"{obstacle} is in the way; nothing was written")
        commands = installation(requirement, top).commands
        install = ("\n" + " " * indent).join(commands)
        texts[top / path] = _template(template).replace("@INSTALL@", install)
        # GitHub runs no hooks of others on its servers.
        if forge != "github":
            texts[top / HOOK] = _template("pre-receive")
    return texts


def _template(name: str) -> str:
    return (files("qafiles.scaffold") / "companion_files" / name).read_text("utf-8")
