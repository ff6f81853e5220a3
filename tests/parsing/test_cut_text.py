from itertools import product

import pytest

from qafiles import load
from qafiles.parsing import cut_texts, parse
from qafiles.parsing.cut_text import _cut_texts_by_nodes
from qafiles.parsing.reader import plainly_written
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root


@pytest.mark.parametrize(
    ("text", "span", "comment"),
    [
        ("name: Bug #123\n", (1, 7, 1, 15), "#123"),
        ("name: See order #42 in the list\n", (1, 7, 1, 32), "#42 in the list"),
        ("name: Bug\t#a\n", (1, 7, 1, 13), "#a"),
        ("a: 1\ntags:\n  - smoke #x\n", (3, 5, 3, 13), "#x"),
        ("name: 👍 two #é\r\n", (1, 7, 1, 15), "#é"),
        ("name: over\n  two lines #3\n", (1, 7, 2, 15), "#3"),
    ],
)
def test_a_text_before_a_comment_without_a_space_is_cut_off(
    text: str, span: tuple[int, ...], comment: str
) -> None:
    (found,) = cut_texts(text.encode())
    assert (tuple(found.span), found.comment) == (span, comment)


@pytest.mark.parametrize(
    "text",
    [
        "name: Bug # 123\n",
        "name: Bug#123\n",
        "name: 'Bug #123'\n",
        'name: "Bug #123"\n',
        "name: |\n  Bug #123\n",
        "name: >-\n  Bug #123\n",
        "#region\nname: Bug\n#endregion\n",
        "name: Bug\n  #note\n",
        "version: 12 #first\n",
        "headless: true #yes\n",
        "tags: [a, b] #both\n",
        "id: x #!note\n",
        "tags:\n  - e1bo6qzu3vn8dx0atf5rg2ch #acme/shop/smoke\n",
        "name: 'x' #y\n",
    ],
)
def test_comments_and_text_in_quotes_or_blocks_are_left_alone(text: str) -> None:
    assert cut_texts(text.encode()) == []


def test_it_is_an_error_at_the_text_and_the_field_is_not_read() -> None:
    path = "organizations/acme/projects/shop/tags/bug.yaml"
    files = data_root({path: "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bug #123\ncolor: red\n"})
    snapshot = load(MemorySource(files))
    (found,) = (d for d in snapshot.diagnostics if d.path == path and d.code != "QF407")
    assert (found.code, found.line, found.column, found.fixable) == ("QF117", 2, 7, False)
    assert snapshot.files[path].get("name") is None


_LINES = [
    "a: |",
    "a: |-",
    "a:",
    "a: b",
    "  x #y",
    "  b: x #y",
    "  - x #y",
    "x #y",
    "b: c #y",
    "b: [c #y]",
    "b: 'c' #y",
    "  #y",
    "",
    "   d\t#y",
    "b:  #y",
    "- x #y",
    "  - c: d\t#y",
    "b: x#y #y z",
]


def test_where_lines_tell_that_nothing_is_cut_nodes_tell_the_same() -> None:
    told = 0
    for lines in product(_LINES, repeat=3):
        content = "\n".join([*lines, ""]).encode()
        by_nodes = _cut_texts_by_nodes(content) if parse(content).refusals == () else []
        told += b"#y" in content and not by_nodes and plainly_written(content) is not None
        assert parse(content).refusals or cut_texts(content) == by_nodes, content
    assert told > 20
