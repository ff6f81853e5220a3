"""`qafiles help`."""

import os
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from click.shell_completion import CompletionItem


def _complete_topics(ctx: click.Context, param: click.Parameter, incomplete: str) -> "list[CompletionItem]":
    del ctx, param
    from click.shell_completion import CompletionItem

    from qafiles.manual import TOPICS, title

    return [CompletionItem(topic, help=title(topic)) for topic in TOPICS if topic.startswith(incomplete)]


@click.command("help")
@click.argument("topic", required=False, shell_complete=_complete_topics)
@click.option("--list", "listed", is_flag=True, help="List the topics, one a line.")
def command(topic: str | None, *, listed: bool) -> None:
    """Print a page of the manual, that of a TOPIC or of a command; without one, the contents.

    On a terminal the page is laid out and shown by the program that PAGER names; elsewhere it is Markdown.
    """
    from qafiles.cli.examples import ENDINGS
    from qafiles.errors import UsageError
    from qafiles.layout import nearest
    from qafiles.manual import TOPICS, page, title
    from qafiles.render.terminal import width

    if listed:
        longest = max(map(len, TOPICS))
        for name in TOPICS:
            click.echo(f"{name:{longest}}  {title(name)}")
        return
    if topic is None:
        _contents()
        return
    if topic not in TOPICS and topic in ENDINGS:
        topic = ENDINGS[topic].topic
    if topic not in TOPICS:
        near = nearest(topic.lower(), [*TOPICS], 0.6)
        hint = f"did you mean `{near}`?" if near else "`qafiles help --list` lists the topics"
        if topic.upper().startswith("QF"):
            hint = "`qafiles explain CODE` prints that of a rule"
        raise UsageError(f"the manual has no page `{topic}`; {hint}")
    columns = width()
    if columns is None:
        click.echo(page(topic), nl=False)
        return
    from qafiles.render.manual import rendered

    # What fits the screen is printed and left there, as by git.
    os.environ.setdefault("LESS", "FRX")
    click.echo_via_pager(rendered(page(topic), columns))


def _contents() -> None:
    """Print the topics by chapter."""
    from qafiles.manual import CONTENTS, TOPICS, title

    longest = max(map(len, TOPICS))
    click.echo(
        "The manual: `qafiles help TOPIC` prints a page, `qafiles COMMAND --help` the options of a command."
    )
    for chapter, topics in CONTENTS.items():
        click.echo(f"\n{chapter}")
        for topic in topics:
            click.echo(f"  {topic:{longest}}  {title(topic)}")
