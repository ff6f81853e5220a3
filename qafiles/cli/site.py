"""`qafiles site`."""

from pathlib import Path

import click

from qafiles.cli.options import cache_option, env_option, open_data, source_options
from qafiles.cli.result_options import ResultPatterns, result_options


@click.command("site")
@click.option(
    "-o",
    "--output",
    metavar="DIR",
    required=True,
    type=click.Path(file_okay=False, path_type=Path),
    help="Write the site into this folder: an empty or a new one, or the site of an earlier run.",
)
@click.option("--title", metavar="TEXT", help="Name of the site; by default that of the organization.")
@env_option
@source_options
@result_options
@cache_option
@click.pass_obj
def command(
    folder: Path,
    output: Path,
    title: str | None,
    env: str | None,
    rev: str | None,
    staged: bool,
    results: ResultPatterns,
    no_cache: bool,
) -> int:
    """Write a static site to browse: every entity with its references and history, reports, and a search.

    It is opened as a file or published under any address, and asks nothing of any network. A second run writes only the
    pages that changed and removes those whose entities are gone. With --env, the URLs and the secrets are those of that
    environment, which each page names. With result files of a run, lists and reports tell how the test cases ended.
    """
    from qafiles.cli.left_out import tell
    from qafiles.render.progress import progress
    from qafiles.site import site

    source = open_data(folder, rev, staged=staged)
    with progress() as on_progress:
        done = site(
            source,
            output,
            name=title,
            environment=env,
            result_files=results.files(),
            tools=results.tools,
            progress=on_progress,
            cache=not no_cache,
        )
    click.echo(
        f"{output / 'index.html'}: {done.files:,} files, {done.written:,} written, {done.removed:,} removed"
    )
    return tell(done.left_out)
