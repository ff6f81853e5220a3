"""Comments stay with their entries, in every style and wherever they stand: https://yaml.org/spec/1.2.2/#66-comments."""

import io
import re
from pathlib import Path
from random import Random

import pytest
import yaml
from ruamel.yaml import YAML

from qafiles.layout import Place, classify
from qafiles.parsing import parse
from qafiles.yaml_text.canonical import formatted
from qafiles.yaml_text.changes import with_item, with_value, without
from tests.conftest import samples
from tests.yaml_text.comment_edits import DATA, edited, wrong
from tests.yaml_text.commented import STYLES, commented, written
from tests.yaml_text.owners import model_of, owners

_EXAMPLE = Path(__file__).parents[2] / "examples" / "acme-qa"
_FILES = 1000
_EDITS = 5
_DENSITIES = (0.1, 0.3, 0.5)


def _file(number: int) -> tuple[Random, bytes]:
    random = Random(number)  # noqa: S311  # no secrets
    plain = written(random, DATA, STYLES[number % len(STYLES)])
    return random, commented(random, plain, _DENSITIES[number % 3])


def _readable_by_others(content: bytes) -> None:
    yaml.load(content, Loader=yaml.SafeLoader)
    YAML(typ="safe", pure=True).load(io.BytesIO(content))


@pytest.mark.slow
def test_after_random_edits_every_comment_is_beside_its_entry() -> None:
    for number in range(samples(_FILES, 60)):
        random, content = _file(number)
        for _ in range(_EDITS):
            done = edited(random, content)
            assert wrong(content, done) == [], (number, done.title)
        _readable_by_others(done.content)


@pytest.mark.slow
def test_formatting_leaves_every_comment_beside_its_entry_and_has_nothing_to_do_again() -> None:
    for number in range(samples(_FILES, 60)):
        content = _file(number)[1]
        after = formatted("test_case", content)
        assert owners(model_of(after)) == owners(model_of(content)), number
        assert formatted("test_case", after) == after, number


@pytest.mark.slow
def test_the_examples_in_every_style_keep_each_comment_beside_its_entry() -> None:
    random = Random(5)  # noqa: S311  # no secrets
    for file in sorted(_EXAMPLE.rglob("*.yaml"))[: samples(1000, 40)]:
        place = classify(file.relative_to(_EXAMPLE).as_posix())
        if not isinstance(place, Place) or place.is_secret:
            continue
        data = parse(file.read_bytes()).data
        for style in STYLES:
            content = commented(random, written(random, data, style), 0.3)
            after = formatted(place.kind, content)
            assert owners(model_of(after)) == owners(model_of(content)), file
            assert formatted(place.kind, after) == after, file
            done = edited(random, content)
            assert wrong(content, done) == [], (file, done.title)


@pytest.mark.slow
def test_the_files_of_the_corpus_keep_each_comment_beside_its_entry(corpus: Path) -> None:
    random = Random(6)  # noqa: S311  # no secrets
    places = {
        file: place
        for file in sorted(corpus.rglob("*.yaml"))
        if isinstance(place := classify(file.relative_to(corpus).as_posix()), Place) and not place.is_secret
    }
    # Their colours and texts may look like the comments that are put in.
    files = [file for file in places if not re.search(rb"#k[0-9]", file.read_bytes())]
    for number in range(samples(5000, 120)):
        file = files[random.randrange(len(files))]
        content = commented(random, file.read_bytes(), random.choice(_DENSITIES))
        if number % 5 == 0:
            after = formatted(places[file].kind, content)
            assert owners(model_of(after)) == owners(model_of(content)), file
            assert formatted(places[file].kind, after) == after, file
        done = edited(random, content)
        assert wrong(content, done) == [], (number, file, done.title)
        _readable_by_others(done.content)


@pytest.mark.parametrize("number", range(12))
def test_comments_stay_beside_their_entries_in_each_style(number: int) -> None:
    random, content = _file(number)
    done = edited(random, content)
    assert wrong(content, done) == []
    assert owners(model_of(formatted("test_case", content))) == owners(model_of(content))


_BRACKETS = b"""\
tags: [ # all
  # login team
  smoke,
  # ask Ada
  keyboard, # kb
  # until June
  routing
  # the tail
]
"""


def test_between_brackets_over_several_lines_a_comment_goes_with_its_item_alone() -> None:
    assert without(_BRACKETS, ("tags", 1)) == _BRACKETS.replace(b"  # ask Ada\n  keyboard, # kb\n", b"")
    assert without(_BRACKETS, ("tags", 2)) == _BRACKETS.replace(b"  # until June\n  routing\n", b"").replace(
        b"keyboard,", b"keyboard"
    )
    assert with_item(_BRACKETS, ("tags",), "x") == _BRACKETS.replace(b"routing\n", b"routing,\n  x\n")
    assert with_item(_BRACKETS, ("tags",), "x", 1) == _BRACKETS.replace(b"  # ask Ada", b"  x,\n  # ask Ada")
    assert with_value(_BRACKETS, ("tags",), ["x"]) == b"tags: [ # all\n  x\n  # the tail\n]\n"


