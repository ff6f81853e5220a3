"""The browser configs that test runs name."""

from typing import Final

from qafiles.results.result import TestResult
from qafiles.snapshot import EntityFile, Snapshot
from qafiles.snapshot.naming import kind_and_handle

NO_CONFIG: Final = "no config"
"""What reports call it that a test names no browser config, and `export playwright` the project of such test cases."""


class ConfigNames:
    """The browser configs of a snapshot by the names that runs have for them: id, handle, or `browser_config:HANDLE`."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._known: dict[str | None, EntityFile | None] = {None: None}
        self.unknown: dict[tuple[str, bool], int] = {}
        """What names no browser config, whether a property says it and none of the runner's projects, and in how many tests."""

    def config(self, test: TestResult) -> EntityFile | None:
        """Return the browser config in which a test ran, None where it names none that there is."""
        name = test.config
        if name not in self._known:
            self._known[name] = self.named(str(name))
        config = self._known[name]
        if config is None and name not in {None, NO_CONFIG}:
            said = (str(name), test.config_by != "project")
            self.unknown[said] = self.unknown.get(said, 0) + 1
        return config

    def named(self, name: str) -> EntityFile | None:
        """Return the browser config with a name, None where there is none."""
        file = self._snapshot.by_id.get(name)
        if file is not None:
            return file if file.kind == "browser_config" else None
        _, handle = kind_and_handle(name)
        return self._snapshot.by_handle.get(("browser_config", handle))
