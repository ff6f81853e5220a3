"""Secrets for a program: variables that it gets, and nothing else does."""

import os
import re
from collections.abc import Iterable, Mapping
from typing import Final

from qafiles.errors import UsageError
from qafiles.secrets.failures import SopsError
from qafiles.secrets.reading import find_secret, read_secret, sops_config
from qafiles.snapshot import EntityFile, Snapshot

# A secret can be written by anybody who has the public keys; these names would make it a program that runs.
_runs_programs: Final = re.compile(
    r"(?:LD|DYLD|GIT|SSH|PYTHON|NODE|NPM|PERL|RUBY|JAVA|JDK|GLIBC|MALLOC|QAFILES|SOPS)_?.*|.*_(?:OPTS|OPTIONS)|"
    r"PATH|HOME|SHELL|IFS|ENV|BASH_ENV|PS[0-9]|PROMPT_COMMAND|EDITOR|VISUAL|PAGER|BROWSER|CDPATH|TMPDIR|.*_PROXY"
).fullmatch


def chosen(
    snapshot: Snapshot, *, names: Iterable[str] = (), traversal: str | None = None, project: str | None = None
) -> tuple[EntityFile, ...]:
    """Return the secrets that are named, that a traversal lists, or that a project has.

    Raises UnknownEntityError, and UsageError when nothing is chosen.
    """
    found = {file.path: file for file in (find_secret(snapshot, name, project) for name in names)}
    if traversal is not None:
        run = snapshot.find(traversal)
        if run.kind != "test_traversal":
            raise UsageError(f"{run.handle} is no traversal")
        for link in snapshot.outgoing(run):
            if link.reference.field == "secret_values":
                if link.target is None:
                    raise UsageError(f"{run.path} names a secret that is not there: {link.reference.value}")
                found[link.target.path] = link.target
    if project is not None and not found:
        place = snapshot.find(project)
        found = {file.path: file for file in snapshot.of_kind("secret_value") if file.project == place.handle}
    if not found:
        raise UsageError(
            "no secret is chosen: name a traversal (--traversal), a project (--project) or secrets (--secret)"
        )
    return tuple(found[path] for path in sorted(found))


def environment(
    snapshot: Snapshot, files: Iterable[EntityFile], variables: Mapping[str, str] = os.environ
) -> dict[str, str]:
    """Return variables and the values of secrets by their names.

    Raises UsageError for a name that is taken, or that would change which program runs, and SopsError.
    """
    config = sops_config(snapshot)
    result = dict(variables)
    for file in files:
        name = str(file.data.get("secret_name"))
        if _runs_programs(name):
            raise UsageError(
                f"{file.path}: a secret called {name} would change how programs run; give it another name"
            )
        if name in result:
            raise UsageError(
                f"{file.path}: the variable {name} is set already; unset it, or rename the secret"
            )
        value = read_secret(snapshot, file, config).reveal()
        if b"\0" in value:
            raise SopsError(f"{file.path}: the value holds a NUL, which no variable can")
        result[name] = value.decode()
    return result
