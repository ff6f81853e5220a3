"""Runs at random, written in each format as its runner does: what is read equals what was written."""

import json
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any, Final

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from junitparser import JUnitXml

from qafiles.results.read import read_result_file
from qafiles.results.result import TestResult
from tests.conftest import samples
from tests.results.writers import WRITERS, Ran

_ODD: Final = [
    *(
        b"",
        b"null",
        b"true",
        b"-1",
        b"1e999",
        b'""',
        b"[]",
        b"{}",
        b"[[]]",
        b'{"a":1}',
        b'"\\ud800"',
        b"\xff",
    ),
    *(
        b"<",
        b">",
        b"&amp;",
        b"</testcase>",
        b"<testsuite>",
        b'"',
        b"\0",
        b"\n",
        b",",
        b'"status":7,',
        b"9" * 20,
    ),
]
_ODD_VALUES: Final[list[Any]] = [None, True, -1, 0, 10**400, 1e308, "", "x", [], {}, [[]], [None], {"": None}]
_ONE: Final = Ran("adds", "a", "flaky", 5, "pay", "pixel-7")
# What XML can hold, and no white space at the ends, which some formats drop.
_TEXT: Final = st.text(
    st.characters(codec="utf-8", exclude_categories=("Cc", "Cs", "Co", "Cn", "Zs", "Zl", "Zp")),
    min_size=1,
    max_size=12,
)
_LINKS: Final = st.sampled_from(["a1b2c3d4e5f6g7h8i9j0k1l2", "acme/shop/cart/pay", "pay-by-card", None])
_CONFIGS: Final = st.sampled_from(["desktop-chrome", "pixel-7", None])
_RUNS: Final = st.lists(
    st.builds(
        Ran,
        _TEXT,
        st.sampled_from(["cart.spec.ts", "suite/ü.py"]),
        st.sampled_from(["passed", "failed", "flaky", "skipped"]),
        st.integers(0, 5_000_000),
        _LINKS,
        _CONFIGS,
    ),
    max_size=8,
    unique_by=lambda ran: ran.name,
)


def _read_back(result: TestResult) -> Ran:
    link = result.links[0].value if result.links else None
    milliseconds = round((result.duration or 0) * 1000)
    return Ran(result.name, result.suite, str(result.outcome), milliseconds, link, result.config)


def _agrees(name: str, tests: Sequence[Ran], folder: Path) -> None:
    path = folder / "a-file-without-an-extension"
    path.write_text(WRITERS[name](tests), encoding="utf-8")
    file = read_result_file(path)
    assert file.problems == ()
    expected = list(tests)
    if name.startswith("cucumber"):
        # A scenario has no field for a browser config.
        expected = [ran._replace(config=None) for ran in expected]
    assert [_read_back(result) for result in file.results] == expected
    for ran, result in zip(tests, file.results, strict=True):
        assert result.attempts == max(1, len(ran.attempts))
        # A rerun of pytest says nothing of its failure, and Surefire's message may be the type alone.
        failed = ran.outcome in {"failed", "flaky"} and not (
            name == "pytest_junit" and ran.outcome == "flaky"
        )
        assert result.failure in ({"it broke", "java.lang.Error"} if failed else {""})
    if "junit" in name:
        JUnitXml.fromfile(str(path))


@pytest.mark.parametrize("name", WRITERS)
def test_a_run_is_read_back(name: str, tmp_path: Path) -> None:
    outcomes = ["passed", "failed", "flaky", "skipped"]
    tests = [
        Ran(f"adds {outcome} <&> {config}", "cart.spec.ts", outcome, 1_234_567, "acme/shop/cart/pay", config)
        for outcome in outcomes
        for config in (None, "pixel-7")
    ]
    _agrees(name, tests, tmp_path)


@pytest.mark.slow
@settings(max_examples=samples(500, 40), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(tests=_RUNS)
def test_runs_at_random_are_read_back(tests: list[Ran], tmp_path: Path) -> None:
    for name in WRITERS:
        _agrees(name, tests, tmp_path)


@pytest.mark.slow
@settings(max_examples=samples(3000, 60), suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(data=st.data())
def test_changed_bytes_and_values_never_raise(data: st.DataObject, tmp_path: Path) -> None:
    tests = [Ran(f"adds {number}", "a", "flaky", 5, "pay", "pixel-7") for number in range(2)]
    for writer in WRITERS.values():
        content = bytearray(writer(tests).encode())
        for _ in range(data.draw(st.integers(1, 3))):
            start = data.draw(st.integers(0, len(content) - 1))
            end = data.draw(st.integers(start, min(len(content), start + 40)))
            content[start:end] = data.draw(st.sampled_from(_ODD))
        (tmp_path / "file").write_bytes(content)
        file = read_result_file(tmp_path / "file")
        assert file.problems or file.format


def _with_odd_values(value: Any) -> Iterator[Any]:
    """Yield a JSON value with each part of it in turn replaced by each odd value."""
    yield from _ODD_VALUES
    if isinstance(value, dict):
        for key, item in value.items():
            yield {name: each for name, each in value.items() if name != key}
            for odd in _with_odd_values(item):
                yield {**value, key: odd}
    elif isinstance(value, list):
        for index, item in enumerate(value):
            for odd in _with_odd_values(item):
                yield [*value[:index], odd, *value[index + 1 :]]


@pytest.mark.parametrize("name", ["playwright_json", "ctrf_1_0", "cucumber_json"])
def test_values_of_other_types_never_raise(name: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    for number, value in enumerate(_with_odd_values(json.loads(WRITERS[name]([_ONE])))):
        if number % samples(1, 5) == 0:
            path.write_text(json.dumps(value))
            file = read_result_file(path)
            assert file.problems or file.format


@pytest.mark.slow
def test_messages_of_other_types_never_raise(tmp_path: Path) -> None:
    path = tmp_path / "file"
    lines = WRITERS["cucumber_messages"]([_ONE]).splitlines()
    for index, line in enumerate(lines):
        for value in _with_odd_values(json.loads(line)):
            path.write_text("\n".join([*lines[:index], json.dumps(value), *lines[index + 1 :]]))
            file = read_result_file(path)
            assert file.problems or file.format
