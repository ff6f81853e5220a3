"""The values that are searched for: of all secrets that a key at hand decrypts."""

from typing import TYPE_CHECKING

from qafiles.secrets.failures import SopsError
from qafiles.secrets.names import secrets_of
from qafiles.secrets.plaintext import Plaintext
from qafiles.secrets.reading import read_secret, sops_config
from qafiles.secrets.threads import in_threads
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.projects import find_project

if TYPE_CHECKING:
    from qafiles.models.environments import Environment


def values_by_handle(
    snapshot: Snapshot, *, project: str | None = None, environment: "Environment | None" = None
) -> tuple[dict[str, Plaintext], tuple[SopsError, ...]]:
    """Return the values of secrets by handle, and why others could not be read.

    `project` is what names a project. Raises UnknownEntityError for it and SopsConfigError.
    """
    within = find_project(snapshot, project).handle if project is not None else None
    files = [file for file in secrets_of(snapshot, environment) if within in {None, file.project}]
    config = sops_config(snapshot)

    def read(file: EntityFile) -> Plaintext | SopsError:
        try:
            return read_secret(snapshot, file, config)
        except SopsError as error:
            return error

    values: dict[str, Plaintext] = {}
    failures: list[SopsError] = []
    for file, result in zip(files, in_threads(read, files), strict=True):
        if isinstance(result, SopsError):
            failures.append(result)
        else:
            values[file.handle] = result
    return values, tuple(failures)
