"""Secrets for a program: variables that it gets, and nothing else does."""

import contextlib
import os
import signal
import subprocess
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, Any, Final, NoReturn

from qafiles.cache.ctrl_c import CtrlCLater
from qafiles.errors import QafilesError, UnknownEntityError, UsageError
from qafiles.secrets.failures import SopsError
from qafiles.secrets.names import meant_in, missing, named_in, secrets_of
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import read_secret, sops_config
from qafiles.secrets.threads import in_threads
from qafiles.secrets.variables import SECRET_VARIABLES, VariableNames
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import missing_secrets, users_of_secrets
from qafiles.snapshot.projects import find_project

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

_KEYS: Final = frozenset(
    {
        "SOPS_AGE_KEY",
        "SOPS_AGE_KEY_FILE",
        "SOPS_AGE_KEY_CMD",
        "SOPS_AGE_SSH_PRIVATE_KEY_FILE",
        "SOPS_AGE_SSH_PRIVATE_KEY_CMD",
    }
)
"""Variables that a program does not inherit: with them it could read every other secret, too."""


def chosen(
    snapshot: Snapshot,
    *,
    names: Iterable[str] = (),
    traversal: str | None = None,
    project: str | None = None,
    environment: "Environment | None" = None,
) -> tuple[EntityFile, ...]:
    """Return the secrets that are named, that a traversal lists (it may list none), or that a project's texts and traversals name.

    In an environment, each stands for the secret that its name means there, and a project has those of the environment.
    Raises UnknownEntityError, also for a secret that the environment lacks, and UsageError when nothing is chosen.
    """
    secrets = {file.path: file for file in (named_in(snapshot, name, project, environment) for name in names)}
    if traversal is not None:
        named = snapshot.find(traversal)
        if named.kind != "test_traversal":
            raise UsageError(f"{named.handle} is no traversal")
        for link in snapshot.outgoing(named):
            if link.reference.field == "secret_values":
                if link.target is None:
                    raise UsageError(f"{named.path} names a secret that is not there: {link.reference.value}")
                file = meant_in(snapshot, link.target, environment)
                secrets[file.path] = file
    if project is not None and not secrets:
        place = find_project(snapshot, project)
        users = users_of_secrets(snapshot)
        secrets = {
            file.path: file for file in _of_project(snapshot, place.handle, environment) if file.path in users
        }
        for use in missing_secrets(snapshot, environment) if environment is not None else ():
            if use.project == place.handle:
                raise UnknownEntityError(missing(environment, use))
        if not secrets and _of_project(snapshot, place.handle, environment):
            raise UsageError(
                f"no text and no traversal of {place.handle} names a secret: name secrets (--secret), or take all of them (--all)"
            )
    if not secrets and traversal is None:
        raise UsageError(
            "no secret is chosen: name a traversal (--traversal), a project (--project) or secrets (--secret)"
        )
    return tuple(secrets[path] for path in sorted(secrets))


def all_of(
    snapshot: Snapshot, project: str, environment: "Environment | None" = None
) -> tuple[EntityFile, ...]:
    """Return the secrets of a project, also those that nothing names; raises UsageError where it has none."""
    handle = find_project(snapshot, project).handle
    files = _of_project(snapshot, handle, environment)
    if not files:
        raise UsageError(f"{handle} has no secrets; `qafiles secret set NAME --project {handle}` makes one")
    return files


def unnamed(snapshot: Snapshot, project: str, environment: "Environment | None" = None) -> tuple[str, ...]:
    """Return the names of those secrets of a project that no text and no traversal names, sorted."""
    users = users_of_secrets(snapshot)
    files = _of_project(snapshot, find_project(snapshot, project).handle, environment)
    return tuple(sorted(file.name_part for file in files if file.path not in users))


def _of_project(snapshot: Snapshot, handle: str, environment: "Environment | None") -> tuple[EntityFile, ...]:
    return tuple(file for file in secrets_of(snapshot, environment) if file.project == handle)


