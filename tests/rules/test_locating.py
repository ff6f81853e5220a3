"""Where findings are looked for, and where nothing has to be."""

import pytest

from qafiles.diagnostics import NO_SPANS, Finding, Location, Span
from qafiles.loading.loader import load
from qafiles.rules.locating import spans_of
from qafiles.sources import MemorySource

_USER = "users/ada.yaml"
_TEXT = "id: zfsncchy387l36yglgtby7fo\nname: Ada\n"
_PLACE = Span(2, 1, 2, 5)


@pytest.mark.parametrize(
    ("finding", "known"),
    [
        (Finding(_USER, "told", span=_PLACE), NO_SPANS),
        (Finding(_USER, "known", ("name",), "key"), {_USER: {Location(("name",), "key"): _PLACE}}),
        (Finding("users/eve.yaml", "gone", ("name",)), NO_SPANS),
    ],
)
def test_what_has_its_place_is_not_looked_for(
    finding: Finding, known: dict[str, dict[Location, Span]], monkeypatch: pytest.MonkeyPatch
) -> None:
    snapshot = load(MemorySource({"qafiles.yaml": "version: 1\n", _USER: _TEXT}))
    monkeypatch.setattr("qafiles.rules.locating.map_in_processes", None)
    places = [
        place for by_place in spans_of(snapshot, [("QF000", finding)], known).values() for place in by_place
    ]
    assert places == ([] if finding.span is not None or not known else [finding.location])


def test_a_place_is_looked_for_in_its_file() -> None:
    snapshot = load(MemorySource({"qafiles.yaml": "version: 1\n", _USER: _TEXT}))
    finding = Finding(_USER, "looked for", ("name",), "key")
    assert spans_of(snapshot, [("QF000", finding)], NO_SPANS) == {_USER: {finding.location: _PLACE}}
