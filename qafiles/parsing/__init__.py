"""Reading YAML 1.2: bytes to plain data quickly, and positions and explanations only for files that need them."""

from qafiles.parsing.cut_text import cut_texts
from qafiles.parsing.positions import Positions
from qafiles.parsing.reader import parse
from qafiles.parsing.refusals import (
    MAX_DEPTH,
    MAX_SECRET_SIZE,
    MAX_SIZE,
    UNSHOWN_FIELDS,
    Parsed,
    Refusal,
    is_lfs_pointer,
)

__all__ = [
    "MAX_DEPTH",
    "MAX_SECRET_SIZE",
    "MAX_SIZE",
    "UNSHOWN_FIELDS",
    "Parsed",
    "Positions",
    "Refusal",
    "cut_texts",
    "is_lfs_pointer",
    "parse",
]
