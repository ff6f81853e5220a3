"""The custom fields that a data root declares at a commit."""

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.git import GitRepository
from qafiles.layout import SETTINGS_FILE
from qafiles.parsing import MAX_SIZE


def declared_at(repository: GitRepository, commit: str, root: str) -> DeclaredFields:
    """Return the custom fields that the data root in a folder declares at a commit; none where its settings can't be read."""
    path = f"{root}/{SETTINGS_FILE}" if root else SETTINGS_FILE
    content = next(iter(repository.blobs([f"{commit}:{path}"], MAX_SIZE + 1)), None)
    if content is None or b"fields" not in content:
        return NOTHING_DECLARED
    from qafiles.loading.settings import settings_in  # noqa: PLC0415  # nearly no history has any, and to read settings takes the models

    return settings_in(content).fields
