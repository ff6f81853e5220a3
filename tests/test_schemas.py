import copy
import json
import re
import subprocess
import sys
from collections import defaultdict
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from qafiles.layout import SETTINGS_FILE, Place, classify
from qafiles.models import fields_of
from qafiles.models.written.settings import Settings
from qafiles.schema.dialects import Draft, file_name
from qafiles.schema.generated import SCHEMA_NAMES, json_schema, schema_text

TOP = Path(__file__).parents[1]
EXAMPLE = TOP / "examples" / "acme-qa"
BROKEN = {
    "user": "id: tz4a98xxat96iws9zmbrgj3a\nname: [Ada]\n",
    "member": "id: tz4a98xxat96iws9zmbrgj3a\nuser_id: ada\nrole: owner\n",
    "organization": "id: tz4a98xxat96iws9zmbrgj3a\nname: Acme\nlogo: /etc/logo.png\n",
    "project": "id: tz4a98xxat96iws9zmbrgj3a\nname: Shop\ndefault_url_route: shop.example.com\n",
    "test_case": "id: tz4a98xxat96iws9zmbrgj3a\nurl_route: /\n",
    "document": "id: tz4a98xxat96iws9zmbrgj3a\nname: Rules\ncontent: ''\ncontents: ''\n",
    "tag": "id: tz4a98xxat96iws9zmbrgj3a\nname: smoke\ncolor: Teal\n",
    "secret_value": "id: tz4a98xxat96iws9zmbrgj3a\nsecret_value: plain\n",
    "test_traversal": "id: tz4a98xxat96iws9zmbrgj3a\ntest_case_id: ''\n",
    "browser_config": "id: tz4a98xxat96iws9zmbrgj3a\nbrowser_config: {viewport: {width: 1}}\n",
    "settings": "version: 2\n",
}


def files_by_schema(root: Path) -> dict[str, list[Path]]:
    """Return the files of a data root by the schema that they follow."""
    found: defaultdict[str, list[Path]] = defaultdict(list)
    for path in sorted(root.rglob("*.yaml")):
        place = classify(path.relative_to(root).as_posix())
        if isinstance(place, Place):
            found[place.kind].append(path)
    return {**found, "settings": [root / SETTINGS_FILE]}


def properties(schema: Any, root: Mapping[str, Any]) -> Iterator[tuple[str, Any]]:
    """Yield every property below a schema with its name, and what it refers to in place of the reference."""
    if isinstance(schema, list):
        for item in schema:
            yield from properties(item, root)
    elif isinstance(schema, dict):
        for name, field in schema.get("properties", {}).items():
            yield (
                name,
                {**root["$defs"][field["$ref"].rpartition("/")[2]], **field} if "$ref" in field else field,
            )
        for key, value in schema.items():
            yield from properties([*value.values()] if key in {"properties", "$defs"} else value, root)


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_the_committed_file_is_what_the_models_give(name: str) -> None:
    place = TOP / "schemas" / file_name(name)
    again = f"python -m qafiles schema {name} > schemas/{file_name(name)}"
    assert place.read_text(encoding="utf-8") == schema_text(name), f"write the file again: {again}"


def test_no_file_is_left_of_a_schema_that_is_no_more() -> None:
    assert {path.name for path in (TOP / "schemas").iterdir()} == {file_name(name) for name in SCHEMA_NAMES}


@pytest.mark.parametrize("draft", ["2020-12", "7"])
@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_a_schema_is_valid_in_both_dialects(name: str, draft: Draft) -> None:
    schema = json_schema(name, draft)
    validator = jsonschema.validators.validator_for(schema)
    assert validator is {"2020-12": jsonschema.Draft202012Validator, "7": jsonschema.Draft7Validator}[draft]
    validator.check_schema(schema)
    references = re.findall(r'"\$ref": "([^"]*)"', json.dumps(schema))
    assert all(
        reference.startswith(f"#/{'definitions' if draft == '7' else '$defs'}/") for reference in references
    )


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_property_has_a_title_and_a_sentence(name: str) -> None:
    schema = json_schema(name)
    assert schema["title"]
    assert schema["description"]
    found = [*properties(schema, schema)]
    assert len(found) >= len(schema["properties"])
    for field, shown in found:
        assert shown.get("title"), field
        assert re.match(r"(?s)[A-Z`#a-z].*[.…]\Z", shown.get("description", "")), field


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_every_example_in_a_schema_is_accepted_where_it_stands(name: str) -> None:
    schema = json_schema(name)
    for field, shown in properties(schema, schema):
        part = {**copy.deepcopy(shown), "$defs": schema.get("$defs", {})}
        for example in shown.get("examples", []):
            assert jsonschema.Draft202012Validator(part).is_valid(example), (field, example)


