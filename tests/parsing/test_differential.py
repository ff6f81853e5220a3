"""The quick reader against the explaining one, and both against ruamel.yaml, which reads YAML 1.2 with its own code."""

from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from ruamel.yaml import YAML
from ruamel.yaml.constructor import SafeConstructor

from qafiles.parsing import parse
from qafiles.parsing.explanation import explain
from tests.conftest import samples
from tests.parsing.documents import DATA, DOCUMENTS, STYLES, by_pyyaml, by_ruamel

EXAMPLES = sorted((Path(__file__).parents[2] / "examples" / "acme-qa").rglob("*.yaml"))


class _Constructor(SafeConstructor):
    """ruamel.yaml's constructor that leaves dates as text, as YAML 1.2 does."""


_Constructor.add_constructor("tag:yaml.org,2002:timestamp", SafeConstructor.construct_yaml_str)


def by_oracle(content: str | bytes) -> Any:
    reader = YAML(typ="safe", pure=True)
    reader.Constructor = _Constructor
    return reader.load(content)


def typed(value: Any) -> Any:
    """Return a value in a form in which 1, 1.0 and True differ, and 0.0 and -0.0."""
    if isinstance(value, dict):
        return {key: typed(item) for key, item in value.items()}
    return [typed(item) for item in value] if isinstance(value, list) else repr(value)


def assert_read_alike(content: bytes) -> None:
    parsed = parse(content)
    assert parsed.refusals == ()
    explained, refusals = explain(content)
    assert refusals == ()
    assert typed(explained) == typed(parsed.data)
    assert typed(by_oracle(content)) == typed(parsed.data)


@pytest.mark.parametrize("path", EXAMPLES, ids=lambda path: path.stem)
def test_examples_are_read_alike(path: Path) -> None:
    assert_read_alike(path.read_bytes())


@pytest.mark.corpus
def test_a_sample_of_the_corpus_is_read_alike(corpus: Path) -> None:
    for path in sorted(corpus.rglob("*.yaml"))[::40]:
        assert_read_alike(path.read_bytes())


@pytest.mark.corpus
@pytest.mark.slow
def test_the_corpus_is_read_alike(corpus: Path) -> None:
    for path in corpus.rglob("*.yaml"):
        assert_read_alike(path.read_bytes())


def assert_read_alike_where_all_may_read_it(text: str) -> None:
    # ruamel.yaml ends lines at these, as YAML 1.1 does.
    assume(not set(text) & set("\x85\u2028\u2029"))
    # libyaml reads neither `[?x]` nor keys of several lines, and what YAML 1.1 leaves without quotes may be a number.
    assume(not parse(text.encode()).refusals)
    assert_read_alike(text.encode())


@settings(deadline=None, max_examples=80)
@given(DOCUMENTS)
def test_what_pyyaml_writes_is_read_alike(document: tuple[Any, dict[str, Any]]) -> None:
    assert_read_alike_where_all_may_read_it(by_pyyaml(*document))


@settings(deadline=None, max_examples=80)
@given(DATA, STYLES)
def test_what_ruamel_writes_is_read_alike(data: Any, style: dict[str, Any]) -> None:
    assert_read_alike_where_all_may_read_it(by_ruamel(data, style))


@pytest.mark.slow
@settings(deadline=None, max_examples=samples(3000, 800))
@given(DOCUMENTS, st.booleans())
def test_what_others_write_is_read_alike(document: tuple[Any, dict[str, Any]], pyyaml: bool) -> None:  # noqa: FBT001  # hypothesis calls it
    assert_read_alike_where_all_may_read_it(by_pyyaml(*document) if pyyaml else by_ruamel(*document))
