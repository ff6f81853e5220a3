"""Declared fields in an editor: keys, choices, references, what is known of them, and settings that change meanwhile."""

import asyncio
from collections.abc import Sequence
from pathlib import Path

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.lsp.completion import Proposal, complete
from qafiles.lsp.hover import hover
from qafiles.lsp.lookups import Texts
from qafiles.lsp.navigation import definition, references, spot_at
from qafiles.lsp.positions import Document, Point
from qafiles.lsp.rename import rename
from qafiles.lsp.session import Session
from qafiles.lsp.worker import Worker
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.conftest import write
from tests.rules.data_root import data_root

_CASE = "organizations/acme/projects/shop/test_cases/open.yaml"
_HEAD = "id: f2cp7rav4wo9ey1bug6sh3di\nurl_route: /\ntest_description: Open\n"
_SETTINGS = """version: 1
fields:
  test_case:
    x-estimate: {type: integer, minimum: 0}
    x-auto: {type: boolean}
    x-priority: {enum: [high, medium, low], required: true, description: How *bad* it is.}
    x-when: {enum: ["2024", never, "on: off"]}
    x-owner: {reference: user}
    x-blocks: {type: array, items: {reference: test_case}}
    x-levels: {type: array, items: {enum: [unit, api, ui]}}
    x-risk: {properties: {impact: {type: integer}, area: {enum: [money, trust]}}, required: [impact]}
    x-steps: {type: array, items: {properties: {action: {type: string}, result: {enum: [pass, fail]}}}}
"""
_ALL = [
    "x-priority", "x-estimate", "x-auto", "x-when", "x-owner", "x-blocks", "x-levels", "x-risk", "x-steps",
]  # fmt: skip


def _at(text: str, settings: str = _SETTINGS) -> tuple[Snapshot, str, Document, Point]:
    """Return a data root that declares fields, and the place of the `|` in the text of its test case."""
    index = text.index("|")
    before, whole = Document(text[:index]), text[:index] + text[index + 1 :]
    snapshot = load(MemorySource(data_root({"qafiles.yaml": settings, _CASE: whole})))
    return snapshot, _CASE, Document(whole), Point(len(before.lines), len(before.lines[-1]) + 1)


def _proposed(text: str) -> tuple[Proposal, ...]:
    return complete(*_at(text)).items


@pytest.mark.parametrize(
    ("text", "labels"),
    [
        (f"{_HEAD}|", _ALL),
        (f"{_HEAD}x-|\n", _ALL),
        (f"{_HEAD}x-priority: high\nx-risk: {{impact: 1}}\n|\n", [n for n in _ALL if n not in {"x-priority", "x-risk"}]),
        (f"{_HEAD}x-pri|\n", ["x-priority"]),
        (f"x-e|\n{_HEAD}", ["x-estimate"]),
        (f"{_HEAD}x-risk:\n  |\n", ["impact", "area"]),
        (f"{_HEAD}x-risk:\n  impact: 1\n  a|\n", ["area"]),
        (f"{_HEAD}x-steps:\n  - |\n", ["action", "result"]),
        (f"{_HEAD}x-steps:\n  - action: go\n    |\n  - result: pass\n", ["result"]),
        (f"{_HEAD}x-priority: |\n", ["high", "medium", "low"]),
        (f"{_HEAD}x-priority: h|\n", ["high"]),
        (f"{_HEAD}x-priority: '|'\n", ["high", "medium", "low"]),
        (f"{_HEAD}x-auto: |\n", ["true", "false"]),
        (f"{_HEAD}x-levels: [unit, |]\n", ["api", "ui"]),
        (f"{_HEAD}x-levels:\n  - |\n", ["unit", "api", "ui"]),
        (f"{_HEAD}x-risk:\n  area: |\n", ["money", "trust"]),
        (f"{_HEAD}x-steps:\n  - result: p|\n", ["pass"]),
        (f"{_HEAD}x-owner: |\n", ["ada"]),
        (f"{_HEAD}x-blocks: [|]\n", ["open"]),
        (f"{_HEAD}x-estimate: |\n", []),
        (f"{_HEAD}extra_rules: |\n", []),
        (f"{_HEAD}extra_rules: x\n  |\n", []),
    ],
)  # fmt: skip
def test_completion_of_declared_fields(text: str, labels: list[str]) -> None:
    assert [item.label for item in _proposed(text)] == labels


