"""What lies among the secrets and can't be encrypted anew: nobody knows who reads it, so that a command stops there."""

from collections.abc import Mapping
from types import MappingProxyType

from qafiles.errors import EditRefusedError, GitError
from qafiles.git.searching import paths_with
from qafiles.kinds import SECRET
from qafiles.layout import Place, classify
from qafiles.snapshot import Snapshot
from qafiles.snapshot.secret_places import lies_among_secrets, may_hold_secrets
from qafiles.sops_files.access import recipients_in, shares_in
from qafiles.sources import NESTED, SYMLINK, FolderSource

_ENCRYPTED = "ENC[AES256_GCM,data:"
_ILLEGIBLE = "this can't be read as the file of a secret, so that nobody knows who decrypts it; `qafiles validate` says why"


def unreachable(snapshot: Snapshot) -> Mapping[str, str]:
    """Return why each path among the secrets of a snapshot is none whose readers can be told, sorted by path."""
    reasons: dict[str, str] = {}
    for path, entry in snapshot.entries.items():
        if entry.refused in {SYMLINK, NESTED}:
            if may_hold_secrets(path):
                what = "a symbolic link" if entry.refused == SYMLINK else "another git repository"
                reasons[path.rstrip("/")] = f"this is {what}, which may hold secrets that nobody looks at"
            continue
        if not lies_among_secrets(path):
            continue
        place = classify(path)
        if not isinstance(place, Place):
            if snapshot.exists(path):
                reasons[path] = "this lies among the secrets and is none; move or delete it"
            continue
        if place.kind != SECRET:
            continue
        file = snapshot.files.get(path)
        if entry.unmerged:
            reasons[path] = "this is in conflict; `qafiles secret resolve` ends it"
        elif file is not None and not recipients_in(shares_in(file.data)):
            reasons[path] = _ILLEGIBLE
    return MappingProxyType(dict(sorted(reasons.items())))


def refuse_unreachable(snapshot: Snapshot) -> None:
    """Raise EditRefusedError, with a line for each, where something among the secrets can't be encrypted anew."""
    reasons = unreachable(snapshot)
    if not reasons:
        return
    lines = tuple(f"{path}: {why}" for path, why in reasons.items())
    count = "1 path" if len(lines) == 1 else f"{len(lines)} paths"
    first = f" ({lines[0]})" if len(lines) == 1 else ""
    raise EditRefusedError(
        f"{count} among the secrets can't be encrypted anew{first}; nothing was written",
        places=lines if len(lines) > 1 else (),
    )


def encrypted_elsewhere(snapshot: Snapshot, key: str) -> tuple[str, ...]:
    """Return the paths of files outside of the secrets that SOPS encrypted for a key, such as copies: nothing encrypts them anew.

    They are those in a working tree that git tracks or would track, sorted.
    """
    source = snapshot.source
    if not isinstance(source, FolderSource) or source.repository is None:
        return ()
    try:
        paths = paths_with(source.repository, [_ENCRYPTED], source.root)
        paths &= paths_with(source.repository, [key], source.root)
    except GitError:
        return ()  # it lacks some of them, and tells so elsewhere
    return tuple(sorted(path for path in paths if not lies_among_secrets(path)))
