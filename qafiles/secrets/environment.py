"""Secrets for a program: variables that it gets, and nothing else does."""

import os
import re
import subprocess
import sys
from collections.abc import Iterable, Mapping, Sequence
from typing import TYPE_CHECKING, Final, NoReturn

from qafiles.errors import QafilesError, UnknownEntityError, UsageError
from qafiles.secrets.failures import SopsError
from qafiles.secrets.names import meant_in, missing, named_in, secrets_of
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import read_secret, sops_config
from qafiles.secrets.threads import in_threads
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import missing_secrets
from qafiles.snapshot.projects import find_project

if TYPE_CHECKING:
    from qafiles.models.environments import Environment

# A secret can be written by anybody who has the public keys; these names would change which programs run, or what they
# trust and where they send it. https://man7.org/linux/man-pages/man8/ld.so.8.html, https://git-scm.com/docs/git#_environment_variables
_changes_programs: Final = re.compile(
    r"(?:LD|DYLD|GIT|BASH|ZSH|MALLOC|SOPS|QAFILES|XDG|PYTHON|NPM_CONFIG|PERL|RUBY|CARGO|PIP|UV|PLAYWRIGHT|PUPPETEER|DOTNET|COMPLUS|"
    r"CORECLR|COR|ELECTRON|SYSTEMD)_.*|DOCKER_(?:HOST|CONFIG|CONTEXT|TLS_VERIFY)|OPENSSL_(?:CONF|ENGINES|MODULES)|KRB5_CONFIG|"
    r"PYTHON.*|PERL5.*|PERLLIB|RUBY(?:OPT|LIB|PATH)|"
    r"NODE_(?:OPTIONS|PATH|EXTRA_CA_CERTS|TLS_REJECT_UNAUTHORIZED|REPL.*|V8_COVERAGE)|SHELLOPTS|BASHOPTS|ZDOTDIR|MAKEFILES|KUBECONFIG|NETRC|WGETRC|CURL_HOME|INPUTRC|EXINIT|VIMINIT|"
    r"GO(?:PROXY|DEBUG|NOSUMDB|NOSUMCHECK|INSECURE|ENV|ROOT)|"
    r"SUDO_ASKPASS|AWS_(?:CONFIG_FILE|SHARED_CREDENTIALS_FILE|ENDPOINT_URL.*|CA_BUNDLE)|LOCPATH|JAVA_(?:HOME|TOOL_OPTIONS|OPTS)|CLASSPATH|"
    r"GEM_(?:HOME|PATH)|BUNDLE_GEMFILE|LUA_(?:C?PATH|INIT).*|PHP(?:RC|_INI_SCAN_DIR)|R_(?:HOME|PROFILE|ENVIRON)|GLIBC_TUNABLES|"
    r"SSH_(?:ASKPASS.*|AUTH_SOCK|AGENT_PID)|GPG_(?:TTY|AGENT_INFO)|GNUPGHOME|"
    r".*(?:PATH|_OPTS|_OPTIONS|FLAGS|_PROXY|_PRELOAD)|SSL_CERT_(?:FILE|DIR)|(?:CURL|REQUESTS)_CA_BUNDLE|SSLKEYLOGFILE|"
    r"HOME|USER|LOGNAME|SHELL|IFS|ENV|PS[0-9]|PROMPT_COMMAND|EDITOR|VISUAL|PAGER|MANPAGER|BROWSER|LESS(?:OPEN|CLOSE)|PWD|OLDPWD|"
    r"TMPDIR|TEMP|TMP|PATHEXT|COMSPEC|SYSTEMROOT|WINDIR|USERPROFILE|APPDATA|LOCALAPPDATA|HOSTALIASES|LOCALDOMAIN|RES_OPTIONS|"
    r"CC|CXX|TERM|TERMINFO.*|LANG|LANGUAGE|LC_.*|TZ|TZDIR|DISPLAY|GITHUB_(?:ENV|OUTPUT|STEP_SUMMARY|ACTIONS)|CI"
).fullmatch
_KEYS: Final = frozenset(
    {"SOPS_AGE_KEY", "SOPS_AGE_KEY_FILE", "SOPS_AGE_KEY_CMD", "SOPS_AGE_SSH_PRIVATE_KEY_FILE"}
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
    """Return the secrets that are named, that a traversal lists (it may list none), or that a project has.

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
        secrets = {
            file.path: file for file in secrets_of(snapshot, environment) if file.project == place.handle
        }
        for use in missing_secrets(snapshot, environment) if environment is not None else ():
            if use.project == place.handle:
                raise UnknownEntityError(missing(environment, use))
    if not secrets and traversal is None:
        raise UsageError(
            "no secret is chosen: name a traversal (--traversal), a project (--project) or secrets (--secret)"
        )
    return tuple(secrets[path] for path in sorted(secrets))


def values(
    snapshot: Snapshot,
    files: Sequence[EntityFile],
    variables: Mapping[str, str] = os.environ,
    environment: "Environment | None" = None,
) -> dict[str, Plaintext]:
    """Return the values of secrets by their names, which are those of variables that a program with `variables` has not.

    In an environment, the name is the plain one that texts write, without the suffix. Raises UsageError for a name that is taken, or that would change how programs run, and SopsError.
    """
    config = sops_config(snapshot)
    names: dict[str, EntityFile] = {}
    for file in files:
        name = (
            file.name_part
            if environment is None
            else environment.plain_name(file.name_part) or file.name_part
        )
        if _changes_programs(name):
            raise UsageError(
                f"{file.path}: a secret called {name} would change how programs run; give it another name"
            )
        if name in variables:
            raise UsageError(
                f"{file.path}: the variable {name} is set already; unset it, or rename the secret"
            )
        if name in names:
            raise UsageError(f"{file.path}: {names[name].path} would be the variable {name}, too; choose one")
        names[name] = file
    plaintexts = in_threads(lambda file: read_secret(snapshot, file, config), [*names.values()])
    result = dict(zip(names, plaintexts, strict=True))
    for name, value in result.items():
        if b"\0" in value.reveal():
            raise SopsError(f"{names[name].path}: the value holds a NUL, which no variable can")
    return result


def become(program: Sequence[str], secrets: Mapping[str, Plaintext]) -> NoReturn:
    """Run a program, without a shell, in the place of this process: with its variables, but those that hold keys, and secrets.

    Where a process can't become another one, it ends with the program's exit code. Raises QafilesError when the program
    can't be run.
    """
    # No local variable holds the values, since a traceback may show those.
    try:
        if os.name == "nt":
            _call(program, {**inherited(), **{name: text(value) for name, value in secrets.items()}})
        # As bytes: an encoding other than UTF-8 would lack characters, and say so with the value.
        own = {os.fsencode(name): os.fsencode(value) for name, value in inherited().items()}
        os.execvpe(  # noqa: S606  # what the user asked for
            program[0],
            [*program],
            {**own, **{name.encode(): value.reveal() for name, value in secrets.items()}},
        )
    except OSError as error:
        reason = f"`{program[0]}` can't be run: {error.strerror}"
    raise QafilesError(reason)


def _call(program: Sequence[str], variables: Mapping[str, str]) -> NoReturn:
    sys.exit(subprocess.call(program, env=variables))  # noqa: S603  # what the user asked for


def inherited(variables: Mapping[str, str] = os.environ) -> dict[str, str]:
    """Return variables without those that hold keys."""
    return {name: value for name, value in variables.items() if name not in _KEYS}


def text(value: Plaintext) -> str:
    """Return a value as a variable holds it."""
    return value.reveal().decode()
