from collections.abc import Callable
from typing import Any

import pytest

from qafiles.diagnostics import Pointer
from qafiles.errors import EditRefusedError
from qafiles.yaml_text.changes import with_item, with_value, without
from qafiles.yaml_text.texts import comment_behind, with_texts

CASE = b"""\
# Paying, the most important thing
id: q1w2e3r4t5y6u7i8o9p0a1s2

# about the words
test_description: |  # prose
  Pay by card

  As {{ secret.USER }}, with {{ secret.USER }}
url_route: '/checkout'  # a route
# about the tags
tags:  # all of them
- tz4a98xxat96iws9zmbrgj3a  # smoke
# the second
- slow
allowed_domains: [shop.example.com, '*.example.org']
x-limits:
    first: 1  # one
    # deep
    rest: {a: 1, b: [x, y]}
"""


def _changed(before: bytes, after: bytes) -> tuple[list[str], list[str]]:
    """Return the lines that went and those that came, between the first and the last that changed."""
    old, new = before.decode().split("\n"), after.decode().split("\n")
    while old and new and old[0] == new[0]:
        del old[0], new[0]
    while old and new and old[-1] == new[-1]:
        del old[-1], new[-1]
    return old, new


@pytest.mark.parametrize(
    ("pointer", "value", "went", "came"),
    [
        (("url_route",), "/pay", ["url_route: '/checkout'  # a route"], ["url_route: '/pay'  # a route"]),
        (("url_route",), "it's", ["url_route: '/checkout'  # a route"], ["url_route: 'it''s'  # a route"]),
        (
            ("url_route",),
            "a\nb\n",
            ["url_route: '/checkout'  # a route"],
            ["url_route: |  # a route", "  a", "  b"],
        ),
        (("url_route",), ["a"], ["url_route: '/checkout'  # a route"], ["url_route:  # a route", "- a"]),
        (("tags", 1), "no", ["- slow"], ["- 'no'"]),
        (("tags", 1), "12:30", ["- slow"], ["- '12:30'"]),
        (("tags", 1), "{{ secret.X }}", ["- slow"], ["- '{{ secret.X }}'"]),
        (("tags", 1), "*.example.com", ["- slow"], ["- '*.example.com'"]),
        (("tags", 1), "#fff", ["- slow"], ["- '#fff'"]),
        (("tags", 1), " x ", ["- slow"], ["- ' x '"]),
        (("tags", 1), "a\x85b", ["- slow"], ['- "a\\Nb"']),
        (("tags", 1), 2024, ["- slow"], ["- 2024"]),
        (("tags", 1), "2024", ["- slow"], ["- '2024'"]),
        (("tags", 1), {"a": 1, "b": [2]}, ["- slow"], ["- a: 1", "  b:", "  - 2"]),
        (
            ("allowed_domains", 0),
            "a, b",
            ["allowed_domains: [shop.example.com, '*.example.org']"],
            ["allowed_domains: ['a, b', '*.example.org']"],
        ),
        (
            ("allowed_domains",),
            ["a"],
            ["allowed_domains: [shop.example.com, '*.example.org']"],
            ["allowed_domains: [a]"],
        ),
        (("x-limits", "rest", "b", 1), "z", ["    rest: {a: 1, b: [x, y]}"], ["    rest: {a: 1, b: [x, z]}"]),
        (
            ("x-limits", "rest", "c"),
            "z",
            ["    rest: {a: 1, b: [x, y]}"],
            ["    rest: {a: 1, b: [x, y], c: z}"],
        ),
        (("x-limits", "new", "deep"), "a\nb", [], ["    new:", "      deep: |-", "        a", "        b"]),
        (
            ("test_description",),
            "Pay by card\n\nTwice\n",
            ["  As {{ secret.USER }}, with {{ secret.USER }}"],
            ["  Twice"],
        ),
        (
            ("test_description",),
            "Pay",
            [
                "test_description: |  # prose",
                "  Pay by card",
                "",
                "  As {{ secret.USER }}, with {{ secret.USER }}",
            ],
            ["test_description: Pay  # prose"],
        ),
        (
            ("tags",),
            [],
            ["tags:  # all of them", "- tz4a98xxat96iws9zmbrgj3a  # smoke", "# the second", "- slow"],
            ["tags: []  # all of them"],
        ),
    ],
)
def test_a_value_is_written_as_its_neighbours_are(
    pointer: Pointer, value: Any, went: list[str], came: list[str]
) -> None:
    assert _changed(CASE, with_value(CASE, pointer, value)) == (went, came)


