"""All commands: each is a module of its own, imported when it runs, so that `--help` and completion stay quick."""

import os
from collections.abc import Mapping
from importlib import import_module
from types import MappingProxyType
from typing import TYPE_CHECKING, Final

import click

from qafiles.cache.ctrl_c import INTERRUPTED
from qafiles.cli.asked import STORED
from qafiles.version import __version__

if TYPE_CHECKING:
    from pathlib import Path

    from click.shell_completion import CompletionItem

COMMANDS: Final[Mapping[str, str]] = MappingProxyType(
    {
        "init": "Make a working data root with an example project.",
        "validate": "Report everything that is wrong, each problem in its place.",
        "explain": "Print the page of a rule, or the table of all rules.",
        "list": "List the entities of a kind.",
        "show": "Show one entity with its fields.",
        "log": "Show the commits that changed an entity.",
        "blame": "Show which commit gave each value of an entity.",
        "diff": "Show what differs between two states, in entities and fields.",
        "impact": "Name the test cases that a change concerns, to run them.",
        "refs": "Show what an entity refers to, and what refers to it.",
        "fmt": "Write files in their canonical form.",
        "fix": "Mend what has one right mend.",
        "new": "Write the file of a new entity.",
        "set": "Change fields of an entity.",
        "mv": "Rename or move an entity; every reference follows.",
        "rm": "Remove an entity that nothing refers to.",
        "restore": "Give an entity the text that it had at a revision.",
        "access": "Check changes against the roles of people, and say who may do what.",
        "secret": "Set, read, check and hand out secrets that SOPS encrypts.",
        "report": "Make a report: inventory, coverage, traceability, changes and more.",
        "export": "Write what other tools read, such as a module for Playwright.",
        "site": "Write a static site to browse, with references, history, reports and a search.",
        "schema": "Print the JSON Schema of a kind.",
        "lsp": "Serve editors over the Language Server Protocol (stdio).",
        "help": "Print a page of the manual.",
        "completion": "Print a script that completes commands, options and handles.",
    }
)
"""Command -> the line that `--help` shows; the module has the name of the command."""


class _Commands(click.Group):
    """A group that imports a command's module when the command is used."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        del ctx
        return [*COMMANDS]

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        del ctx
        if cmd_name not in COMMANDS:
            return None
        from qafiles.cli.examples import documented

        return documented(import_module(f"qafiles.cli.{cmd_name}").command, cmd_name)

    def shell_complete(self, ctx: click.Context, incomplete: str) -> "list[CompletionItem]":
        """Return the commands or the options that begin with what was typed; click would import each command for its line."""
        from click.shell_completion import CompletionItem

        if incomplete.startswith("-"):
            return click.Command.shell_complete(self, ctx, incomplete)
        return [
            CompletionItem(name, help=line) for name, line in COMMANDS.items() if name.startswith(incomplete)
        ]

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        del ctx
        with formatter.section("Commands"):
            formatter.write_dl([*COMMANDS.items()])

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Return the command that the arguments name, or fail with the nearest one."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            from qafiles.layout import nearest

            near = nearest(args[0], [*COMMANDS])
            hint = f" Did you mean '{near}'?" if near else " See 'qafiles --help'."
            ctx.fail(f"No such command '{args[0]}'.{hint}")
        return super().resolve_command(ctx, args)


def _folder(ctx: click.Context, param: click.Parameter, folders: tuple[str, ...]) -> "Path | None":
    """Return the folder to work in; None where a shell asks for words and none is named."""
    if ctx.resilient_parsing and not folders:
        return None
    from pathlib import Path

    folder = Path(*folders)
    # Each is one below those before it, so that only all together are a place.
    click.Path(file_okay=False, readable=False).convert(str(folder), param, ctx)
    return folder


@click.group(
    cls=_Commands,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
    epilog="Exit codes: 0 no error, 1 findings, 2 bad arguments, 3 environment, 4 a bug, 130 interrupted.",
)
@click.option(
    "-C",
    "folder",
    metavar="DIR",
    type=click.Path(),
    multiple=True,
    callback=_folder,
    help="Work in this folder; the data root is found there or above it. Several add up, as git's do.",
)
@click.version_option(__version__, prog_name="qafiles", message="%(prog)s %(version)s")
@click.pass_context
def cli(ctx: click.Context, folder: "Path") -> None:
    """Test management in git: YAML files, validated, cross-referenced and versioned."""
    ctx.meta[STORED] = ctx.obj
    ctx.obj = folder


def run_by_click(arguments: list[str], stored: object) -> int:
    """Return the exit code of a command line as click reads it; `stored` is what was found out of the working tree already."""
    if "_QAFILES_COMPLETE" in os.environ:
        from qafiles.cli.bash import answer_shell

        return answer_shell(cli)
    try:
        result = cli.main(args=arguments, prog_name="qafiles", standalone_mode=False, obj=stored)
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.NoSuchOption as error:
        from qafiles.cli.options import near_options

        said = "-C stands before the command: qafiles -C DIR COMMAND." if error.option_name == "-C" else None
        near = near_options(error.option_name, error.possibilities)
        click.NoSuchOption(error.option_name, said, near, error.ctx).show()
        return error.exit_code
    except click.MissingParameter as error:
        from qafiles.cli.examples import example_of

        example = example_of(error.ctx.command_path.partition(" ")[2] if error.ctx else "")
        click.MissingParameter(example, error.ctx, error.param, error.param_hint, error.param_type).show()
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except click.Abort:
        from qafiles.cli.talk import tell

        tell("qafiles: interrupted")  # click has ended the line
        return INTERRUPTED
    return result if isinstance(result, int) else 0
