"""What GnuPG says of a message: whether a key of the user opens it, or would, were the message whole.

https://github.com/gpg/gnupg/blob/master/doc/DETAILS
"""

import os
import re
import shutil
import subprocess
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

NONE: Final = "none"
"""No key that opens it is there, or it is locked."""
OPENS: Final = "opens"
DAMAGED: Final = "damaged"
"""A key is there and open, and the message is not what was encrypted for it."""

_VARIABLES: Final = (
    "PATH",
    "HOME",
    "USER",
    "GNUPGHOME",
    "XDG_RUNTIME_DIR",
    "APPDATA",
    "SYSTEMROOT",
    "USERPROFILE",
)
_SECONDS: Final = 20
_encrypted_to = re.compile(rb"^\[GNUPG:\] ENC_TO ([0-9A-F]{16})", re.MULTILINE).search
_failed = re.compile(rb"^\[GNUPG:\] ERROR pkdecrypt_failed ([0-9]+)", re.MULTILINE).search
# A key that was found opened it, and what came out was not whole.
_is_damaged = re.compile(rb"^\[GNUPG:\] (?:DECRYPTION_KEY|BADMDC|NODATA)", re.MULTILINE).search
_is_whole = re.compile(rb"^\[GNUPG:\] DECRYPTION_OKAY", re.MULTILINE).search
_DAMAGES: Final = frozenset({4, 10, 18, 26, 30, 55, 65, 79, 89, 126})
"""Codes of errors of what was encrypted, not of a passphrase, a card or a program that asks: err-codes.h of libgpg-error."""
_NOBODY: Final = b"0" * 16


class _Answer(NamedTuple):
    """What gpg wrote to stdout, and what it says of its work."""

    out: bytes
    status: bytes


def state_of_message(fingerprint: str, message: str) -> str:
    """Return whether the user's key with a fingerprint opens an armored message: NONE, OPENS or DAMAGED; nobody is asked."""
    own = _key_ids(fingerprint, os.environ.get("PATH", ""), os.environ.get("GNUPGHOME", ""))
    if not own:
        return NONE
    answer = _gpg(
        ("--pinentry-mode", "error", "--decrypt"), message.encode(errors="replace"), keeps_output=False
    )
    if answer is None:
        return NONE
    to = _encrypted_to(answer.status)
    if _is_whole(answer.status):
        return OPENS
    if to is not None and to[1] != _NOBODY and to[1].decode() not in own:
        return DAMAGED
    error = _failed(answer.status)
    if _is_damaged(answer.status) or to is None or (error and int(error[1]) & 0xFFFF in _DAMAGES):
        return DAMAGED
    return NONE


def is_known(fingerprint: str) -> bool:
    """Return whether GnuPG has the public key with a fingerprint."""
    answer = _gpg(("--list-keys", fingerprint))
    return answer is not None and b"\npub:" in b"\n" + answer.out


@cache
def _key_ids(fingerprint: str, path: str, home: str) -> frozenset[str]:
    """Return the ids of the private keys that go with a fingerprint, the subkeys included; none where there is none."""
    del path, home  # another answer for other variables
    answer = _gpg(("--list-secret-keys", fingerprint))
    lines = answer.out.decode(errors="replace").splitlines() if answer is not None else []
    return frozenset(line.split(":")[4] for line in lines if line.startswith(("sec:", "ssb:")))


def _gpg(arguments: tuple[str, ...], message: bytes = b"", *, keeps_output: bool = True) -> _Answer | None:
    """Return the answer of gpg, None where it can't be run."""
    folders = [
        folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()
    ]
    program = shutil.which("gpg", path=os.pathsep.join(folders))
    if program is None:
        return None
    try:
        done = subprocess.run(  # noqa: S603  # an absolute path, and no shell
            [program, "--batch", "--no-tty", "--with-colons", "--status-fd", "2", *arguments],
            input=message,
            # A message that opens is a data key, which nobody gets.
            stdout=subprocess.PIPE if keeps_output else subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            env={name: os.environ[name] for name in _VARIABLES if name in os.environ} | {"LC_ALL": "C"},
            timeout=_SECONDS,
            check=False,
        )
    except (OSError, subprocess.TimeoutExpired):
        return None
    return _Answer(done.stdout or b"", done.stderr)