@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_patterns_mean_the_same_in_every_dialect_of_regular_expressions(name: str) -> None:
    for pattern in map(json.loads, re.findall(r'"pattern": ("(?:[^"\\]|\\.)*")', schema_text(name))):
        # `$` allows a line end in Python; this look-ahead is the end in every language.
        body = pattern.removesuffix(r"(?![\s\S])")
        assert (body == pattern) == (not pattern.startswith("^")), pattern
        assert "$" not in body, pattern
        # ECMAScript with the flag `u` refuses other escapes, and \d, \w and \s differ between languages.
        assert set(re.findall(r"\\(.)", body)) <= set(r"\/.()[]{}*+?|^-trnxu"), pattern


def test_a_schema_is_a_new_dict_each_time() -> None:
    json_schema("tag").clear()
    assert json_schema("tag")["title"] == "Tag"


def test_the_models_have_the_fields_of_the_schemas() -> None:
    for name in SCHEMA_NAMES:
        schema = json_schema(name)
        fields = Settings.model_fields if name == "settings" else fields_of(name)
        assert [*schema["properties"]] == [*fields]
        assert schema["required"] == [field for field, info in fields.items() if info.is_required()]


def test_an_unknown_name_has_no_schema() -> None:
    with pytest.raises(KeyError):
        json_schema("nothing")


def check_jsonschema(name: str, files: list[Path]) -> subprocess.CompletedProcess[str]:
    schema = TOP / "schemas" / file_name(name)
    command: list[str | Path] = [sys.executable, "-m", "check_jsonschema", "--schemafile", schema, *files]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.mark.parametrize(
    "name",
    [name if name == "test_case" else pytest.param(name, marks=pytest.mark.slow) for name in SCHEMA_NAMES],
)
def test_check_jsonschema_accepts_the_example_and_refuses_a_broken_file(name: str, tmp_path: Path) -> None:
    files = files_by_schema(EXAMPLE).get(name, [])
    if files:
        result = check_jsonschema(name, files)
        assert result.returncode == 0, result.stdout
    broken = tmp_path / "broken.yaml"
    broken.write_text(BROKEN[name], encoding="utf-8")
    result = check_jsonschema(name, [*files, broken])
    assert result.returncode == 1
    assert result.stdout.count("broken.yaml::") >= 1
    assert result.stdout.count("broken.yaml::") == result.stdout.count(".yaml::")


@pytest.mark.slow
@pytest.mark.corpus
def test_check_jsonschema_accepts_the_corpus(corpus: Path) -> None:
    for name, files in files_by_schema(corpus).items():
        result = check_jsonschema(name, files[:: max(1, len(files) // 200)])
        assert result.returncode == 0, result.stdout[-3000:]


def by_ajv(node_modules: Path, draft: Draft, files: Mapping[str, list[Path]]) -> dict[str, Any]:
    """Return what ajv in strict mode refuses of the files, and its verdict on the broken ones."""
    if not all((node_modules / package).is_dir() for package in ("ajv", "ajv-formats", "yaml")):
        pytest.skip("the npm packages ajv, ajv-formats and yaml are not installed")
    work = {
        name: {
            "schema": json_schema(name, draft),
            "files": [str(path) for path in files.get(name, [])],
            "texts": [BROKEN[name]],
        }
        for name in SCHEMA_NAMES
    }
    dialect = {"2020-12": "ajv/dist/2020.js", "7": "ajv"}[draft]
    result = subprocess.run(
        ["node", TOP / "tests" / "models" / "validate_by_ajv.mjs", node_modules, dialect],
        input=json.dumps(work),
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.returncode == 0, result.stderr[-3000:]
    assert result.stderr == ""
    found: dict[str, Any] = json.loads(result.stdout)
    return found


@pytest.mark.node
@pytest.mark.parametrize("draft", ["2020-12", "7"])
def test_ajv_accepts_the_example_and_refuses_broken_files(node_modules: Path, draft: Draft) -> None:
    found = by_ajv(node_modules, draft, files_by_schema(EXAMPLE))
    assert found == {name: {"refused": [], "accepted": [False]} for name in SCHEMA_NAMES}


@pytest.mark.node
@pytest.mark.corpus
@pytest.mark.parametrize("draft", ["2020-12", "7"])
def test_ajv_accepts_the_corpus(node_modules: Path, corpus: Path, draft: Draft) -> None:
    found = by_ajv(node_modules, draft, files_by_schema(corpus))
    assert {name: result["refused"] for name, result in found.items()} == {name: [] for name in SCHEMA_NAMES}
