"""Options and arguments that several commands share, and what they complete to."""

import os
from collections import Counter
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.shell_completion import CompletionItem

from qafiles.cli.asked import asked_paths, asked_tree
from qafiles.cli.completions import complete_environments, complete_revisions
from qafiles.cli.files_on_disk import places_on_disk
from qafiles.kinds import Kind, kind_named
from qafiles.layout import KINDS, LABELS, classify, name_part, nearest

if TYPE_CHECKING:
    from qafiles.models.environments import Environment
    from qafiles.snapshot import Snapshot
    from qafiles.sources import Source

    _KindParameter = click.ParamType[Kind]
    _TextParameter = click.ParamType[str]
else:  # it takes no type before click 8.4
    _KindParameter = _TextParameter = click.ParamType

F = TypeVar("F", bound=Callable[..., Any])


def source_options(function: F) -> F:
    """Add --rev and --staged to a command that reads."""
    function = click.option(
        "--staged", is_flag=True, help="Read git's index: what the next commit will hold."
    )(function)
    return click.option(
        "--rev",
        metavar="REV",
        shell_complete=complete_revisions,
        help="Read a git revision: a commit, tag or branch.",
    )(function)


cache_option = click.option(
    "--no-cache", is_flag=True, help="Take nothing that an earlier run kept, and keep nothing."
)


env_option = click.option(
    "--env",
    metavar="NAME",
    shell_complete=complete_environments,
    help="An environment that qafiles.yaml declares, with its URLs and its secrets.",
)


def environment_of(snapshot: "Snapshot", name: str | None) -> "Environment | None":
    """Return the environment that --env names, None without it."""
    from qafiles.snapshot.environments import environment_named

    return environment_named(snapshot, name) if name is not None else None


def near_options(name: str, candidates: Iterable[str] | None) -> list[str]:
    """Return the options that a misspelled one may mean; click's own guesses go much farther."""
    near = nearest(name.lstrip("-"), [option.lstrip("-") for option in candidates or ()])
    return [f"--{near}"] if near else []


class NearestChoice(click.Choice):  # type: ignore[type-arg]  # it takes none before click 8.2
    """A choice that names the nearest one for a misspelled word."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        """Return the choice."""
        choices = [*map(str, self.choices)]
        near = nearest(str(value).lower(), choices, 0.6) if value not in choices else None
        if near is not None:
            self.fail(f"'{value}' is none of {', '.join(choices)}. Did you mean {near}?", param, ctx)
        return super().convert(value, param, ctx)


def one_range(revisions: tuple[str, ...]) -> str:
    """Return `A..B`, `A...B` or `A`, HEAD where none is named. Raises UsageError for A and B as two arguments."""
    if len(revisions) > 1:
        first, second, *_ = revisions
        raise click.UsageError(
            f"Write {first}..{second} (or {first}...{second}: since they parted), as one argument."
        )
    return revisions[0] if revisions else "HEAD"


def format_option(*formats: str) -> Callable[[F], F]:
    """Add --format with these choices; the first one is the default."""
    return click.option(
        "--format",
        "format_",
        type=NearestChoice(formats),
        default=formats[0],
        show_default=True,
        help="Output format.",
    )


def open_data(folder: Path, rev: str | None, *, staged: bool, asked: str = "--rev") -> "Source":
    """Return the source that --rev and --staged choose; `asked` is what named the revision."""
    from qafiles.sources.data_root import open_source

    if rev is not None and staged:
        raise click.UsageError("--rev and --staged exclude each other.")
    return open_source(folder, rev=rev, staged=staged, asked=asked, paths=asked_paths())


def load_data(
    folder: Path, rev: str | None, *, staged: bool, no_cache: bool, asked: str = "--rev"
) -> "Snapshot":
    """Return the snapshot of the source that --rev and --staged choose, with what is kept of its files unless --no-cache is given."""
    from qafiles.loading.data_root import load_data_root

    if rev is not None and staged:
        raise click.UsageError("--rev and --staged exclude each other.")
    tree = asked_tree()
    return load_data_root(folder, rev, staged=staged, no_cache=no_cache, asked=asked, tree=tree)


class KindType(_KindParameter):
    """A kind of entity, in the singular or plural, with `-` or `_`."""

    name = "kind"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Kind:  # noqa: RET503  # fail() raises
        """Return the kind in snake_case."""
        kind = kind_named(str(value))
        if kind is not None:
            return kind
        word = str(value).lower().replace("-", "_").removesuffix("s")
        begun = [kind for kind in KINDS if kind.startswith(word)]
        near = begun[0] if len(begun) == 1 else nearest(word, [*KINDS], 0.5)
        hint = f"Did you mean {near}?" if near else f"Kinds are {', '.join(KINDS)}."
        self.fail(f"'{value}' is no kind of entity. {hint}", param, ctx)

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the kinds that begin with what was typed."""
        del ctx, param
        return [CompletionItem(kind, help=LABELS[kind]) for kind in KINDS if kind.startswith(incomplete)]


