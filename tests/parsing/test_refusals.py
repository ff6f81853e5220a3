import pytest

from qafiles.diagnostics import Span
from qafiles.parsing import MAX_SIZE, parse
from qafiles.parsing.refusals import MAX_REFUSALS

GOLDEN: list[tuple[str, bytes, str, tuple[int, int, int, int], str, str]] = [
    (
        "a file over 1 MiB",
        b"a: " + b"x" * 1024 * 1024,
        "QF103",
        (1, 1, 1, 1),
        "the file is larger than 1024 KiB",
        "split it, or keep large content outside",
    ),
    (
        "UTF-16",
        "a: b".encode("utf-16"),
        "QF104",
        (1, 1, 1, 1),
        "the file is UTF-16, not UTF-8",
        "save the file as UTF-8",
    ),
    (
        "Latin-1",
        b"name: caf\xe9\n",
        "QF104",
        (1, 10, 1, 11),
        "byte 0xE9 is not valid UTF-8",
        "save the file as UTF-8",
    ),
    (
        "a control character",
        b"a: b\nc: \x07\n",
        "QF105",
        (2, 4, 2, 5),
        "control character U+0007 is not allowed in YAML",
        "delete it, or write it as `\\x07` in double quotes",
    ),
    (
        "a C1 control character",
        b"a: \xc2\x9b\n",
        "QF105",
        (1, 4, 1, 5),
        "control character U+009B is not allowed in YAML",
        "delete it, or write it as `\\x9B` in double quotes",
    ),
    (
        "a byte order mark inside",
        b"a: b\n\xef\xbb\xbfc: d\n",
        "QF105",
        (2, 1, 2, 2),
        "control character U+FEFF is not allowed in YAML",
        "delete it, or write it as `\\uFEFF` in double quotes",
    ),
    (
        "a merge conflict",
        b"a: b\n<<<<<<< HEAD\nc: d\n=======\nc: e\n>>>>>>> topic\n",
        "QF107",
        (2, 1, 2, 13),
        "unresolved merge conflict: `<<<<<<< HEAD`",
        "choose a side, delete the marker lines, then `git add` the file",
    ),
    (
        "an empty file",
        b"",
        "QF108",
        (1, 1, 1, 1),
        "the file is empty",
        "write its fields (in qafiles.yaml: `version: 1`), or delete the file",
    ),
    (
        "comments alone",
        b"# nothing yet\n",
        "QF108",
        (1, 1, 1, 1),
        "the file is empty",
        "write its fields (in qafiles.yaml: `version: 1`), or delete the file",
    ),
    (
        "two documents",
        b"a: b\n---\nc: d\n",
        "QF109",
        (2, 1, 2, 4),
        "a file holds one entity, but a second one begins here",
        "delete the line `---`, or move the second document into a file of its own",
    ),
    (
        "a YAML directive",
        b"# old\n%YAML 1.1\n---\na: no\n",
        "QF110",
        (2, 1, 2, 10),
        "YAML directives are not allowed",
        "delete it: every file is read as YAML 1.2",
    ),
    (
        "a tag directive",
        b"%TAG !e! tag:example.com,2026:\n---\na: b\n",
        "QF110",
        (1, 1, 1, 31),
        "YAML directives are not allowed",
        "delete it: every file is read as YAML 1.2",
    ),
    (
        "an unknown directive",
        b"%FOO bar\n---\na: b\n",
        "QF110",
        (1, 1, 1, 9),
        "YAML directives are not allowed",
        "delete it: every file is read as YAML 1.2",
    ),
    (
        "an anchor",
        b"a: &Co b\n",
        "QF111",
        (1, 4, 1, 7),
        "anchor `&Co` is not allowed",
        "delete `&Co`; if the text is meant, put it in quotes",
    ),
    (
        "an alias",
        b"a: *x\n",
        "QF111",
        (1, 4, 1, 6),
        "alias `*x` is not allowed",
        "write the value itself; if the text `*x` is meant, put it in quotes",
    ),
    (
        "an alias with text behind it",
        b"a: *x y\n",
        "QF111",
        (1, 4, 1, 6),
        "alias `*x` is not allowed",
        "write the value itself; if the text `*x` is meant, put it in quotes",
    ),
    (
        "a merge key",
        b"<<: {a: b}\n",
        "QF111",
        (1, 1, 1, 3),
        "merge key `<<` is not allowed",
        "write the merged fields out",
    ),
    (
        "a tag",
        b"a: !!str 1\n",
        "QF112",
        (1, 4, 1, 9),
        "tag `!!str` is not allowed",
        "delete the tag; if the text is meant, put it in quotes",
    ),
    (
        "a local tag",
        b"a: !important b\n",
        "QF112",
        (1, 4, 1, 14),
        "tag `!important` is not allowed",
        "delete the tag; if the text is meant, put it in quotes",
    ),
    (
        "a duplicate key",
        b"a: b\nc: d\na: e\n",
        "QF113",
        (3, 1, 3, 2),
        "duplicate key `a`, first used on line 1",
        "keep one of the two",
    ),
    (
        "a number as key",
        b"1: a\n",
        "QF114",
        (1, 1, 1, 2),
        "key `1` is a number, and keys are text",
        "put it in quotes: '1'",
    ),
    (
        "a truth value as key",
        b"true: a\n",
        "QF114",
        (1, 1, 1, 5),
        "key `true` is a truth value, and keys are text",
        "put it in quotes: 'true'",
    ),
    (
        "null as key",
        b"~: a\n",
        "QF114",
        (1, 1, 1, 2),
        "key `~` is null, and keys are text",
        "put it in quotes: '~'",
    ),
    (
        "a huge number as key",
        b"1e999: a\n",
        "QF114",
        (1, 1, 1, 6),
        "key `1e999` is a number, and keys are text",
        "put it in quotes: '1e999'",
    ),
    (
        "a list as key",
        b"? [a]\n: b\n",
        "QF114",
        (1, 3, 1, 4),
        "a key is a mapping, list or alias, and keys are text",
        "use a plain key",
    ),
    ("a missing key", b": a\n", "QF106", (1, 1, 1, 4), "a key is missing before the `:`", "write the key"),
    (
        "deep nesting",
        b"a: " + b"[" * 64 + b"]" * 64 + b"\n",
        "QF115",
        (1, 67, 1, 68),
        "more than 64 levels of nesting",
        "flatten the value",
    ),
    (
        "infinity",
        b"a: -.inf\n",
        "QF116",
        (1, 4, 1, 9),
        "`-.inf` is a number that JSON and 64 bits can't hold",
        "put it in quotes if it is text",
    ),
    (
        "a number that overflows",
        b"a: 1e999\n",
        "QF116",
        (1, 4, 1, 9),
        "`1e999` is a number that JSON and 64 bits can't hold",
        "put it in quotes if it is text",
    ),
    (
        "an integer over 64 bits",
        b"a: 9223372036854775808\n",
        "QF116",
        (1, 4, 1, 23),
        "`9223372036854775808` is a number that JSON and 64 bits can't hold",
        "put it in quotes if it is text",
    ),
    (
        "5,000 digits",
        b"a: " + b"9" * 5000 + b"\n",
        "QF116",
        (1, 4, 1, 5004),
        "`99999999999999999999…` is a number that JSON and 64 bits can't hold",
        "put it in quotes if it is text",
    ),
    (
        "a template",
        b"a: {{ secret.HOST }}\n",
        "QF117",
        (1, 4, 1, 21),
        "`{{ secret.HOST }}` needs quotes",
        "write '{{ secret.HOST }}', or use a block scalar (`|`)",
    ),
    (
        "a template with text behind it",
        b"a: {{ secret.HOST }}/path\n",
        "QF117",
        (1, 4, 1, 26),
        "`{{ secret.HOST }}/path` needs quotes",
        "write '{{ secret.HOST }}/path', or use a block scalar (`|`)",
    ),
    (
        "a template in a list",
        b"a: [{{ x }}, b]\n",
        "QF117",
        (1, 5, 1, 12),
        "`{{ x }}` needs quotes",
        "write '{{ x }}', or use a block scalar (`|`)",
    ),
    (
        "a wildcard",
        b"a:\n  - *.example.com\n",
        "QF117",
        (2, 5, 2, 18),
        "`*.example.com` needs quotes: an unquoted `*` begins an alias",
        "write '*.example.com'",
    ),
    (
        "a wildcard in brackets",
        b"a: [*.example.com, b]\n",
        "QF117",
        (1, 5, 1, 18),
        "`*.example.com` needs quotes: an unquoted `*` begins an alias",
        "write '*.example.com'",
    ),
    (
        "a wildcard that has a quote",
        b"a: *'s\n",
        "QF117",
        (1, 4, 1, 7),
        "`*'s` needs quotes: an unquoted `*` begins an alias",
        "write '*''s'",
    ),
    (
        "an ampersand",
        b"a: & Co\n",
        "QF117",
        (1, 4, 1, 8),
        "`& Co` needs quotes: an unquoted `&` begins an anchor",
        "write '& Co'",
    ),
    (
        "an at sign",
        b"a: @ada\n",
        "QF117",
        (1, 4, 1, 8),
        "`@ada` needs quotes: no value can begin with an unquoted `@`",
        "write '@ada'",
    ),
    (
        "a backtick",
        b"a: `x`\n",
        "QF117",
        (1, 4, 1, 7),
        "``x`` needs quotes: no value can begin with an unquoted backtick",
        "write '`x`'",
    ),
    (
        "a percent sign",
        b"a: %x\n",
        "QF117",
        (1, 4, 1, 6),
        "`%x` needs quotes: an unquoted `%` begins a directive",
        "write '%x'",
    ),
    (
        "a question mark in brackets",
        b"a: [?x=1, b]\n",
        "QF117",
        (1, 5, 1, 9),
        "`?x=1` needs quotes",
        "write '?x=1'",
    ),
    (
        "text behind a quoted value",
        b'a: "b" c\n',
        "QF106",
        (1, 8, 1, 9),
        "text follows the end of a value",
        "put the whole value in quotes of the other kind, or use a block scalar (`key: |`)",
    ),
    (
        "an apostrophe in single quotes",
        b"a: 'it's'\n",
        "QF106",
        (1, 8, 1, 10),
        "text follows the end of a value",
        "put the whole value in quotes of the other kind, or use a block scalar (`key: |`)",
    ),
    (
        "a bracket too many",
        b"a: [b]]\n",
        "QF106",
        (1, 7, 1, 8),
        "text follows the end of a value",
        "put the whole value in quotes of the other kind, or use a block scalar (`key: |`)",
    ),
    (
        "a colon in a value",
        b"a: b: c\n",
        "QF106",
        (1, 5, 1, 8),
        "`: ` inside an unquoted value",
        "put the value in quotes, or use a block scalar (`key: |`)",
    ),
    (
        "a forgotten space",
        b"name:Ada\nemail: x\n",
        "QF106",
        (1, 1, 1, 6),
        "a space is missing behind `name:`",
        "write `name: …`",
    ),
    (
        "a line indented too deep",
        b"a: b\n c: d\n",
        "QF106",
        (2, 3, 2, 6),
        "this line is indented as a part of the value above",
        "indent it as deep as the field above; text over several lines needs a block scalar (`key: |`)",
    ),
    (
        "a line indented too little",
        b"a:\n    b: c\n  d: e\n",
        "QF106",
        (3, 3, 3, 7),
        "the indentation fits no mapping above (one begins on line 1)",
        "indent the line as deep as its neighbours",
    ),
    (
        "a mapping that begins indented",
        b"  a: b\nc: d\n",
        "QF106",
        (2, 1, 2, 5),
        "text after the end of the document",
        "a file holds one mapping: delete what follows, or mend the indentation above",
    ),
    (
        "a line without a colon",
        b"a: b\nc\n",
        "QF106",
        (2, 1, 2, 2),
        "this line is no `key: value`",
        "add the `:`; for text over several lines use a block scalar (`key: |`) and indent it",
    ),
    (
        "an open bracket",
        b"a: [b, c\nd: e\n",
        "QF106",
        (1, 4, 1, 9),
        "the list opened by `[` is not closed",
        "add `,` or `]`",
    ),
    (
        "an open brace",
        b"a: {b: c\nd: e\n",
        "QF106",
        (1, 4, 1, 9),
        "the mapping opened by `{` is not closed",
        "add `,` or `}`",
    ),
    (
        "an open quote",
        b'a: "b\nc: d\n',
        "QF106",
        (1, 4, 1, 6),
        "the quote opened here is never closed",
        "add the closing quote",
    ),
    (
        "a quote that swallows fields",
        b"color: '#123\nname: x\nother: 'y'\n",
        "QF106",
        (2, 1, 2, 8),
        "the quoted text opened on line 1 goes on here",
        "close it with `'`, or indent this line deeper",
    ),
    (
        "a quote that is closed too late",
        b"a: 'b\nc: d'\n",
        "QF106",
        (2, 1, 2, 6),
        "the quoted text opened on line 1 goes on here",
        "close it with `'`, or indent this line deeper",
    ),
    (
        "a bracket that swallows fields",
        b"a: [b,\nc]\n",
        "QF106",
        (2, 1, 2, 3),
        "the list opened on line 1 goes on here",
        "close it with `]`, or indent this line deeper",
    ),
    (
        "text behind a block header",
        b"a: | b\n",
        "QF106",
        (1, 6, 1, 7),
        "text after a block scalar's `|` or `>`",
        "begin the text on the next line, indented; or put the value in quotes",
    ),
    (
        "a list on the line of its key",
        b"a: - b\n",
        "QF106",
        (1, 4, 1, 7),
        "a list can't begin on this line",
        "begin the list on the next line, or write `[a, b]`",
    ),
    (
        "a key on the line of its key",
        b"a: ? b\n",
        "QF117",
        (1, 4, 1, 7),
        "`? b` needs quotes: an unquoted `?` begins a key",
        "write '? b'",
    ),
    (
        "a list that goes on as a mapping",
        b"- a\nb: c\n",
        "QF106",
        (2, 1, 2, 5),
        "the indentation fits no list above",
        "begin each item with `- ` in the same column",
    ),
    (
        "a tab as indentation",
        b"a:\n\tb: c\n",
        "QF106",
        (2, 1, 2, 6),
        "a tab can't indent",
        "indent with spaces",
    ),
    (
        "an unknown escape",
        b'a: "\\d"\n',
        "QF106",
        (1, 5, 1, 8),
        "unknown escape in double quotes",
        "write `\\\\` for a backslash, or use single quotes",
    ),
    (
        "half a surrogate pair",
        b'a: "\\ud83d"\n',
        "QF106",
        (1, 7, 1, 12),
        "the escape is no Unicode character",
        "write the character itself",
    ),
    (
        "a missing value",
        b"a: ,b\n",
        "QF106",
        (1, 4, 1, 6),
        "a value is missing",
        "write the value, or close the bracket",
    ),
    (
        "a comma too many",
        b"a: [b,, c]\n",
        "QF106",
        (1, 7, 1, 11),
        "a value is missing",
        "write the value, or close the bracket",
    ),
    (
        "a comment that touches a quote",
        b"a: 'b'#c\n",
        "QF106",
        (1, 7, 1, 9),
        "a comment needs a space before its `#`",
        "write a space before `#`; if text is meant, put the whole value in quotes",
    ),
    (
        "a comment that touches a bracket",
        b"a: [b]#c\n",
        "QF106",
        (1, 7, 1, 9),
        "a comment needs a space before its `#`",
        "write a space before `#`; if text is meant, put the whole value in quotes",
    ),
    (
        "a comment that touches a block header",
        b"a: >#c\n  b\n",
        "QF106",
        (1, 5, 1, 7),
        "a comment needs a space before its `#`",
        "write a space before `#`; if text is meant, put the whole value in quotes",
    ),
    (
        "text behind the end",
        b"a: b\n...\nc\n",
        "QF106",
        (3, 1, 3, 2),
        "text after the end of the document",
        "a file holds one mapping: delete what follows, or mend the indentation above",
    ),
]