@pytest.mark.parametrize(
    ("pointer", "went", "came"),
    [
        (("tags", 0), ["- tz4a98xxat96iws9zmbrgj3a  # smoke"], []),
        (("tags", 1), ["# the second", "- slow"], []),
        (("url_route",), ["url_route: '/checkout'  # a route"], []),
        (
            ("tags",),
            [
                "# about the tags",
                "tags:  # all of them",
                "- tz4a98xxat96iws9zmbrgj3a  # smoke",
                "# the second",
                "- slow",
            ],
            [],
        ),
        (("x-limits", "rest"), ["    # deep", "    rest: {a: 1, b: [x, y]}"], []),
        (("x-limits", "rest", "a"), ["    rest: {a: 1, b: [x, y]}"], ["    rest: {b: [x, y]}"]),
        (("x-limits", "rest", "b", 1), ["    rest: {a: 1, b: [x, y]}"], ["    rest: {a: 1, b: [x]}"]),
        (
            ("id",),
            ["# Paying, the most important thing", "id: q1w2e3r4t5y6u7i8o9p0a1s2", ""],
            [],
        ),
    ],
)
def test_what_is_taken_away_takes_its_own_comments_along(
    pointer: Pointer, went: list[str], came: list[str]
) -> None:
    assert _changed(CASE, without(CASE, pointer)) == (went, came)


def test_an_emptied_list_stays_as_an_empty_one() -> None:
    assert without(b"a: 1\ntags:\n  - x\nb: 2\n", ("tags", 0)) == b"a: 1\ntags: []\nb: 2\n"
    assert without(b"a: [x]\n", ("a", 0)) == b"a: []\n"
    assert without(b"a:\n  b: 1\n", ("a", "b")) == b"a: {}\n"


@pytest.mark.parametrize(
    ("text", "pointer", "value", "index", "after"),
    [
        ("a:\n- x\n", ("a",), "w", None, "a:\n- x\n- w\n"),
        ("a:\n  - x\n", ("a",), "w", 0, "a:\n  - w\n  - x\n"),
        ("a:\n  # about x\n  - x\n", ("a",), "w", 0, "a:\n  - w\n  # about x\n  - x\n"),
        ("a:\n  - x\n  # - z\nb: 1\n", ("a",), "w", None, "a:\n  - x\n  - w\n  # - z\nb: 1\n"),
        ("a: [x]\n", ("a",), "w", None, "a: [x, w]\n"),
        ("a: [x]\n", ("a",), "w", 0, "a: [w, x]\n"),
        ("a: [x,]\n", ("a",), "w", None, "a: [x, w,]\n"),
        ("a: []\n", ("a",), "w", None, "a: [w]\n"),
        ("a: [\n  x, # cx\n  y  # cy\n]\n", ("a",), "z", None, "a: [\n  x, # cx\n  y,  # cy\n  z\n]\n"),
        ("a: [\n  x,\n]\n", ("a",), "z", None, "a: [\n  x,\n  z,\n]\n"),
        ("a:\n- - x\n", ("a", 0), "w", 0, "a:\n- - w\n  - x\n"),
        ("b: 1\n", ("a",), "w", None, "b: 1\na:\n  - w\n"),
        ("a:\nb: 1\n", ("a",), "w", None, "a:\n  - w\nb: 1\n"),
        ("a:\n  - x", ("a",), "w\nz", None, "a:\n  - x\n  - |-\n    w\n    z"),
    ],
)
def test_an_item_is_written_as_the_others_are(
    text: str, pointer: Pointer, value: Any, index: int | None, after: str
) -> None:
    assert with_item(text.encode(), pointer, value, index).decode() == after


@pytest.mark.parametrize(
    ("text", "field", "value", "after"),
    [
        ("id: x\nname: a\ncolor: b\n", "project_id", "p", "id: x\nname: a\nproject_id: p\ncolor: b\n"),
        ("# head\n\nname: a\ncolor: b\n", "id", "p", "# head\n\nid: p\nname: a\ncolor: b\n"),
        ("# about a\nname: a\ncolor: b\n", "id", "p", "id: p\n# about a\nname: a\ncolor: b\n"),
        ("color: b\nname: a\n", "project_id", "p", "color: b\nname: a\nproject_id: p\n"),
        ("color: b\nname: a\n", "id", "p", "id: p\ncolor: b\nname: a\n"),
        (
            "id: x\nname: a\n  # deeper\ncolor: b\n",
            "project_id",
            "p",
            "id: x\nname: a\nproject_id: p\n  # deeper\ncolor: b\n",
        ),
        (
            "id: x\r\nname: a\r\ncolor: b",
            "x-c",
            "p\nq",
            "id: x\r\nname: a\r\ncolor: b\r\nx-c: |-\r\n  p\r\n  q",
        ),
    ],
)
def test_a_new_field_goes_where_the_order_of_the_kind_wants_it(
    text: str, field: str, value: str, after: str
) -> None:
    assert with_value(text.encode(), (field,), value, kind="tag").decode() == after


