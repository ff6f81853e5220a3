"""A value that looks right is shown with what is wrong with it."""

import pytest

from qafiles.schema.validators import problems

_ID = "tz4a98xxat96iws9zmbrgj3a"
_KINDS = {
    "color": ("tag", {"id": _ID, "name": "x"}, "red"),
    "role": ("member", {"id": _ID, "user_id": "ada"}, "admin"),
    "url_route": ("test_case", {"id": _ID, "test_description": "x"}, "/checkout"),
    "created_at": ("user", {"id": _ID, "name": "x"}, "2026-03-01T09:30:00Z"),
    "email": ("user", {"id": _ID, "name": "x"}, "ada@example.com"),
}


@pytest.mark.parametrize("field", _KINDS)
@pytest.mark.parametrize(
    ("form", "what"),
    [
        ("{}\n", "ends in a line break"),
        ("{}\r\n", "ends in a line break"),
        ("{} ", "ends in a blank"),
        (" {}", "begins with a blank"),
        ("\t{}", "begins with a blank"),
        ("{}\xa0", "holds U+00A0 NO-BREAK SPACE, which can't be seen"),
        ("\ufeff{}", "holds U+FEFF ZERO WIDTH NO-BREAK SPACE, which can't be seen"),
        ("{}\u200b", "holds U+200B ZERO WIDTH SPACE, which can't be seen"),
    ],
)
def test_what_stands_around_a_value_is_named(field: str, form: str, what: str) -> None:
    kind, data, right = _KINDS[field]
    assert problems(kind, {**data, field: right}) == []
    for problem in problems(kind, {**data, field: form.format(right)}):
        assert problem.code == "QF204"
        assert f", which {what}" in problem.message
        assert problem.hint


@pytest.mark.parametrize(
    ("field", "value", "letter"),
    [
        ("color", "r\u0435d", "`\u0435`, U+0435 CYRILLIC SMALL LETTER IE"),
        ("role", "\u0430dmin", "`\u0430`, U+0430 CYRILLIC SMALL LETTER A"),
        ("color", "t\u03b5al", "`\u03b5`, U+03B5 GREEK SMALL LETTER EPSILON"),
        ("role", "\uff41dmin", "`\uff41`, U+FF41 FULLWIDTH LATIN SMALL LETTER A"),
    ],
)
def test_a_letter_that_looks_like_another_is_named(field: str, value: str, letter: str) -> None:
    kind, data, _ = _KINDS[field]
    (problem,) = problems(kind, {**data, field: value})
    assert f", which holds {letter}" in problem.message
    assert problem.hint is not None
    assert "type the letter anew" in problem.hint


@pytest.mark.parametrize(
    "value",
    [
        "https://x.example/\u043f\u043e\u0438\u0441\u043a \u0442",
        "/\u691c\u7d22 abc",
        "/m\u00b2 x",
        "/\u043f\u043e x y",
    ],
)
def test_text_of_other_languages_is_not_called_a_look_alike(value: str) -> None:
    (problem,) = problems("test_case", {"id": _ID, "test_description": "x", "url_route": value})
    assert ", which " not in problem.message


@pytest.mark.parametrize("value", ["reed", "caf\u00e9", "\u043a\u0440\u0430\u0441\u043d\u044b\u0439", "#12"])
def test_other_values_are_told_as_before(value: str) -> None:
    (problem,) = problems("tag", {"id": _ID, "name": "x", "color": value})
    assert ", which " not in problem.message
