import json
import os
import re
import unicodedata
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from markdown_it import MarkdownIt

from qafiles.diagnostics import LeftOut
from qafiles.diff import Diff, EntityChange, FieldChange, diff
from qafiles.diff.words import word_diff
from qafiles.parsing.values import ABSENT
from qafiles.render.diff import json as diff_json
from qafiles.render.diff import markdown as diff_markdown
from qafiles.render.diff import text as diff_text
from qafiles.render.diff.parts import changed_lines
from qafiles.render.escape import escape
from qafiles.snapshot import EntityFile
from qafiles.snapshot.field_changes import value_change
from qafiles.sources import MemorySource
from tests.diff.states import CASE, NOTE, NOTE_TEXT, PROJECT, SMOKE, Files, moved, state
from tests.render.findings import ANY_TEXT
from tests.rules.data_root import data_root

_EXPECTED = Path(__file__).parent / "expected_diff"
_MARKDOWN = MarkdownIt("commonmark").enable(["table", "strikethrough"])
_TEXT = data_root()[CASE]
_ENCRYPTED = (
    "id: k2v9w1hx8rj0qz4mtb7nc5ap\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: TOKEN\n"
    'created_at: "2026-03-01T09:30:00Z"\nupdated_at: "2026-03-01T09:30:00Z"\n'
    "version: {}\nsecret_value: ENC[AES256_GCM,data:{}]\nsops:\n    mac: m\n"
)
_BEFORE: Files = {
    NOTE: NOTE_TEXT,
    f"{PROJECT}/secret_values/TOKEN.yaml": _ENCRYPTED.format(1, "a"),
    f"{PROJECT}/secret_values/OTHER.yaml": _ENCRYPTED.replace("TOKEN", "OTHER")
    .replace("k2", "l2")
    .format(1, "a"),
    f"{PROJECT}/tags/broken.yaml": "id: z1bo6qzu3vn8dx0atf5rg2ch\nname: broken\ncolor: teal\n",
}
_AFTER: Files = {
    **moved(SMOKE, f"{PROJECT}/tags/smoke-tests.yaml"),
    NOTE: None,
    f"{PROJECT}/documents/guides/note.yaml": NOTE_TEXT.replace("Text", "Text\n"),
    f"{PROJECT}/tags/slow.yaml": "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n",
    f"{PROJECT}/tags/broken.yaml": "name: [one\n",
    f"{PROJECT}/secret_values/TOKEN.yaml": _ENCRYPTED.format(2, "b"),
    f"{PROJECT}/secret_values/OTHER.yaml": _ENCRYPTED.replace("TOKEN", "OTHER")
    .replace("k2", "l2")
    .format(1, "b"),
    CASE: _TEXT.replace("[smoke]", "[slow]")
    .replace("url_route: /", "url_route: /start\nallowed_domains: ['*.example.com', a.example.com]")
    .replace("The start page opens", "The new start page\n  opens at once, @ada\n\n  ::error::x"),
    "browser_configs/desktop.yaml": data_root()["browser_configs/desktop.yaml"].replace("1280", "1920"),
    "users/ada.yaml": None,
    "qafiles.yaml": "version: 1\nrules: {ignore: [QF407]}\n",
}


def _diff() -> Diff:
    return diff(MemorySource(state(_BEFORE)), MemorySource(state(_AFTER)))


FORMATS: dict[str, Callable[[Diff], Any]] = {
    "text": diff_text.render,
    "text-color": lambda found: diff_text.render(found, color=True),
    "json": lambda found: diff_json.render(found, {"root": ".", "before": "1f3c9a", "after": None}),
    "markdown": diff_markdown.render,
}


@pytest.mark.parametrize("name", [*FORMATS])
def test_a_diff_of_everything_looks_as_recorded(name: str) -> None:
    text = "".join(FORMATS[name](_diff()))
    place = _EXPECTED / f"{name}.txt"
    if os.environ.get("QAFILES_UPDATE") == "1":
        place.write_text(text, encoding="utf-8")
    assert text == place.read_text(encoding="utf-8")


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("text", "No changes.\n"),
        ("markdown", "### qafiles\n\n**No changes.**\n"),
    ],
)
def test_a_diff_of_nothing_says_so(name: str, expected: str) -> None:
    assert "".join(FORMATS[name](Diff(()))) == expected