def test_texts_change_in_place_in_values_prose_and_comments() -> None:
    changes: list[tuple[Pointer, str, int, str]] = [
        (("tags", 1), "slow", 0, "quick"),
        (("tags", 0), "# smoke", 0, "# fumes"),
        (("test_description",), "{{ secret.USER }}", 1, "{{ secret.GUEST }}"),
    ]
    after = with_texts(CASE, changes)
    assert after == CASE.replace(b"- slow", b"- quick").replace(b"# smoke", b"# fumes").replace(
        b"with {{ secret.USER }}", b"with {{ secret.GUEST }}"
    )
    back: list[tuple[Pointer, str, int, str]] = [(p, new, 0, old) for p, old, _, new in changes]
    assert with_texts(after, back) == CASE


def test_a_text_that_needs_quotes_after_the_change_gets_them() -> None:
    assert with_texts(b"tags: [smoke] # c\n", [(("tags", 0), "", 0, "2024")]) == b"tags: ['2024'] # c\n"
    assert with_texts(b"a: 'it''s {{ x }}'\n", [(("a",), "it's", 0, "that's")]) == b"a: 'that''s {{ x }}'\n"


def test_the_comment_behind_a_value_is_found() -> None:
    assert comment_behind(CASE, ("tags", 0)) == "smoke"
    assert comment_behind(CASE, ("tags", 1)) is None
    assert comment_behind(b"a: [\n  x, #  y\n]\n", ("a", 0)) == "y"


@pytest.mark.parametrize(
    "edit",
    [
        lambda content: with_value(content, ("a",), "b"),
        lambda content: without(content, ("a",)),
        lambda content: with_item(content, ("a",), "b"),
        lambda content: with_texts(content, [(("a",), "x", 0, "y")]),
    ],
)
@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"a: x\nb: *c\n", "line 2, column 4"),
        (b"a: x\na: x\n", "duplicate key"),
        (b"- a\n", "no fields"),
        (b"", "empty"),
        (b"a: x\nsops: {}\n", "secret"),
        (b"a: x\nsecret_value: y\n", "secret"),
        (b"a: \xff\n", "UTF-8"),
    ],
)
def test_files_with_errors_and_secrets_are_refused(
    edit: Callable[[bytes], bytes], content: bytes, said: str
) -> None:
    with pytest.raises(EditRefusedError, match=said):
        edit(content)


@pytest.mark.parametrize(
    "edit",
    [
        lambda: without(b"a: 1\nb: 2\n", ("c",)),
        lambda: without(b"a: 1\n", ("a",)),
        lambda: with_value(b"a: 1\n", (), 2),
        lambda: with_value(b"a: 1\n", ("a", "b"), 2),
        lambda: with_value(b"a: [1]\n", ("a", 2), 2),
        lambda: with_value(b"a: [1]\n", ("a", "b"), 2),
        lambda: with_item(b"a: 1\n", ("a",), 2),
        lambda: with_item(b"a: [1]\n", ("a",), 2, 5),
        lambda: with_texts(b"a: x\n", [(("a",), "y", 0, "z")]),
        lambda: with_texts(b"a: x\n", [(("b",), "y", 0, "z")]),
        lambda: with_texts(b"a: x # y\n", [(("a",), "# z", 0, "# y")]),
    ],
)
def test_places_that_are_not_there_are_refused(edit: Callable[[], bytes]) -> None:
    with pytest.raises(EditRefusedError):
        edit()