@pytest.mark.parametrize(
    ("text", "label", "line"),
    [
        (f"{_HEAD}x-pri|\n", "x-priority", "x-priority: "),
        (f"{_HEAD}x-pri|: low\n", "x-priority", "x-priority: low"),
        (f"{_HEAD}x-priority: h|igh\n", "high", "x-priority: high"),
        (f"{_HEAD}x-when: |\n", "2024", "x-when: '2024'"),
        (f"{_HEAD}x-when: |\n", "on: off", "x-when: 'on: off'"),
        (f"{_HEAD}x-when: '|'\n", "2024", "x-when: '2024'"),
        (f"{_HEAD}x-levels: a|\n", "api", "x-levels: [api]"),
        (f"{_HEAD}x-levels: [u|]\n", "ui", "x-levels: [ui]"),
        (f"{_HEAD}x-risk:\n  area: m|\n", "money", "  area: money"),
    ],
)
def test_what_is_completed_is_what_the_declaration_allows(text: str, label: str, line: str) -> None:
    document = _at(text)[2]
    item = next(item for item in _proposed(text) if item.label == label)
    before = document.line(item.span.line)
    assert before[: item.span.column - 1] + item.text + before[item.span.end_column - 1 :] == line


def test_a_completed_key_says_what_it_is() -> None:
    first = _proposed(f"{_HEAD}|")[0]
    assert (first.detail, first.documentation, first.what) == (
        "required: high, medium or low", "How \\*bad\\* it is.", "key",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (f"{_HEAD}x-pri|ority: high\n", ["**x\\-priority** required: high, medium or low", "How \\*bad\\* it is."]),
        (f"{_HEAD}x-ris|k: {{impact: 1}}\n", ["optional: a mapping of impact"]),
        (f"{_HEAD}x-risk:\n  ar|ea: money\n", ["**area** optional: money or trust"]),
        (f"{_HEAD}x-owner: a|da\n", ["**user** Ada Lovelace"]),
    ],
)  # fmt: skip
def test_hover_says_what_a_declared_field_is(text: str, said: list[str]) -> None:
    found = hover(*_at(text))
    assert found is not None
    assert all(words in found.text for words in said)


@pytest.mark.parametrize(
    "text", [f"{_HEAD}x-fr|ee: 1\n", f"{_HEAD}extra_ru|les: x\n", f"{_HEAD}x-priority: hi|gh\n"]
)
def test_hover_says_nothing_of_what_is_not_declared(text: str) -> None:
    assert hover(*_at(text)) is None


def test_navigation_and_renaming_go_through_declared_references() -> None:
    snapshot, path, document, point = _at(f"{_HEAD}x-owner: a|da\n")
    spot, texts = spot_at(snapshot, path, document, point), Texts(snapshot)
    assert spot is not None
    target = definition(snapshot, spot, texts)
    assert target is not None
    assert target.path == "users/ada.yaml"
    assert _CASE in {found.path for found in references(snapshot, spot, texts)}
    edits = rename(snapshot, spot, "lovelace", texts).edits
    assert [edit.text for edit in edits if edit.path == _CASE] == ["lovelace"]


def test_settings_edited_in_the_editor_count_at_once_in_open_files(tmp_path: Path) -> None:
    write(tmp_path, data_root({"qafiles.yaml": "version: 1\n", _CASE: f"{_HEAD}x-priority: hihg\n"}))
    shown: dict[str, list[str]] = {}

    def publish(session: Session, path: str, diagnostics: Sequence[Diagnostic]) -> None:
        del session
        shown[path] = [found.code for found in diagnostics]

    async def run() -> None:
        session = Session(tmp_path, Worker(), publish, print)
        await asyncio.wait_for(session.loaded.wait(), 30)
        session.open(_CASE, f"{_HEAD}x-priority: hihg\n")
        assert "QF204" not in shown.get(_CASE, [])
        session.open("qafiles.yaml", "version: 1\n")
        session.change("qafiles.yaml", _SETTINGS)
        assert "QF204" in shown[_CASE]
        session.change("qafiles.yaml", "version: 1\n")
        assert "QF204" not in shown[_CASE]
        session.stop()

    asyncio.run(run())
