from typing import Any

import pytest

from qafiles.parsing import Positions, parse
from qafiles.parsing.explanation import explain


def read(text: str | bytes) -> Any:
    """Return the data of a text, which both readers must accept and read alike."""
    content = text.encode() if isinstance(text, str) else text
    parsed = parse(content)
    assert parsed.refusals == ()
    assert explain(content) == (parsed.data, ())
    assert repr(explain(content)[0]) == repr(parsed.data)  # 1 == 1.0 == True
    return parsed.data


@pytest.mark.parametrize(
    ("text", "value"),
    [
        *[(text, None) for text in ("", "~", "null", "Null", "NULL")],
        *[(text, True) for text in ("true", "True", "TRUE")],
        *[(text, False) for text in ("false", "False", "FALSE")],
        *[
            ("0", 0),
            ("-0", 0),
            ("+12", 12),
            ("012", 12),
            ("-017", -17),
            ("0o17", 15),
            ("0x1F", 31),
            ("0xff", 255),
        ],
        *[("9223372036854775807", 2**63 - 1), ("-9223372036854775808", -(2**63))],
        *[("0x7fffffffffffffff", 2**63 - 1), ("0o777777777777777777777", 2**63 - 1), ("0" * 100 + "7", 7)],
        *[("1.", 1.0), (".5", 0.5), ("-0.0", -0.0), ("1e3", 1000.0), ("+1.5E-2", 0.015), ("1.e1", 10.0)],
        ("1e-999", 0.0),
    ],
)
def test_a_plain_scalar_is_what_yaml_1_2_says(text: str, value: object) -> None:
    for document in (f"a: {text}\n", f"a:\n- {text}\n", f"a: [{text}]\n"):
        if text == "" and "[" in document:
            continue
        found = read(document)["a"]
        assert repr(found[0] if isinstance(found, list) else found) == repr(value)


NOT_NUMBERS_NOR_CONSTANTS = """
yes no on off y n NO nULL tRUE null_ none nil 12:30 1:20:30 190:20:30.15 2026-03-01 2026-03-01T09:30:00Z 2026-3-1
1_000 0b1010 0o8 0xg 0x 0o -0x1 +0o7 1e e1 . + -. ._ --1 1.2.3 1e3.5 .e3 +. inf nan .Nan .iNF -.nan +.nan \u0663 \uff11
<<x = a#b a:b a,b ?x :x -x http://a/?b=c#d R&D a! 100% C*
"""


@pytest.mark.parametrize("text", [*NOT_NUMBERS_NOR_CONSTANTS.split(), "1\u00a0"])
def test_everything_else_is_text(text: str) -> None:
    assert read(f"a: {text}\n") == {"a": text}


@pytest.mark.parametrize(
    "text", ["1e999", "-1e400", ".inf", "-.Inf", "+.INF", ".nan", ".NaN", ".NAN", "9" * 23]
)
def test_numbers_that_json_cannot_hold_are_refused(text: str) -> None:
    assert [refusal.code for refusal in parse(f"a: {text}\n".encode()).refusals] == ["QF116"]


@pytest.mark.parametrize(
    "number", ["9" * 5000, "-" + "9" * 5000, "9" * 5000 + ".0", "0x" + "f" * 5000, "0o" + "7" * 5000]
)
def test_a_number_of_5000_digits_is_refused(number: str) -> None:
    assert [refusal.code for refusal in parse(f"a: {number}\n".encode()).refusals] == ["QF116"]
    assert read(f"a: '{number}'\n") == {"a": number}


@pytest.mark.parametrize(
    "quoted", ["'1'", '"1"', "'null'", "'true'", '""', "''", "'~'", "'{{ secret.X }}'", "'*.a'", "'#fff'"]
)
def test_quoted_scalars_are_text(quoted: str) -> None:
    assert read(f"a: {quoted}\n") == {"a": quoted[1:-1]}
    assert read(f"{quoted}: a\n") == {quoted[1:-1]: "a"}
    assert read(f"[{quoted}]\n") == [quoted[1:-1]]


@pytest.mark.parametrize(
    "text", ["{{ secret.X }}", "*.example.com", "# no comment", "@ada", "%x", "<<: *a", "a: b: c"]
)
def test_block_scalars_hold_any_text(text: str) -> None:
    assert read(f"a: |\n  {text}\nb: >-\n  {text}\n") == {"a": text + "\n", "b": text}


