"""Nothing that a file contains raises or takes long, whatever is done with the file."""

import time
from concurrent.futures import ProcessPoolExecutor
from multiprocessing import get_context

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.codes import NAMES
from qafiles.parsing import Positions, parse
from qafiles.parsing.explanation import explain
from qafiles.parsing.text import lines_of
from qafiles.schema.generated import SCHEMA_NAMES
from qafiles.schema.validators import problems
from tests.conftest import samples
from tests.hang import HANG
from tests.parsing.mutants import mutants


def check(content: bytes) -> None:
    """Read, explain, validate and locate a file, and assert what must hold of any."""
    parsed = parse(content)
    assert type(parsed.data) in {dict, list, str, int, float, bool, type(None)}
    if not parsed.refusals:
        assert repr(explain(content)) == repr((parsed.data, ()))
    positions = Positions(content)
    lines = positions.lines
    for refusal in parsed.refusals:
        assert refusal.code in NAMES
        line, column, end_line, end_column = refusal.span
        assert (1, 1) <= (line, column) <= (end_line, end_column)
        assert end_line <= len(lines)
        assert column <= len(lines[line - 1]) + 1
        assert end_column <= len(lines[end_line - 1]) + 2
    for name in SCHEMA_NAMES:
        for problem in problems(name, parsed.data):
            line, column, end_line, end_column = positions.span(
                problem.pointer, "key" if problem.at_key else "value"
            )
            assert (1, 1) <= (line, column) <= (end_line, end_column)
            assert end_line <= len(lines)
            assert end_column <= len(lines[end_line - 1]) + 1


def check_mutants(seed: int, count: int) -> float:
    """Check so many mutants and return the CPU seconds of the slowest."""
    slowest = 0.0
    for content in mutants(seed, count):
        start = time.process_time()
        try:
            check(content)
        except BaseException as error:
            error.add_note(f"the file is {content!r}")
            raise
        slowest = max(slowest, time.process_time() - start)
    return slowest


@pytest.mark.slow
def test_2000_mutants_are_answered() -> None:
    assert check_mutants(seed=2026, count=2000) < HANG


@pytest.mark.slow
def test_mutants_in_large_numbers_are_answered() -> None:
    with ProcessPoolExecutor(2, mp_context=get_context("spawn")) as pool:
        slowest = list(pool.map(check_mutants, range(50), [samples(2000, 60)] * 50))
    assert max(slowest) < HANG


@settings(deadline=None, max_examples=200)
@given(st.binary(max_size=200))
def test_any_bytes_are_answered(content: bytes) -> None:
    check(content)


@settings(deadline=None, max_examples=200)
@given(st.text("ab \n\t:-?#|>'\"[]{},&*!%@`~\\\r\x85\ufeff1.", max_size=60))
def test_any_indicators_are_answered(text: str) -> None:
    check(text.encode())


@settings(deadline=None)
@given(st.text(max_size=50))
def test_lines_are_counted_as_yaml_1_2_does(text: str) -> None:
    assert "\n".join(lines_of(text)) == text.replace("\r\n", "\n").replace("\r", "\n")