def test_the_tail_of_a_list_that_is_emptied_stays_in_it() -> None:
    content = b"a: 1\nb:\n  - x\n  # - y\n  # - z\nc: 2\n"
    assert without(content, ("b", 0)) == b"a: 1\nb: [\n  # - y\n  # - z\n  ]\nc: 2\n"
    assert without(content, ("b",)) == b"a: 1\nc: 2\n"


def test_another_item_in_the_place_of_one_has_no_part_in_its_comments() -> None:
    content = b"b:\n  - x\n  # about y\n  - y # why\n  - z\n"
    assert with_value(content, ("b",), ["x", "w", "z"]) == b"b:\n  - x\n  - w\n  - z\n"


def test_what_stands_at_the_end_of_a_file_stays_there() -> None:
    content = b"tags:\n  - a\n  # - b\ncolor: c\n  # indented\n# the end\n"
    assert formatted("tag", b"color: c\nname: d\n\n# the end\n") == b"name: d\ncolor: c\n\n# the end\n"
    assert with_value(content, ("x-a",), ["b"]).endswith(b"x-a:\n  - b\n# indented\n# the end\n")
    assert without(content, ("color",)) == b"tags:\n  - a\n  # - b\n# indented\n# the end\n"


def test_what_is_about_a_whole_file_stays_at_its_top() -> None:
    head = b"# yaml-language-server: $schema=x.json\n# Copyright\n\n# another\n\n"
    assert formatted("tag", head + b"color: c\nid: b\n") == head + b"id: b\ncolor: c\n"
    assert without(head + b"color: c\nid: b\n", ("color",)) == head + b"id: b\n"
    line = b"# yaml-language-server: $schema=x.json\n"
    assert formatted("tag", line + b"color: c\nid: b\n") == line + b"id: b\ncolor: c\n"


def test_no_blank_lines_are_doubled_where_a_field_is_taken_away() -> None:
    content = b"a: 1\n\n# about b\nb: 2\n\nc: 3\n"
    assert without(content, ("b",)) == b"a: 1\n\nc: 3\n"
    assert without(content, ("c",)) == b"a: 1\n\n# about b\nb: 2\n"
    assert without(content, ("a",)) == b"# about b\nb: 2\n\nc: 3\n"


@pytest.mark.parametrize("width", [1, 2, 3, 7])
def test_an_item_is_written_with_dashes_as_wide_as_the_others(width: int) -> None:
    dash = b"-" + b" " * width
    content = b"tags:\n" + dash + b"a\n" + dash + b"b\n"
    assert with_item(content, ("tags",), "c") == content + dash + b"c\n"
    assert with_item(content, ("tags",), {"k": 1, "l": 2}).endswith(
        dash + b"k: 1\n " + b" " * width + b"l: 2\n"
    )


@pytest.mark.parametrize("digit", ["", *"123456789"])
@pytest.mark.parametrize("blank", ["", " ", "  ", "    ", "           "])
@pytest.mark.parametrize("above", ["", "x-a:\n  - "])
def test_every_block_scalar_is_formatted_and_says_the_same(digit: str, blank: str, above: str) -> None:
    depth = int(digit or 4) + (2 if above else 0)
    key = above or "x-b: "
    lines = [" " * depth + "a", blank, " " * depth + "  b", "", " " * depth + "c"]
    content = f"id: i\n{key}|{digit}\n".encode() + "\n".join(lines).encode() + b"\n"
    before = yaml.load(content, Loader=yaml.CSafeLoader)
    after = formatted("tag", content)
    assert yaml.load(after, Loader=yaml.CSafeLoader) == before
    assert formatted("tag", after) == after
    assert b"\n    c\n" in after if above else b"\n  c\n" in after


@pytest.mark.parametrize("value", ["a\tb", "\ta", "a\t", "a\n\tb\n", "\ta\nb", "a: \tb", "- \tc", "a\t\n\nb"])
def test_a_text_with_a_tab_is_readable_by_stricter_readers(value: str) -> None:
    for content in (b"a: x\nb: [y]\n", b"a: 'x'\nb:\n  - y\n", b"a: |\n  x\nb: [\n  y\n  ]\n"):
        after = with_item(with_value(content, ("a",), value), ("b",), value)
        _readable_by_others(after)
        assert yaml.load(after, Loader=yaml.SafeLoader)["a"] == value
        assert yaml.load(after, Loader=yaml.SafeLoader)["b"][1] == value
        _readable_by_others(formatted("tag", after))
