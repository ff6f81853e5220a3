"""How an edit gets onto the disk: lock, staging, journal, commit and recovery, all or nothing."""
