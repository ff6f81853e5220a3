"""What git's index says of the files of a data root, and which of them it can't vouch for.

Git takes a file for unchanged whose stat data are those of the index, in whole seconds. What was changed in the same second
as the index says, or later, therefore counts with its content, as do entries that git was told not to look at:
https://git-scm.com/docs/racy-git, https://git-scm.com/docs/git-update-index
"""

import os
from _blake2 import blake2b
from itertools import islice

TYPE_CHECKING = False  # that of `typing`, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable

_MOST_FILES = 20_000
_AT_ONCE = 500


class Listing:
    """What the index says of a data root: which of its entries count with their content, and which are repositories."""

    __slots__ = ("by_content", "digest", "paths_digest", "repositories")

    def __init__(
        self,
        digest: bytes,
        by_content: tuple[bytes, ...],
        repositories: tuple[bytes, ...],
        paths_digest: bytes | None,
    ) -> None:
        """Take the digest of git's words, paths relative to the data root, and the digest of all paths, None where it is not known."""
        self.digest, self.by_content, self.repositories = digest, by_content, repositories
        self.paths_digest = paths_digest

    def has_paths_of(self, other: "Listing") -> bool:
        """Return whether another listing is of the same paths, and has other repositories where this one has: git walks through the same folders then.

        Not where there are none: the folder itself may then be that of another repository.
        """
        digest = self.paths_digest
        is_alike = digest is not None and digest == other.paths_digest and digest != _digest_of_paths(set())
        return is_alike and self.repositories == other.repositories

    def is_of(self, paths: "set[bytes]") -> bool:
        """Return whether some paths are all that the index lists."""
        return self.paths_digest == _digest_of_paths(paths)

    def is_of_sorted(self, paths: "Iterable[str]") -> bool:
        """Return whether some paths are all that the index lists; perhaps not, too, where they are not sorted by their bytes."""
        digest, between, rest = blake2b(digest_size=20), b"", iter(paths)
        # In parts, as all of them take more memory than anything else does by then.
        while part := [*islice(rest, _AT_ONCE)]:
            digest.update(between + "\0".join(part).encode("utf-8", "surrogateescape"))
            between = b"\0"
        return self.paths_digest == digest.digest()


def listing_of(words: bytes, begun: int, root: str) -> Listing | None:
    """Return what git's words on the index say, as of a time in seconds; None where a file is left out of the working tree."""
    by_content, repositories, paths = [], [], []
    # path NUL, five lines of stat data, then the tag, mode, object name and stage of the next one
    head, *rest = words.split(b"\0")
    for block in rest:
        tag, _, path = head.partition(b"\t")
        paths.append(path)
        facts = block.split(b"\n", 5)
        is_recent = any(int(line.split(b":")[1]) >= begun for line in facts[:2])
        if tag[:1] != b"H" or is_recent:
            if not os.path.lexists(os.path.join(os.fsencode(root), path)) and tag[:1] == b"S":
                return None
            by_content.append(path)
        if tag[2:8] == b"160000":
            repositories.append(path)
        head = facts[5]
    if len(by_content) > _MOST_FILES:
        return None
    by_content = [*dict.fromkeys(by_content)]
    return Listing(digest_of(words), tuple(by_content), tuple(repositories), _digest_of_paths({*paths}))


def _digest_of_paths(paths: "set[bytes]") -> bytes:
    return blake2b(b"\0".join(sorted(paths)), digest_size=20).digest()


def digest_of(words: bytes) -> bytes:
    """Return the digest by which git's words on the index are known again."""
    return blake2b(words, digest_size=20).digest()