@pytest.mark.parametrize(
    ("content", "code", "span", "message", "hint"),
    [case[1:] for case in GOLDEN],
    ids=[case[0] for case in GOLDEN],
)
def test_a_refusal_says_where_and_what_to_write(
    content: bytes, code: str, span: tuple[int, int, int, int], message: str, hint: str
) -> None:
    (refusal,) = parse(content).refusals
    assert (refusal.code, refusal.span, refusal.message, refusal.hint) == (code, span, message, hint)


def test_every_code_of_the_family_has_a_golden_case() -> None:
    assert {case[2] for case in GOLDEN} == {f"QF{number}" for number in range(103, 118)}


@pytest.mark.parametrize(
    "content", [case[1] for case in GOLDEN if case[1].isascii() and case[1][-1:] == b"\n"]
)
def test_windows_line_ends_change_no_refusal(content: bytes) -> None:
    assert parse(content.replace(b"\n", b"\r\n")) == parse(content)


def test_several_refusals_in_one_file_are_all_reported_in_order() -> None:
    content = b"a: &x 1\nb: *x\n1: c\na: d\ne: !t f\ng: 1e999\nh: {{ i }}\n"
    found = [(refusal.code, refusal.span.line) for refusal in parse(content).refusals]
    assert found == [
        ("QF111", 1),
        ("QF111", 2),
        ("QF114", 3),
        ("QF113", 4),
        ("QF112", 5),
        ("QF116", 6),
        ("QF117", 7),
    ]


