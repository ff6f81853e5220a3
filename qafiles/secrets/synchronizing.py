"""Secrets encrypted anew for other recipients; values and versions stay.

`sops updatekeys` is not used: it keeps the data key, with which a removed recipient can open every later value.
"""

from collections.abc import Collection, Mapping, Sequence
from typing import NamedTuple

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.errors import EditRefusedError
from qafiles.kinds import SECRET
from qafiles.secrets.failures import NoKeyError, SopsError
from qafiles.secrets.gains import lost_lines
from qafiles.secrets.reading import clear_fields, read_secret, rule_for, sops_config
from qafiles.secrets.sealing import sealed
from qafiles.secrets.strays import refuse_unreachable
from qafiles.secrets.threads import Counted, in_threads, unseen
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.access import has_illegible_recipient, recipients_in, shares_in
from qafiles.sops_files.config import CONFIG_FILE, SopsConfig
from qafiles.sops_files.recipients import Recipient


class Sync(NamedTuple):
    """What encrypting anew comes to: the proposal, why some files were left as they are, and who no longer reads which.

    `failures` holds sentences by path; `lost` holds the handles of secrets by the recipient that was taken away.
    """

    proposal: Proposal
    failures: dict[str, SopsError]
    lost: dict[Recipient, tuple[str, ...]]


def readers(file: EntityFile) -> frozenset[Recipient]:
    """Return the recipients that a secret's file names."""
    return recipients_in(shares_in(file.data))


def outdated(snapshot: Snapshot, config: SopsConfig) -> tuple[EntityFile, ...]:
    """Return the secrets whose recipients are not those of `.sops.yaml`, sorted by path.

    Raises SopsConfigError where no rule is for one.
    """
    return tuple(
        file
        for file in snapshot.of_kind(SECRET)
        if shares_in(file.data) != rule_for(config, file.path).shares or has_illegible_recipient(file.data)
    )


def synchronized(
    snapshot: Snapshot, *, most: int | None = None, leave: Collection[str] = (), progress: Counted = unseen
) -> Sync:
    """Return what encrypts anew those secrets whose recipients are not those of `.sops.yaml`.

    `most` is for how many at once, `leave` are paths that stay as they are. Raises SopsConfigError, and
    EditRefusedError where something among the secrets can't be encrypted anew.
    """
    refuse_unreachable(snapshot)
    config = sops_config(snapshot)
    files = [file for file in outdated(snapshot, config) if file.path not in leave][:most]
    return reencrypted(snapshot, snapshot, files, "sync secrets", progress)


def reencrypted(
    before: Snapshot, after: Snapshot, files: Sequence[EntityFile], title: str, progress: Counted = unseen
) -> Sync:
    """Return what reads secrets of one snapshot and writes them for the recipients that another one's `.sops.yaml` names."""
    old_config, new_config = sops_config(before), sops_config(after)

    def work(file: EntityFile) -> bytes | SopsError:
        try:
            value = read_secret(before, file, old_config, synchronized=False)
            return sealed(after, file.path, clear_fields(file.data), value, new_config)
        except SopsError as error:
            return error

    changes: list[FileChange] = []
    failures: dict[str, SopsError] = {}
    lost: dict[Recipient, tuple[str, ...]] = {}
    for file, result in zip(files, in_threads(work, files, progress), strict=True):
        if isinstance(result, SopsError):
            failures[file.path] = result
            continue
        changes.append(FileChange(file.path, before.bytes_of(file.path), result))
        for recipient in sorted(readers(file) - rule_for(new_config, file.path).recipients):
            lost[recipient] = (*lost.get(recipient, ()), file.handle)
    afterwards = lost_lines(before, lost)
    return Sync(Proposal(title, tuple(changes), afterwards=afterwards), failures, lost)


def refuse_failures(failures: dict[str, SopsError]) -> None:
    """Raise EditRefusedError, with a line for each, where a secret can't be encrypted anew; NoKeyError for want of a key."""
    if not failures:
        return
    first = next(iter(failures.values()))
    if len(failures) == 1 or all(isinstance(error, NoKeyError) for error in failures.values()):
        raise type(first)(f"{first}. Nothing was written")
    raise EditRefusedError(
        f"{len(failures)} secrets can't be encrypted anew; nothing was written",
        places=tuple(str(error) for error in failures.values()),
    )


def resealed(snapshot: Snapshot, file: EntityFile, path: str, changes: Mapping[str, str]) -> bytes | None:
    """Return the text of a secret's file at a new path and with other fields; None where its old text is right there, too.

    That is where no field changes and `.sops.yaml` names no other recipients for the new path. Raises SopsError.
    """
    if not changes and CONFIG_FILE not in snapshot.entries:
        return None
    config = sops_config(snapshot)
    old, new = config.rule_for(file.path), config.rule_for(path)
    if not changes and (old and old.recipients) == (new and new.recipients):
        return None
    value = read_secret(snapshot, file, config, synchronized=False)
    return sealed(snapshot, path, {**clear_fields(file.data), **changes}, value, config)
