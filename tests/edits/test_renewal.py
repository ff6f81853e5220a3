"""Texts in the place of some files: what they do not concern is not read again."""

from pathlib import Path

from qafiles.layout import SETTINGS_FILE
from qafiles.loading.loader import load
from qafiles.loading.renewal import with_texts
from qafiles.sources.data_root import open_source
from tests.edits.conftest import SMOKE

_ID = "clxyz0123456789abcdefghij"


def test_settings_are_read_again_only_where_they_are_among_the_texts(folder: Path) -> None:
    place = folder / SETTINGS_FILE
    place.write_text("version: 1\nfields: {tag: {x-level: {type: integer, required: true}}}\n")
    before = load(open_source(folder))
    text = f"id: {_ID}\nname: smoke\ncolor: teal\nx-level: 1\n".encode()
    place.write_text("version: 1\nfields: {tag: {x-level: {type: string}}}\n")
    after, found = with_texts(before, {SMOKE: text})
    assert after.settings is before.settings
    assert after.files[SMOKE].valid
    assert not found
    other, found = with_texts(before, {SMOKE: text, SETTINGS_FILE: place.read_bytes()})
    assert other.settings.fields != before.settings.fields
    assert [item.path for item in found] == [SMOKE]


def test_what_is_wrong_with_settings_is_told_of_them_alone(folder: Path) -> None:
    place = folder / SETTINGS_FILE
    place.write_text("version: 1\nunknown: 1\n")
    before = load(open_source(folder))
    assert [item.path for item in before.diagnostics] == [SETTINGS_FILE]
    _, found = with_texts(before, {SMOKE: f"id: {_ID}\nname: smoke\ncolor: teal\n".encode()})
    assert not found