class EntityType(_TextParameter):
    """An entity, named by id, handle, path or id prefix, with `@REV` behind it for a revision."""

    name = "entity"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> str:
        """Return the argument, where it is a path below the current folder as one below the data root."""
        from qafiles.sources.enclosing import enclosing_root

        del param
        name, at, revision = str(value).partition("@")
        folder = Path(ctx.find_root().params.get("folder") or "") if ctx else Path()
        root = enclosing_root(folder.absolute())
        from_root = not Path(name).is_absolute() and root is not None and (root / name).is_file()
        if root is not None and name.endswith(".yaml") and not from_root:
            below = os.path.relpath(folder.absolute() / name, root)
            if classify(Path(below).as_posix()) is not None:
                name = Path(below).as_posix()
        return f"{name}{at}{revision}"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the handles that begin with what was typed, read from file names alone."""
        del param
        folder = ctx.find_root().params.get("folder") or Path()
        kind, colon, typed = incomplete.rpartition(":")
        fitting = [
            place
            for place in places_on_disk(Path(folder))
            if place.handle.startswith(typed) and (not colon or place.kind == kind_named(kind))
        ]
        shared = {handle for handle, count in Counter(place.handle for place in fitting).items() if count > 1}
        return [
            CompletionItem(
                f"{kind}{colon}{place.handle}"
                if colon or place.handle not in shared
                else f"{place.kind}:{place.handle}",
                help=LABELS[place.kind],
            )
            for place in fitting
        ]


def complete_tags(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the handles of tags that begin with what was typed."""
    del param
    folder = ctx.find_root().params.get("folder") or Path()
    handles = (place.handle for place in places_on_disk(Path(folder)) if place.kind == "tag")
    return [
        CompletionItem(handle)
        for handle in handles
        if incomplete in {handle[: len(incomplete)], name_part(handle)[: len(incomplete)]}
    ]


def split_revision(entity: str, rev: str | None) -> tuple[str, str | None]:
    """Return (entity, revision) of `ENTITY@REV`; names never hold an `@`. Raises UsageError when --rev is there, too."""
    name, at, behind = entity.partition("@")
    if not at:
        return entity, rev
    if rev is not None:
        raise click.UsageError("Write ENTITY@REV or --rev, not both.")
    if not behind:
        raise click.UsageError(f"'{entity}' has no revision behind the '@'.")
    return name, behind


def complete_pages(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes of rules and the names of kinds that begin with what was typed."""
    from qafiles.layout import KINDS

    kinds = [CompletionItem(kind) for kind in KINDS if kind.startswith(incomplete.lower())]
    return [*complete_codes(ctx, param, incomplete), *(kinds if incomplete else ())]


def complete_codes(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the codes of rules that begin with what was typed behind the last comma."""
    del ctx, param
    from qafiles.codes import NAMES

    before, comma, typed = incomplete.rpartition(",")
    return [
        CompletionItem(f"{before}{comma}{code}", help=name)
        for code, name in NAMES.items()
        if code.startswith(typed.upper())
    ]
