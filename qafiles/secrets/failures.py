"""Why SOPS could not do what was asked, in our own words: its own may hold the plaintext.

An error of type, for one, quotes the decrypted value, and a MAC that does not fit is a hash of it.
"""

import re
from typing import Final

from qafiles.errors import QafilesError


class SopsError(QafilesError):
    """SOPS could not be run, or failed for a reason that lies in the environment."""


class NoSopsError(SopsError):
    """There is no usable `sops` program."""


class SopsTimeoutError(SopsError):
    """SOPS gave no answer in time."""


class NoKeyError(SopsError):
    """No key at hand decrypts the secret."""


class UntrustedServiceError(SopsError):
    """A key service would be asked that a stranger may have named."""


class SopsConfigError(SopsError):
    """`.sops.yaml` is missing, broken, or has no rule for the file."""


class RecipientError(SopsError):
    """A recipient of the secret can't be encrypted to."""


class TamperedSecretError(SopsError):
    """The file of a secret was changed by somebody without a key, or damaged."""

    exit_code = 1


TOO_OLD: Final = "this `sops` is too old: 3.10 or later is needed (https://github.com/getsops/sops/releases)"

_BY_CODE: Final[dict[int, type[SopsError]]] = {
    128: NoKeyError,
    25: TamperedSecretError,
    51: TamperedSecretError,
}
# Words that SOPS writes for a cause whose exit code means several; https://github.com/getsops/sops/blob/main/cmd/sops/codes/codes.go
_BY_WORDS: Final[tuple[tuple[bytes, type[SopsError]], ...]] = (
    (rb"flag provided but not defined", NoSopsError),
    (rb"no matching creation rules found|config file not found|error loading config", SopsConfigError),
    (
        rb"Could not generate data key|failed to parse input as|could not create .* (?:key|recipient)",
        RecipientError,
    ),
    (rb"panic:", TamperedSecretError),
)
_MESSAGES: Final[dict[type[SopsError], str]] = {
    NoKeyError: "no key at hand decrypts it",
    TamperedSecretError: "the file was changed by somebody without a key, or is damaged; take it from a commit that "
    "decrypts, or set the secret again",
    NoSopsError: TOO_OLD,
    SopsConfigError: "`.sops.yaml` has no rule that fits the file, or can't be read",
    RecipientError: "one of the recipients in `.sops.yaml` can't be encrypted to: check each of them",
    SopsError: "sops failed for a reason that it does not name by its exit code",
}


def failure(code: int, words: bytes) -> SopsError:
    """Return the error for an exit code of SOPS and what it said, of which nothing is kept."""
    kind = _BY_CODE.get(code) or next((kind for text, kind in _BY_WORDS if re.search(text, words)), SopsError)
    return kind(_MESSAGES[kind] if kind is not SopsError else f"{_MESSAGES[kind]} ({code})")