@pytest.mark.parametrize("name", [*FORMATS])
def test_ciphertext_is_in_no_format(name: str) -> None:
    for found in (_diff(), diff(MemorySource(state()), MemorySource(state(_BEFORE)))):
        assert "ENC[" not in "".join(FORMATS[name](found))
        assert "ENC[" not in repr([change.fields for change in found.changes])


def _changed(fields: dict[str, Any], path: str = "users/ada.yaml") -> Diff:
    """Return a diff in which one user's fields have another value, or none, or prose."""
    items = []
    for key, (old, new) in fields.items():
        if isinstance(old, str) and isinstance(new, str) and "\n" in old + new:
            items.append(FieldChange(key, "prose", old, new))
        else:
            items.append(value_change(key, old, new))
    text = next(iter(fields), "x")
    before = EntityFile(path, "user", "ada", None, {})
    after = EntityFile(path, "user", text, None, {})
    added = EntityFile(path, "user", "new", None, {"name": text})
    says = tuple(value_change(key, ABSENT, new) for key, (_, new) in fields.items() if new is not ABSENT)
    return Diff(
        (
            EntityChange(before, after, tuple(items)),
            EntityChange(None, added, says),
            EntityChange(added, None),
        ),
        settings=tuple(items),
    )


_VALUES = st.recursive(
    ANY_TEXT | st.none() | st.booleans() | st.integers() | st.floats() | st.just(ABSENT),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(ANY_TEXT, inner, max_size=3),
    max_leaves=5,
).filter(lambda value: "absent" not in repr(value) or value is ABSENT)
_FIELDS = st.dictionaries(ANY_TEXT, st.tuples(_VALUES, _VALUES), max_size=3)


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(_FIELDS)
def test_no_markup_of_any_text_survives_in_a_comment(fields: dict[str, Any]) -> None:
    tokens = _MARKDOWN.parse("".join(diff_markdown.render(_changed(fields))))
    assert {token.type for token in tokens} <= {
        *("heading_open", "heading_close", "paragraph_open", "paragraph_close", "inline", "html_block"),
        *("bullet_list_open", "bullet_list_close", "list_item_open", "list_item_close", "fence"),
    }
    for token in tokens:
        if token.type == "html_block":
            pattern = r" *<details><summary>(?:\w+ \(\d+\)|what it says)</summary>\n| *</details>\n"
            assert re.fullmatch(pattern, token.content)
        for child in token.children or ():
            assert child.type in {
                "text",
                "code_inline",
                "html_inline",
                "strong_open",
                "strong_close",
                "softbreak",
            }
            if child.type == "html_inline":
                assert child.content in {"<del>", "</del>", "<ins>", "</ins>"}
            if child.type == "text":
                assert "@" not in child.content


@pytest.mark.slow
@settings(deadline=None, max_examples=60)
@given(_FIELDS)
def test_no_text_steers_a_terminal_or_a_runner(fields: dict[str, Any]) -> None:
    found = _changed(fields)
    for name in ("text", "markdown"):
        for line in "".join(FORMATS[name](found)).split("\n"):
            assert not {unicodedata.category(char) for char in line} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
            assert not re.search(r"##\w*\[", line, re.ASCII)
            assert not re.match(r"\W*::", line) or name == "markdown"
    document = json.loads("".join(FORMATS["json"](found)), parse_constant=pytest.fail)
    assert len(document["changes"]) == 3


def test_a_comment_stays_below_the_limit_and_says_what_is_left_out() -> None:
    users = tuple(
        EntityChange(
            None, EntityFile(f"users/u{number}.yaml", "user", f"u{number}", None, {"name": "ü" * 500})
        )
        for number in range(3000)
    )
    text = "".join(diff_markdown.render(Diff(users)))
    assert 60_000 < len(text.encode()) <= diff_markdown.LIMIT
    shown = text.count("\n- user ")
    assert text.endswith(
        f"</details>\n\n{3000 - shown} entities left out here; `qafiles diff` lists all of them.\n"
    )


def test_an_entity_with_enormous_fields_is_named_without_them() -> None:
    old = "\n".join(f"{number} " + "a" * 400 for number in range(1000))
    new = old.replace("a", "b")
    fields = tuple(FieldChange(f"x-{number}", "prose", old, new) for number in range(10))
    file = EntityFile("users/u.yaml", "user", "u", None, {})
    text = "".join(diff_markdown.render(Diff((EntityChange(file, file, fields),))))
    assert "- user `u` (fields left out)\n" in text
    assert len(text) < 1000


