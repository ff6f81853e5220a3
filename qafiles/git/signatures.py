"""The signatures of commits, judged by git against keys that are given, and by nothing that is configured here.

https://git-scm.com/docs/git-config#Documentation/git-config.txt-gpgsshallowedSignersFile
"""

import base64
import os
import shutil
from collections.abc import Mapping, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.errors import GitError
from qafiles.git.objects_alone import objects_alone
from qafiles.git.process import finish
from qafiles.git.repository import GitRepository

if TYPE_CHECKING:
    from subprocess import Popen

_FORMAT: Final = "%H%x00%G?%x00%GS%x00%GF%x00%GP%x00"
_WORTHWHILE: Final = 40
"""Commits from which a second process is quicker: each signature starts ssh-keygen twice."""


class Signature(NamedTuple):
    """What git says of the signature of a commit.

    `status` is git's letter: G good, U good by a key that is not given, N none, B bad, E can't be checked, X, Y and R
    expired or revoked. `key` is the given SSH key, and `fingerprint` that of a primary PGP key.
    """

    status: str
    key: str | None = None
    fingerprint: str | None = None


def signatures(
    repository: GitRepository, commits: Sequence[str], keys: Sequence[str]
) -> Mapping[str, Signature]:
    """Return the signature of each commit; `keys` are SSH public keys as type and key.

    Raises GitError where keys are given and ssh-keygen, which checks them, is not there.
    """
    if not commits:
        return {}
    program = shutil.which("ssh-keygen")
    if keys and program is None:
        raise GitError(
            "signatures of SSH keys can't be checked without ssh-keygen, which is not on PATH; install OpenSSH's client"
        )
    from qafiles.git.temporary import temporary_folder  # noqa: PLC0415  # slow to import, and seldom needed

    with temporary_folder() as folder:
        allowed = folder / "allowed_signers"
        # The principal says which of the keys it is: names of people are never matched.
        lines = [f'key-{number} namespaces="git" {key}\n' for number, key in enumerate(keys)]
        allowed.write_text("".join(lines), encoding="ascii")
        settings = (
            f"gpg.ssh.allowedSignersFile={allowed}",
            f"gpg.ssh.program={program or 'ssh-keygen'}",
            "gpg.program=gpg",
            "gpg.openpgp.program=gpg",
            "gpg.x509.program=gpgsm",
            "gpg.minTrustLevel=undefined",
        )
        options = [word for setting in settings for word in ("-c", setting)]
        half = len(commits) if len(commits) < _WORTHWHILE else -(-len(commits) // (os.cpu_count() or 1))
        parts = [commits[start : start + half] for start in range(0, len(commits), half)]
        (folder / "git").mkdir()
        alone, variables = objects_alone(repository, folder / "git", commits[0])
        running = [_started(alone, variables, options, part) for part in parts]
        outs = [finish(process, "log") for process in running]
    by_commit: dict[str, Signature] = {}
    for out in outs:
        tokens = out.decode("utf-8", "surrogateescape").split("\0")
        for name, status, signer, print_, primary in zip(*(tokens[at::5] for at in range(5)), strict=False):
            by_commit[name.strip("\n")] = _signature(status, signer, print_, primary, keys)
    return by_commit


def _started(
    alone: GitRepository, variables: Mapping[str, str], options: Sequence[str], commits: Sequence[str]
) -> "Popen[bytes]":
    """Return git as it looks at the signatures of some commits, whose names it has read."""
    command = (
        "log",
        "--no-walk=unsorted",
        "--encoding=UTF-8",
        "--no-show-signature",
        "--no-notes",
        "--no-color",
        "--no-decorate",
    )
    process = alone.start(
        *options, *command, f"--format=tformat:{_FORMAT}", "--stdin", takes_input=True, variables=variables
    )
    assert process.stdin is not None  # noqa: S101  # a pipe was asked for
    process.stdin.write("".join(f"{name}\n" for name in commits).encode("ascii"))
    process.stdin.close()
    process.stdin = None
    return process


def _signature(status: str, signer: str, fingerprint: str, primary: str, keys: Sequence[str]) -> Signature:
    number = signer.removeprefix("key-")
    if signer.startswith("key-") and number.isascii() and number.isdigit() and not primary:
        key = keys[int(number)] if int(number) < len(keys) else None
        # Who makes certificates of other kinds may call themselves like a principal.
        return Signature(status, key if key is not None and fingerprint == _fingerprint(key) else None)
    return Signature(status, fingerprint=primary or None)


def _fingerprint(key: str) -> str:
    """Return the fingerprint of an SSH key as OpenSSH writes it, https://datatracker.ietf.org/doc/html/rfc4648#section-3.2."""
    digest = sha256(base64.b64decode(key.split(" ")[1])).digest()
    return f"SHA256:{base64.b64encode(digest).decode('ascii').rstrip('=')}"
