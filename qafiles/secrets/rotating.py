"""Secrets encrypted anew for the same recipients: a fresh data key, which nobody knows who read an older file."""

from collections.abc import Sequence

from qafiles.errors import EditRefusedError, UsageError
from qafiles.kinds import SECRET
from qafiles.secrets.reading import find_secret, sops_config
from qafiles.secrets.synchronizing import Sync, outdated, reencrypted, refuse_failures
from qafiles.secrets.threads import Counted, unseen
from qafiles.snapshot import Snapshot
from qafiles.snapshot.projects import find_project


def rotated(
    snapshot: Snapshot,
    names: Sequence[str] = (),
    *,
    project: str | None = None,
    progress: Counted = unseen,
) -> Sync:
    """Return what gives secrets, all without a name, a fresh data key; values, versions and recipients stay.

    All or nothing. Raises UnknownEntityError for a name, EditRefusedError where one has other recipients than `.sops.yaml` or
    can't be read, and SopsError.
    """
    within = find_project(snapshot, project).handle if project is not None else None
    chosen = {file.path: file for file in (find_secret(snapshot, name, project) for name in names)}
    if not names:
        chosen = {file.path: file for file in snapshot.of_kind(SECRET) if within in {None, file.project}}
    if not chosen:
        raise UsageError("there is no secret to encrypt anew")
    others = [file.path for file in outdated(snapshot, sops_config(snapshot)) if file.path in chosen]
    if others:
        more = f" and {len(others) - 1} more" if len(others) > 1 else ""
        raise EditRefusedError(
            f"{others[0]}{more}: other recipients than .sops.yaml says; `qafiles secret sync` gives them to it, and a fresh data "
            "key, too. Nothing was written"
        )
    title = f"rotate {len(chosen)} secret{'s' if len(chosen) > 1 else ''}"
    made = reencrypted(snapshot, snapshot, [chosen[path] for path in sorted(chosen)], title, progress)
    refuse_failures(made.failures)
    return made
