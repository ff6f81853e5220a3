"""What an edit would change: each command as a function from a snapshot to a proposal; nothing is written."""
