"""Words of 24 letters, which have an id's form: a name everywhere, unless an entity has the word as its id."""

from pathlib import Path

import pytest

from qafiles.diff import diff
from qafiles.layout import is_id, looks_like_id
from qafiles.models.new_id import new_id
from qafiles.sources import MemorySource
from qafiles.validation import load
from tests.cli.conftest import Qafiles, qafiles
from tests.conftest import write
from tests.rules.data_root import data_root

__all__ = ["qafiles"]

_WORD = "floatingpointcoprocessor"
_LONG = "checkoutpaymentprocessing"
_SHOP = "organizations/acme/projects/shop"
_CASE = f"{_SHOP}/test_cases/words.yaml"


def _files(word: str, reference: str, id_: str = "a1aaaaaaaaaaaaaaaaaaaaaa") -> dict[str, str]:
    return {
        f"{_SHOP}/tags/{word}.yaml": f"id: {id_}\nname: {word}\ncolor: red\n",
        _CASE: f"id: b1aaaaaaaaaaaaaaaaaaaaaa\ntest_description: x\nurl_route: /\ntags: [{reference}]\n",
    }


def codes(files: dict[str, str]) -> list[str]:
    return [item.code for item in load(MemorySource(data_root(files))).diagnostics]


@pytest.mark.parametrize("word", [_WORD, _LONG])
def test_a_word_is_a_name_and_a_handle(word: str) -> None:
    assert is_id(word)
    assert codes(_files(word, word)) == []


def test_a_word_that_an_entity_has_as_its_id_is_that_id() -> None:
    snapshot = load(MemorySource(data_root(_files("smoke2", _WORD, _WORD))))
    assert [item.code for item in snapshot.diagnostics] == []
    target = snapshot.find(_WORD)
    assert [link.target for link in snapshot.outgoing(snapshot.files[_CASE])] == [target]
    assert target.handle == "acme/shop/smoke2"


def test_a_word_that_names_nothing_is_told_as_a_name() -> None:
    (found,) = [
        item
        for item in load(MemorySource(data_root(_files("slow", _WORD)))).diagnostics
        if item.code == "QF401"
    ]
    assert found.message == f"no tag is called `{_WORD}`"


@pytest.mark.parametrize("name", ["floatingpointcoprocess0r", "cjld2cjxh0000qzrmn831i7rn"])
def test_a_name_with_a_digit_among_its_characters_is_shaped_like_an_id(name: str) -> None:
    assert "QF303" in codes(_files(name, "smoke"))


def test_a_reference_that_names_an_entity_by_such_a_word_means_the_same_as_its_id() -> None:
    before, after = (
        MemorySource(data_root(_files(_WORD, word))) for word in (_WORD, "a1aaaaaaaaaaaaaaaaaaaaaa")
    )
    assert not diff(before, after).changes


def test_edits_take_a_word_for_a_name(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qafiles: Qafiles
) -> None:
    write(tmp_path, data_root({_CASE: _files("x", "smoke")[_CASE]}))
    monkeypatch.chdir(tmp_path)
    assert qafiles("mv", "tag:acme/shop/smoke", _WORD).code == 0
    assert f"[{_WORD}]" in (tmp_path / _CASE).read_text("utf-8")
    assert qafiles("mv", f"tag:acme/shop/{_WORD}", "smoke").code == 0
    assert "[smoke]" in (tmp_path / _CASE).read_text("utf-8")
    assert qafiles("validate", "--strict", "--select", "QF3,QF4").code == 0
    write(tmp_path, {f"{_SHOP}/tags/other.yaml": f"id: {_WORD}\nname: other\ncolor: red\n"})
    refused = qafiles("mv", "tag:acme/shop/smoke", _WORD)
    assert (refused.code, "references would take it for one" in refused.err) == (2, True)


def test_what_is_minted_has_a_digit(monkeypatch: pytest.MonkeyPatch) -> None:
    words = iter([_WORD, "a1aaaaaaaaaaaaaaaaaaaaaa"])
    monkeypatch.setattr("cuid2.Cuid.generate", lambda _: next(words))
    assert new_id() == "a1aaaaaaaaaaaaaaaaaaaaaa"
    assert not looks_like_id(_WORD)
