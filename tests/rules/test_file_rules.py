import marshal
import re
from pathlib import Path
from typing import Final

from hypothesis import given
from hypothesis import strategies as st

from qafiles import load
from qafiles.diagnostics import Finding, Related, Span
from qafiles.loading.loader import load as load_source
from qafiles.loading.renewal import with_texts
from qafiles.rules.check import check
from qafiles.rules.credential_shapes import SHAPES, _has_long_word, suspects
from qafiles.rules.file_rules import examiner
from qafiles.rules.occurrences import Occurrences
from qafiles.rules.private_key_forms import MARKS, STEMS
from qafiles.sources.batches import in_batches
from qafiles.sources.data_root import open_source
from tests.conftest import committed
from tests.rules.data_root import data_root

_BROKEN = Path(__file__).parents[2] / "examples" / "broken"
_KEY = "AGE-SECRET-KEY-1" + "Q" * 58


def test_what_depends_on_one_file_alone_is_the_same_as_it_is_read_and_afterwards() -> None:
    source = open_source(_BROKEN)
    as_read, afterwards = load_source(source, examine=examiner()), load_source(source)
    assert {file.findings is None for file in as_read.files.values()} == {False}
    assert {file.findings for file in afterwards.files.values()} == {None}
    assert {code for file in as_read.files.values() for code, _ in file.findings or ()} >= {
        *("QF502", "QF602", "QF605", "QF609", "QF613")
    }
    assert check(as_read).diagnostics == check(afterwards).diagnostics == load(source).diagnostics


def test_a_file_with_another_text_has_other_findings_and_the_rest_are_not_looked_at_again() -> None:
    before = load_source(open_source(_BROKEN), examine=examiner())
    path = "users/ada.yaml"
    after, _ = with_texts(before, {path: f"id: {'a1' * 12}\nname: Ada\n# {_KEY}\n".encode()})
    assert [code for code, _ in after.files[path].findings or ()] == ["QF508"]
    assert all(
        after.files[other].findings is before.files[other].findings for other in {*before.files} - {path}
    )


def test_a_finding_is_the_same_behind_a_pipe() -> None:
    finding = Finding(
        "a",
        "m",
        ("x", 0),
        "key",
        "h",
        (Related("b", "r", ("y",)),),
        fixable=True,
        subject="s",
        severity="info",
        within="w",
        occurrence=2,
        span=Span(1, 2, 3, 4),
    )
    assert all(
        getattr(finding, name) not in (Finding._field_defaults.get(name), None) for name in Finding._fields
    )
    for each in (finding, Finding("a", "m")):
        assert Finding.from_plain(marshal.loads(marshal.dumps(each.to_plain()))) == each  # noqa: S302  # our own


def test_a_batch_holds_64_files_and_hardly_more_than_a_mebibyte() -> None:
    small = [(number, b"") for number in range(150)]
    assert [len(batch) for batch in in_batches(small)] == [64, 64, 22]
    large = [(number, b"x" * 600_000) for number in range(5)]
    assert [len(batch) for batch in in_batches(large)] == [2, 2, 1]
    assert [item for batch in in_batches([*small, *large]) for item in batch] == [*small, *large]


def test_a_key_is_found_among_few_other_files_and_among_many(tmp_path: Path) -> None:
    for number in (1, 150):
        others = {f"notes/{index}.txt": "nothing\n" for index in range(number)}
        folder = committed(tmp_path / str(number), data_root(others | {"notes/key.txt": f"k\n{_KEY}\n"}))
        assert [(item.path, item.line) for item in load(folder).diagnostics if item.code == "QF508"] == [
            ("notes/key.txt", 2)
        ]


@given(st.text(st.sampled_from("ab9_- .é\ud800"), max_size=80) | st.from_regex(r"[a-z_-]{15,25}.?"))
def test_a_long_word_is_seen_without_an_expression(text: str) -> None:
    assert _has_long_word(text.encode("utf-8", "surrogatepass")) == (
        re.search("[A-Za-z0-9_-]{20}", text) is not None
    )


def test_each_mark_of_a_private_key_holds_a_stem() -> None:
    assert [mark for mark in MARKS if not any(stem in mark for stem in STEMS)] == []


_TEXTS: Final = st.lists(
    st.lists(
        st.sampled_from(
            [
                "Pass:",
                "assword",
                "pw=",
                "|",
                "a" * 19,
                "b_",
                "é",
                "\ud800",
                "@",
                " ",
                "\0",
                "eyJ",
                "api key",
                "İ",
            ]
        ),
        max_size=6,
    ).map("".join),
    max_size=4,
)


@given(_TEXTS)
def test_texts_that_are_looked_through_as_one_are_told_apart_by_their_marks_and_long_words(
    texts: list[str],
) -> None:
    expected = []
    for number, text in enumerate(texts):
        encoded = text.encode("utf-8", "surrogatepass")
        shapes = [
            shape
            for shape in SHAPES
            if any(mark in text for mark in shape.marks) or (not shape.marks and _has_long_word(encoded))
        ]
        if shapes:
            expected.append((number, shapes))
    assert [*suspects(texts)] == expected


@given(st.lists(st.binary(min_size=1, max_size=3), max_size=5), st.binary(max_size=12))
def test_texts_are_found_alike_with_the_library_and_without(texts: list[bytes], content: bytes) -> None:
    occurrences, without = Occurrences(texts), Occurrences(texts)
    without.__dict__["_automaton"] = None
    assert sorted(occurrences.found_in(content)) == sorted(without.found_in(content))
