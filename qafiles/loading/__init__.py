"""From a source to a snapshot: all of it, or a few files again."""