def test_a_syntax_error_does_not_hide_what_stands_before_it() -> None:
    assert [refusal.code for refusal in parse(b"a: &x 1\na: b\nc\n").refusals] == ["QF111", "QF113", "QF106"]


@pytest.mark.parametrize(
    ("content", "data"),
    [
        (b"a: &x b\nc: d\n", {"a": "b", "c": "d"}),
        (b"a: *x\nc: d\n", {"a": None, "c": "d"}),
        (b"a: !t b\nc: d\n", {"a": "b", "c": "d"}),
        (b"a: b\na: c\n", {"a": "b"}),
        (b"1: b\nc: d\n", {"c": "d"}),
        (b"a: 1e999\nc: d\n", {"a": None, "c": "d"}),
        (b"<<: {a: b}\nc: d\n", {"c": "d"}),
        (b"a: {{ b }}\nc: d\n", {"a": {}, "c": "d"}),
        (b"a: [b, {{ c }}]\nd: e\n", {"a": ["b", {}], "d": "e"}),
        (b"%YAML 1.1\n---\na: no\n", {"a": "no"}),
        (b"a: b\n---\nc: d\n", {"a": "b"}),
        (b"a: 'b'#c\nd: e\n", {"a": "b", "d": "e"}),
    ],
)
def test_data_is_built_around_what_is_refused(content: bytes, data: object) -> None:
    parsed = parse(content)
    assert parsed.data == data
    assert parsed.refusals


