"""What passes the gate is read as the other reader reads it; both are needed, and neither may differ."""

import random
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings

from qafiles.parsing import MAX_SIZE
from qafiles.parsing.libyaml_reader import parse_by_libyaml
from qafiles.parsing.reader import parse
from qafiles.parsing.yaml_rs_reader import INSTALLED, read_plainly_written
from tests.conftest import samples
from tests.parsing.documents import DATA, STYLES, by_pyyaml, by_ruamel
from tests.parsing.mutants import mutants
from tests.parsing.test_differential import EXAMPLES, typed

pytestmark = pytest.mark.skipif(not INSTALLED, reason="yaml-rs has no wheel for this platform")

_VALUES = """a|a b|a  b|true|null|True|T|no|nullx|é ü|1|-1|0|-0|1.5|-0.0|0.10|999999999999999999|2026-01-02|2026-99-99T::Z|'x'
''|""|"a\\n"|"a\\\\"|'it''s'|'{{ x }}'|[]|{}|[a]|[a, 'b']|[a,b]|[true, null]|a:b|a: b|ab:|a#b|a #b|a - b|a '|a, b|a]|a}|a[0]
http://x/y?z=1#f|/p|(x)|x-|é: b|\U0001f600 x|a"b|a\\b|0x1f|1_0|012|~|*a|&a b|!a b|- a|? a|{{ x }}|%a|@a|"a|'a|[a|]|a\tb""".replace(
    "\n", "|"
).split("|")
_BLOCK_LINES = [
    "text",
    "text ",
    "- x",
    "a: b",
    "# c",
    "'q",
    "[",
    "|",
    "é",
    "...",
    "---",
    "\tx",
    "&a",
    "",
    " ",
    "  x",
]


def _lines(chance: random.Random) -> Iterator[str]:
    """Yield lines such as people write, at indentations that do not always fit together."""
    for _ in range(chance.randint(1, 6)):
        indent = " " * chance.choice([0, 0, 0, 1, 2, 2, 2, 3, 4, 6])
        key = chance.choice("abcdefgh") + chance.choice(["", "", "_x", ".y", "-z"])
        value, end = (
            chance.choice(_VALUES),
            chance.choice(["", "", "", " ", "  ", " # c", "  #c", "#c", "\r"]),
        )
        form = chance.choice("ccbkkkkkiijjlllv")
        if form == "l":
            yield f"{indent}{key}: {chance.choice('||||>')}{chance.choice(['', '', '-', '+', '2'])}{end}\n"
            deep = indent + " " * chance.choice([0, 1, 2, 2, 2, 4])
            for _ in range(chance.randrange(5)):
                yield f"{chance.choice([deep, deep, deep, deep + ' ', deep[:-1], ''])}{chance.choice(_BLOCK_LINES)}\n"
        else:
            yield {
                "c": f"{indent}{chance.choice(['', '# c', '#', ' '])}\n",
                "b": f"{indent}{key}:{end}\n",
                "k": f"{indent}{key}: {value}{end}\n",
                "i": f"{indent}- {value}{end}\n",
                "j": f"{indent}- {key}: {value}{end}\n",
                "v": f"{indent}{value}{end}\n",
            }[form]


def assemblies(seed: int, count: int) -> Iterator[bytes]:
    """Yield so many small files put together from lines; about one in ten passes the gate."""
    chance = random.Random(seed)  # noqa: S311  # the same files on every run
    for _ in range(count):
        yield "".join(_lines(chance)).encode()


def passing(contents: Iterator[bytes]) -> int:
    """Return how many of the files pass, and assert that the other reader reads each of them alike."""
    passed = 0
    for content in contents:
        data = read_plainly_written(content)
        if data is not None:
            passed += 1
            parsed = parse_by_libyaml(content)
            assert parsed.refusals == (), content
            assert typed(parsed.data) == typed(data), content
    return passed


def test_every_example_passes() -> None:
    # What sops and its configuration hold is written in a style of their own.
    files = [path for path in EXAMPLES if path.parent.name != "secret_values" and path.name != ".sops.yaml"]
    left = {path.name for path in files if read_plainly_written(path.read_bytes()) is None}
    # They have mappings in one line: choices and origins of test cases, and a list of them.
    origins = {"cancel-keeps-the-cart.yaml", "error-message-can-be-dismissed.yaml"}
    assert left == {"pixel-7.yaml", "qafiles.yaml", *origins}


def test_what_passes_of_5000_mutants_is_read_alike() -> None:
    assert passing(mutants(seed=11, count=5000)) > 500


@pytest.mark.slow
def test_what_passes_of_20000_assemblies_is_read_alike() -> None:
    assert passing(assemblies(seed=12, count=20_000)) > 1500


@pytest.mark.slow
def test_what_passes_of_many_files_is_read_alike() -> None:
    part = samples(4, 1)
    assert passing(mutants(seed=13, count=25_000 * part)) > 2500 * part
    assert passing(assemblies(seed=14, count=100_000 * part)) > 7500 * part


@pytest.mark.slow
@given(DATA, STYLES)
@settings(max_examples=150, deadline=None)
def test_generated_documents_are_read_alike(data: Any, style: dict[str, Any]) -> None:
    passing(iter([by_pyyaml(data, style).encode(), by_ruamel(data, style).encode()]))


@pytest.mark.parametrize(
    "content",
    [
        b"a: &x 1\n",
        b"a: *x\n",
        b"a: !t x\n",
        b"%YAML 1.1\n---\na: 1\n",
        b"a: 1\n---\nb: 2\n",
        b"a: 1\n...\n",
        b"? a\n: b\n",
        b"<<: {a: 1}\n",
        b"1: a\n",
        b"null: a\n",
        b"a: 1\na: 2\n",
        b"a: 1_000\n",
        b"a: .inf\n",
        b"a: 9223372036854775808\n",
        b"a: 'x\n  y'\n",
        b"a: [x,\n  y]\n",
        b"a: |2\n  x\n",
        b"a: |\n",
        b"a: x",
        b"a: x\r\n",
        b"\xef\xbb\xbfa: x\n",
        b"a: \xc2\x85\n",
        b"a: x\xe2\x80\xa8y\n",
        b"a: \xff\n",
        b"a: x\x00\n",
        b"a: {{ secret.X }}\n",
        b"a: 'x'#y\n",
    ],
)
def test_what_is_refused_or_read_with_care_does_not_pass(content: bytes) -> None:
    assert read_plainly_written(content) is None


def test_what_is_too_large_is_refused_however_plainly_it_is_written() -> None:
    content = b"a: '" + b"x" * MAX_SIZE + b"'\n"
    assert [refusal.code for refusal in parse(content).refusals] == ["QF103"]
    assert parse(content, 2 * MAX_SIZE).data == {"a": "x" * MAX_SIZE}


def test_a_hostile_file_does_not_hold_the_gate_up() -> None:
    for line in (
        b"a: '" + b"''" * 400_000,
        b"- " * 500_000,
        b"a: " + b"a:" * 500_000,
        b"a: |\n" + b" x\n" * 300_000 + b"\t",
    ):
        assert read_plainly_written(line) is None


def test_without_yaml_rs_the_same_is_read(monkeypatch: pytest.MonkeyPatch) -> None:
    with_it = [parse(path.read_bytes()) for path in EXAMPLES]
    monkeypatch.setattr("qafiles.parsing.reader.INSTALLED", False)
    assert [parse(path.read_bytes()) for path in EXAMPLES] == with_it
