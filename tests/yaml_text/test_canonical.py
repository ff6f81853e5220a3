import re
from pathlib import Path
from typing import Any

import pytest

from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.layout import KINDS, Place, classify
from qafiles.models import MODELS
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.references import REFERENCE_LISTS
from qafiles.yaml_text.canonical import formatted
from qafiles.yaml_text.fields import field_order
from qafiles.yaml_text.new_text import new_text

_TOP = Path(__file__).parents[2]
MESSY = b"""\
# a head comment

tags:   # the tags
    - smoke   # acme/shop/smoke
    # commented
    # - wip

# about the route
url_route: /x
   # above mine
x-mine:
       a: 1
       # between
       b:
       - 1
       -   k: v
           # above l
           l: |
                 text
                   more
test_description: "Sign in\\nwith {{ secret.A }}\\n"   # prose
# about the id
id: abc
extra_rules: |2
     deep
   keep

# a comment at the end


"""
TIDY = b"""\
# a head comment

# about the id
id: abc
test_description: |   # prose
  Sign in
  with {{ secret.A }}
extra_rules: |2
     deep
   keep

# about the route
url_route: /x
tags:   # the tags
  - smoke   # acme/shop/smoke
  # commented
  # - wip
# above mine
x-mine:
  a: 1
  # between
  b:
    - 1
    - k: v
      # above l
      l: |
        text
          more

# a comment at the end
"""


def test_a_messy_file_becomes_tidy_and_stays_so() -> None:
    assert formatted("test_case", MESSY).decode() == TIDY.decode()
    assert formatted("test_case", TIDY) == TIDY


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_windows_line_breaks_and_byte_order_marks_stay(mark: bytes) -> None:
    content = mark + MESSY.replace(b"\n", b"\r\n")
    assert formatted("test_case", content) == mark + TIDY.replace(b"\n", b"\r\n")


@pytest.mark.parametrize(
    ("text", "after"),
    [
        ("name: a\nid: b", "id: b\nname: a\n"),
        ("id: b\nname: a\n\n\n", "id: b\nname: a\n"),
        ("\n\nid: b\n", "id: b\n"),
        ("---\nname: a\nid: b\n...\n", "---\nid: b\nname: a\n...\n"),
        ("{name: a, id: b}", "id: b\nname: a\n"),
        ("x-b: 1\nx-a: 2\nid: b\n", "id: b\nx-a: 2\nx-b: 1\n"),
        ("name: |+\n  a\n\nid: b\n", "id: b\nname: |+\n  a\n\n"),
        ("name: |+\n  a\n\n\ncolor: c\n\nid: b\n", "id: b\nname: |+\n  a\n\n\ncolor: c\n"),
        ("name: >\n  folded\n  prose\nid: b\n", "id: b\nname: >\n  folded\n  prose\n"),
        ("id: b\nname:\n  'a\n\n  b'\n", "id: b\nname: |-\n  a\n  b\n"),
        ("id: b\nx-a:\n- - 1\n  - 2\n-\n  - 3\n", "id: b\nx-a:\n  - - 1\n    - 2\n  -\n    - 3\n"),
        ("id: b\nx-a: [1,\n     2]\n", "id: b\nx-a: [1,\n     2]\n"),
    ],
)
def test_the_form_of_small_files(text: str, after: str) -> None:
    assert formatted("tag", text.encode()).decode() == after
    assert formatted("tag", after.encode()).decode() == after


def _entities(root: Path) -> list[tuple[Kind, Path]]:
    found: list[tuple[Kind, Path]] = []
    for file in sorted(root.rglob("*.yaml")):
        place = classify(file.relative_to(root).as_posix())
        if isinstance(place, Place) and place.kind != "secret_value" and not file.is_symlink():
            found.append((place.kind, file))
    return found


def _as_sets(data: dict[str, Any]) -> dict[str, Any]:
    """Return data in which lists of references, which are sets, have one order."""
    return {
        name: sorted(map(str, value)) if name in REFERENCE_LISTS and isinstance(value, list) else value
        for name, value in data.items()
    }


def _check(kind: Kind, content: bytes) -> bytes:
    after = formatted(kind, content)
    assert same(_as_sets(parse(after).data), _as_sets(parse(content).data))
    assert formatted(kind, after) == after
    assert len(re.findall(rb"(?m)(?:^|\s)#.*$", after)) == len(re.findall(rb"(?m)(?:^|\s)#.*$", content))
    return after


@pytest.mark.parametrize("root", ["examples/acme-qa", "qafiles/scaffold/starter_files"])
def test_the_examples_are_formatted(root: str) -> None:
    for kind, file in _entities(_TOP / root):
        content = file.read_bytes()
        assert _check(kind, content) == content, file


def test_the_broken_example_keeps_its_data() -> None:
    for kind, file in _entities(_TOP / "examples/broken"):
        content = file.read_bytes()
        if parse(content).refusals:
            with pytest.raises(EditRefusedError):
                formatted(kind, content)
        else:
            _check(kind, content)


@pytest.mark.corpus
def test_the_corpus_keeps_its_data_and_comments(corpus: Path) -> None:
    for kind, file in _entities(corpus)[::7]:
        _check(kind, file.read_bytes())


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "secret_value"])
def test_fields_are_written_in_the_order_of_the_models(kind: Kind) -> None:
    order = field_order(kind)
    assert order[0] == "id"
    assert set(order) == {*MODELS[kind].model_fields} - {"x_source"}
    content = new_text(kind, dict.fromkeys(reversed(order), "x"))
    assert [line.partition(":")[0] for line in content.decode().splitlines()] == [*order]


def test_a_new_file_reads_well() -> None:
    data = {
        "x-note": "it's 12:30",
        "url_route": "/#/a",
        "tags": ["smoke", "no", "2024"],
        "test_description": "Pay\n\nWith {{ secret.CARD }}\n",
        "id": "abc",
        "allowed_domains": ["*.example.com", "localhost:8080"],
    }
    assert new_text("test_case", data).decode() == (
        "id: abc\ntest_description: |\n  Pay\n\n  With {{ secret.CARD }}\nurl_route: /#/a\n"
        "allowed_domains:\n  - '*.example.com'\n  - localhost:8080\ntags:\n  - '2024'\n  - 'no'\n  - smoke\n"
        "x-note: it's 12:30\n"
    )


def test_secrets_are_refused() -> None:
    with pytest.raises(EditRefusedError, match="secret"):
        formatted("secret_value", b"id: x\n")
    with pytest.raises(EditRefusedError, match="secret"):
        new_text("secret_value", {"id": "x"})
