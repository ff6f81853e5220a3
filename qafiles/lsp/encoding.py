"""The units in which an editor counts columns."""

from typing import Final, Literal, get_args

Encoding = Literal["utf-8", "utf-16", "utf-32"]
"""The units in which an editor counts columns; the default of the protocol is UTF-16."""

ENCODINGS: Final[tuple[Encoding, ...]] = get_args(Encoding)
