import pytest

from qafiles.render.csv_rows import csv_cell, harmless


@pytest.mark.parametrize(
    "text", ["=1", "+1", "-1", "@x", "\t=1", "\r=1", "\n=1", "\uff1d1", "\uff0b1", "\uff0d1", "\uff20x"]
)
def test_no_cell_begins_as_a_formula(text: str) -> None:
    assert harmless(text) == f"'{text}"


def test_no_part_of_a_cell_is_a_formula_where_semicolons_end_cells() -> None:
    assert harmless('a;=HYPERLINK("x");@b') == "a;'=HYPERLINK(\"x\");'@b"
    assert csv_cell(["smoke", "-1"]) == "smoke;'-1"
    assert harmless("a; b;c") == "a; b;c"
