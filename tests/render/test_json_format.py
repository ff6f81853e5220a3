import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from qafiles.diagnostics import Diagnostic, EntityName, RelatedLocation, Span, json_pointer
from qafiles.layout import KINDS
from qafiles.loading.loader import load
from qafiles.render.escape import well_formed
from qafiles.render.validation import Findings
from qafiles.render.validation.json_format import render
from qafiles.sources import MemorySource
from qafiles.validation import verdict_of

COUNT = {"type": "integer", "minimum": 0}
PLACE = {"type": "integer", "minimum": 1}
TEXT = {"type": "string"}
MAYBE_TEXT = {"type": ["string", "null"]}


def record(**properties: Any) -> dict[str, Any]:
    """Return the schema of an object with exactly these properties."""
    return {
        "type": "object",
        "properties": properties,
        "required": [*properties],
        "additionalProperties": False,
    }


SCHEMA = record(
    version={"const": 1},
    root={"type": "string", "pattern": r"^[^/]"},
    revision={"type": ["string", "null"], "pattern": "^[0-9a-f]{40}([0-9a-f]{24})?$"},
    checked=record(files=COUNT, entities=COUNT, by_kind=record(**dict.fromkeys(KINDS, COUNT))),
    summary=record(errors=COUNT, warnings=COUNT, infos=COUNT),
    unchecked={"type": "array", "items": TEXT},
    diagnostics={
        "type": "array",
        "items": record(
            code={"type": "string", "pattern": "^QF[1-9][0-9]{2}$"},
            name={"type": "string", "pattern": "^[a-z0-9]+(-[a-z0-9]+)*$"},
            severity={"enum": ["error", "warning", "info"]},
            message=TEXT,
            path=TEXT,
            line=PLACE,
            column=PLACE,
            end_line=PLACE,
            end_column=PLACE,
            entity={"anyOf": [{"type": "null"}, record(kind={"enum": [*KINDS]}, id=MAYBE_TEXT, handle=TEXT)]},
            pointer={"type": ["string", "null"], "pattern": "^(/([^/~]|~[01])*)*$"},
            hint=MAYBE_TEXT,
            fixable={"type": "boolean"},
            fingerprint=TEXT,
            related={"type": "array", "items": record(path=TEXT, line=PLACE, column=PLACE, message=TEXT)},
        ),
    },
)
VALIDATOR = Draft202012Validator(SCHEMA)
SNAPSHOT = load(
    MemorySource(
        {
            "qafiles.yaml": "version: 1\n",
            "organizations/acme/organization.yaml": "id: so2vsgecf081kubmv1wb0sal\nname: Acme\n",
            "organizations/acme/projects/shop/project.yaml": "[",
            "logo.png": "",
        },
        "0123456789abcdef0123456789abcdef01234567",
        "qa",
    )
)

ANY_TEXT = st.text(
    st.characters(codec=None, categories=None) | st.sampled_from('#[a"\\\n\x9b\u202e\ud83d\udc4d')
)
LINES = st.integers(1, 9)
DIAGNOSTICS = st.builds(
    Diagnostic,
    code=st.just("QF401"),
    name=st.just("dangling-reference"),
    severity=st.sampled_from(["error", "warning", "info"]),
    message=ANY_TEXT,
    path=ANY_TEXT,
    span=st.builds(Span, LINES, LINES, LINES, LINES),
    entity=st.none() | st.builds(EntityName, st.sampled_from(KINDS), st.none() | ANY_TEXT, ANY_TEXT),
    pointer=st.none() | st.lists(ANY_TEXT | st.integers(0, 9), max_size=3).map(tuple),
    hint=st.none() | ANY_TEXT,
    fixable=st.booleans(),
    fingerprint=st.just("0123456789abcdef"),
    related=st.lists(st.builds(RelatedLocation, ANY_TEXT, LINES, LINES, ANY_TEXT), max_size=2).map(tuple),
)


def printed(*diagnostics: Diagnostic, unchecked: tuple[str, ...] = ()) -> str:
    return "".join(
        render(Findings(diagnostics, verdict_of(SNAPSHOT), unchecked, prefix="..", root="elsewhere"))
    )


def test_a_clean_run() -> None:
    text = printed()
    assert text.endswith('"diagnostics": []}\n')
    document = json.loads(text)
    VALIDATOR.validate(document)
    assert [*document] == [*SCHEMA["properties"]]
    assert [*document["checked"]["by_kind"]] == [*KINDS]
    assert (document["root"], document["revision"]) == ("qa", "0123456789abcdef0123456789abcdef01234567")


def test_invalid_files_are_checked_and_are_no_entities() -> None:
    checked = json.loads(printed())["checked"]
    assert (checked["files"], checked["entities"]) == (3, 1)
    assert checked["by_kind"] == {**dict.fromkeys(KINDS, 0), "organization": 1}


@pytest.mark.slow
@given(st.lists(DIAGNOSTICS, max_size=3), st.lists(ANY_TEXT, max_size=2))
def test_everything_arrives(diagnostics: list[Diagnostic], unchecked: list[str]) -> None:
    text = printed(*diagnostics, unchecked=tuple(unchecked))
    document = json.loads(text.encode())
    VALIDATOR.validate(document)
    assert document["unchecked"] == [joined(item) for item in unchecked]
    for diagnostic, found in zip(diagnostics, document["diagnostics"], strict=True):
        entity, pointer = diagnostic.entity, diagnostic.pointer
        assert [*found] == [*SCHEMA["properties"]["diagnostics"]["items"]["properties"]]
        assert found["message"] == joined(diagnostic.message)
        assert found["path"] == joined(diagnostic.path)
        assert found["hint"] == (None if diagnostic.hint is None else joined(diagnostic.hint))
        assert found["pointer"] == (None if pointer is None else joined(json_pointer(pointer)))
        assert (
            Span(*(found[name] for name in ("line", "column", "end_line", "end_column"))) == diagnostic.span
        )
        assert (found["entity"] is None) == (entity is None)
        if entity is not None:
            assert found["entity"]["handle"] == joined(entity.handle)
        for place, end in zip(diagnostic.related, found["related"], strict=True):
            assert RelatedLocation(**end) == RelatedLocation(
                joined(place.path), place.line, place.column, joined(place.message)
            )
    severities = [diagnostic.severity for diagnostic in diagnostics]
    assert document["summary"] == {
        f"{name}s": severities.count(name) for name in ("error", "warning", "info")
    }


@pytest.mark.slow
@given(st.lists(DIAGNOSTICS, max_size=3))
def test_the_document_steers_no_terminal_and_no_runner(diagnostics: list[Diagnostic]) -> None:
    text = printed(*diagnostics)
    assert not any("\x7f" <= char <= "\x9f" or (char < " " and char != "\n") for char in text)
    assert "##[" not in text
    assert not any(line.lstrip().startswith("::") for line in text.splitlines())


def joined(text: str) -> str:
    """Return the text as JSON can carry it: two surrogates that make a pair are one character."""
    return text.encode("utf-16", "surrogatepass").decode("utf-16", "surrogatepass")


def test_text_stays_legible() -> None:
    message = "名前 👍 naïve"
    assert message == well_formed(message)
    assert message in printed(Diagnostic("QF401", "dangling-reference", "error", message, "é.yaml"))
