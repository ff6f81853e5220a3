"""The protocol of a source: it lists paths and reads bytes; what they mean is decided elsewhere, alike for all sources."""

from collections.abc import Callable, Iterator, Sequence
from typing import Final, NamedTuple, Protocol

from qafiles.cache.digests import of_many, sha1, sha256

MAX_READ: Final = 2 * 1024 * 1024 + 1
"""One byte more than the file of a secret may have, which is the largest, so that a larger one is noticed without being read."""


class Unreadable(NamedTuple):
    """Why an entry can't be read, as the code of a rule (empty where none minds) with a message and a hint."""

    code: str
    message: str
    hint: str


class SourceEntry(NamedTuple):
    """A path of a source, relative to the data root; `blob` is the object name where git knows the content.

    `refused` says why the path can't be read, where that is known from listing it: a symbolic link among the entities,
    or a folder that can't be listed.
    """

    path: str
    blob: str = ""
    refused: Unreadable | None = None
    unmerged: bool = False


SYMLINK: Final = Unreadable(
    "QF102", "the path is a symbolic link, which is not followed", "replace it with the file itself"
)

NESTED: Final = Unreadable(
    "",
    "another git repository, such as a submodule, which is not looked into",
    "keep the files of a data root in one repository",
)
"""What lies in another repository belongs to that one; no rule minds it."""

Content = bytes | Unreadable | None
"""The bytes of an entry, or why it can't be read; None when it no longer exists."""


SHA_1_DIGITS: Final = 40
"""Hexadecimal digits of an object name; one of SHA-256 has more."""


def is_named(content: Content, blob: str | None) -> bool:
    """Return whether a content has an object name of git's; one without a name, or without bytes, has none."""
    if not blob or not isinstance(content, bytes):
        return False
    return name_of(content, is_sha_1=len(blob) == SHA_1_DIGITS).hex() == blob


def name_of(content: bytes, *, is_sha_1: bool) -> bytes:
    """Return git's object name of a file's bytes, in SHA-1 or in SHA-256."""
    data = b"blob %d\0%b" % (len(content), content)
    return sha1(data) if is_sha_1 else sha256(data)


def namer(digits: int) -> Callable[[bytes], str]:
    """Return what tells git's object names, of so many digits, of many contents."""
    if digits == SHA_1_DIGITS:
        sha1_of_many = of_many("sha1")
        return lambda content: str(
            sha1_of_many(b"blob %d\0%b" % (len(content), content), usedforsecurity=False).hexdigest()
        )
    sha256_of_many = of_many("sha256")
    return lambda content: str(sha256_of_many(b"blob %d\0%b" % (len(content), content)).hexdigest())


class Source(Protocol):
    """A set of files at one moment."""

    @property
    def revision(self) -> str | None:
        """The commit that the files come from, or None."""

    @property
    def root(self) -> str:
        """The data root relative to the top of the git repository, `.` when they are the same."""

    @property
    def unchecked(self) -> tuple[str, ...]:
        """Sentences about what this source could not take into account."""

    def entries(self) -> list[SourceEntry]:
        """Return every path below the data root, in order."""

    def read(self, entries: Sequence[SourceEntry]) -> Iterator[Content]:
        """Yield the content of each entry, in order."""

    def additions(self, paths: Sequence[str]) -> dict[str, int]:
        """Return how recently git's history added each of the paths, 1 for the last; without git and for new ones nothing."""
