"""Names of secrets in an environment: which secret one means there, and what to say where it is missing."""

from typing import TYPE_CHECKING

from qafiles.edits.proposals.handles import is_secret_name
from qafiles.errors import UnknownEntityError, UsageError
from qafiles.kinds import SECRET
from qafiles.secrets.reading import find_secret
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.environments import SecretUse, environments_of_secret

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


def name_in(name: str, environment: "Environment | None") -> str:
    """Return the name of the secret that NAME means in an environment; raises UsageError for one that has the suffix already."""
    if environment is None:
        return name
    suffix = environment.secret_suffix
    if suffix and name.endswith(suffix) and name not in environment.shared:
        raise UsageError(
            f"`{name}` has the suffix of environment `{environment.name}` already; name it "
            f"`{name.removesuffix(suffix)}`, or leave --env out"
        )
    return environment.secret_name(name)


def named_in(
    snapshot: Snapshot, name: str, project: str | None = None, environment: "Environment | None" = None
) -> EntityFile:
    """Return the secret that a name means in an environment, or what an id, a handle or a path of a secret means there.

    Raises UnknownEntityError where it is missing, or more than one project has it, and UsageError as `name_in` does.
    """
    if environment is None:
        return find_secret(snapshot, name, project)
    if not is_secret_name(name):
        return meant_in(snapshot, find_secret(snapshot, name, project), environment)
    wanted = name_in(name, environment)
    try:
        return find_secret(snapshot, wanted, project)
    except UnknownEntityError as error:
        if wanted == name or any(file.name_part == wanted for file in snapshot.of_kind(SECRET)):
            raise
        how = f"`qafiles secret set {wanted}` makes it, and nothing stands in for it"
        raise UnknownEntityError(
            f"in environment `{environment.name}`, `{name}` means `{wanted}`: {error}; {how}"
        ) from None


def meant_in(snapshot: Snapshot, secret: EntityFile, environment: "Environment | None") -> EntityFile:
    """Return the secret that another one stands for in an environment: that of the environment itself for itself.

    Raises UnknownEntityError where it is missing, and where the secret is that of another environment.
    """
    if environment is None:
        return secret
    own = environments_of_secret(snapshot, secret)
    if own:
        if environment.name in own:
            return secret
        raise UnknownEntityError(
            f"{secret.path} is the secret of environment `{own[0]}`, and not of `{environment.name}`"
        )
    wanted = environment.secret_name(secret.secret_name)
    file = snapshot.secret_named(str(secret.project), wanted)
    if file is None:
        raise UnknownEntityError(
            f"in environment `{environment.name}`, project `{secret.project}` has no secret called `{wanted}`, which "
            f"`{secret.secret_name}` means there; `qafiles secret set {wanted} --project {secret.project}` makes it"
        )
    return file


def missing(environment: "Environment | None", use: SecretUse) -> str:
    """Return a sentence on what names a secret that an environment lacks, and the command that makes it."""
    wanted = use.name if environment is None else environment.secret_name(use.name)
    where = f"in environment `{environment.name}`, " if environment is not None else ""
    return (
        f"{use.link.source.path}: {where}project `{use.project}` has no secret called `{wanted}`, which `{use.name}` means "
        f"there; `qafiles secret set {wanted} --project {use.project}` makes it"
    )


def secrets_of(snapshot: Snapshot, environment: "Environment | None") -> tuple[EntityFile, ...]:
    """Return the secrets that belong to an environment, sorted by path: with its suffix or shared; without a suffix, all but those of others."""
    files = snapshot.of_kind(SECRET)
    if environment is None:
        return files
    if not environment.secret_suffix:
        return tuple(file for file in files if not environments_of_secret(snapshot, file))
    return tuple(file for file in files if environment.plain_name(file.secret_name) is not None)


def left_out_of(snapshot: Snapshot, environment: "Environment", project: str) -> tuple[str, ...]:
    """Return the names of a project's secrets that mean one which the environment lacks, sorted."""
    plain = [
        file.secret_name
        for file in snapshot.of_kind(SECRET)
        if file.project == project and not environments_of_secret(snapshot, file)
    ]
    return tuple(
        name
        for name in sorted(plain)
        if snapshot.secret_named(project, environment.secret_name(name)) is None
    )
