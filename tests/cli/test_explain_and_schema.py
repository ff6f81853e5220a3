import json
from collections.abc import Callable
from pathlib import Path

import pytest

from qafiles.codes import NAMES
from qafiles.scaffold.companions import companions
from tests.cli.conftest import Qafiles


def test_the_table_of_rules_is_as_recorded(qafiles: Qafiles, golden: Callable[[str, str], None]) -> None:
    golden("explain.txt", qafiles("explain").out)


@pytest.mark.parametrize("argument", ["QF401", "qf401", "dangling-reference"])
def test_a_page_is_found_by_code_and_name(argument: str, qafiles: Qafiles) -> None:
    result = qafiles("explain", argument)
    assert result.code == 0
    assert result.out.startswith(
        "# QF401 dangling-reference\n\nerror; can be ignored or re-rated in qafiles.yaml\n"
    )


@pytest.mark.parametrize("code", [*NAMES])
def test_every_code_has_a_page(code: str, qafiles: Qafiles) -> None:
    assert qafiles("explain", code).code == 0


def test_an_unknown_code_is_told_the_nearest_one(qafiles: Qafiles) -> None:
    result = qafiles("explain", "QF410x")
    assert (result.code, result.out) == (2, "")
    assert "did you mean QF410?" in result.err


def test_rules_are_given_as_json(qafiles: Qafiles) -> None:
    assert [rule["code"] for rule in json.loads(qafiles("explain", "--format", "json").out)] == [*NAMES]
    assert json.loads(qafiles("explain", "QF501", "--format", "json").out)["configurable"] is False


def test_schemas_are_listed_and_printed(qafiles: Qafiles) -> None:
    names = qafiles("schema").out.split()
    assert "settings" in names
    for name in names:
        assert (
            json.loads(qafiles("schema", name).out)["$schema"]
            == "https://json-schema.org/draft/2020-12/schema"
        )
    assert json.loads(qafiles("schema", "test-cases", "--draft", "7").out)["$schema"].startswith(
        "http://json-schema.org/draft-07"
    )
    assert qafiles("schema", "nothing").code == 2


def test_the_beginning_of_a_code_explains_a_family(qafiles: Qafiles) -> None:
    lines = qafiles("explain", "qf5").out.splitlines()
    assert [line[:5] for line in lines] == [
        "QF501",
        "QF502",
        "QF503",
        "QF504",
        "QF505",
        "QF506",
        "QF507",
        "QF508",
        "QF509",
    ]


_DECLARED = """version: 1
fields:
  tag:
    x-owner: {reference: user, required: true}
    x-risk: {type: integer, minimum: 0, maximum: 3, examples: [2], description: How bad it is}
"""


def test_a_schema_has_the_fields_that_the_data_root_declares(tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "qafiles.yaml").write_text(_DECLARED)
    (tmp_path / "users").mkdir()
    schema = json.loads(qafiles("-C", tmp_path / "users", "schema", "tag").out)
    assert schema["required"] == ["id", "name", "color", "x-owner"]
    assert schema["properties"]["x-risk"] == {
        "type": "integer",
        "minimum": 0,
        "maximum": 3,
        "examples": [2],
        "description": "How bad it is",
    }
    assert "x-risk" not in json.loads(qafiles("-C", tmp_path, "schema", "user").out)["properties"]


def test_written_schemas_have_the_declared_fields_for_editors(tmp_path: Path, qafiles: Qafiles) -> None:
    (tmp_path / "qafiles.yaml").write_text(_DECLARED)
    assert qafiles("-C", tmp_path, "schema", "--write", "schemas", "--draft", "7").code == 0
    schema = json.loads((tmp_path / "schemas/tag.schema.json").read_text())
    assert schema["properties"]["x-risk"]["description"] == "How bad it is. For example `2`."
    assert schema["properties"]["x-owner"]["description"] == "Id or handle of a user."


def test_schemas_of_init_have_the_fields_that_the_data_root_declares(tmp_path: Path) -> None:
    (tmp_path / "qafiles.yaml").write_text(_DECLARED)
    texts = companions(tmp_path)
    assert "x-owner" in json.loads(texts[tmp_path / ".qafiles/schemas/tag.schema.json"])["properties"]
