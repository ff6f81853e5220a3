"""What the rules on browser configs share: the mappings that hold settings, and a setting in either spelling."""

from collections.abc import Iterator, Mapping
from typing import Any, Final, NamedTuple

from qafiles.diagnostics import Pointer
from qafiles.snapshot import EntityFile

GROUPS: Final = frozenset({"launch_options", "context_options", "local_browser_launch_options"})
"""Settings that take the same keys again."""


MAX_FINDINGS: Final = 100
"""What one rule reports of one file at most; beyond that the file is broken as a whole."""


class Setting(NamedTuple):
    """A key as written, where it stands, and its value."""

    name: str
    key: str
    pointer: Pointer
    value: Any


def groups(file: EntityFile) -> Iterator[tuple[Pointer, Mapping[str, Any]]]:
    """Yield the mappings of a browser config that hold settings, each with its pointer, the outermost first."""
    from qafiles.models.browser_keys import ALIASES  # noqa: PLC0415  # pages of rules need no models

    config = file.get("browser_config")
    pending: list[tuple[Pointer, Any]] = [(("browser_config",), config)]
    for pointer, group in pending:
        if isinstance(group, dict):
            yield pointer, group
            pending.extend(
                ((*pointer, key), value) for key, value in group.items() if ALIASES.get(key) in GROUPS
            )


def settings(file: EntityFile) -> Iterator[Setting]:
    """Yield the settings of a browser config whose names are known."""
    from qafiles.models.browser_keys import ALIASES  # noqa: PLC0415  # as in groups

    for pointer, group in groups(file):
        for key, value in group.items():
            name = ALIASES.get(key)
            if name is not None:
                yield Setting(name, key, (*pointer, key), value)
