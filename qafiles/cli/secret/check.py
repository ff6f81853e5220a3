"""`qafiles secret check`."""

from pathlib import Path

import click

from qafiles.cli.completions import complete_projects, complete_revisions
from qafiles.cli.options import env_option, environment_of, format_option, open_data, source_options
from qafiles.render.progress import counted


@click.command("check")
@click.option(
    "--since",
    metavar="REV",
    shell_complete=complete_revisions,
    help="Also: what changed since then has a new version.",
)
@click.option(
    "--history",
    "in_past",
    is_flag=True,
    help="Instead: what lay among the secrets in any commit that SOPS had not written. It needs no key.",
)
@click.option(
    "--project",
    metavar="PROJECT",
    shell_complete=complete_projects,
    help="Only the secrets of this project, as for a CI that has its key alone.",
)
@env_option
@source_options
@format_option("text", "json")
@click.pass_obj
def check(  # one parameter for each option
    folder: Path,
    since: str | None,
    in_past: bool,
    project: str | None,
    env: str | None,
    rev: str | None,
    staged: bool,
    format_: str,
) -> int:
    """Decrypt every secret, and say which were changed by somebody without a key. It needs a key.

    With --history, the whole past is looked at, and what to change at its source is named. With --env, only the secrets of that environment, and what names one that is missing there fails. The exit code is 1 where one fails, and 3 where none fails and some can't be decrypted here.
    """
    if in_past:
        from qafiles.cli.secret.past import check_past

        if since is not None or env is not None or project is not None:
            raise click.UsageError("--history looks at every commit; leave --since, --env and --project out.")
        return check_past(open_data(folder, rev, staged=staged), format_)
    from qafiles.loading.earlier import load_both
    from qafiles.loading.loader import load
    from qafiles.render.verdicts import as_json, as_text
    from qafiles.secrets.checking import check_secrets
    from qafiles.secrets.reading import trusted_config

    before = None
    if since is not None:
        before, snapshot = load_both(
            open_data(folder, since, staged=False), open_data(folder, rev, staged=staged)
        )
    else:
        snapshot = load(open_data(folder, rev, staged=staged))
    trusted = trusted_config(folder) if rev is not None or staged else None
    verdicts = [
        *check_secrets(
            snapshot,
            before,
            trusted=trusted,
            environment=environment_of(snapshot, env),
            project=project,
            progress=counted("secrets"),
        )
    ]
    for piece in (as_json if format_ == "json" else as_text)(verdicts):
        click.echo(piece, nl=False)
    failed = [verdict for verdict in verdicts if verdict.failure is not None]
    if any(not verdict.unread for verdict in failed):
        return 1
    return 3 if failed else 0
