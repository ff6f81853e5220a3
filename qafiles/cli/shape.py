"""What shapes every list: --fields, --limit and --count."""

from collections.abc import Callable, Mapping, Sequence
from typing import Any, Final, NamedTuple, TypeVar

import click

from qafiles.cli.completions import complete_field_names

F = TypeVar("F", bound=Callable[..., Any])
T = TypeVar("T")


class Shape(NamedTuple):
    """How a list is wanted: these fields, at most so many, or only how many there are."""

    fields: tuple[str, ...] | None
    limit: int | None
    only_count: bool

    def first(self, items: Sequence[T], *, of: str = "") -> Sequence[T]:
        """Return the items up to the limit, and say on stderr how many are left out, with `of` in front."""
        if self.limit is None or len(items) <= self.limit:
            return items
        if not self.only_count:
            message = f"note: {of}{self.limit:,} of {len(items):,} are listed; a larger --limit lists more"
            click.echo(message, err=True)
        return items[: self.limit]

    def counted(self, items: Sequence[Any]) -> bool:
        """Print how many items there are up to the limit, where only that is asked for; return whether it was."""
        if self.only_count:
            click.echo(len(items[: self.limit]))
        return self.only_count

    def records(self, made: Callable[[], Sequence[Mapping[str, Any]]], format_: str) -> bool:
        """Print the records that are made with the fields that are asked for, as JSON or as a table; return whether any were.

        Raises UsageError for a field that no record has.
        """
        if self.fields is None:
            return False
        from qafiles.render.records import as_json, fields_as_text
        from qafiles.render.terminal import width
        from qafiles.snapshot.field_paths import checked_names, picked

        records = made()
        checked_names(self.fields, records)
        picked_records = [picked(record, self.fields) for record in records]
        if format_ == "json":
            click.echo(as_json(picked_records), nl=False)
        else:
            for line in fields_as_text(picked_records, self.fields, width()):
                click.echo(line, nl=False)
        return True


NO_SHAPE: Final = Shape(None, None, only_count=False)


def shape_options(function: F) -> F:
    """Add --fields, --limit and --count to a command that lists; it gets them as `shape`."""

    def with_shape(*args: Any, fields: str | None, limit: int | None, count: bool, **rest: Any) -> Any:
        names = None if fields is None else tuple(name.strip() for name in fields.split(",") if name.strip())
        if names == ():
            raise click.UsageError("--fields takes names of fields, with commas between them.")
        if names is not None and count:
            raise click.UsageError("--fields and --count exclude each other.")
        return function(*args, shape=Shape(names, limit, count), **rest)

    with_shape.__doc__ = function.__doc__
    with_shape.__dict__.update(function.__dict__)
    result: Any = click.option("--count", is_flag=True, help="Print only how many there are.")(with_shape)
    result = click.option(
        "--limit", metavar="N", type=click.IntRange(1), help="At most so many; a note says what is left out."
    )(result)
    result = click.option(
        "--fields",
        metavar="A,B",
        shell_complete=complete_field_names,
        help="These fields, in this order; dots lead into mappings.",
    )(result)
    final: F = result
    return final
