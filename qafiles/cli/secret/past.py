"""`qafiles secret check --history`."""

from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from qafiles.sources import Source


def check_past(source: "Source", format_: str) -> int:
    """Print what commits held among the secrets that SOPS had not written, and return the exit code."""
    from qafiles.git.completeness import HOW_TO_GET_COMMITS, how_to_get_objects, is_shallow
    from qafiles.render.document import dump
    from qafiles.render.escape import escape
    from qafiles.secrets.past import past_of
    from qafiles.sources.repositories import repository_of

    past = past_of(source)
    repository = repository_of(source)
    if format_ == "json":
        rows = [
            {"path": file.path, "secret": file.secret, "failure": file.message, "commits": [*file.commits]}
            for file in past.files
        ]
        click.echo(dump(rows, indent=2))
    else:
        for file in past.files:
            click.echo(f"{escape(file.path)}: {escape(file.message)}")
        count = "1 path" if len(past.files) == 1 else f"{len(past.files)} paths"
        click.echo(f"{count} of the past that SOPS had not written")
    names = sorted({file.secret for file in past.files if file.secret is not None})
    if past.files:
        named = f": {', '.join(names)}" if names else " that stood there"
        click.echo(f"change these values at their source{escape(named)}", err=True)
    whole = repository is not None and not is_shallow(repository) and not past.missing
    if not whole and repository is not None:
        contents = "1 content" if past.missing == 1 else f"{past.missing} contents"
        lacks = (
            f"the clone is shallow: {HOW_TO_GET_COMMITS}"
            if is_shallow(repository)
            else f"the clone lacks {contents}; {how_to_get_objects(repository)}"
        )
        click.echo(f"qafiles: this is not the whole past: {lacks}", err=True)
    if past.files:
        return 1
    return 0 if whole else 3
