"""Where the user's keys come from: variables, files, a command of a password manager, and prompts on the terminal.

https://getsops.io/docs/#encrypting-using-age
"""

import contextlib
import os
import re
import shlex
import shutil
import subprocess
import sys
import threading
from functools import cache
from pathlib import Path
from typing import Final, NamedTuple

from qafiles.secrets.plaintext import Plaintext
from qafiles.sops_files.age_keys import key_file

_MOST_BYTES: Final = 1024 * 1024
_SECONDS: Final = 60.0
"""How long a command may take that has no terminal on which it could ask."""

_plugins_in = re.compile(rb"AGE-PLUGIN-([A-Z0-9+._-]{1,100}?)-1").findall

_one_run: Final = threading.Lock()


class _Output(NamedTuple):
    """What a command printed, and why it failed."""

    key: Plaintext | None
    failure: str | None


def key_of_command() -> Plaintext | None:
    """Return what SOPS_AGE_KEY_CMD prints, None where it is not set or fails; it is run once for each process.

    It gets the user's variables, folder and terminal, which SOPS itself does not give it here.
    """
    command = os.environ.get("SOPS_AGE_KEY_CMD", "")
    with _one_run:  # of several threads, the others wait for the answer
        return _output_of(command).key if command else None


@cache
def _output_of(command: str) -> _Output:
    try:
        words = shlex.split(command)
    except ValueError as error:
        return _Output(None, f"SOPS_AGE_KEY_CMD can't be read as a command: {error}")
    if not words:
        return _Output(None, "SOPS_AGE_KEY_CMD is blank")
    asks = has_terminal()
    try:
        done = subprocess.run(  # noqa: S603  # what the user asked for
            words,
            # What is piped into this program is no answer to the command's questions.
            stdin=None if asks and sys.stdin is not None and sys.stdin.isatty() else subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            check=False,
            timeout=None if asks else _SECONDS,
        )
    except subprocess.TimeoutExpired:
        return _Output(
            None, f"the command of SOPS_AGE_KEY_CMD, `{words[0]}`, did not end within {_SECONDS:g} seconds"
        )
    except OSError as error:
        return _Output(
            None, f"the command of SOPS_AGE_KEY_CMD, `{words[0]}`, could not be started: {error.strerror}"
        )
    if done.returncode:
        return _Output(
            None, f"the command of SOPS_AGE_KEY_CMD, `{words[0]}`, failed with exit code {done.returncode}"
        )
    key = Plaintext(done.stdout[:_MOST_BYTES].strip())
    if not key.reveal():
        return _Output(None, f"the command of SOPS_AGE_KEY_CMD, `{words[0]}`, printed nothing")
    if b"AGE-" not in key.reveal() or b"\0" in key.reveal():
        return _Output(None, f"the command of SOPS_AGE_KEY_CMD, `{words[0]}`, printed no age key")
    return _Output(key, None)


def terminal_name() -> str:
    """Return the path of the terminal for programs that have to open it."""
    for stream in (0, 2, 1):
        with contextlib.suppress(OSError):
            return os.ttyname(stream)
    return "/dev/tty"


def has_terminal() -> bool:
    """Return whether there is a terminal on which a program can ask, whatever stdin and stdout are."""
    if os.name != "posix":
        return False
    try:
        descriptor = os.open("/dev/tty", os.O_RDWR | os.O_NOCTTY)
    except OSError:
        return False
    try:
        # Of a process in the background the terminal would stop whatever reads from it.
        return os.tcgetpgrp(descriptor) == os.getpgrp()
    except OSError:
        return False
    finally:
        os.close(descriptor)


def where_looked() -> str:
    """Return where keys were looked for and what became of each place, for a sentence in brackets."""
    places = [*filter(None, (_of_variable(), _of_file(), _of_command(), _of_ssh(), _of_gnupg()))]
    return (
        "; ".join(places)
        if places
        else (
            f"no key is there: {key_file()} does not exist, and neither SOPS_AGE_KEY_FILE nor SOPS_AGE_KEY is set; "
            "`qafiles secret key` makes one, or says which you have"
        )
    )


def _of_variable() -> str | None:
    value = os.environ.get("SOPS_AGE_KEY")
    if not value:
        return None
    return "that of SOPS_AGE_KEY does not" if "AGE-" in value else "SOPS_AGE_KEY holds no age key"


def _of_file() -> str | None:
    named = os.environ.get("SOPS_AGE_KEY_FILE")
    place = key_file()
    if not named:
        return f"those in {place} do not{_of_plugins(place)}" if place.is_file() else None
    return _file_of("SOPS_AGE_KEY_FILE", named, b"AGE-", "age key") + _of_plugins(place)


def _of_plugins(place: Path) -> str:
    """Return what the keys of plugins in a file want that is not there."""
    try:
        with place.open("rb") as file:
            names = {name.decode().lower() for name in _plugins_in(file.read(_MOST_BYTES))}
    except OSError:
        return ""
    absent = sorted(name for name in names if not has_plugin(name))
    if absent:
        return f"; the program age-plugin-{absent[0]} that one of them needs is not on PATH"
    return "; a plugin needs a terminal to ask for a PIN or a touch" if names and not has_terminal() else ""


def has_plugin(name: str) -> bool:
    """Return whether the program of a plugin of age is on PATH: https://c2sp.org/age-plugin."""
    return shutil.which(f"age-plugin-{name}") is not None


def _file_of(variable: str, named: str, mark: bytes, what: str) -> str:
    place = Path(named)
    try:
        with place.open("rb") as file:
            content = file.read(_MOST_BYTES)
    except FileNotFoundError:
        if named.startswith("~"):
            return f"{variable} is `{named}`, and nobody expands the `~`: write {Path(named).expanduser()}"
        return f"{variable} is `{named}`: no such file"
    except OSError as error:
        return f"{variable} is `{named}`, which can't be read: {error.strerror}"
    if mark not in content:
        return f"{variable} is `{named}`, which holds no {what}"
    return f"those in {named} ({variable}) do not"


def _of_command() -> str | None:
    command = os.environ.get("SOPS_AGE_KEY_CMD")
    if not command:
        return None
    return _output_of(command).failure or "the key that SOPS_AGE_KEY_CMD prints does not"


def _of_ssh() -> str | None:
    named = os.environ.get("SOPS_AGE_SSH_PRIVATE_KEY_FILE")
    if named:
        return _file_of("SOPS_AGE_SSH_PRIVATE_KEY_FILE", named, b"PRIVATE KEY", "SSH key")
    names = [name for name in ("id_ed25519", "id_rsa") if (Path.home() / ".ssh" / name).is_file()]
    hint = "" if has_terminal() else "; one with a passphrase needs a terminal to ask for it"
    return f"~/.ssh/{names[0]} does not{hint}" if names else None


def _of_gnupg() -> str | None:
    named = os.environ.get("GNUPGHOME")
    home = Path(named) if named else Path.home() / ".gnupg"
    if not named and not (home / "private-keys-v1.d").is_dir():
        return None
    hint = "" if has_terminal() else "; one with a passphrase needs a terminal to ask for it"
    return (
        f"those of GnuPG in {named or home} do not{hint}"
        if home.is_dir()
        else f"GNUPGHOME is `{named}`: no such folder"
    )
