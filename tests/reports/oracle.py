"""Figures of a data root from its YAML files alone, as the design says them and without the code that is tested."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any, NamedTuple

import yaml

from qafiles.kinds import KIND_FACTS

_FOLDERS: dict[tuple[str, str], str] = {
    ("root", "users"): "user",
    ("root", "browser_configs"): "browser_config",
    ("organization", "members"): "member",
    ("project", "documents"): "document",
    ("project", "tags"): "tag",
    ("project", "test_cases"): "test_case",
    ("project", "test_traversals"): "test_traversal",
    ("project", "secret_values"): "secret_value",
}
"""The kinds of the design, as it says them; what is added to the table later is taken from there."""
FOLDERS: dict[tuple[str, str], str] = {
    **{(facts.within, facts.folder): kind for kind, facts in KIND_FACTS.items()},
    **_FOLDERS,
}


class Entity(NamedTuple):
    """A file: its kind, handle, project (or None), and data."""

    kind: str
    handle: str
    project: str | None
    data: dict[str, Any]
    path: str


class Oracle:
    """All entities of a folder, and what their references name."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.entities = [*self._read()]
        self.by_id = {entity.data["id"]: entity for entity in self.entities}
        self.by_name = {(entity.kind, entity.handle): entity for entity in self.entities}

    def _read(self) -> Iterator[Entity]:
        for place in sorted(self.folder.rglob("*.yaml")):
            path = place.relative_to(self.folder).as_posix()
            parts = path.removesuffix(".yaml").split("/")
            if parts[0].startswith(".") or parts == ["qafiles"]:
                continue
            data = yaml.load(place.read_text(), yaml.CSafeLoader)
            if parts[0] != "organizations":
                yield Entity(FOLDERS["root", parts[0]], parts[1], None, data, path)
            elif parts[2] == "organization":
                yield Entity("organization", parts[1], None, data, path)
            elif parts[2] != "projects":
                yield Entity(FOLDERS["organization", parts[2]], f"{parts[1]}/{parts[3]}", None, data, path)
            elif parts[4] == "project":
                yield Entity("project", f"{parts[1]}/{parts[3]}", f"{parts[1]}/{parts[3]}", data, path)
            else:
                project = f"{parts[1]}/{parts[3]}"
                # The entity of a kind that is a folder is the one file in it, which is no part of the handle.
                kind = FOLDERS["project", parts[4]]
                names = parts[5:-1] if KIND_FACTS[kind].file else parts[5:]
                yield Entity(kind, "/".join([project, *names]), project, data, path)

    def of(self, kind: str) -> list[Entity]:
        return [entity for entity in self.entities if entity.kind == kind]

    def target(self, entity: Entity, kind: str, name: str) -> Entity | None:
        return (
            self.by_id.get(name)
            or self.by_name.get((kind, f"{entity.project}/{name}"))
            or self.by_name.get((kind, name))
        )

    def targets(self, entity: Entity, field: str, kind: str) -> set[str]:
        """Return the handles that a reference field names."""
        value = entity.data.get(field) or []
        names = value if isinstance(value, list) else [value]
        found = [self.target(entity, kind, name) for name in names]
        return {target.handle for target in found if target is not None}

    def documents(self, case: Entity) -> set[str]:
        named = self.targets(case, "document_id", "document")
        return named | {
            document.handle
            for document in self.of("document")
            if document.data.get("test_case_id")
            and case.handle in self.targets(document, "test_case_id", "test_case")
        }

    def traversed(self) -> dict[str, list[Entity]]:
        """Return the traversals of each test case by handle."""
        found: dict[str, list[Entity]] = {}
        for traversal in self.of("test_traversal"):
            for case in self.targets(traversal, "test_case_id", "test_case"):
                found.setdefault(case, []).append(traversal)
        return found
