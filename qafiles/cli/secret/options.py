"""Options that several commands of `qafiles secret` share."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple, TypeVar

import click

from qafiles.cli.completions import complete_projects
from qafiles.cli.options import EntityType, env_option, environment_of

if TYPE_CHECKING:
    from qafiles.secrets.plaintext import Plaintext
    from qafiles.secrets.variables import VariableNames
    from qafiles.snapshot import EntityFile, Snapshot

F = TypeVar("F", bound=Callable[..., Any])

project_option = click.option(
    "--project",
    metavar="PROJECT",
    shell_complete=complete_projects,
    help="The project, where more than one has such a secret.",
)


class Choice(NamedTuple):
    """Which secrets are to be handed out, in which environment, and under which names."""

    traversal: str | None
    project: str | None
    names: tuple[str, ...]
    everything: bool
    env: str | None
    variables: tuple[str, ...]
    prefix: str | None

    def files(self, snapshot: "Snapshot") -> "tuple[EntityFile, ...]":
        """Return the secrets, and say which ones of the project are left out. Raises UsageError and UnknownEntityError."""
        from qafiles.secrets.environment import all_of, chosen, unnamed
        from qafiles.secrets.names import left_out_of

        if self.everything and (self.project is None or self.names or self.traversal):
            raise click.UsageError(
                "--all is for all secrets of a project: name it with --project, and nothing else."
            )
        environment = environment_of(snapshot, self.env)
        if self.everything and self.project is not None:
            return all_of(snapshot, self.project, environment)
        files = chosen(
            snapshot,
            names=self.names,
            traversal=self.traversal,
            project=self.project,
            environment=environment,
        )
        if self.project is None or self.traversal is not None or self.names:
            return files
        for name in (
            left_out_of(snapshot, environment, str(files[0].project)) if environment is not None else ()
        ):
            wanted = environment.secret_name(name) if environment is not None else name
            click.echo(f"note: {name} is left out: there is no {wanted}, and nothing names it", err=True)
        rest = unnamed(snapshot, self.project, environment)
        if rest:
            more = f" and {len(rest) - 3} more" if len(rest) > 3 else ""
            click.echo(
                f"note: {', '.join(rest[:3])}{more} left out: no text and no traversal of the project names "
                f"{'it' if len(rest) == 1 else 'them'}; --all hands out every secret",
                err=True,
            )
        return files

    def variable_names(self) -> "VariableNames":
        """Return under which names the secrets are handed out; raises UsageError."""
        from qafiles.secrets.variables import named_variables

        return named_variables(self.variables, self.prefix)


def choice_options(function: F) -> F:
    """Add the options that choose secrets and their names; the command gets them as `choice`."""

    def with_choice(
        *args: Any,
        traversal: str | None,
        project: str | None,
        names: tuple[str, ...],
        everything: bool,
        env: str | None,
        variables: tuple[str, ...],
        prefix: str | None,
        **rest: Any,
    ) -> Any:
        choice = Choice(traversal, project, names, everything, env, variables, prefix)
        return function(*args, choice=choice, **rest)

    with_choice.__doc__ = function.__doc__
    with_choice.__dict__.update(function.__dict__)
    options = (
        click.option(
            "--traversal", type=EntityType(), metavar="TRAVERSAL", help="The secrets that a traversal lists."
        ),
        click.option(
            "--project",
            metavar="PROJECT",
            shell_complete=complete_projects,
            help="The secrets that the texts and traversals of a project name; with --secret, the project of those.",
        ),
        click.option(
            "--secret", "names", metavar="NAME", multiple=True, help="A secret; can be given more than once."
        ),
        click.option(
            "--all",
            "everything",
            is_flag=True,
            help="All secrets of the project, also those that nothing names.",
        ),
        env_option,
        click.option(
            "--as",
            "variables",
            metavar="NAME=VARIABLE",
            multiple=True,
            help="The variable that a secret becomes; can be given more than once.",
        ),
        click.option(
            "--prefix", metavar="TEXT", help="What stands in front of the names of variables, such as QA_."
        ),
    )
    result: Any = with_choice
    for option in reversed(options):
        result = option(result)
    final: F = result
    return final


def values_of(folder: Path, choice: Choice) -> "dict[str, Plaintext]":
    """Return the chosen values by their variables, in the working tree; raises UsageError, UnknownEntityError and SopsError."""
    from qafiles.cli.options import open_data
    from qafiles.loading.loader import load
    from qafiles.secrets.environment import values

    names = choice.variable_names()
    snapshot = load(open_data(folder, None, staged=False))
    return values(
        snapshot, choice.files(snapshot), environment=environment_of(snapshot, choice.env), names=names
    )
