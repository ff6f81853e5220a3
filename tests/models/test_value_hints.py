"""What a hint says to write is accepted, and is not what was refused."""

import re

import pytest

from qafiles.schema.validators import problems
from tests.models.test_problem_messages import GOLDEN, ID

CASE: dict[str, object] = {"id": ID, "test_description": "Pay", "url_route": "/pay"}
PROJECT: dict[str, object] = {"id": ID, "name": "Shop", "default_url_route": "https://shop.example.com"}
TAG: dict[str, object] = {"id": ID, "name": "smoke", "color": "teal"}

VALUES = [
    *[
        ("test_case", CASE, "url_route", value)
        for value in (
            "/\\evil.com", "\\evil", "//shop.example.com", "shop.example.com/x", "checkout", "./checkout", "HTTPS://SHOP.example.com/",
            "https://", "http://", "/a b", "/{{ secret.X }}", "/\x1b", "/\u202ex", "https://sh\u200bop.example.com/", "https://x/\0",
        )
    ],
    *[
        ("project", PROJECT, "default_url_route", value)
        for value in ("/app", "./app", "//shop.example.com", "shop.example.com", "HTTP://x.example.com/A", "ftp://x", "http://")
    ],
    *[
        ("test_case", CASE, "created_at", value)
        for value in ("2026-01-01T24:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T00:00:60Z", "2026-01-01", "2026-01-01 10:00", "2026-01-01T00:00:00+25:00")
    ],
    *[("tag", TAG, "color", value) for value in ("#ffff", "0483ac", "Teal", "rebecca purple", "tael")],
]  # fmt: skip


@pytest.mark.parametrize(("name", "data", "field", "value"), VALUES, ids=lambda value: repr(value)[:30])
def test_what_a_hint_says_to_write_is_accepted(
    name: str, data: dict[str, object], field: str, value: object
) -> None:
    (problem,) = problems(name, {**data, field: value})
    assert problem.hint or field == "created_at"
    literal = re.match(r"(?:write|did you mean) (?:'(.*)'|`(.*)`)\??\Z", problem.hint or "")
    if literal:
        meant = literal[1] or literal[2]
        assert meant != value
        assert problems(name, {**data, field: meant}) == []


def test_a_misspelled_field_is_to_be_deleted_where_the_right_one_is_there() -> None:
    (problem,) = problems("tag", {**TAG, "colour": "teal"})
    assert problem.hint == "delete it: `color` is there"
    without = {"id": ID, "name": "smoke", "colour": "teal"}
    assert "did you mean `color`?" in [problem.hint for problem in problems("tag", without)]


def test_every_golden_problem_of_a_whole_file_has_a_hint() -> None:
    assert all(problem.hint for _, _, _, problem in GOLDEN if problem.pointer == ())
