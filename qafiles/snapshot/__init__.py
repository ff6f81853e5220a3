"""What one source held at one moment, and its entities as records and relations."""

from qafiles.snapshot.snapshot import EntityFile, Link, Snapshot

__all__ = ["EntityFile", "Link", "Snapshot"]
