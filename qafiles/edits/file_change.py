"""What an edit does to one file."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class FileChange:
    """The bytes of a file before and after an edit, by path relative to the data root; None where there is no file."""

    path: str
    before: bytes | None
    after: bytes | None
