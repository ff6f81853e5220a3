"""What a change of declarations breaks is told with `--since`, though the rules' settings are those of the state before."""

import pytest

from qafiles.sources import MemorySource
from qafiles.validation import validate
from tests.rules.data_root import data_root

_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"
_TEXT = "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: smoke\ncolor: teal\nx-priority: urgent\nx-owner: bob\n"
_BEFORE = "version: 1\nfields: {tag: {x-priority: {enum: [urgent, low]}}}\n"


def _root(settings: str) -> MemorySource:
    return MemorySource(data_root({"qafiles.yaml": settings, _TAG: _TEXT}))


@pytest.mark.parametrize(
    ("tag", "found"),
    [
        ("x-priority: {enum: [urgent, low]}, x-estimate: {required: true}", [("QF201", _TAG)]),
        ("x-priority: {enum: [high, low]}", [("QF204", _TAG)]),
        ("x-priority: {type: integer}", [("QF203", _TAG)]),
        ("x-priority: {enum: [urgent, low]}, x-owner: {reference: user}", [("QF401", _TAG)]),
        ("x-prioritiy: {}", [("QF613", _TAG)]),
        ("x-priority: {minimum: 3, maximum: 2}", [("QF206", "qafiles.yaml")]),
        ("x-priority: {enum: [urgent]}", []),
    ],
)
def test_a_changed_declaration_shows_what_it_breaks(tag: str, found: list[tuple[str, str]]) -> None:
    after = _root(f"version: 1\nfields: {{tag: {{{tag}}}}}\n")
    assert [(item.code, item.path) for item in validate(after, since=_root(_BEFORE))] == found


def test_a_changed_declaration_does_not_change_which_rules_count() -> None:
    after = _root(_BEFORE.replace("low", "high") + "rules: {ignore: [QF4]}\n")
    assert [*validate(after, since=_root(_BEFORE))] == []
    after = _root("version: 1\nrules: {ignore: [QF613]}\nfields: {tag: {x-priorty: {}}}\n")
    assert [item.code for item in validate(after, since=_root(_BEFORE))] == ["QF613"]
