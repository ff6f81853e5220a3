"""The badge against the schema at https://shields.io/badges/endpoint-badge."""

import json

import jsonschema
import pytest
from hypothesis import given

from qafiles.diagnostics import Diagnostic, Severity
from qafiles.render.validation import FORMATS, Findings
from qafiles.validation import verdict_of
from tests.render.findings import DIAGNOSTICS
from tests.render.test_formats import GOOD, snapshot

# The page has the properties in a table; services/endpoint-common.js of badges/shields refuses all others.
_TEXT = {"type": "string"}
_SCHEMA = {
    "type": "object",
    "additionalProperties": False,
    "required": ["schemaVersion", "label", "message"],
    "properties": {
        "schemaVersion": {"const": 1},
        "label": _TEXT,
        "message": {"type": "string", "minLength": 1},
        "color": {
            "enum": ["brightgreen", "green", "yellowgreen", "yellow", "orange", "red", "blue", "lightgrey"]
        },
        "labelColor": _TEXT,
        "isError": {"type": "boolean"},
        "namedLogo": _TEXT,
        "logoSvg": _TEXT,
        "logoColor": _TEXT,
        "logoSize": _TEXT,
        "style": _TEXT,
        "cacheSeconds": {"type": "integer", "minimum": 0},
    },
}


def badge(*severities: Severity) -> dict[str, object]:
    found = tuple(Diagnostic("QF401", "dangling-reference", word, "m", "p.yaml") for word in severities)
    result: dict[str, object] = json.loads(
        "".join(FORMATS["badge"](Findings(found, verdict_of(snapshot(GOOD)))))
    )
    return result


@pytest.mark.parametrize(
    ("severities", "message", "color"),
    [
        ((), "all good", "brightgreen"),
        (("info",), "1 info", "green"),
        (("info", "warning", "warning"), "2 warnings, 1 info", "yellow"),
        (("warning", "error"), "1 error, 1 warning", "red"),
    ],
)
def test_the_badge_says_what_was_found_in_the_colour_of_the_worst(
    severities: tuple[Severity, ...], message: str, color: str
) -> None:
    found = badge(*severities)
    assert (found["message"], found["color"]) == (message, color)
    assert found.get("isError", False) is ("error" in severities)


@pytest.mark.slow
@given(DIAGNOSTICS)
def test_the_badge_fits_the_schema_whatever_is_found(diagnostics: list[Diagnostic]) -> None:
    text = "".join(FORMATS["badge"](Findings(tuple(diagnostics), verdict_of(snapshot(GOOD)))))
    assert text.count("\n") == 1
    jsonschema.validate(json.loads(text), _SCHEMA)
