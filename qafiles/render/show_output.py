"""What `show` writes."""

from pathlib import Path

from qafiles.history import derived, find_in, history_of, settled
from qafiles.history.shared_ids import notes_on
from qafiles.render.output import Output
from qafiles.render.records import as_json
from qafiles.snapshot import Snapshot
from qafiles.snapshot.environments import environment_named
from qafiles.snapshot.records import record
from qafiles.snapshot.unread import left_out_around


def show_output(  # noqa: PLR0913  # as the options of the command
    loaded: Snapshot,
    entity: str,
    folder: Path,
    *,
    resolve: bool = False,
    env: str | None = None,
    format_: str = "text",
    cached: bool = True,
) -> Output:
    """Return one entity with its fields, as it was named in a folder; `env` is an environment. Raises UnknownEntityError."""
    history = history_of(loaded, cached=cached)
    snapshot = settled(loaded, history)
    environment = environment_named(snapshot, env) if env is not None else None
    file = find_in(snapshot, entity, folder)
    given = derived(history, file, snapshot)
    shown = record(snapshot, file, resolve=resolve, derived=given.record(), environment=environment)
    without = left_out_around(snapshot, file)
    if given.reason is not None and history.left_out.is_missing:
        without += history.left_out
    if without.sentences:
        shown["notes"] = [*without.sentences]
    if format_ == "json":
        text = as_json(shown)
    else:
        from qafiles.render.record_text import as_text  # noqa: PLC0415  # its library is slow to import

        text = as_text(shown)
    return Output((*notes_on(snapshot, file),), (text,), without, not file.valid)
