"""What `refs` writes of an entity, where nothing shapes it."""

from qafiles.history.shared_ids import notes_on, settled
from qafiles.render.output import Output
from qafiles.render.relations import GRAPHS
from qafiles.snapshot import Snapshot
from qafiles.snapshot.relations import relations
from qafiles.snapshot.unread import entity_named


def refs_output(
    loaded: Snapshot, entity: str, *, format_: str = "tree", cached: bool = True, is_terminal: bool = False
) -> Output:
    """Return what an entity refers to, and what refers to it. Raises UnknownEntityError."""
    snapshot = settled(loaded, cached=cached)
    file = entity_named(snapshot, entity)
    shown = relations(snapshot, file)
    return Output((*notes_on(snapshot, file),), GRAPHS[format_](shown, is_terminal), shown.left_out)
