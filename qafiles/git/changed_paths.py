"""What differs between two commits, told from their trees alone."""

from typing import NamedTuple

from qafiles.git.repository import GitRepository, TreeEntry


class ChangedPath(NamedTuple):
    """A path, relative to a folder, with its entry in each of two commits; None where the commit has no such path."""

    path: str
    old: TreeEntry | None
    new: TreeEntry | None


def changed_between(repository: GitRepository, before: str, after: str, folder: str) -> list[ChangedPath]:
    """Return the paths below a folder whose entries differ between two commits, in git's order.

    `folder` is relative to the top, and empty for the top itself. No content is read. Raises GitError.
    """
    spec = ["--", folder] if folder else []
    shown = repository.run(
        "diff-tree", "-r", "-z", "--raw", "--no-renames", "--full-index", before, after, *spec
    )
    skipped = len(folder) + 1 if folder else 0
    tokens = iter(shown.decode("utf-8", "surrogateescape").split("\0"))
    changed_paths = []
    for token in tokens:
        if not token.startswith(":"):
            continue
        old_mode, new_mode, old, new, _ = token[1:].split(" ")
        path = next(tokens)[skipped:]
        changed_paths.append(ChangedPath(path, _entry(path, old_mode, old), _entry(path, new_mode, new)))
    return changed_paths


def _entry(path: str, mode: str, blob: str) -> TreeEntry | None:
    return None if mode == "000000" else TreeEntry(path, mode, blob)
