"""What an environment means in a snapshot: which secret a name stands for, and at which URL a test begins."""

import re
from collections.abc import Iterable, Iterator, Mapping
from typing import TYPE_CHECKING, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.errors import DataRootError, UsageError
from qafiles.kinds import SECRET
from qafiles.layout import SETTINGS_FILE, nearest
from qafiles.snapshot.entity_file import EntityFile
from qafiles.snapshot.link import Link
from qafiles.snapshot.snapshot import Snapshot

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


KINDS_WITH_URL: Final = frozenset({"project", "test_case"})
"""The kinds whose entities begin at a URL."""


class SecretUse(NamedTuple):
    """A text or a traversal that names a secret, the handle of the project whose secret it means, and the NAME."""

    link: Link
    project: str
    name: str


class BaseUrl(NamedTuple):
    """The URL that the routes of a project are appended to, and where it is written."""

    url: str
    path: str
    pointer: Pointer


def environment_named(snapshot: Snapshot, name: str) -> "Environment":
    """Return the environment with a name.

    Raises UsageError, with the nearest name and all of them, where qafiles.yaml declares none; DataRootError where its
    declaration can't be read.
    """
    known = snapshot.settings.environments
    if name in known:
        return known[name]
    if any(pointer[1:2] in {(), (name,)} for pointer in _unread(snapshot)):
        raise DataRootError(
            f"`environments` in {SETTINGS_FILE} can't be read, so that nobody knows what `{name}` means; "
            f"`qafiles validate {SETTINGS_FILE}` says why"
        )
    if not known:
        raise UsageError(
            f"{SETTINGS_FILE} declares no environment; `{name}` would be one with "
            f"`environments: {{{name}: {{secret_suffix: _{re.sub('[^A-Z0-9]+', '_', name.upper())}}}}}`"
        )
    near = nearest(name, [*known])
    listed = ", ".join(sorted(known))
    raise UsageError(
        f"no environment is called `{name}`"
        + (f"; did you mean `{near}`?" if near else ";")
        + f" {SETTINGS_FILE} declares {listed}"
    )


def environments_unread(snapshot: Snapshot) -> bool:
    """Return whether qafiles.yaml declares environments that can't be read."""
    return next(_unread(snapshot), None) is not None


def _unread(snapshot: Snapshot) -> Iterator[Pointer]:
    """Yield where qafiles.yaml has errors in what it declares of environments, () where that may be anywhere."""
    for item in snapshot.diagnostics:
        if item.path == SETTINGS_FILE and item.severity == "error":
            if item.code.startswith("QF1"):
                yield ()
            elif item.code.startswith("QF20") and (item.pointer or ())[:1] == ("environments",):
                yield item.pointer or ()


def uses_of_secrets(snapshot: Snapshot) -> Iterator[SecretUse]:
    """Yield what texts and traversals name of secrets; a browser config's text means one of each project that uses it.

    A traversal that lists the secret of one environment alone, such as X_STAGING, says which one it takes.
    """
    for link in snapshot.secret_links:
        reference, source, _ = link  # for each of very many, a property would take as long as all the rest
        if reference.within:
            for project in (source.project,) if source.project else snapshot.projects_using(source):
                yield SecretUse(link, project, reference.value)
        elif reference.field == "secret_values" and (secret := _listed(snapshot, link)) is not None:
            yield SecretUse(link, str(secret.project), secret.secret_name)


def _listed(snapshot: Snapshot, link: Link) -> EntityFile | None:
    """Return the secret that a traversal lists by a reference, None where that is the secret of one environment alone."""
    target = link.target
    if target is None or not target.is_secret or environments_of_secret(snapshot, target):
        return None
    return target


def environments_of_secret(snapshot: Snapshot, secret: EntityFile) -> tuple[str, ...]:
    """Return the environments in which alone a secret is meant: those whose suffix it has, where its project has the plain one."""
    name, project = secret.secret_name, str(secret.project)
    return tuple(
        environment.name
        for environment in snapshot.settings.environments.values()
        if (plain := environment.plain_name(name)) not in {None, name}
        and snapshot.secret_named(project, str(plain)) is not None
    )


def users_of_secrets(snapshot: Snapshot) -> Mapping[str, tuple[EntityFile, ...]]:
    """Return the entities that refer to each secret, as it is named or as an environment means it, by its path."""
    users: dict[str, dict[str, EntityFile]] = {}
    for secret in snapshot.of_kind(SECRET):
        for link in snapshot.incoming(secret):
            users.setdefault(secret.path, {})[link.source.path] = link.source
    environments = [None, *snapshot.settings.environments.values()]
    for link, project, name in uses_of_secrets(snapshot) if users or snapshot.of_kind(SECRET) else ():
        for environment in environments:
            meant = name if environment is None else environment.secret_name(name)
            named = snapshot.secret_named(project, meant)
            if named is not None:
                users.setdefault(named.path, {})[link.source.path] = link.source
    return {path: tuple(by_path[key] for key in sorted(by_path)) for path, by_path in users.items()}


def missing_secrets(
    snapshot: Snapshot, environment: "Environment | None", uses: Iterable[SecretUse] | None = None
) -> Iterator[SecretUse]:
    """Yield what names a secret that the project has not in an environment, None for the names as they are."""
    for use in uses_of_secrets(snapshot) if uses is None else uses:
        meant = use.name if environment is None else environment.secret_name(use.name)
        if snapshot.secret_named(use.project, meant) is None:
            yield use


def route_key(environment: "Environment | None", project: EntityFile) -> str | None:
    """Return the key under `default_url_route` of an environment that names a project, None where none does."""
    names = (project.handle, project.id)
    return next(
        (name for name in names if environment and name is not None and name in environment.routes), None
    )


def base_url(project: EntityFile, environment: "Environment | None" = None) -> BaseUrl | None:
    """Return the URL of a project, that of an environment where it has one; None where the project's is not legible."""
    key = route_key(environment, project)
    if environment is not None and key is not None:
        pointer = ("environments", environment.name, "default_url_route", key)
        return BaseUrl(environment.routes[key], SETTINGS_FILE, pointer)
    url = project.get("default_url_route")
    return BaseUrl(url, project.path, ("default_url_route",)) if isinstance(url, str) else None


def effective_url(
    snapshot: Snapshot, file: EntityFile, environment: "Environment | None" = None
) -> str | None:
    """Return the URL of a project, or that at which a test case begins; None for other kinds and what is not legible."""
    if file.kind == "project":
        base = base_url(file, environment)
        return base.url if base is not None else None
    route = file.get("url_route") if file.kind == "test_case" else None
    if not isinstance(route, str) or not route.startswith("/"):
        return route if isinstance(route, str) else None
    project = snapshot.parent(file)
    base = base_url(project, environment) if project is not None else None
    return base.url.rstrip("/") + route if base is not None else None


def secrets_meant(snapshot: Snapshot, file: EntityFile, environment: "Environment") -> dict[str, str | None]:
    """Return the name of the secret that each NAME in a file means in an environment, None where no project has it."""
    projects: tuple[str | None, ...]
    meant: dict[str, str | None] = {}
    for link in snapshot.outgoing(file):
        if link.reference.placeholder:
            name = link.reference.value
            projects = (file.project,) if file.project else snapshot.projects_using(file)
        elif link.reference.field == "secret_values" and (secret := _listed(snapshot, link)) is not None:
            name, projects = secret.secret_name, (secret.project,)
        else:
            continue
        secret_name = environment.secret_name(name)
        has = all(snapshot.secret_named(str(project), secret_name) is not None for project in projects)
        meant[name] = secret_name if has else None
    return meant
