"""The custom fields by which two states are compared: those that the later one declares."""

from qafiles.declared_fields import NOTHING_DECLARED, DeclaredFields
from qafiles.history.declared import declared_at
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.settings import settings_in
from qafiles.sources import FolderSource, GitObjectSource, Source, SourceEntry


def declared_in(source: Source) -> DeclaredFields:
    """Return the custom fields that a source declares, without a look at its other files; none where settings can't be read."""
    if isinstance(source, GitObjectSource) and source.revision:
        return declared_at(source.repository, source.revision, source.folder)
    is_folder = isinstance(source, FolderSource)
    entries = [SourceEntry(SETTINGS_FILE)] if is_folder else source.entries()
    settings = [entry for entry in entries if entry.path == SETTINGS_FILE]
    content = next(iter(source.read(settings)), None)
    # Nearly no data root has any, and to read settings takes the models.
    has_any = isinstance(content, bytes) and b"fields" in content
    return settings_in(content).fields if has_any and isinstance(content, bytes) else NOTHING_DECLARED
