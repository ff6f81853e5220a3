"""What a clone lacks, and the command that gets it."""

from collections.abc import Collection
from typing import Final, Protocol

from qafiles.errors import GitError

PRESENT: Final = (
    "rev-list",
    "--objects",
    "--no-object-names",
    "--missing=allow-any",
    "--ignore-missing",
    "--no-walk",
    "--stdin",
)
"""Lists those of some objects that are here; unlike `cat-file`, it asks no server for the others."""


class RunsGit(Protocol):
    """What runs a git command in a repository and returns its stdout."""

    def run(self, *arguments: str, data: bytes | None = None) -> bytes:
        """Return what `git` with these arguments prints, which gets `data` as its input."""


def how_to_get_objects(repository: RunsGit) -> str:
    """Return a sentence on what gets the contents that a repository lacks, as a partial or a damaged clone does."""
    if is_partial(repository):
        return "this is a partial clone: `git fetch --refetch --no-filter` gets them, or clone without `--filter`"
    return (
        "`git fetch --refetch` gets what is missing from a remote; of what is damaged, first delete the file that "
        "`git fsck` names"
    )


def is_shallow(repository: RunsGit) -> bool:
    """Return whether a clone lacks older commits, https://git-scm.com/docs/git-clone#Documentation/git-clone.txt---depthdepth."""
    return repository.run("rev-parse", "--is-shallow-repository").strip() == b"true"


def is_partial(repository: RunsGit) -> bool:
    """Return whether a clone leaves contents to be fetched later, https://git-scm.com/docs/partial-clone."""
    listed = repository.run("config", "--null", "--list").decode("utf-8", "replace").split("\0")
    names = [entry.partition("\n")[0].lower() for entry in listed]
    return any(
        name == "extensions.partialclone"
        or (name.startswith("remote.") and name.endswith(".partialclonefilter"))
        for name in names
    )


def has_objects(repository: RunsGit, names: Collection[str]) -> bool:
    """Return whether a repository has all of some objects; not whether one that it has is damaged, which reading alone tells."""
    data = "".join(f"{name}\n" for name in names).encode("ascii", "replace")
    try:
        if is_partial(repository):
            return len(repository.run(*PRESENT, data=data).split()) == len({*names})
        return b"missing" not in repository.run("cat-file", "--batch-check=", "--buffer", data=data)
    except GitError:
        return False


HOW_TO_GET_COMMITS = (
    "`git fetch --unshallow` gets them (GitHub Actions: `fetch-depth: 0`, GitLab: `GIT_DEPTH: 0`)"
)
"""What gets the commits that a shallow clone lacks."""
