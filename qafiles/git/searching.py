"""Files in which one of some texts is, found by git, which reads them faster than anything else."""

from collections.abc import Sequence
from typing import Final

from qafiles.errors import GitError
from qafiles.git.process import finish, records
from qafiles.git.repository import GitRepository

_LOOK: Final = ("grep", "--no-color", "--no-recurse-submodules", "-z", "-l", "-F", "--full-name")


def paths_with(  # noqa: PLR0913  # one parameter for each choice
    repository: GitRepository,
    texts: Sequence[str],
    root: str,
    *,
    revision: str | None = None,
    cached: bool = False,
    in_binary: bool = True,
) -> frozenset[str]:
    """Return the paths, relative to a folder, of files in which one of some texts is, an empty text in each that is not empty.

    They are those that git tracks or would track; with `cached` those of the index, or of a revision. Without `in_binary`, files
    that git takes for binary have none: https://git-scm.com/docs/gitattributes#_marking_files_as_binary. Raises GitError.
    """
    where = (
        [revision]
        if revision is not None
        else ["--cached"]
        if cached
        else ["--untracked", "--exclude-standard"]
    )
    patterns = [part for text in texts for part in ("-e", text)]
    options = [*where, *patterns] if revision is None else [*patterns, *where]
    process = repository.start(
        *_LOOK, "-a" if in_binary else "-I", *options, "--", "." if root == "." else root
    )
    try:
        out = finish(process, "grep")
    except GitError:
        if process.returncode == 1:
            return frozenset()
        raise
    prefix = (f"{revision}:" if revision is not None else "") + ("" if root == "." else f"{root}/")
    return frozenset(path[len(prefix) :] for path in records(out) if path.startswith(prefix))
