"""Documents and what is said beside them, written to the streams of the process."""

import sys

TYPE_CHECKING = False  # that of `typing`, which is slow to import
if TYPE_CHECKING:
    from collections.abc import Iterable


def write_streams(text: "Iterable[str]", talk: str) -> None:
    """Write what is for stdout, which is UTF-8 unless it is a terminal, and what is for stderr."""
    for stream, pieces in ((sys.stdout, text), (sys.stderr, [talk])):
        encoding = "utf-8" if stream is sys.stdout and not stream.isatty() else stream.encoding
        below = getattr(stream, "buffer", None)  # a caller's stream of text has none
        stream.flush()
        for piece in pieces:
            below.write(piece.encode(encoding, "backslashreplace")) if below else stream.write(piece)
            stream.flush()
