"""The settings of a data root as they are loaded: the defaults where their file has errors."""

from collections.abc import Iterable
from typing import Final

from qafiles.diagnostics import Diagnostic
from qafiles.errors import DataRootError
from qafiles.layout import SETTINGS_FILE
from qafiles.loading.one_file import LoadedFile, load_file
from qafiles.models import Settings
from qafiles.sources import Source, SourceEntry

FORMAT_VERSION: Final = 1


def load_settings(source: Source, entries: Iterable[SourceEntry]) -> tuple[Settings, list[Diagnostic]]:
    """Return the settings, which are the defaults where the file is refused, and its diagnostics.

    Raises DataRootError when the source has no qafiles.yaml or one of an unknown format version.
    """
    entry = next((entry for entry in entries if entry.path == SETTINGS_FILE), None)
    content = next(iter(source.read([entry]))) if entry else None
    if content is None:
        raise DataRootError(f"there is no {SETTINGS_FILE} in this data root; `qafiles init` makes one")
    file = load_file("settings", content, unmerged=entry is not None and entry.unmerged) or LoadedFile({})
    version = file.data.get("version") if isinstance(file.data, dict) else None
    if isinstance(version, int) and not isinstance(version, bool) and version != FORMAT_VERSION:
        raise DataRootError(
            f"{SETTINGS_FILE} says `version: {version}`, and this qafiles reads version {FORMAT_VERSION} only; "
            "install the release that the repository asks for"
        )
    settings = Settings(version=FORMAT_VERSION) if file.problems else Settings.model_validate(file.data)
    return settings, [problem.diagnostic(SETTINGS_FILE, None) for problem in file.problems]
