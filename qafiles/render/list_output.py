"""What `list` writes of a kind, where nothing selects among its entities or shapes them."""

from qafiles.history.shared_ids import notes_on, settled
from qafiles.kinds import Kind
from qafiles.layout import LABELS
from qafiles.render.output import Output
from qafiles.render.records import LISTINGS, Listed
from qafiles.snapshot import Snapshot
from qafiles.snapshot.unread import left_out


def list_output(
    loaded: Snapshot, kind: Kind, *, format_: str = "table", cached: bool = True, width: int | None = None
) -> Output:
    """Return all entities of a kind, in the columns of a terminal if there is one."""
    snapshot = settled(loaded, cached=cached)
    files = [*snapshot.of_kind(kind)]
    notes = [] if files else [f"no {LABELS[kind]} is there"]
    listed = Listed(snapshot, kind, files, width=width)
    return Output((*notes, *notes_on(snapshot, *files)), LISTINGS[format_](listed), left_out(snapshot))
