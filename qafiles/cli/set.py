"""`qafiles set`."""

from pathlib import Path
from typing import TYPE_CHECKING, Any

import click
from click.shell_completion import CompletionItem

from qafiles.cli.completions import assignments_of, complete_fields, kind_of_word
from qafiles.cli.editing import EditFlags, edit_options, run_edit
from qafiles.cli.options import EntityType, complete_tags
from qafiles.cli.proposed import OF_SET, named_groups, other_fields, read_value, typed
from qafiles.kinds import kind_named
from qafiles.layout import LABELS

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from qafiles.edits.proposals.words import Group
    from qafiles.snapshot import Snapshot

    _Groups = Callable[[Snapshot], Sequence[Group]]


class _Word(EntityType):
    """An entity, a kind, or what is assigned to those in front of it."""

    name = "word"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the argument, where it is a path as one below the data root."""
        return str(value) if "=" in str(value) else super().convert(value, param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return handles and, behind an entity, the fields of its kind."""
        named = [word for word in ctx.params.get("words") or () if "=" not in word]
        kind = kind_of_word(ctx, named[-1]) if named else None
        fields = assignments_of(ctx, kind, incomplete)
        return fields if "=" in incomplete else [*fields, *super().shell_complete(ctx, param, incomplete)]


@click.command("set")
@click.argument("words", nargs=-1, type=_Word(), metavar="ENTITY... FIELD=VALUE...")
@click.option(
    "--where",
    metavar="FIELD=VALUE",
    multiple=True,
    shell_complete=complete_fields,
    help="All entities whose field has this value, as in list; a KIND stands in the place of ENTITY.",
)
@click.option(
    "--tag",
    "tags",
    metavar="TAG",
    multiple=True,
    shell_complete=complete_tags,
    help="All test cases with it.",
)
@click.option("--grep", metavar="TEXT", help="All entities of KIND that contain this text.")
@click.option(
    "--from",
    "changes",
    metavar="FILE",
    type=click.Path(dir_okay=False, allow_dash=True),
    help="A YAML or JSON file of `ENTITY: {FIELD: VALUE}`; - is stdin.",
)
@edit_options
@click.pass_obj
def command(
    folder: Path,
    words: tuple[str, ...],
    where: tuple[str, ...],
    tags: tuple[str, ...],
    grep: str | None,
    changes: str | None,
    flags: EditFlags,
) -> None:
    """Change fields of ENTITIES in one step, and no line of their files that need not change.

    `tags+=smoke` adds to a list, `tags-=wip` takes away, `a.b=1` goes into a mapping, `FIELD=` takes the field away,
    `content=@FILE` reads a file, `@-` stdin, and `@@` begins a text with an @. Fields go to the entities in front of them:
    `set A B color=red C color=blue`. With --where, `set KIND --where FIELD=VALUE FIELD=VALUE...`. What would be an error
    is not written.
    """
    chosen = bool(where or tags or grep is not None)
    if changes is not None and (words or chosen):
        raise click.UsageError(
            "--from FILE says which entities change and how; leave the other arguments out."
        )
    if not words and changes is None:
        raise click.UsageError("Name what changes: ENTITY FIELD=VALUE, --where FIELD=VALUE, or --from FILE.")
    if changes is not None:
        groups = _from_file(changes)
    elif chosen:
        groups = _chosen(words, where, tags, grep)
    else:
        groups = named_groups(words)

    run_edit(folder, flags, other_fields(groups), modules=OF_SET)


def _from_file(name: str) -> "_Groups":
    from qafiles.edits.proposals.several import changes_in

    groups = changes_in(read_value(name).encode(), "stdin" if name == "-" else name)
    return lambda _: groups


def _chosen(
    words: tuple[str, ...], where: tuple[str, ...], tags: tuple[str, ...], grep: str | None
) -> "_Groups":
    from functools import cache, partial

    from qafiles.edits.proposals.words import Group, Words, grouped

    given = [Words((), words)] if "=" in words[0] else [*grouped(words)]
    *others, (names, fields) = given
    if len(names) > 1 or (names and kind_named(names[0]) is None) or not all("=" in word for word in fields):
        raise click.UsageError(
            f"'{names[0] if names else fields[-1]}' is no KIND; with --where write: set KIND --where ... FIELD=VALUE."
        )
    named = kind_named(names[0]) if names else "test_case" if tags else None
    read = cache(read_value)
    first = [Group(entities, partial(typed, texts=texts, read=read)) for entities, texts in others]
    assigned = partial(typed, texts=fields, read=read)

    def groups(snapshot: "Snapshot") -> "Sequence[Group]":
        from qafiles.edits.proposals.several import kind_of
        from qafiles.snapshot.selection import select, undecided
        from qafiles.snapshot.unread import left_out

        kind = named or kind_of(snapshot.settings.fields, where, fields)
        files = [*select(snapshot, kind, where=where, tags=tags, grep=grep)]
        if not files:
            click.echo(f"note: no {LABELS[kind]} fits; `qafiles list {kind}` shows all", err=True)
        paths = tuple(file.path for file in files)
        more = [*undecided(snapshot, kind, where, {*paths})]
        sentences = left_out(snapshot, more).sentences if more else ()
        notes = tuple(f"not changed, though it may fit: {sentence}" for sentence in sentences)
        return [*first, Group(paths, assigned, notes)]

    return groups