@pytest.mark.parametrize(
    ("content", "pointer"),
    [
        (b"a: {b: [c, *d]}\n", ("a", "b", 1)),
        (b"a: {b: [c, &d e]}\n", ("a", "b", 1)),
        (b"a: {b: [c, !d e]}\n", ("a", "b", 1)),
        (b"a: {b: [c, 1e999]}\n", ("a", "b", 1)),
        (b"a:\n  b:\n  - c\n  - {{ d }}\n", ("a", "b", 1)),
    ],
)
def test_a_refusal_points_to_the_value_that_could_not_be_read(content: bytes, pointer: object) -> None:
    assert [refusal.pointer for refusal in parse(content).refusals] == [pointer]


def test_a_duplicate_key_names_the_first_use() -> None:
    (refusal,) = parse(b"a: b\nc:\n  d: e\n  f: g\n  d: h\n").refusals
    assert refusal.span == (5, 3, 5, 4)
    assert refusal.related == ((Span(3, 3, 3, 4), "`d` is first used here"),)


def test_a_swallowing_quote_names_where_it_is_opened() -> None:
    (refusal,) = parse(b"a: b\ncolor: '#123\nname: 'x'\n").refusals
    assert refusal.span.line == 3
    assert refusal.related == ((Span(2, 8, 2, 9), "opened here"),)


