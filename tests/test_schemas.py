import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from jsonschema import Draft7Validator, Draft202012Validator

from qafiles.layout import KINDS, Place, classify
from qafiles.schemas import SCHEMA_NAMES, file_name, json_schema, schema_text
from qafiles.stored_schemas import stored_schema

_TOP = Path(__file__).parents[1]
_COMMITTED = _TOP / "schemas"
_EXAMPLES = _TOP / "examples"


def _by_kind(root: Path, every: int = 1) -> dict[str, list[Path]]:
    """Return the entity files of a data root by kind, of each kind the first of so many."""
    found: dict[str, list[Path]] = {kind: [] for kind in KINDS}
    for path in sorted(root.rglob("*.yaml")):
        place = classify(path.relative_to(root).as_posix())
        if isinstance(place, Place):
            found[place.kind].append(path)
    return {kind: paths[::every] for kind, paths in found.items() if paths}


def test_the_committed_schemas_are_those_of_the_models() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in _COMMITTED.iterdir()}
    generated = {file_name(name): schema_text(name) for name in SCHEMA_NAMES}
    assert committed == generated, "run `qafiles schema --write schemas` and commit what changes"


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_a_run_uses_the_committed_schema(name: str) -> None:
    assert stored_schema(name) == json_schema(name)


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_schema_is_valid_in_both_drafts(name: str) -> None:
    Draft202012Validator.check_schema(json_schema(name))
    Draft7Validator.check_schema(json_schema(name, "7"))
    assert "$defs" not in json.dumps(json_schema(name, "7"))


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_field_has_a_title_and_a_description_to_hover(name: str) -> None:
    schema = json_schema(name)
    for field, facts in schema["properties"].items():
        target = schema["$defs"][facts["$ref"].rpartition("/")[2]] if "$ref" in facts else facts
        assert {**target, **facts}.get("title"), field
        assert {**target, **facts}.get("description"), field


def _check_jsonschema(kind: str, paths: list[Path]) -> subprocess.CompletedProcess[str]:
    command = [sys.executable, "-m", "check_jsonschema", "--schemafile", str(_COMMITTED / file_name(kind))]
    return subprocess.run([*command, *map(str, paths)], capture_output=True, text=True, check=False)


def test_check_jsonschema_accepts_the_example_by_the_schemas_alone() -> None:
    for kind, paths in _by_kind(_EXAMPLES / "acme-qa").items():
        result = _check_jsonschema(kind, paths)
        assert result.returncode == 0, result.stdout


def test_check_jsonschema_refuses_what_breaks_a_schema() -> None:
    for code in ("qf201-missing-field", "qf202-unknown-field", "qf203-wrong-type", "qf204-invalid-value"):
        path = _EXAMPLES / f"broken/organizations/acme/projects/shop/tags/{code}.yaml"
        assert _check_jsonschema("tag", [path]).returncode == 1


@pytest.mark.corpus
def test_check_jsonschema_accepts_a_large_real_data_root(corpus: Path) -> None:
    for kind, paths in _by_kind(corpus, every=5).items():
        result = _check_jsonschema(kind, paths)
        assert result.returncode == 0, result.stdout


_AJV = """
import { readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
const require = createRequire(process.argv[2] + '/')
const YAML = require('yaml')
const { jobs } = JSON.parse(readFileSync(0, 'utf8'))
const answers = []
for (const { dialect, schema, files } of jobs) {
  const Ajv = require(dialect === '7' ? 'ajv' : 'ajv/dist/2020').default
  const ajv = new Ajv({ strict: true, strictTypes: false, allErrors: false })
  require('ajv-formats').default(ajv)
  const validate = ajv.compile(schema)
  for (const file of files) {
    const accepted = validate(YAML.parse(readFileSync(file, 'utf8'), { version: '1.2', schema: 'core' }))
    answers.push({ file, accepted, errors: validate.errors })
  }
}
console.log(JSON.stringify(answers))
"""


def _ajv(node_modules: Path, tmp_path: Path, files: dict[str, list[Path]]) -> list[dict[str, Any]]:
    script = tmp_path / "ajv.mjs"
    script.write_text(_AJV, encoding="utf-8")
    jobs = [
        {"dialect": draft, "schema": json_schema(kind, draft), "files": [str(path) for path in paths]}
        for draft in ("2020-12", "7")
        for kind, paths in files.items()
    ]
    result = subprocess.run(
        ["node", str(script), str(node_modules)],
        input=json.dumps({"jobs": jobs}),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr
    answers: list[dict[str, Any]] = json.loads(result.stdout)
    return answers


@pytest.mark.node
def test_ajv_accepts_the_example_by_the_schemas_alone(node_modules: Path, tmp_path: Path) -> None:
    answers = _ajv(node_modules, tmp_path, _by_kind(_EXAMPLES / "acme-qa"))
    assert len(answers) == 2 * 153
    assert [answer for answer in answers if not answer["accepted"]] == []


@pytest.mark.node
def test_ajv_refuses_what_breaks_a_schema(node_modules: Path, tmp_path: Path) -> None:
    tags = _EXAMPLES / "broken/organizations/acme/projects/shop/tags"
    answers = _ajv(node_modules, tmp_path, {"tag": sorted(tags.glob("qf20[1-4]-*.yaml"))})
    assert [answer["accepted"] for answer in answers] == [False] * 8


@pytest.mark.node
@pytest.mark.corpus
def test_ajv_accepts_a_large_real_data_root(node_modules: Path, corpus: Path, tmp_path: Path) -> None:
    answers = _ajv(node_modules, tmp_path, _by_kind(corpus))
    assert len(answers) > 7_800
    assert [answer for answer in answers if not answer["accepted"]] == []
