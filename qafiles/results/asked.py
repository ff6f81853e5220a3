"""The browser configs that test cases list, and the traversals that go through them, without the other links of a snapshot.

To make every link takes a third of the memory of the files themselves.
"""

from collections.abc import Iterator, Mapping
from functools import cached_property
from typing import Final

from qafiles.kinds import KIND_FACTS, Kind
from qafiles.references import references_in
from qafiles.snapshot import EntityFile, Snapshot

_FIELDS: Final = {
    (kind, field.name): field
    for kind in ("test_case", "test_traversal")
    for field in KIND_FACTS[kind].references
}
_NONE: Final[Mapping[str, EntityFile]] = {}


class Asked:
    """In which browser configs the test cases of a snapshot are to run, and which traversals there are of them."""

    def __init__(self, snapshot: Snapshot) -> None:
        self._snapshot = snapshot
        self._configs: dict[str, tuple[EntityFile, ...]] = {}

    def configs(self, case: EntityFile) -> tuple[EntityFile, ...]:
        """Return the browser configs that a test case lists, each once, sorted by path."""
        configs = self._configs.get(case.path)
        if configs is None:
            configs = self._configs[case.path] = configs_of(self._snapshot, case)
        return configs

    def traversals(self, case: EntityFile) -> Mapping[str, EntityFile]:
        """Return the traversals of a test case by their browser config's path (empty for none), where only one has that."""
        return self._traversals.get(case.path, _NONE)

    @cached_property
    def _traversals(self) -> Mapping[str, Mapping[str, EntityFile]]:
        files: dict[str, dict[str, list[EntityFile]]] = {}
        for file in self._snapshot.of_kind("test_traversal"):
            configs = [*_targets(self._snapshot, file, "test_traversal", "browser_config_id")]
            if None in configs:
                continue
            path = configs[0].path if configs and configs[0] is not None else ""
            for case in _targets(self._snapshot, file, "test_traversal", "test_case_id"):
                if case is not None:
                    files.setdefault(case.path, {}).setdefault(path, []).append(file)
        return {
            case: {path: several[0] for path, several in by_config.items() if len(several) == 1}
            for case, by_config in files.items()
        }


def configs_of(snapshot: Snapshot, case: EntityFile) -> tuple[EntityFile, ...]:
    """Return the browser configs that a test case lists, each once, sorted by path."""
    configs = {
        target.path: target
        for target in _targets(snapshot, case, "test_case", "browser_configs")
        if target is not None and target.kind == "browser_config"
    }
    return tuple(configs[path] for path in sorted(configs))


def _targets(snapshot: Snapshot, file: EntityFile, kind: Kind, field: str) -> Iterator[EntityFile | None]:
    """Yield what a field of a file names, None for what names nothing."""
    for reference in references_in(file.path, file.data, (_FIELDS[kind, field],)):
        yield snapshot.resolve(reference)
