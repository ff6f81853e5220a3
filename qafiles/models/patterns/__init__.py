"""Patterns that people declare, read alike by Python, ECMAScript and Rust, and quick on every text."""

from qafiles.models.patterns.nodes import written
from qafiles.models.patterns.reader import PatternError, read

__all__ = ["PatternError", "portable"]


def portable(pattern: str) -> str:
    """Return a pattern in a form that means the same in each language; raises PatternError, whose text says what is wrong."""
    return written(read(pattern))