@given(ANY_TEXT, ANY_TEXT)
def test_the_pieces_of_two_texts_make_both_of_them(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.sign != "+") == old
    assert "".join(piece.text for piece in pieces if piece.sign != "-") == new
    assert (old == new) == all(piece.sign == "=" for piece in pieces)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("ab " * 100_000, "ba " * 100_000),
        (" ".join("ab"[number % 2] for number in range(100_000)), " ".join("ba"[number % 3 % 2] for number in range(100_000))),
        ("\n" * 500_000, "\t" * 500_000),
        (" ".join(map(str, range(50_000))), " ".join(map(str, range(50_000, 0, -1)))),
    ],
)  # fmt: skip
def test_no_text_takes_long_to_compare(old: str, new: str) -> None:
    pieces = word_diff(old, new)
    assert "".join(piece.text for piece in pieces if piece.sign != "-") == new


def test_only_the_lines_in_which_words_differ_are_shown() -> None:
    old = "".join(f"line {number}\n" for number in range(30))
    new = old.replace("line 3\n", "row 3\n").replace("line 20\n", "line 20, too\n")
    lines, more = changed_lines(FieldChange("content", "prose", old, new))
    assert more == 0
    assert ["".join(escape(piece.text) for piece in line) for line in lines] == [
        "line row 3",
        "",
        "line 2020, too",
    ]


_NEW = """id: q1w2e3r4t5y6u7i8o9p0a1s2
test_description: |
  Pay by card

  - `press` ```pay``` <b>now</b> @nobody
url_route: /pay
tags: [tz4a98xxat96iws9zmbrgj3a]
"""


def test_an_added_entity_is_shown_with_its_text_and_what_it_refers_to() -> None:
    path = "organizations/acme/projects/shop/test_cases/pay-now.yaml"
    tag = "organizations/acme/projects/shop/tags/quick.yaml"
    before = {**state(), tag: "id: tz4a98xxat96iws9zmbrgj3a\nname: quick\ncolor: navy\n"}
    found = diff(MemorySource(before), MemorySource({**before, path: _NEW}))
    text = "".join(FORMATS["text"](found))
    assert text == (
        "added test case acme/shop/pay-now (Pay by card)\n  test_description:\n      Pay by card\n\n"
        "      - `press` ```pay``` <b>now</b> @nobody\n  url_route: /pay\n  tags: quick\n1 added.\n"
    )
    tokens = _MARKDOWN.parse("".join(FORMATS["markdown"](found)))
    assert [token.content for token in tokens if token.type == "fence"] == [
        "Pay by card\n\n- `press` ```pay``` <b>now</b> @nobody\n"
    ]
    folded = [token.content.strip() for token in tokens if token.type == "html_block"]
    assert folded == [
        "<details><summary>Added (1)</summary>",
        "<details><summary>what it says</summary>",
        "</details>",
        "</details>",
    ]
    gone = "".join(FORMATS["text"](diff(MemorySource({**before, path: _NEW}), MemorySource(before))))
    assert "/pay\n" not in gone


def test_what_is_left_out_of_a_long_new_text_is_counted() -> None:
    path = "organizations/acme/projects/shop/test_cases/pay-now.yaml"
    long = _NEW.replace("  Pay by card\n", "".join(f"  line {number}\n" for number in range(200)))
    found = diff(MemorySource(state()), MemorySource({**state(), path: long}))
    assert "line 199\n" in "".join(diff_text.render(found))
    for text in ("".join(diff_text.render(found, terminal=True)), "".join(FORMATS["markdown"](found))):
        assert "line 59\n" in text
        assert "line 60\n" not in text
        assert "and 142 more lines" in text


def test_markdown_says_what_could_not_be_compared() -> None:
    what = "after: 1 file can't be read in full: `a`|b; `qafiles validate` says why"
    comment = "".join(diff_markdown.render(Diff((), left_out=LeftOut((what,), is_missing=False))))
    html = _MARKDOWN.render(comment)
    assert "Not compared: <code>after: 1 file can't be read in full: `a`" in html
    assert "says why</code>" in html
