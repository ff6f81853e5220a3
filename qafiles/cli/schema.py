"""`qafiles schema`."""

import click

from qafiles.layout import KINDS


@click.command("schema")
@click.argument("kind", required=False, metavar="[KIND]")
@click.option(
    "--draft", type=click.Choice(["2020-12", "7"]), default="2020-12", show_default=True, help="Dialect."
)
def command(kind: str | None, draft: str) -> None:
    """Print the JSON Schema of a KIND, or of qafiles.yaml for `settings`; without KIND, the list of schemas."""
    from qafiles.cli.options import KindType

    if kind is None:
        click.echo("\n".join((*KINDS, "settings")))
        return
    from qafiles.schemas import schema_text

    name = "settings" if kind == "settings" else KindType().convert(kind, None, None)
    click.echo(schema_text(name, "7" if draft == "7" else "2020-12"), nl=False)
