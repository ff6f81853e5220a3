"""What one source held at one moment, and its entities as records and relations."""

from qafiles.snapshot.entity_file import EntityFile, FilesByKind
from qafiles.snapshot.link import Link
from qafiles.snapshot.snapshot import Snapshot

__all__ = ["EntityFile", "FilesByKind", "Link", "Snapshot"]
