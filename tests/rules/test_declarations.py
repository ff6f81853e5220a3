"""Declarations of custom fields in qafiles.yaml: each mistake is told at its own place, with what to do."""

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root


def _loaded(declarations: str) -> Snapshot:
    settings = f"version: 1\nfields:\n  test_case:\n    {declarations}\n"
    return check(load(MemorySource(data_root({"qafiles.yaml": settings}))))


def _of_settings(snapshot: Snapshot) -> list[Diagnostic]:
    return [item for item in snapshot.diagnostics if item.path == "qafiles.yaml"]


WRONG = [
    ("x-a: {typ: integer}", "QF202", 11, "did you mean `type`?"),
    ("x-a: {type: strng}", "QF204", 17, "did you mean `string`?"),
    ("x-a: {type: [string]}", "QF204", 17, None),
    ("x-a: text", "QF203", 10, None),
    ("x-a:", "QF203", 5, "give it a value"),
    ("x-a: {enum: []}", "QF204", 17, None),
    ("x-a: {enum: high}", "QF203", 17, "write a list: [high]"),
    ("x-a: {type: string, enum: [1, b]}", "QF206", 32, "put it in quotes"),
    ("x-a: {enum: [a, ~]}", "QF206", 21, "write text"),
    ("x-a: {enum: [[a]]}", "QF206", 18, "under `items`"),
    ("x-a: {enum: [a, b, a]}", "QF206", 24, "delete one"),
    ("x-a: {maximum: 3, enum: [1, 5]}", "QF206", 33, "change it or the limits"),
    ("x-a: {pattern: '^a$', enum: [a, b]}", "QF206", 37, "change it or the pattern"),
    ("x-a: {const: ~}", "QF206", 18, "write text"),
    ("x-a: {const: a, enum: [a]}", "QF206", 11, "keep one"),
    ("x-a: {minimum: 3, maximum: 2}", "QF206", 20, "the smaller one"),
    ("x-a: {type: integer, minimum: 0.2, maximum: 0.8}", "QF206", 35, "number"),
    ("x-a: {minLength: 3, maxLength: 2}", "QF206", 22, "the smaller one"),
    ("x-a: {type: array, minItems: 3, maxItems: 2}", "QF206", 34, "the smaller one"),
    ("x-a: {minLength: -1}", "QF204", 22, None),
    ("x-a: {maxLength: 1.5}", "QF203", 22, None),
    ("x-a: {minimum: '3'}", "QF203", 20, "write 3 without quotes"),
    ("x-a: {type: integer, minLength: 3}", "QF206", 26, "delete it"),
    ("x-a: {minLength: 3, minimum: 3}", "QF206", 11, "keep one of the two"),
    ("x-a: {format: dat}", "QF204", 19, "did you mean `date`?"),
    ("x-a: {pattern: '(a'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '\\bfoo'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '(?P<n>a)'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '(?i)a'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '\\p{L}'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '^(a+)+$'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {pattern: '.*=.*=.*'}", "QF206", 20, "qafiles explain QF206"),
    ("x-a: {reference: usr}", "QF204", 22, "did you mean `user`?"),
    ("x-a: {reference: tag, pattern: a}", "QF206", 27, "delete it"),
    ("x-a: {type: array, reference: tag}", "QF206", 24, "items: {reference: tag}"),
    ("x-a: {properties: {b: {reference: tag}}}", "QF206", 28, "a field of its own"),
    ("x-a: {properties: {b: {properties: {c: {}}}}}", "QF206", 24, "a field of its own"),
    ("x-a: {items: {items: {}}}", "QF206", 11, "write a list of"),
    ("x-a: {properties: {title: {}}, required: [titel]}", "QF206", 47, "did you mean `title`?"),
    ("x-a: {required: [titel]}", "QF206", 11, "write `required: true`"),
    ("x-a: {required: yes}", "QF203", 21, None),
    ("x-a: {items: {required: true}}", "QF206", 19, "minItems: 1"),
    ("x-a: {type: string, examples: [3]}", "QF206", 36, "put it in quotes"),
    ("x-a: {default: 3}", "QF202", 11, None),
    ("x-source: {type: object}", "QF206", 5, "delete it"),
    ("priority: {}", "QF206", 5, "write `x-priority`"),
    ("X-a: {}", "QF206", 5, "write `x-a`"),
    ("x-a.b: {}", "QF206", 5, "write `x-a-b`"),
]


@pytest.mark.parametrize(("text", "code", "column", "hint"), WRONG, ids=[item[0] for item in WRONG])
def test_a_wrong_declaration_is_told_at_its_place(
    text: str, code: str, column: int, hint: str | None
) -> None:
    found = _of_settings(_loaded(text))
    assert [(item.code, item.line, item.column) for item in found] == [(code, 4, column)], found
    if hint is not None:
        assert hint in str(found[0].hint)


def test_a_wrong_declaration_takes_none_of_the_others_away() -> None:
    snapshot = _loaded("x-a: {typ: integer}\n    x-b: {pattern: '('}\n    x-c: {type: integer}")
    assert [*snapshot.settings.fields.of("test_case")] == ["x-c"]
    assert [item.code for item in _of_settings(snapshot)] == ["QF202", "QF206"]


@pytest.mark.parametrize(
    ("kind", "hint"),
    [("testcase", "did you mean `test_case`?"), ("secret_value", "secrets take no `x-` keys")],
)
def test_fields_are_declared_for_kinds_that_can_have_them(kind: str, hint: str) -> None:
    texts = data_root({"qafiles.yaml": f"version: 1\nfields:\n  {kind}: {{x-a: {{}}}}\n"})
    (found,) = _of_settings(check(load(MemorySource(texts))))
    assert (found.code, found.line, found.column) == ("QF202", 3, 3)
    assert hint in str(found.hint)


def test_a_setting_with_an_error_takes_no_other_setting_away() -> None:
    texts = data_root({"qafiles.yaml": "version: 1\nunique_secret_names: project\nrules: {ignore: QF4}\n"})
    settings = load(MemorySource(texts)).settings
    assert (settings.unique_secret_names, settings.rules.ignore) == ("project", ())
