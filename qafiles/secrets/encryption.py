"""The file of a secret from its fields and back, by SOPS; each writing makes a data key of its own.

`sops set` and `sops rotate` are not used: they keep the data key, which removed recipients know, and trust the recipients
that the file names, which anybody may have put there.
"""

import json
import os
from collections.abc import Collection, Mapping
from pathlib import Path
from typing import Any, Final

from qafiles.errors import UsageError
from qafiles.kinds import SECRET_FIELDS
from qafiles.secrets.failures import NoSopsError, TamperedSecretError
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.program import find_sops, run_sops

MAX_VALUE: Final = 1024 * 1024
"""Bytes of a value; encrypted it fits into the 2 MiB that the file of a secret may have."""

ENCRYPTED_REGEX: Final = "^secret_value$"


def checked_value(value: Plaintext) -> Plaintext:
    """Return a value that SOPS can hold.

    Raises UsageError for an empty one, which SOPS does not encrypt, for one that is no UTF-8, which it would change, and for
    one that is too long.
    """
    if not value.reveal():
        flaw = "is empty"
    elif len(value.reveal()) > MAX_VALUE:
        flaw = f"has more than {MAX_VALUE // 1024} KiB"
    elif not _is_text(value):
        flaw = "is no UTF-8 text; encode it, for example with base64"
    elif value.reveal().strip(b"*") == b"":
        flaw = "is the mask that hides secrets, not a secret"
    else:
        return value
    raise UsageError(f"the value {flaw}")


def _is_text(value: Plaintext) -> bool:
    try:
        value.reveal().decode()
    except UnicodeDecodeError:
        return False
    return True


def encrypt(
    fields: Mapping[str, Any], value: Plaintext, *, config: Path, place: Path, key_types: Collection[str] = ()
) -> bytes:
    """Return the text of a secret's file; `fields` are all but the value, `place` is where the file will be.

    The recipients are those of the first rule of `config` that fits the place. Raises UsageError for a value that SOPS can't
    hold, and SopsError.
    """
    options = (
        "--config", os.fspath(config), "encrypt", "--encrypted-regex", ENCRYPTED_REGEX,
        "--input-type", "json", "--output-type", "yaml", "--filename-override", os.fspath(place),
    )  # fmt: skip
    document = _document(fields, checked_value(value))
    return run_sops(options, document, key_types=key_types).reveal()


def _document(fields: Mapping[str, Any], value: Plaintext) -> Plaintext:
    clear = {name: fields[name] for name in SECRET_FIELDS[:-1]}
    return Plaintext(json.dumps({**clear, SECRET_FIELDS[-1]: value.reveal().decode()}).encode())


def decrypt(content: bytes, fields: Mapping[str, Any], *, key_types: Collection[str] = ()) -> Plaintext:
    """Return the value of a secret, from the very bytes that were checked before; `fields` are its clear fields.

    Raises SopsError: TamperedSecretError also when the decrypted fields differ from the clear ones.
    """
    options = ("--config", os.devnull, "decrypt", "--input-type", "yaml", "--output-type", "json")
    document = run_sops(options, Plaintext(content), key_types=key_types)
    value = _value_in(document, fields)
    if value is None and not _has_value(document):
        raise NoSopsError(
            f"`{find_sops()}` answers with something else than a secret: it is broken, or not the real program; "
            "https://github.com/getsops/sops/releases has it"
        )
    if value is None:
        raise TamperedSecretError(
            "the decrypted fields are not those of the file: it was changed by somebody without a key"
        )
    return value


def _has_value(document: Plaintext) -> bool:
    """Return whether a document has a value, as SOPS finds one in each file that it decrypts."""
    try:
        decrypted = json.loads(document.reveal())
    except ValueError:
        return False
    return isinstance(decrypted, dict) and SECRET_FIELDS[-1] in decrypted


def _value_in(document: Plaintext, fields: Mapping[str, Any]) -> Plaintext | None:
    """Return the value in what SOPS decrypted; None unless it has exactly the fields of a secret, with these values."""
    try:
        decrypted = json.loads(document.reveal())
    except ValueError:
        return None
    if (
        not isinstance(decrypted, dict)
        or tuple(decrypted) != SECRET_FIELDS
        or not isinstance(decrypted[SECRET_FIELDS[-1]], str)
    ):
        return None
    if any(
        type(decrypted[name]) is not type(fields.get(name)) or decrypted[name] != fields.get(name)
        for name in SECRET_FIELDS[:-1]
    ):
        return None
    return Plaintext(decrypted[SECRET_FIELDS[-1]].encode())
