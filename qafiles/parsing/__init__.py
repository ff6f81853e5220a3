"""Reading YAML 1.2: bytes to plain data quickly, and positions and explanations only for files that need them."""

from qafiles.parsing.cut_text import cut_texts
from qafiles.parsing.positions import Positions
from qafiles.parsing.reader import Parsed, parse
from qafiles.parsing.refusals import MAX_DEPTH, MAX_SECRET_SIZE, MAX_SIZE, Refusal, is_lfs_pointer
from qafiles.parsing.syntax_errors import UNSHOWN_FIELDS

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
