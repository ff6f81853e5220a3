"""What a wheel holds beside the package: the man page, which is made when it is built."""

import sys
import tempfile
from pathlib import Path
from typing import Any

from hatchling.builders.hooks.plugin.interface import BuildHookInterface


class ManPageHook(BuildHookInterface):
    """Adds share/man/man1/qafiles.1, where `man qafiles` looks for it."""

    PLUGIN_NAME = "custom"

    def initialize(self, version: str, build_data: dict[str, Any]) -> None:
        """Write the man page and name its place in the wheel."""
        del version
        sys.path.insert(0, self.root)
        from qafiles.manual.man_page import man_page  # noqa: PLC0415  # of the source text that is built

        self._folder = tempfile.TemporaryDirectory()
        place = Path(self._folder.name) / "qafiles.1"
        place.write_text(man_page(), encoding="utf-8")
        build_data["shared_data"][str(place)] = "share/man/man1/qafiles.1"

    def finalize(self, version: str, build_data: dict[str, Any], artifact_path: str) -> None:
        """Remove what the wheel holds now."""
        del version, build_data, artifact_path
        self._folder.cleanup()
