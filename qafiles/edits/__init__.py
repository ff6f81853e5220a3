"""Edits as transactions: plans that are validated in memory and applied as a whole or not at all."""
