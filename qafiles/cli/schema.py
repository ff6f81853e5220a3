"""`qafiles schema`."""

import os
from pathlib import Path
from typing import TYPE_CHECKING

import click
from click.shell_completion import CompletionItem

from qafiles.cli.options import KindType, NearestChoice
from qafiles.layout import KINDS, nearest

if TYPE_CHECKING:
    from qafiles.schema.dialects import Draft


def _complete(ctx: click.Context, param: click.Parameter, incomplete: str) -> list[CompletionItem]:
    del ctx, param
    return [CompletionItem(name) for name in (*KINDS, "settings") if name.startswith(incomplete)]


@click.command("schema")
@click.argument("kind", required=False, metavar="[KIND]", shell_complete=_complete)
@click.option(
    "--draft", type=NearestChoice(["2020-12", "7"]), default="2020-12", show_default=True, help="Dialect."
)
@click.option(
    "--write",
    "folder",
    metavar="DIR",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write all schemas into this folder instead; files that would not change are left alone.",
)
@click.pass_obj
def command(current: Path, kind: str | None, draft: str, folder: Path | None) -> None:
    """Print the JSON Schema of a KIND with the fields declared for it, or of qafiles.yaml for `settings`; without KIND, the list of schemas."""
    from qafiles.loading.settings import declared_near

    dialect: Draft = "7" if draft == "7" else "2020-12"
    declared = declared_near(current.absolute())
    if folder is not None:
        if kind is not None:
            raise click.UsageError("--write writes all schemas, and takes no KIND")
        from qafiles.cli.places import writing
        from qafiles.schema.generated import write_schemas

        with writing(folder):
            places = write_schemas(current / folder, dialect, declared)
        for place in places:
            click.echo(f"wrote {os.path.relpath(place)}", err=True)
        return
    if kind is None:
        click.echo("\n".join((*KINDS, "settings")))
        return
    from qafiles.schema.generated import schema_text

    if kind != "settings" and nearest(kind.lower(), ["settings"]):
        raise click.BadParameter(f"'{kind}' is no kind of entity. Did you mean settings?")
    name = "settings" if kind == "settings" else KindType().convert(kind, None, None)
    click.echo(schema_text(name, dialect, declared), nl=False)
