"""What one run keeps for later ones, beside git's own files: it may be lost, cut short or replaced at any moment."""
