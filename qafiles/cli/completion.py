"""`qafiles completion`."""

import click

from qafiles.cli.options import NearestChoice

_NO_BLANK = "[[ $value == *[=/] ]] && compopt -o nospace 2>/dev/null; "


@click.command("completion")
@click.argument("shell", type=NearestChoice(["bash", "zsh", "fish"]))
def command(shell: str) -> None:
    """Print a script that completes commands, options and handles: eval "$(qafiles completion bash)"."""
    from click.shell_completion import get_completion_class

    from qafiles.cli.commands import cli

    completion = get_completion_class(shell)
    if completion is None:
        raise click.UsageError(f"there is no completion for {shell}")
    script = completion(cli, {}, "qafiles", "_QAFILES_COMPLETE").source()
    if shell == "bash":
        # Bash would take `tag:acme/shop/smoke` for three words: https://tiswww.case.edu/php/chet/bash/FAQ, E13.
        script = 'COMP_WORDBREAKS="${COMP_WORDBREAKS//:/}"\n' + script
        # Behind `x-priority=` a value comes, and no blank.
        script = script.replace("COMPREPLY+=($value)", f"{_NO_BLANK}COMPREPLY+=($value)")
    click.echo(script)