def test_what_a_new_list_or_mapping_has_in_common_with_the_old_one_stays() -> None:
    content = b"a:\n  # one\n  - x  # cx\n  - y\n  - z  # cz\nb:\n  c: 1  # cc\n  d: 2\n"
    assert with_value(content, ("a",), ["x", "w", "z", "v"]) == content.replace(b"- y", b"- w").replace(
        b"# cz\n", b"# cz\n  - v\n"
    )
    assert with_value(content, ("a",), ["z", "x"]) in {
        content.replace(b"  # one\n  - x  # cx\n  - y\n", b"").replace(b"# cz\n", b"# cz\n  - x\n"),
        content.replace(b"  # one\n", b"  - z\n  # one\n").replace(b"  - y\n  - z  # cz\n", b""),
    }
    assert with_value(content, ("b",), {"c": 1, "e": 3}) == content.replace(b"d: 2", b"e: 3")
    assert with_value(content, ("b",), {"c": 5, "d": 2}) == content.replace(b"c: 1", b"c: 5")


def test_spaces_on_blank_lines_of_prose_stay() -> None:
    content = b"a: |\n  one\n \n  two\n"
    assert with_value(content, ("a",), "one\n\nthree\n") == b"a: |\n  one\n \n  three\n"


def test_an_indentation_of_four_stays() -> None:
    content = b"a: |-\n    one\n    two\nb: 1\n"
    assert with_value(content, ("a",), "  one\ntwo") == b"a: |4-\n      one\n    two\nb: 1\n"


def test_a_mapping_in_the_place_of_prose_begins_where_the_prose_did() -> None:
    content = b"a:\n  -    |\n   one\n  - b\n"
    after = with_value(content, ("a", 0), {"p": 1, "q": 2})
    assert after == b"a:\n  -    p: 1\n       q: 2\n  - b\n"


def test_a_key_behind_a_question_mark_is_taken_away_with_it() -> None:
    content = b"? a\n: ? b\n  : null\n  ? c\n  : 1\n"
    assert without(content, ("a", "b")) == b"? a\n: ? c\n  : 1\n"
    assert without(content, ("a", "c")) == b"? a\n: ? b\n  : null\n"


def test_a_dash_whose_first_item_goes_has_no_blanks_behind_it() -> None:
    content = b"a:\n  -   -   one # c1\n      # about two\n      -   two\n"
    assert without(content, ("a", 0, 0)) == b"a:\n  -\n      # about two\n      -   two\n"


@pytest.mark.parametrize(
    ("content", "occurrence"),
    [
        (b"a: >\n  one {{\n  s.OLD }} two\n\n  three\n", 0),
        (b"a: >- # why {{ s.OLD }}\n  one {{ s.OLD }} two\n  three\n", 0),
        (b"a: |+2 # c {{ s.OLD }}\n    one {{ s.OLD }}\n\n", 0),
        (b"a: one {{ s.OLD }} {{ s.OLD\n  }} two\n", 1),
        (b"a: 'one\n\n  two {{\n  s.OLD }}'\n", 0),
        (b'a: "one \\x7b {{ s.OLD }}"\n', 0),
        (b"a: |\n  {{ s.OLD }}\n  {{\n  s.OLD }} {{ s.OLD }}\n", 1),
    ],
)
def test_a_text_changes_where_it_stands_in_every_style(content: bytes, occurrence: int) -> None:
    after = with_texts(content, [(("a",), "{{ s.OLD }}", occurrence, "{{ s.NEW }}")])
    assert len(after) == len(content)
    assert [i for i, (old, new) in enumerate(zip(content, after, strict=True)) if old != new] == [
        *range((at := after.index(b"NEW")), at + 3)
    ]
    assert with_texts(after, [(("a",), "{{ s.NEW }}", 0, "{{ s.OLD }}")]) == content


def test_a_value_that_must_be_written_anew_leaves_the_others_as_they_are() -> None:
    content = b'a: >\n  one OLD\n  two\nb: "O\\x4cD"\n'
    after = with_texts(content, [(("a",), "OLD", 0, "NEW"), (("b",), "OLD", 0, "NEW")])
    assert after.startswith(b"a: >\n  one NEW\n  two\nb: ")
    assert b"NEW" in after.partition(b"b: ")[2]


@pytest.mark.parametrize("blanks", [" " * 200, " \t" * 200, "\t " * 200])
def test_blanks_that_may_or_may_not_be_line_breaks_do_not_hang(blanks: str) -> None:
    lines = "\n".join(["  {{"] + ["  \t  "] * 300)
    content = f"a: >\n{lines}\n  x {{{{{blanks}s.OLD }}}} y\n".encode()
    after = with_texts(content, [(("a",), f"{{{{{blanks}s.OLD }}}}", 0, f"{{{{{blanks}s.NEW }}}}")])
    assert after == content.replace(b"OLD", b"NEW")
