"""`impact` on the example against an oracle that follows plain YAML: every entity is changed in turn."""

import random
import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest
import yaml

from qafiles.diff.impact import impact
from qafiles.layout import Place, classify
from qafiles.sources import MemorySource
from tests.conftest import samples

_EXAMPLE = Path(__file__).parents[2] / "examples/acme-qa"
_FOLDERS = ("browser_configs", "organizations", "users")


def _files() -> dict[str, str]:
    paths = [path for folder in _FOLDERS for path in (_EXAMPLE / folder).rglob("*.yaml")]
    paths.append(_EXAMPLE / "qafiles.yaml")
    return {path.relative_to(_EXAMPLE).as_posix(): path.read_text(encoding="utf-8") for path in sorted(paths)}


class _Oracle:
    """What each test case depends on, by the words of the contract and no code of the program but the layout."""

    def __init__(self, files: Mapping[str, str]) -> None:
        self.data: dict[str, dict[str, Any]] = {path: yaml.safe_load(text) for path, text in files.items()}
        self.environments = self.data.pop("qafiles.yaml")["environments"]
        self.places = {path: place for path in self.data if isinstance(place := classify(path), Place)}
        self.by_id = {data["id"]: path for path, data in self.data.items()}

    def _project(self, path: str) -> str:
        return "/".join(self.places[path].handle.split("/")[:2])

    def _path(self, kind: str, value: str, project: str) -> str:
        if value in self.by_id:
            return self.by_id[value]
        handles = (f"{project}/{value}", value)
        return next(
            path
            for handle in handles
            for path, place in self.places.items()
            if (place.kind, place.handle) == (kind, handle)
        )

    def _of(self, kind: str) -> list[str]:
        return [path for path, place in self.places.items() if place.kind == kind]

    def _secrets(self, path: str, project: str) -> Iterator[str]:
        names = set(re.findall(r"\{\{ secret\.([A-Z0-9_]+) \}\}", str(self.data[path])))
        for value in self.data[path].get("secret_values", ()):
            names.add(self.data[self._path("secret_value", value, project)]["secret_name"])
        suffixes = ["", *(each.get("secret_suffix", "") for each in self.environments.values())]
        meant = {name + suffix for name in names for suffix in suffixes}
        for secret in self._of("secret_value"):
            if self._project(secret) == project and self.data[secret]["secret_name"] in meant:
                yield secret

    def depends_on(self, case: str) -> set[str]:
        """Return the paths of what a test case depends on."""
        project, data = self._project(case), self.data[case]
        used = {case}
        used |= {self._path("tag", value, project) for value in data.get("tags", ())}
        used |= {self._path("browser_config", value, project) for value in data.get("browser_configs", ())}
        if "document_id" in data:
            used.add(self._path("document", data["document_id"], project))
        if "x-owner" in data:
            used.add(self._path("user", data["x-owner"], project))
        for document in self._of("document"):
            value = self.data[document].get("test_case_id")
            if (
                value
                and self._project(document) == project
                and self._path("test_case", value, project) == case
            ):
                used.add(document)
        for traversal in self._of("test_traversal"):
            fields = self.data[traversal]
            if (
                self._project(traversal) != project
                or self._path("test_case", fields["test_case_id"], project) != case
            ):
                continue
            used.add(traversal)
            if "browser_config_id" in fields:
                used.add(self._path("browser_config", fields["browser_config_id"], project))
        for path in [*used]:
            used |= {*self._secrets(path, project)}
        return used

    def cases(self) -> dict[str, set[str]]:
        return {case: self.depends_on(case) for case in self._of("test_case")}


@pytest.mark.slow
def test_a_change_of_each_entity_concerns_the_cases_that_an_oracle_names() -> None:
    files = _files()
    cases = _Oracle(files).cases()
    paths = [path for path in files if path != "qafiles.yaml"]
    chosen = random.Random(20261128).sample(paths, samples(len(paths), 16))  # noqa: S311  # the same ones each time
    chosen += [path for path in paths if path.startswith("browser_configs/") or "/secret_values/" in path]
    concerned = 0
    for path in dict.fromkeys(chosen):
        text = files[path]
        changed = (
            text.replace("version: 1", "version: 2")
            if "/secret_values/" in path
            else text + "x-touched: true\n"
        )
        assert changed != text, path
        result = impact(MemorySource(files), MemorySource({**files, path: changed}))
        expected = {case for case, used in cases.items() if path in used}
        assert {case.file.path for case in result.cases} == expected, path
        concerned += len(expected)
    assert concerned > 30
