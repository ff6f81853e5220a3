"""Ids for new entities."""

from qafiles.layout import looks_like_id


def new_id() -> str:
    """Return an id that nothing has, a cuid2 with a digit, so that it is no word."""
    from cuid2 import Cuid  # noqa: PLC0415  # its import takes longer than most edits

    source = Cuid()
    while not looks_like_id(candidate := str(source.generate())):
        pass
    return candidate
