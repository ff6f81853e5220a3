"""Ids for new entities."""


def new_id() -> str:
    """Return an id that nothing has, a cuid2."""
    from cuid2 import Cuid  # noqa: PLC0415  # its import takes longer than most edits

    return str(Cuid().generate())