def values(
    snapshot: Snapshot,
    files: Sequence[EntityFile],
    variables: Mapping[str, str] = os.environ,
    environment: "Environment | None" = None,
    names: VariableNames | None = None,
) -> dict[str, Plaintext]:
    """Return the values of secrets by the names that variables of them have, which a program with `variables` has not.

    In an environment, the name is the plain one that texts write, without the suffix. Raises UsageError for a name that is
    taken, that programs take orders from, or that is chosen for a secret which is not among them; and SopsError.
    """
    config = sops_config(snapshot)
    names = names or VariableNames()
    by_variable: dict[str, EntityFile] = {}
    unused = dict(names.chosen)
    for file in files:
        plain = None if environment is None else environment.plain_name(file.name_part)
        known_as = (file.handle, file.name_part, plain or file.name_part)
        name, refusal = names.of(*known_as), names.refusal(*known_as)
        for known in known_as:
            unused.pop(known, None)
        if refusal is not None:
            raise UsageError(f"{file.path}: {refusal}")
        if name in variables:
            raise UsageError(
                f"{file.path}: the variable {name} is set already; unset it, or hand it out under another name with "
                f"`--as {known_as[-1]}=VARIABLE`"
            )
        if name in by_variable:
            raise UsageError(
                f"{file.path}: {by_variable[name].path} would be the variable {name}, too; choose one, or give it another "
                f"name with `--as {file.handle}=VARIABLE`"
            )
        by_variable[name] = file
    if unused:
        raise UsageError(f"--as {next(iter(unused))}=…: no secret of that name is handed out")
    plaintexts = in_threads(lambda file: read_secret(snapshot, file, config), [*by_variable.values()])
    result = dict(zip(by_variable, plaintexts, strict=True))
    for name, value in result.items():
        if b"\0" in value.reveal():
            raise SopsError(f"{by_variable[name].path}: the value holds a NUL, which no variable can")
    return result


def become(program: Sequence[str], secrets: Mapping[str, Plaintext]) -> NoReturn:
    """Run a program, without a shell, in the place of this process: with its variables, but those that hold keys, and secrets.

    Where a process can't become another one, it ends with the program's exit code. Raises QafilesError when the program
    can't be run.
    """
    if os.name == "nt":
        sys.exit(run_child(program, secrets))
    # No local variable holds the values, since a traceback may show those.
    try:
        os.execvpe(program[0], [*program], _with(secrets))  # noqa: S606  # what the user asked for
    except OSError as error:
        reason = f"`{program[0]}` can't be run: {error.strerror}"
    raise QafilesError(reason)


def run_child(program: Sequence[str], secrets: Mapping[str, Plaintext]) -> int:
    """Return the exit code of a program that runs as `become` runs it, but as a child of this process.

    Signals that end a process are passed on to it; one that ended by a signal has 128 and its number. Raises QafilesError
    when the program can't be run.
    """
    try:
        with CtrlCLater():  # until its signals are those of the program
            child = subprocess.Popen(program, env=_with(secrets))  # noqa: S603  # what the user asked for
            with _signals_for(child):
                code = child.wait()
    except OSError as error:
        reason = f"`{program[0]}` can't be run: {error.strerror}"
    else:
        return code if code >= 0 else 128 - code
    raise QafilesError(reason)


@contextlib.contextmanager
def _signals_for(child: "subprocess.Popen[bytes]") -> Iterator[None]:
    """Let this process outlive what ends its child: Ctrl-C reaches both, what a runner of jobs sends this one alone."""

    def pass_on(number: int, frame: object) -> None:
        del frame
        if number != signal.SIGINT:
            child.send_signal(number)

    names = ("SIGINT", "SIGTERM", "SIGHUP")
    numbers = [getattr(signal, name) for name in names if hasattr(signal, name)]
    handlers = [(number, signal.signal(number, pass_on)) for number in numbers]
    try:
        yield
    finally:
        for number, handler in handlers:
            signal.signal(number, handler)


def _with(secrets: Mapping[str, Plaintext]) -> Any:
    """Return the variables of a program that gets secrets, with one that names those which hold them."""
    before = os.environ.get(SECRET_VARIABLES, "").split(",")
    names = {SECRET_VARIABLES: ",".join(filter(None, dict.fromkeys((*before, *secrets))))}
    if os.name == "nt":
        return {**inherited(), **names, **{name: text(value) for name, value in secrets.items()}}
    # As bytes: an encoding other than UTF-8 would lack characters, and say so with the value.
    own = {os.fsencode(name): os.fsencode(value) for name, value in {**inherited(), **names}.items()}
    return {**own, **{name.encode(): value.reveal() for name, value in secrets.items()}}


def inherited(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return variables without those that hold keys."""
    return {name: value for name, value in variables.items() if name not in _KEYS}


def text(value: Plaintext) -> str:
    """Return a value as a variable holds it."""
    return value.reveal().decode()
