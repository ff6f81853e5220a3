"""What the shell completes beside handles: revisions, fields, projects, suites and tables; never more than what can be read."""

import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from qafiles.cli.files_on_disk import places_on_disk
from qafiles.kinds import Kind, kind_named
from qafiles.layout import SUITE_KINDS, name_part

if TYPE_CHECKING:
    from qafiles.declared_fields import DeclaredFields
    from qafiles.layout import Place

    _TextParameter = click.ParamType[str]
else:  # it takes no type before click 8.4
    _TextParameter = click.ParamType

Complete = Callable[[click.Context, click.Parameter, str], list[CompletionItem]]


def _folder(ctx: click.Context) -> Path:
    return Path(ctx.find_root().params.get("folder") or ".")


def _beginning(incomplete: str, words: Iterator[str], before: str = "") -> list[CompletionItem]:
    return [CompletionItem(f"{before}{word}") for word in dict.fromkeys(words) if word.startswith(incomplete)]


def _places(ctx: click.Context) -> Iterator["Place"]:
    return places_on_disk(_folder(ctx))


def complete_revisions(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the branches and tags that begin with what was typed, behind `..` and `...` too."""
    del param
    from qafiles.errors import QafilesError
    from qafiles.git import find_repository
    from qafiles.git.process import records

    first, dots, typed = incomplete.rpartition("..")
    if dots and typed.startswith("."):
        dots, typed = "...", typed[1:]
    try:
        repository = find_repository(_folder(ctx).absolute())
        listed = repository.run("for-each-ref", "--format=%(refname:short)%00") if repository else b""
    except (QafilesError, OSError):
        return []
    names = (name.strip() for name in ("HEAD", *records(listed)))
    return _beginning(typed, (name for name in names if name), f"{first}{dots}")


class RevisionType(_TextParameter):
    """A revision, or two of them with dots between, completed from the names that git has."""

    name = "revision"

    def shell_complete(
        self, ctx: click.Context, param: click.Parameter, incomplete: str
    ) -> list[CompletionItem]:
        """Return the names of revisions that begin with what was typed."""
        return complete_revisions(ctx, param, incomplete)


def complete_projects(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the handles of projects that begin with what was typed, and their last parts."""
    del param
    handles = [place.handle for place in _places(ctx) if place.kind == "project"]
    return _beginning(incomplete, iter([*handles, *map(name_part, handles)]))


def complete_organizations(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the handles of organizations that begin with what was typed."""
    del param
    return _beginning(incomplete, (place.handle for place in _places(ctx) if place.kind == "organization"))


def complete_suites(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the folders of test cases that begin with what was typed, without and with their project."""
    del param
    suites: list[str] = []
    for place in _places(ctx):
        if place.kind in SUITE_KINDS and place.handle.count("/") > 2:
            folder = place.handle.rpartition("/")[0]
            suites += [folder.split("/", 2)[2], folder]
    return _beginning(incomplete, iter(suites))


def complete_environments(
    ctx: click.Context, param: click.Parameter, incomplete: str
) -> list[CompletionItem]:
    """Return the environments of qafiles.yaml that begin with what was typed."""
    del param
    from qafiles.loading.settings import settings_near

    settings = settings_near(_folder(ctx).absolute())
    return _beginning(incomplete, iter(settings.environments if settings is not None else ()))


def complete_fields(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the fields of the kind that the command line names, each with a `=` behind it, and behind that their choices."""
    del param
    return assignments_of(ctx, _kind_named(ctx), incomplete)


def complete_field_names(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    """Return the fields of the kind that the command line names, those that begin with what was typed behind the last comma."""
    del param
    from qafiles.snapshot.field_schema import own_paths
    from qafiles.snapshot.records import known_fields

    kind = _kind_named(ctx)
    if kind is None:
        return []
    declared = declared_fields(ctx)
    before, comma, typed = incomplete.rpartition(",")
    names = own_paths(kind, declared) if "." in typed else iter(known_fields(kind, declared))
    return _beginning(typed, names, before + comma)


def assignments_of(ctx: click.Context, kind: Kind | None, incomplete: str) -> list[CompletionItem]:
    """Return the fields of a kind with a `=`, or `!=` and the like as typed, and behind it the values that alone are allowed."""
    from qafiles.snapshot.field_schema import allowed_texts
    from qafiles.snapshot.records import known_fields

    if kind is None:
        return []
    declared = declared_fields(ctx)
    name, sign, typed = incomplete.partition("=")
    if not sign:
        return _beginning(incomplete, (f"{name}=" for name in known_fields(kind, declared)))
    before, comma, last = typed.rpartition(",")
    return _beginning(
        last, iter(allowed_texts(kind, name.rstrip("!+-"), declared)), f"{name}={before}{comma}"
    )


def declared_fields(ctx: click.Context) -> "DeclaredFields":
    """Return the custom fields of the data root, none where there is none to be read."""
    from qafiles.loading.settings import declared_near

    return declared_near(_folder(ctx).absolute())


def _kind_named(ctx: click.Context) -> Kind | None:
    kind = ctx.params.get("kind")
    if isinstance(kind, str):
        return kind
    return next((named_kind for word in words_typed() if (named_kind := kind_named(word)) is not None), None)


def words_typed() -> list[str]:
    """Return the command line as the shell hands it over: behind an unfinished option, click has parsed none of it."""
    return os.environ.get("COMP_WORDS", "").split()


def kind_of_word(ctx: click.Context, word: str) -> Kind | None:
    """Return the kind that a word names, or that of the entity whose handle or path it is; None for others."""
    kind = kind_named(word) or kind_named(word.partition(":")[0])
    if kind is not None:
        return kind
    for place in _places(ctx):
        if word == place.handle or place.handle.endswith(f"/{word}"):
            return place.kind
    return None