@pytest.mark.parametrize(
    "content",
    [
        b"<<<<<<< HEAD\na: b\n",
        b"\xef\xbb\xbf<<<<<<< HEAD\na: b\n",
        b"a: |\n  b\n<<<<<<< HEAD\n  c\n",
        b"<<<<<<<",
    ],
)
def test_a_conflict_is_found_wherever_git_writes_one(content: bytes) -> None:
    assert {refusal.code for refusal in parse(content).refusals} == {"QF107"}


@pytest.mark.parametrize(
    "content", [b"a: |\n  <<<<<<< HEAD\n", b"a: |\n  b\n  =======\n", b"<<<<<<<<<: b\n", b"<<<<<<<x: b\n"]
)
def test_text_that_only_resembles_a_conflict_is_text(content: bytes) -> None:
    assert parse(content).refusals == ()


@pytest.mark.parametrize(
    "line", [b"'a': {{ b }}", b"a: &x b", b"1: a", b"a: b", b"<<: b", b"a: 1e999", b"? [a]"]
)
def test_the_list_of_refusals_is_cut(line: bytes) -> None:
    content = (b"-\n" + b"".join(b"  " + line + b"\n" for _ in range(3))) * 1000
    assert len(parse(content).refusals) == MAX_REFUSALS + 1


