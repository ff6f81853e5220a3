"""Secrets set and encrypted anew: proposals, which are checked and written like every other edit."""

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from qafiles.edits.proposal import FileChange, Proposal
from qafiles.edits.proposals.handles import is_secret_name, refuse_bad_secret_name
from qafiles.errors import UnknownEntityError, UsageError
from qafiles.kinds import SECRET, SECRET_FIELDS
from qafiles.layout import is_id, path_for
from qafiles.models.new_id import new_id
from qafiles.secrets.encryption import checked_value
from qafiles.secrets.failures import NoKeyError, TamperedSecretError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import clear_fields, find_secret, read_secret, sops_config
from qafiles.secrets.sealing import is_legible, sealed
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.projects import find_project
from qafiles.sops_files.config import SopsConfig
from qafiles.sops_files.secret_file import CONVERTED, HOW_TO_KEEP_LINE_ENDS, has_converted_line_ends


@dataclass(frozen=True, slots=True)
class NewValue:
    """What setting a secret comes to: the proposal, and a sentence about its version and who can read it."""

    proposal: Proposal
    note: str


def set_secret(
    snapshot: Snapshot,
    name: str,
    value: Plaintext,
    *,
    project: str | None = None,
    now: datetime | None = None,
) -> NewValue:
    """Return the proposal that makes a secret or changes its value; its version grows by one when the value differs.

    Raises UsageError for a bad name or value, UnknownEntityError for a project, and SopsError.
    """
    checked_value(value)
    config = sops_config(snapshot)
    moment = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    file = _existing(snapshot, name, project)
    if file is None:
        place = _project(snapshot, project)
        path = path_for(SECRET, f"{place.handle}/{name}")
        new = dict[str, Any](zip(SECRET_FIELDS, (new_id(), place.id, name, moment, moment, 1), strict=False))
        content = sealed(snapshot, path, new, value, config)
        proposal = Proposal(f"set secret {place.handle}/{name}", (FileChange(path, None, content),))
        return NewValue(proposal, f"version 1{_lock_out(content, value)}")
    fields: dict[str, Any] = clear_fields(file.data)
    same, why = _is_same(snapshot, file, value, config)
    title = f"set secret {file.handle}"
    if same:
        return NewValue(Proposal(title, ()), f"the value is the same; version {fields['version']} stays")
    fields |= {"version": fields["version"] + 1, "updated_at": moment}
    content = sealed(snapshot, file.path, fields, value, config)
    change = FileChange(file.path, snapshot.bytes_of(file.path), content)
    return NewValue(
        Proposal(title, (change,)), f"version {fields['version']}{why or _lock_out(content, value)}"
    )


def _existing(snapshot: Snapshot, name: str, project: str | None) -> EntityFile | None:
    """Return the secret that is to get a value, None where it is to be made."""
    try:
        return find_secret(snapshot, name, project)
    except UnknownEntityError:
        if "/" in name or (is_secret_name(name) and _is_ambiguous(snapshot, name, project)):
            raise
    refuse_bad_secret_name(name)
    return None


def _is_ambiguous(snapshot: Snapshot, name: str, project: str | None) -> bool:
    return project is None and any(file.name_part == name for file in snapshot.of_kind(SECRET))


def _lock_out(content: bytes, value: Plaintext) -> str:
    """Return a warning where nobody here can read what was written, which a lost key would make a lost value."""
    readable = is_legible(content, value)
    return "" if readable else " (no key at hand reads it: make sure that one of its recipients can)"


def _is_same(snapshot: Snapshot, file: EntityFile, value: Plaintext, config: SopsConfig) -> tuple[bool, str]:
    """Return whether a secret has this value already, and why that could not be told."""
    version = file.data.get("version")
    if not file.valid or not isinstance(version, int):
        raise TamperedSecretError(f"{file.path} can't be read; take it from a commit in which it is whole")
    try:
        return read_secret(snapshot, file, config, synchronized=False).reveal() == value.reveal(), ""
    except NoKeyError:
        return False, " (without a key to read the old value, the version always grows)"
    except TamperedSecretError:
        if has_converted_line_ends(snapshot.bytes_of(file.path) or b""):
            return False, f" (the old value could not be compared: {CONVERTED}; {HOW_TO_KEEP_LINE_ENDS})"
        return False, " (the old file was damaged or changed by somebody without a key)"


def _project(snapshot: Snapshot, project: str | None) -> EntityFile:
    if project is not None:
        owner = find_project(snapshot, project)
    else:
        projects = snapshot.of_kind("project")
        if len(projects) != 1:
            listed = ", ".join(file.handle for file in projects[:5])
            raise UsageError(f"choose the project of the new secret with --project: {listed}")
        owner = projects[0]
    if owner.id is None or not is_id(owner.id):
        raise UsageError(f"{owner.path} has no id, which a secret must name; `qafiles fix` mints one")
    return owner
