"""What one source held at one moment, and its entities as records and relations."""

from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.snapshot import Link, Snapshot

__all__ = ["EntityFile", "Link", "Snapshot"]
