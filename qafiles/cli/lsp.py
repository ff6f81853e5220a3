"""`qafiles lsp`."""

import click

from qafiles.cli.asked import STORED


@click.command("lsp")
@click.pass_context
def command(context: click.Context) -> int:
    """Serve editors over the Language Server Protocol (stdio).

    An editor starts it and talks to it over stdin and stdout; it finds the data roots in the editor's folders, and
    writes nothing to them. Messages go to stderr. It needs pygls (the extra `lsp`): pip install pygls.
    """
    from qafiles.errors import QafilesError

    try:
        from qafiles.lsp.opening import Opening
        from qafiles.lsp.server import serve
    except ModuleNotFoundError as error:
        if error.name is None or error.name.partition(".")[0] not in {"pygls", "lsprotocol"}:
            raise
        raise QafilesError(
            "the language server needs pygls: `pip install pygls` into the environment of qafiles"
        ) from None
    opening = context.meta.get(STORED)
    return serve(opening if isinstance(opening, Opening) else None)