def test_templates_inside_text_need_no_quotes() -> None:
    assert read("a: Log in as {{ secret.USER }}.\n") == {"a": "Log in as {{ secret.USER }}."}


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_every_line_end_of_yaml_1_2_ends_a_line(end: str) -> None:
    text = "a: b\n\n# c\nd: |\n  e\n  f\ng:\n- h\n- 'i\n\n  j'\n".replace("\n", end)
    assert read(text) == {"a": "b", "d": "e\nf\n", "g": ["h", "i\nj"]}
    assert Positions(text.encode()).span(("g", 0)) == (8, 3, 8, 4)
    assert Positions(text.encode()).lines == [
        "a: b",
        "",
        "# c",
        "d: |",
        "  e",
        "  f",
        "g:",
        "- h",
        "- 'i",
        "",
        "  j'",
        "",
    ]


@pytest.mark.parametrize("char", ["\x85", "\u2028", "\u2029"])
def test_line_ends_of_yaml_1_1_are_plain_characters(char: str) -> None:
    text = f"a: b{char}c\nd: 'e{char}f'\ng: \"h{char} i\"\nj: |\n  k{char}l\nm{char}: n # {char} o\np: q\n"
    data = {
        "a": f"b{char}c",
        "d": f"e{char}f",
        "g": f"h{char} i",
        "j": f"k{char}l\n",
        f"m{char}": "n",
        "p": "q",
    }
    assert read(text) == data
    positions = Positions(text.encode())
    assert positions.span(("p",)) == (7, 4, 7, 5)
    assert positions.span((f"m{char}",)) == (6, 5, 6, 6)
    assert positions.span(("a",), within=f"b{char}") == (1, 4, 1, 6)
    assert positions.lines[0] == f"a: b{char}c"


def test_characters_that_stand_in_for_others_are_kept() -> None:
    text = "a: \x85\U00010000\U00010001\ue000\u2028\U0010ffff\n"
    assert read(text) == {"a": text[3:-1]}


def test_old_line_ends_show_as_written_in_messages() -> None:
    (refusal,) = parse("a: @\u2028x\n".encode()).refusals
    assert refusal.message.startswith("`@\u2028x` needs quotes")
    (refusal,) = parse("x\x85: a\nx\x85: b\n".encode()).refusals
    assert "`x\x85`" in refusal.message


def test_a_byte_order_mark_is_no_part_of_the_text() -> None:
    assert read(b"\xef\xbb\xbfa: b\n") == {"a": "b"}
    assert Positions(b"\xef\xbb\xbfa: b\n").span(("a",)) == (1, 4, 1, 5)


@pytest.mark.parametrize("end", ["", "\n", "\r\n", "\n\n"])
def test_a_last_line_without_an_end_says_the_same(end: str) -> None:
    assert read(f"a: |\n  b{end}") == {"a": "b\n"}
    assert read(f"a: b{end}") == {"a": "b"}
    assert read(f"a: |-\n  b{end}") == {"a": "b"}


def test_tabs_are_white_space_behind_a_value_and_text_inside_one() -> None:
    assert read("a:\tb\t# c\nd: e\tf\ng: 'h\ti'\nj: |\n  k\tl\n  \tm\nn: [\to\t,\tp\t]\n") == {
        "a": "b",
        "d": "e\tf",
        "g": "h\ti",
        "j": "k\tl\n\tm\n",
        "n": ["o", "p"],
    }


def test_escapes_of_double_quotes_are_read() -> None:
    text = r'"\0\a\b\t\n\v\f\r\e\"\/\\\N\_\L\P\x41\u00e9\U0001f600"'
    assert read(text) == '\0\a\b\t\n\v\f\r\x1b"/\\\x85\xa0\u2028\u2029Aé\U0001f600'


@pytest.mark.parametrize(
    ("text", "data"),
    [
        ("a: 'b\n\n  c'\n", {"a": "b\nc"}),
        ("a: {\n  b: c,\n  # d\n}\n", {"a": {"b": "c"}}),
        ("a: [\n  b,\n# c\n\n  d\n]\n", {"a": ["b", "d"]}),
        ("- 'a\n  b'\n", ["a b"]),
        ("'a\nb'\n", "a b"),
        ("[a,\nb]\n", ["a", "b"]),
    ],
)
def test_quotes_and_brackets_may_go_on_deeper(text: str, data: object) -> None:
    assert read(text) == data


@pytest.mark.parametrize(
    "text",
    ["''  # a", "'#' # b", "['#', \"#\"] # c", "'a' #c", "{a: '#b'}", "'(' # d", "a ?b", "'?x'", "[a?b]"],
)
def test_marks_that_only_look_glued_are_read(text: str) -> None:
    read(f"a: {text}\n")


def test_a_key_may_look_like_a_merge_key_in_part() -> None:
    assert read("<<<: a\n'<': b\n") == {"<<<": "a", "<": "b"}


def test_ten_thousand_keys_are_read() -> None:
    data = {f"key{number}": number for number in range(10_000)}
    assert read("".join(f"{key}: {value}\n" for key, value in data.items())) == data
