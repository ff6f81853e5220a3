"""Secrets set and encrypted anew: proposals, which are checked and written like every other edit."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Final

from qafiles.edits.file_change import FileChange, Proposal
from qafiles.edits.new import fresh_id
from qafiles.errors import UnknownEntityError, UsageError
from qafiles.layout import is_id, path_for
from qafiles.parsing import parse
from qafiles.secrets.encryption import FIELDS, encrypt
from qafiles.secrets.failures import NoKeyError, SopsError, TamperedSecretError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import clear_fields, content_of, find_secret, read_secret, rule_for, sops_config
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.sops_files.config import CONFIG_FILE, SopsConfig
from qafiles.sops_files.secret_file import flaws
from qafiles.sources import FolderSource

_is_name: Final = re.compile(r"[A-Z][A-Z0-9_]*\Z").match


@dataclass(frozen=True, slots=True)
class NewValue:
    """What setting a secret comes to: the proposal, and a sentence about its version."""

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
    config = sops_config(snapshot)
    moment = (now or datetime.now(UTC)).astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    try:
        file = find_secret(snapshot, name, project)
    except UnknownEntityError:
        if (
            "/" in name
            or not name.replace("_", "").isalnum()
            or name != name.upper()
            or not name[0].isalpha()
        ):
            raise UsageError(
                f"`{name}` is no name of a secret: capitals, digits and `_`, as in ADMIN_PASSWORD"
            ) from None
        place = _project(snapshot, project)
        path = path_for("secret_value", f"{place.handle}/{name}")
        new = dict[str, Any](zip(FIELDS, (fresh_id(), place.id, name, moment, moment, 1), strict=False))
        change = FileChange(path, None, _sealed(snapshot, path, new, value, config))
        return NewValue(Proposal(f"set secret {place.handle}/{name}", (change,)), "version 1")
    before = content_of(snapshot, file.path)
    fields: dict[str, Any] = clear_fields(file.data)
    same, why = _is_same(snapshot, file, value, config)
    if same:
        return NewValue(
            Proposal(f"set secret {file.handle}", ()),
            f"the value is the same; version {fields['version']} stays",
        )
    fields |= {"version": fields["version"] + 1, "updated_at": moment}
    change = FileChange(file.path, before, _sealed(snapshot, file.path, fields, value, config))
    return NewValue(Proposal(f"set secret {file.handle}", (change,)), f"version {fields['version']}{why}")


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
        return False, " (the old file was damaged or changed by somebody without a key)"


def _project(snapshot: Snapshot, project: str | None) -> EntityFile:
    if project is not None:
        found = snapshot.find(project)
        if found.kind != "project":
            raise UnknownEntityError(f"{found.handle} is no project")
    else:
        projects = snapshot.of_kind("project")
        if len(projects) != 1:
            listed = ", ".join(file.handle for file in projects[:5])
            raise UsageError(f"choose the project of the new secret with --project: {listed}")
        found = projects[0]
    if found.id is None or not is_id(found.id):
        raise UsageError(f"{found.path} has no id, which a secret must name; `qafiles fix` mints one")
    return found


def _sealed(
    snapshot: Snapshot, path: str, fields: dict[str, Any], value: Plaintext, config: SopsConfig
) -> bytes:
    """Return the text of a secret's file, after it was looked at as any file of a secret is."""
    source = snapshot.source
    if not isinstance(source, FolderSource):
        raise UsageError("secrets are set in a working tree")
    rule = rule_for(config, path)
    root = Path(source.folder)
    content = encrypt(
        fields,
        value,
        config=root / CONFIG_FILE,
        place=root / path,
        key_types={kind for kind, _ in rule.recipients},
    )
    data = parse(content).data
    wrong = next(flaws(content, data, rule), None) if isinstance(data, dict) else True
    if (
        wrong
        or clear_fields(data) != fields
        or (
            len(value.reveal()) > 8
            and value.reveal() in content.partition(b"secret_value: ")[2].partition(b"\n")[0]
        )
    ):
        raise SopsError(
            "sops did not encrypt as it was asked to; nothing was written. Is it an official release?"
        )
    return content


def outdated(snapshot: Snapshot, config: SopsConfig) -> Iterator[EntityFile]:
    """Yield the secrets whose recipients are not those of `.sops.yaml`, sorted by path."""
    for file in snapshot.of_kind("secret_value"):
        content, rule = content_of(snapshot, file.path), rule_for(config, file.path)
        if content is not None and any(flaw.of_recipients for flaw in flaws(content, file.data, rule)):
            yield file


def synchronized(snapshot: Snapshot, file: EntityFile, config: SopsConfig) -> Proposal:
    """Return the proposal that encrypts a secret anew for the recipients of `.sops.yaml`, its value and version as they are.

    Raises SopsError.
    """
    value = read_secret(snapshot, file, config, synchronized=False)
    content = _sealed(snapshot, file.path, clear_fields(file.data), value, config)
    return Proposal(
        f"sync secret {file.handle}", (FileChange(file.path, content_of(snapshot, file.path), content),)
    )
