"""Patterns that people declare, read alike by Python, ECMAScript and Rust, and quick on every text."""

from functools import lru_cache

from qafiles.models.patterns.costs import refuse_slow
from qafiles.models.patterns.nodes import written
from qafiles.models.patterns.reader import PatternError, read

__all__ = ["PatternError", "portable"]


@lru_cache(maxsize=256)
def portable(pattern: str, longest: int | None = None) -> str:
    """Return a pattern, for texts of at most so many characters, in a form that means the same in each language.

    Raises PatternError, whose text says what is wrong: it can't be read, is read differently, or takes very long on some text.
    """
    node = read(pattern)
    refuse_slow(node, longest)
    return written(node)
