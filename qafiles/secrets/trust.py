"""Key services that nobody but the owners of the repository named: SOPS sends the user's credentials to each that it asks."""

import os
from collections.abc import Iterable
from typing import NamedTuple

from qafiles.errors import GitError
from qafiles.git import GitRepository
from qafiles.git.merge import merge_base
from qafiles.parsing import parse
from qafiles.secrets.failures import UntrustedServiceError
from qafiles.snapshot import Snapshot
from qafiles.sops_files.config import CONFIG_FILE, read_config
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, Recipient

TRUST_SERVICES = "QAFILES_TRUST_SERVICES"
TRUST_HTTP = "QAFILES_TRUST_HTTP"
"""Variables that are set where the options --trust-services and --trust-http are."""


class _Trusted(NamedTuple):
    """The services that a `.sops.yaml` names, and where that stands."""

    services: frozenset[Recipient]
    place: str


def refuse_untrusted(snapshot: Snapshot, recipients: Iterable[Recipient]) -> None:
    """Raise UntrustedServiceError for a service that the trusted `.sops.yaml` does not name, or that is asked in clear text.

    Trusted is that at the merge base with the upstream of the default branch, without one that at HEAD.
    """
    services = sorted(recipient for recipient in recipients if recipient[0] not in LOCAL_KEY_TYPES)
    clear = next((key for _, key in services if key.startswith("http://")), None)
    if clear is not None and not os.environ.get(TRUST_HTTP):
        raise UntrustedServiceError(
            f"{clear} would get credentials over http, which anybody on the way can read; it is not asked without --trust-http"
        )
    if not services or os.environ.get(TRUST_SERVICES):
        return
    trusted = _trusted(snapshot)
    unknown = next((recipient for recipient in services if recipient not in trusted.services), None)
    if unknown is not None:
        raise UntrustedServiceError(
            f"the {CONFIG_FILE} {trusted.place} does not name the key service {unknown[1]}: it is not asked, since SOPS would send "
            "credentials there. Once you know who named it, --trust-services asks it"
        )


def _trusted(snapshot: Snapshot) -> _Trusted:
    source = snapshot.source
    repository: GitRepository | None = getattr(source, "repository", None) or getattr(
        getattr(source, "base", None), "repository", None
    )
    if repository is None:
        return _Trusted(frozenset(), "of a git repository, which there is none of,")
    try:
        commit, place = _base(repository)
        root = getattr(source, "root", None) or getattr(getattr(source, "base", None), "root", ".")
        path = CONFIG_FILE if root in {".", ""} else f"{root}/{CONFIG_FILE}"
        data = parse(repository.run("cat-file", "blob", f"{commit}:{path}")).data
    except GitError:
        return _Trusted(frozenset(), "at HEAD")
    rules = read_config(data).rules
    named = (recipient for rule in rules for recipient in rule.recipients)
    return _Trusted(frozenset(recipient for recipient in named if recipient[0] not in LOCAL_KEY_TYPES), place)


def _base(repository: GitRepository) -> tuple[str, str]:
    """Return the commit whose `.sops.yaml` is trusted, and what people call it."""
    head = repository.commit("HEAD")
    for name in ("origin/HEAD", "origin/main", "origin/master", "main@{upstream}", "master@{upstream}"):
        if repository.has_commit(name):
            base = merge_base(repository, head, repository.commit(name))
            if base is not None:
                return base, f"at the merge base with {name.removesuffix('/HEAD')} ({base[:10]})"
    return head, "at HEAD"
