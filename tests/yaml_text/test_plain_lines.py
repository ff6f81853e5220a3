"""What the lines of a file say is compared with what its nodes say: they may not differ by a byte."""

import random
from collections.abc import Iterator
from pathlib import Path

import pytest

from qafiles.declared_fields import NOTHING_DECLARED
from qafiles.errors import EditRefusedError
from qafiles.kinds import Kind
from qafiles.layout import Place, classify
from qafiles.parsing.reader import plainly_written
from qafiles.parsing.yaml_rs_reader import INSTALLED
from qafiles.yaml_text.canonical import formatted_by_nodes
from qafiles.yaml_text.fields import field_order, reference_lists
from qafiles.yaml_text.plain_lines import formatted_by_lines
from tests.conftest import samples
from tests.parsing.mutants import mutants
from tests.parsing.test_yaml_rs_reader import assemblies

pytestmark = pytest.mark.skipif(not INSTALLED, reason="yaml-rs has no wheel for this platform")

_TOP = Path(__file__).parents[2]
_FIELDS = (
    "id",
    "document_id",
    "url_route",
    "test_description",
    "extra_rules",
    "tags",
    "browser_configs",
    "note",
    "x-b",
    "x-a",
)
_VALUES = ("a", "b c", "'q'", '"a b"', '"a\\nb"', "[b, a]", "[]", "1", "a  # c", "''", "true")
_ABOVE = ("", "", "", "", "# c", "# yaml-language-server: $schema=x", "  # deep", " ", "# c ")
_TEXT = ("text", "  deep", "", "# no comment", "- a", "a: b", "text ", "\\n", "  ", "   ")


def _block(chance: random.Random, margin: str, depth: int = 0, *, wild: bool) -> Iterator[str]:
    """Yield the lines of a list or a mapping, mostly in canonical columns."""
    step = chance.choice(["  ", "  ", "  ", "", " ", "    "]) if wild else "  "
    is_list = chance.random() < 0.7
    for number in range(chance.randint(1, 4)):
        if chance.random() < 0.1:
            yield chance.choice(_ABOVE if wild else _ABOVE[:6])
        value = chance.choice(["smoke", "ui", "a b", "'q'", "2", "x  # why"])
        name = chance.choice("kl") + str(number)
        if is_list and chance.random() < 0.8:
            yield f"{margin}{step}- {value}"
        elif is_list:
            yield f"{margin}{step}- {name}: {value}"
        elif depth < 2 and chance.random() < 0.3:
            yield f"{margin}{step}{name}:"
            yield from _block(chance, margin + step, depth + 1, wild=wild)
        elif chance.random() < 0.2:
            yield f"{margin}{step}{name}: |"
            yield from _text(chance, margin + step, wild=wild)
        else:
            yield f"{margin}{step}{name}: {value}"


def _text(chance: random.Random, margin: str, *, wild: bool) -> Iterator[str]:
    """Yield the lines of a block scalar."""
    margin += chance.choice(["  ", " ", "    "]) if wild else "  "
    for _ in range(chance.randint(1, 4)):
        line = chance.choice(_TEXT if wild else _TEXT[:7])
        yield margin + line if line else ""


def _plain_files(seed: int, count: int) -> Iterator[bytes]:
    """Yield files as people write them, most of them in canonical columns, with fields in any order."""
    chance = random.Random(seed)  # noqa: S311  # the same files on every run
    for _ in range(count):
        wild = chance.random() < 0.4
        names = chance.sample(_FIELDS, chance.randint(1, len(_FIELDS)))
        if chance.random() < 0.5:
            names.sort(key=_FIELDS.index)
        lines: list[str] = []
        for name in names:
            lines += [
                chance.choice(_ABOVE if wild else _ABOVE[:6]) for _ in range(chance.choice([0, 0, 0, 1, 2]))
            ]
            form = chance.random()
            if form < 0.4:
                lines.append(f"{name}: {chance.choice(_VALUES)}")
            elif form < 0.6:
                lines += [
                    f"{name}: {chance.choice(['|', '|-', '>', '|+'] if wild else ['|', '|-'])}",
                    *_text(chance, "", wild=wild),
                ]
            else:
                lines += [
                    f"{name}:{chance.choice(['', '', '  # c', ' x'] if wild else ['', '  # c'])}",
                    *_block(chance, "", wild=wild),
                ]
        lines += [chance.choice(_ABOVE) for _ in range(chance.choice([0, 0, 1, 3]))]
        yield ("\n".join(lines) + chance.choice(["\n"] * 9 + [""])).encode()


def _agreeing(contents: Iterator[bytes], kind: Kind = "test_case") -> tuple[int, int]:
    """Return of how many files the lines said that they are in order, and of how many that they change; nodes say the same."""
    order, lists = field_order(kind), reference_lists(kind, NOTHING_DECLARED)
    in_order = changed = 0
    for content in contents:
        data = plainly_written(content)
        if not isinstance(data, dict):
            continue
        after = formatted_by_lines(content, data, order, lists)
        if after is None:
            continue
        try:
            expected = formatted_by_nodes(content, order, lists)
        except EditRefusedError as error:
            expected = str(error).encode()
        assert after == expected, content.decode()
        in_order += after == content
        changed += after != content
    return in_order, changed


def test_lines_and_nodes_agree_on_files_as_people_write_them() -> None:
    in_order, changed = _agreeing(_plain_files(1, count := samples(100_000, 800)))
    assert in_order > count // 30
    assert changed > count // 8


def test_lines_and_nodes_agree_on_lines_put_together() -> None:
    in_order, changed = _agreeing(assemblies(7, samples(400_000, 6000)))
    assert in_order + changed > 50


def test_lines_and_nodes_agree_on_mutants_of_the_examples() -> None:
    in_order, changed = _agreeing(mutants(3, samples(100_000, 800), text_only=True))
    assert in_order + changed > 100


@pytest.mark.parametrize("root", ["examples/acme-qa", "examples/broken", "qafiles/scaffold/starter_files"])
def test_lines_and_nodes_agree_on_the_examples(root: str) -> None:
    for file in sorted((_TOP / root).rglob("*.yaml")):
        place = classify(file.relative_to(_TOP / root).as_posix())
        if isinstance(place, Place) and file.is_file() and not place.is_secret:
            _agreeing(iter([file.read_bytes()]), place.kind)


@pytest.mark.corpus
def test_lines_and_nodes_agree_on_the_corpus(corpus: Path) -> None:
    count = changed = 0
    for file in sorted(corpus.rglob("*.yaml")):
        place = classify(file.relative_to(corpus).as_posix())
        if isinstance(place, Place):
            some, others = _agreeing(iter([file.read_bytes()]), place.kind)
            count, changed = count + some, changed + others
    assert count > 1000
    assert changed > 1000
