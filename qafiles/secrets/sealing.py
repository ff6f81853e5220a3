"""The text of a secret's file as it is written: encrypted for the recipients of `.sops.yaml`, and looked at like any other."""

from collections.abc import Mapping
from typing import Any

from qafiles.git.temporary import temporary_folder
from qafiles.parsing import MAX_SECRET_SIZE, parse
from qafiles.secrets.encryption import decrypt, encrypt
from qafiles.secrets.failures import NoKeyError, RecipientError, SopsConfigError, SopsError
from qafiles.secrets.gnupg import is_known
from qafiles.secrets.key_sources import has_plugin
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import clear_fields, config_in, rule_for
from qafiles.secrets.trust import refuse_untrusted
from qafiles.snapshot import Snapshot
from qafiles.sops_files.config import CONFIG_FILE, CreationRule, SopsConfig
from qafiles.sops_files.recipients import LOCAL_KEY_TYPES, plugin_of
from qafiles.sops_files.secret_file import flaws, is_sealed

_LEGIBLE_LENGTH = 8
"""Bytes from which on a value does not occur in its own ciphertext by chance."""


def sealed(
    snapshot: Snapshot, path: str, fields: Mapping[str, Any], value: Plaintext, config: SopsConfig
) -> bytes:
    """Return the text of a secret's file at a path; `config` is what the snapshot's `.sops.yaml` says.

    Raises UsageError for a value that SOPS can't hold, and SopsError.
    """
    rule = rule_for(config, path)
    text = snapshot.bytes_of(CONFIG_FILE)
    if text is None:
        raise SopsConfigError(
            f"there is no {CONFIG_FILE} beside qafiles.yaml: it says who can decrypt, and `qafiles secret init` writes it"
        )
    if config_in(text).rule_for(path) != rule:
        raise SopsConfigError(f"{CONFIG_FILE} was changed while it was read; run the command again")
    key_types = {kind for kind, _ in rule.recipients}
    refuse_untrusted(snapshot, rule.recipients)
    # SOPS reads the very bytes that were checked: the file itself may be another one by now, or not be written yet.
    with temporary_folder() as folder:
        (folder / CONFIG_FILE).write_bytes(text)
        try:
            content = encrypt(
                fields, value, config=folder / CONFIG_FILE, place=folder / path, key_types=key_types
            )
        except RecipientError as error:
            reason = f"{path}: {error}{_causes(rule)}"
        else:
            _refuse_unsealed(content, fields, value, rule)
            return content
    raise RecipientError(reason)


def _causes(rule: CreationRule) -> str:
    """Return what is likely to keep SOPS from encrypting for the recipients of a rule, for a sentence in brackets."""
    named = sorted({kind for kind, _ in rule.recipients} - LOCAL_KEY_TYPES)
    causes = (
        [f"services must be in reach, and credentials for them be set: {', '.join(named)}"] if named else []
    )
    for kind, key in sorted(rule.recipients):
        plugin = plugin_of(key) if kind == "age" else None
        if plugin is not None and not has_plugin(plugin):
            causes.append(f"{key} needs the program age-plugin-{plugin}, which is not on PATH")
        elif kind == "pgp" and not is_known(key):
            causes.append(f"GnuPG has no public key {key}: `gpg --import` a file with it")
    return f" ({'; '.join(causes)})" if causes else ""


def _refuse_unsealed(content: bytes, fields: Mapping[str, Any], value: Plaintext, rule: CreationRule) -> None:
    """Raise SopsError when a text is not what `qafiles validate` accepts, has other fields or shows the value."""
    data = parse(content, MAX_SECRET_SIZE).data
    if (
        not isinstance(data, dict)
        or not is_sealed(str(data.get("secret_value")))
        or next(flaws(content, data, rule), None) is not None
        or clear_fields(data) != dict(fields)
        or _shows(content, value)
    ):
        raise SopsError(
            "sops did not encrypt as it was asked to; nothing was written. Is it an official release?"
        )


def _shows(content: bytes, value: Plaintext) -> bool:
    line = content.partition(b"secret_value: ")[2].partition(b"\n")[0]
    return len(value.reveal()) > _LEGIBLE_LENGTH and value.reveal() in line


def is_legible(content: bytes, value: Plaintext) -> bool:
    """Return whether a key at hand decrypts a text that was just sealed; raises SopsError when another value comes out."""
    data = parse(content, MAX_SECRET_SIZE).data
    try:
        decrypted = decrypt(content, clear_fields(data), key_types=data["sops"].keys())
    except NoKeyError:
        return False
    if decrypted.reveal() != value.reveal():
        raise SopsError("sops decrypts another value than it encrypted; nothing was written")
    return True
