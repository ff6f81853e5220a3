"""Against the npm package `yaml`, which reads YAML 1.2 with its own code and refuses more of what is broken."""

import json
import subprocess
from pathlib import Path
from typing import Any

import pytest

from qafiles.parsing import parse
from tests.conftest import samples
from tests.parsing.mutants import mutants

SCRIPT = Path(__file__).with_name("read_by_npm_yaml.mjs")


def typed(value: Any) -> Any:
    """Return a value in the form that the script gives it."""
    if isinstance(value, dict):
        return {"map": [["str " + key, typed(item)] for key, item in value.items()]}
    if isinstance(value, list):
        return [typed(item) for item in value]
    if isinstance(value, float):
        return value
    kind = "bool" if isinstance(value, bool) else "int" if isinstance(value, int) else "str"
    return "null" if value is None else f"{kind} {str(value).lower() if kind == 'bool' else value}"


def with_floats(value: Any) -> Any:
    """Return what the script printed with its floats as numbers, which every language writes in its own way."""
    if isinstance(value, dict):
        return {"map": [[with_floats(key), with_floats(item)] for key, item in value["map"]]}
    if isinstance(value, list):
        return [with_floats(item) for item in value]
    return float(value.removeprefix("float ")) if value.startswith("float ") else value


@pytest.mark.node
@pytest.mark.parametrize("count", [1000, pytest.param(samples(50_000, 15_000), marks=pytest.mark.slow)])
def test_what_both_accept_says_the_same(node_modules: Path, count: int) -> None:
    if not (node_modules / "yaml").is_dir():
        pytest.skip("the npm package yaml is not installed")
    # An entity is a mapping; a text alone at the top has corners of its own, and is refused by every schema.
    ours = {content.decode(): parse(content) for content in mutants(7, count, text_only=True)}
    accepted = {
        text: parsed.data
        for text, parsed in ours.items()
        if not parsed.refusals and isinstance(parsed.data, dict)
    }
    result = subprocess.run(
        ["node", SCRIPT, node_modules],
        input=json.dumps([*accepted]).encode(),
        capture_output=True,
        check=True,
    )
    theirs = json.loads(result.stdout)
    agreed = 0
    for (text, data), other in zip(accepted.items(), theirs, strict=True):
        if other is not None:
            assert typed(data) == with_floats(other), text
            agreed += 1
    assert agreed > len(accepted) * 0.98 > 100
