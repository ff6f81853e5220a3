import json
from collections.abc import Callable

import pytest

from qafiles.codes import NAMES
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
    assert [line[:5] for line in lines] == ["QF501", "QF502", "QF503", "QF504", "QF505", "QF506"]
