"""Every secret decrypted, to see what cannot be seen without a key: the MAC, and that a new value has a new version."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import TYPE_CHECKING

from qafiles.edits.proposal import Proposal
from qafiles.kinds import SECRET
from qafiles.secrets.failures import NoKeyError, SopsConfigError, SopsError, TamperedSecretError
from qafiles.secrets.names import missing, secrets_of
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import read_secret, sops_config
from qafiles.secrets.strays import unreachable
from qafiles.secrets.threads import Counted, in_threads, unseen
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import missing_secrets
from qafiles.snapshot.projects import find_project
from qafiles.sops_files.config import CONFIG_FILE, SopsConfig

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


@dataclass(frozen=True, slots=True)
class Verdict:
    """A secret, and why it failed; None where nothing is wrong with it.

    `file` is None for what lies among the secrets at `path` and is none, which nobody can look into.
    `missing` is the name of a secret that is not there, and `file` then what names it. `unread` is whether it failed for want of a key or a program, so that nothing is known of it.
    """

    file: EntityFile | None
    failure: str | None = None
    unread: bool = False
    missing: str | None = None
    path: str = ""


def check_secrets(  # noqa: PLR0913  # as many as the command has options
    snapshot: Snapshot,
    since: Snapshot | None = None,
    *,
    trusted: SopsConfig | None = None,
    environment: "Environment | None" = None,
    project: str | None = None,
    progress: Counted = unseen,
) -> Iterator[Verdict]:
    """Yield a verdict for each secret, sorted by path; with `since`, a value that changed without its version fails, too.

    With an `environment`, only its secrets are read, and each place that names one which is missing there fails. With what
    names a `project`, only that project is looked at.

    No key service is asked that the `.sops.yaml` of `since` does not name, nor one that `trusted` does not: who changed
    the one of now may be a stranger. Raises SopsConfigError where `.sops.yaml` can't be used.
    """
    within = find_project(snapshot, project).handle if project is not None else None
    files = [file for file in secrets_of(snapshot, environment) if within in {None, file.project}]
    config = sops_config(snapshot) if files else SopsConfig((), ())
    before = {file.id: file for file in since.of_kind(SECRET)} if since is not None else {}
    old_config = _config_before(since, config)
    known = old_config if since is not None else trusted

    def verdict(file: EntityFile) -> Verdict:
        old = before.get(file.id)
        try:
            value = read_secret(snapshot, file, config, trusted=known)
        except SopsError as error:
            return Verdict(file, str(error), unread=not isinstance(error, TamperedSecretError))
        if since is None or old is None or old.data.get("version") != file.data.get("version"):
            return Verdict(file)
        return _compared(file, since, old, old_config, value)

    yield from in_threads(verdict, files, progress)
    for path, why in unreachable(snapshot).items() if environment is None else ():
        if path not in snapshot.files:
            yield Verdict(None, f"{path}: {why}", path=path)
    for use in missing_secrets(snapshot, environment) if environment is not None else ():
        if within not in {None, use.project}:
            continue
        wanted = environment.secret_name(use.name) if environment is not None else use.name
        yield Verdict(use.link.source, missing(environment, use), missing=wanted)


def _config_before(since: Snapshot | None, config: SopsConfig) -> SopsConfig:
    """Return the rules of an earlier `.sops.yaml`, those of today where there was none."""
    if since is None or CONFIG_FILE not in since.entries:
        return config
    return sops_config(since)


def _compared(
    file: EntityFile, since: Snapshot, old: EntityFile, config: SopsConfig, value: Plaintext
) -> Verdict:
    try:
        was = read_secret(since, old, config, synchronized=False)
    except (TamperedSecretError, SopsConfigError):
        return Verdict(file)  # what was broken before may be mended without a new version
    except SopsError as error:
        return Verdict(file, f"the value before can't be read: {error}", unread=True)
    if was.reveal() == value.reveal():
        return Verdict(file)
    version = old.data.get("version")
    return Verdict(
        file,
        f"{file.path}: the value changed, and the version is still {version}; `qafiles secret set` counts it up",
    )


def unread_among(snapshot: Snapshot, proposal: Proposal) -> bool:
    """Return whether no key at hand decrypts the first secret that a proposal wrote."""
    written = [snapshot.files[change.path] for change in proposal.changes if change.path in snapshot.files]
    first = next((file for file in written if file.is_secret), None)
    if first is None:
        return False
    try:
        read_secret(snapshot, first, sops_config(snapshot))
    except NoKeyError:
        return True
    return False