SECRETS = [
    b"secret_value: @hunter2\n",
    b"secret_value: *hunter2\n",
    b"secret_value: &hunter2 x\n",
    b"secret_value: !hunter2 x\n",
    b"secret_value: !hunter2\n",
    b"secret_value: `hunter2`\n",
    b"secret_value: {{ hunter2 }}\n",
    b"secret_value: [?hunter2]\n",
    b"secret_value:\n  @hunter2\n",
    b"secret_value: 'a' hunter2\n",
    b"secret_value: a: hunter2\n",
    b"'secret_value': %hunter2\n",
    b"browser_config:\n  httpCredentials: {password: @hunter2}\n",
    b"browser_config:\n  clientCertificates:\n  - passphrase: *hunter2\n",
    b"secret_value: 72727272727272727272\n",
]


@pytest.mark.parametrize("content", SECRETS)
def test_no_message_shows_a_secret(content: bytes) -> None:
    refusals = parse(content).refusals
    assert refusals
    for refusal in refusals:
        told = f"{refusal.message} {refusal.hint} {refusal.related}"
        assert "hunter2" not in told
        assert "727" not in told


def test_the_largest_file_is_read() -> None:
    content = b"a: ".ljust(MAX_SIZE - 1, b"x") + b"\n"
    assert len(content) == MAX_SIZE
    assert len(parse(content).data["a"]) == MAX_SIZE - 4
    assert [refusal.code for refusal in parse(content + b"\n").refusals] == ["QF103"]


def test_64_levels_are_read() -> None:
    assert parse(b"[" * 64 + b"]" * 64).refusals == ()
    assert parse(b"- " * 64).refusals == ()
    assert [refusal.code for refusal in parse(b"- " * 65).refusals] == ["QF115"]


@pytest.mark.parametrize(
    "content",
    [b"{{{{{{{{a", b"secret_value: ", b"\t", b"%", b"a: %\n%", b"? ", b"*", b"&", b"!", b"'", b"\\"],
)
def test_beginnings_of_files_are_answered(content: bytes) -> None:
    parse(content)
