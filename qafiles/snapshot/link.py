"""A reference as it resolves in a snapshot."""

from typing import NamedTuple

from qafiles.references import Reference
from qafiles.snapshot.entity_file import EntityFile


class Link(NamedTuple):
    """A reference with the file that it stands in and the file that it names (None when it dangles)."""

    reference: Reference
    source: EntityFile
    target: EntityFile | None
