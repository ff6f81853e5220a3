"""What lines tell of the places of fields is what YAML tells of them."""

from collections.abc import Iterable
from typing import TYPE_CHECKING, Literal

import pytest

from qafiles.parsing import Positions
from qafiles.parsing.plain_spans import plain_fields
from qafiles.parsing.yaml_rs_reader import INSTALLED
from tests.conftest import samples
from tests.parsing.mutants import mutants
from tests.parsing.test_yaml_rs_reader import assemblies

if TYPE_CHECKING:
    from qafiles.diagnostics import Pointer

pytestmark = pytest.mark.skipif(not INSTALLED, reason="yaml-rs has no wheel for this platform")

_FILE = b"""\
# above
id: abc

name: Some words
note: one # behind
text: |
  name: none
  a
list:
  - name: a
route: /a/b?c=1
\xc3\xa4: no field
"""


def _told(contents: Iterable[bytes]) -> int:
    """Return how many places lines alone tell, and assert that YAML tells each of them alike."""
    count = 0
    places: tuple[Literal["value", "key"], ...] = ("value", "key")
    for content in contents:
        plain = plain_fields(content)
        if plain is None:
            continue
        by_tree = Positions(content)
        vars(by_tree)["_plain"] = None
        pointers: list[Pointer] = [(), ("absent",), ("absent", 0), (0,)]
        for name in plain.starts:
            pointers += [(name,), (name, 0), (name, 2), (name, "x"), (name, "a", 0), (name, 0, "a")]
        for pointer in pointers:
            for at in places:
                span = plain.span(pointer, at)
                if span is not None:
                    count += 1
                    assert span == by_tree.span(pointer, at), (content, pointer, at)
    return count


def test_fields_of_many_forms_are_where_yaml_has_them() -> None:
    contents = [
        _FILE,
        _FILE.replace(b"\xc3\xa4: no field\n", b""),
        b"a: 1\n",
        b"a: 1",
        b"a:\nb: x y\n",
        b"\na: b-\n",
        b"a: b\n  - c\n",
        b"a: 1\n  - c\n",
        b"a:\n  x: 1\n  b: 1\nc:\n  - a: 1\n  - b\nd: {}\n",
    ]
    assert _told(contents) > 40
    assert _told(assemblies(5, samples(60_000, 1_500))) > samples(10_000, 250)


@pytest.mark.slow
def test_fields_of_damaged_files_are_where_yaml_has_them() -> None:
    assert _told(mutants(6, samples(20_000, 1_000))) > 100


@pytest.mark.parametrize(
    "content",
    [b"", b"\n", b"# only\n", b"- a\n", b"a\n", b"a: [\n", b"a: 1\na: 2\n", b"  a: 1\n", b"'a': 1\n"],
)
def test_of_other_files_lines_tell_nothing(content: bytes) -> None:
    assert plain_fields(content) is None
