from pathlib import Path

import pytest

from qafiles.cache.contents import TOO_LARGE, content_of, kind_of


def test_what_differs_at_a_place_is_told_apart(tmp_path: Path) -> None:
    places = {name: tmp_path / name for name in ("text", "empty", "folder", "link", "other link", "missing")}
    places["text"].write_bytes(b"x")
    places["empty"].write_bytes(b"")
    places["folder"].mkdir()
    places["link"].symlink_to("text")
    places["other link"].symlink_to("empty")
    assert len({content_of(str(place)) for place in places.values()}) == len(places)
    assert kind_of(str(places["link"])) != kind_of(str(places["other link"]))


def test_a_file_that_is_too_large_is_told_by_its_times(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("qafiles.cache.contents.MOST_BYTES", 3)
    place = tmp_path / "index"
    place.write_bytes(b"abcd")
    before = content_of(str(place))
    assert before.startswith(TOO_LARGE)
    (tmp_path / "new").write_bytes(b"efgh")
    (tmp_path / "new").replace(place)
    assert content_of(str(place)) != before
