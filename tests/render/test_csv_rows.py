import csv
import io
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qafiles.render.csv_rows import FORMULA, csv_cell, csv_row, guarded

_texts = st.text(st.characters(codec="utf-8")) | st.text(st.sampled_from("=+-@;:'\"#[\t\r\n,a \x1b\u2028"))


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"]
)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert guarded(text) == f"'{text}"
    assert csv_cell([text, "x"]) == f"'{text};x"
    assert csv_cell(text, raw=True) == text


@pytest.mark.parametrize(("value", "cell"), [(-5, "-5"), (-1.5, "-1.5"), (True, "true"), (None, "")])
def test_a_number_is_no_formula(value: object, cell: str) -> None:
    assert csv_cell(value) == cell


@given(st.lists(_texts, min_size=1))
def test_a_cell_differs_from_the_data_by_a_guard_at_its_start_alone(texts: list[str]) -> None:
    def read(*, raw: bool) -> list[str]:
        row = csv_row([csv_cell(text, raw=raw) for text in ("", *texts)])
        (found,) = csv.reader(io.StringIO(row, newline=""))
        return found[1:]

    assert read(raw=True) == texts
    assert read(raw=False) == [f"'{text}" if text.startswith(FORMULA) else text for text in texts]


@given(st.lists(_texts))
def test_a_list_can_be_told_from_its_cell(items: list[str]) -> None:
    cell = csv_cell(items, raw=True)
    assert items in (json.loads(cell) if any(";" in item for item in items) else cell.split(";"), [])


def test_on_a_terminal_nothing_of_a_cell_steers_it() -> None:
    row = csv_row(["a\x1b[2J\n::error::x", "##[error]"], terminal=True)
    assert row == '"a\\x1b[2J\n\\x3a:error::x",#\\x23[error]\r\n'
    assert csv_row(["\ud800"]) == "\ufffd\r\n"
