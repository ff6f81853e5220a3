import re
import sys
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qafiles.schema import validators
from qafiles.schema.core import core_accepts
from qafiles.schema.generated import SCHEMA_NAMES
from qafiles.schema.stored import stored_schema
from qafiles.schema.validators import MAX_PROBLEMS, problems
from tests.hang import no_hang
from tests.models.documents import GOOD, mutated

ID = "tz4a98xxat96iws9zmbrgj3a"


def test_all_problems_of_a_file_are_told() -> None:
    data = {"id": "a", "name": 1, "color": "x", "colour": "red", "created": None}
    assert [(problem.code, problem.pointer) for problem in problems("tag", data)] == [
        ("QF204", ("id",)),
        ("QF203", ("name",)),
        ("QF204", ("color",)),
        ("QF202", ("colour",)),
        ("QF202", ("created",)),
    ]


def test_a_long_value_is_cut_and_a_value_of_several_lines_is_told_in_one() -> None:
    (problem,) = problems("tag", {"id": ID, "name": "a", "color": "red\n" * 1000})
    assert len(problem.message) < 200
    assert "`red red red" in problem.message
    assert "\n" not in problem.message


SECRET = "hunter2"  # noqa: S105  # what no message may show
HIDING_PLACES: list[tuple[str, Any]] = [
    *[
        ("secret_value", {"secret_value": value})
        for value in (72727272, [SECRET], {"a": SECRET}, {SECRET: 1}, True, 7.2727, f"\n{SECRET}", None)
    ],
    *[
        ("browser_config", {"browser_config": {group: {field: value}}})
        for group in ("httpCredentials", "http_credentials", "proxy", "clientCertificates")
        for field in ("password", "passphrase")
        for value in (72727272, [SECRET], {"a": SECRET}, True)
    ],
    ("browser_config", {"browser_config": {"http_credentials": f"ada:{SECRET}"}}),
    ("browser_config", {"browser_config": {"httpCredentials": [f"ada:{SECRET}"]}}),
    (
        "browser_config",
        {"browser_config": {"httpCredentials": {"username": "a", "password": SECRET, "send": 1}}},
    ),
    ("browser_config", {"browser_config": {"proxy": f"http://ada:{SECRET}@proxy.example"}}),
    ("browser_config", {"browser_config": {"clientCertificates": [{"passphrase": 72727272}]}}),
    ("browser_config", {"browser_config": {"storage_state": 1, "secrets": {"A": [SECRET]}}}),
    ("project", {"default_url_route": f"https://ada:{SECRET}@shop.example.com"}),
    ("test_case", {"url_route": f"https://ada:{SECRET}@shop.example.com/"}),
    ("test_case", {"url_route": f"//ada:{SECRET}@shop.example.com/"}),
    ("test_case", {"url_route": f"login?password={SECRET}"}),
    ("user", {"age_recipients": [f"AGE-SECRET-KEY-1{SECRET.upper()}"]}),
    ("user", {"signing_keys": [f"-----BEGIN OPENSSH PRIVATE KEY-----\n{SECRET}"]}),
    ("organization", {"logo": f"http://ada:{SECRET}@a.example/logo.png"}),
]


@pytest.mark.parametrize(("name", "data"), HIDING_PLACES)
def test_no_problem_shows_a_secret(name: str, data: Any) -> None:
    found = problems(name, data)
    assert found
    for problem in found:
        told = f"{problem.message} {problem.hint}".lower()
        assert SECRET not in told
        assert "727" not in told


def test_a_private_key_in_the_place_of_a_public_one_is_told() -> None:
    found = problems("user", {"id": ID, "name": "a", "age_recipients": ["AGE-SECRET-KEY-1X"]})
    assert "private key" in str(found[0].hint)


FLOODS: list[tuple[str, Any]] = [
    ("tag", {f"key{number}": number for number in range(10_000)}),
    ("test_case", {"tags": [None] * 300_000}),
    ("browser_config", {"browser_config": {"args": [1] * 30_000}}),
    ("settings", {"version": 1, "rules": {"severity": dict.fromkeys(map(str, range(50_000)), "x")}}),
]


@pytest.mark.slow
@pytest.mark.parametrize(("name", "data"), FLOODS)
def test_a_flood_of_problems_is_cut(name: str, data: Any) -> None:
    with no_hang():
        found = problems(name, data)
    assert len(found) == MAX_PROBLEMS + 1
    assert found[-1].message.endswith("more problems in this file are not listed")


def test_what_judges_good_files_is_built_once() -> None:
    data = {"id": ID, "name": "a", "color": "teal"}
    problems("tag", data)
    built = validators.accepts.cache_info().misses
    for _ in range(10):
        assert problems("tag", data) == []
    assert validators.accepts.cache_info().misses == built


@pytest.fixture
def without_jsonschema_rs(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the import of jsonschema-rs fail, as where no wheel is offered."""
    monkeypatch.setitem(sys.modules, "jsonschema_rs", None)
    validators.accepts.cache_clear()
    yield
    validators.accepts.cache_clear()


@pytest.mark.slow
@pytest.mark.usefixtures("without_jsonschema_rs")
def test_verdicts_are_the_same_without_jsonschema_rs() -> None:
    @settings(deadline=None, max_examples=200)
    @given(st.data())
    def check(data: st.DataObject) -> None:
        name = data.draw(st.sampled_from(SCHEMA_NAMES))
        document = data.draw(GOOD[name] | mutated(GOOD[name]))
        by_python = validators.accepts(name)
        assert type(by_python.__self__).__module__.startswith("jsonschema.")  # type: ignore[attr-defined]  # a bound method
        assert by_python(document) == (problems(name, document) == [])

    check()


def test_what_json_schema_alone_refuses_is_told_without_the_value(monkeypatch: pytest.MonkeyPatch) -> None:
    class Lenient:
        @staticmethod
        def model_validate(data: Any) -> None:
            del data

    monkeypatch.setattr(validators, "_model", lambda *_: Lenient)
    data = {"id": ID, "name": "a", "color": SECRET}
    (problem,) = problems("tag", data)
    assert (problem.code, problem.pointer) == ("QF204", ("color",))
    assert SECRET not in problem.message


def test_warming_up_builds_what_judging_needs() -> None:
    core_accepts.cache_clear()
    validators.warm_up(["tag", "settings"])
    assert core_accepts.cache_info().currsize == 2
    assert validators.accepts.cache_info().currsize >= 2


@settings(deadline=None, max_examples=150)
@given(st.data())
def test_every_problem_has_a_code_and_a_place_in_the_data(data: st.DataObject) -> None:
    name = data.draw(st.sampled_from(SCHEMA_NAMES))
    document = data.draw(mutated(GOOD[name]))
    for problem in problems(name, document):
        assert problem.code in {"QF201", "QF202", "QF203", "QF204"}
        assert "\n" not in problem.message
        value = document
        for part in problem.pointer[:-1] if problem.code == "QF201" else problem.pointer:
            value = value[part]


def _listing(part: Any, schema: Any, pointer: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Yield the pointers for which a JSON Schema lists values, five levels deep at most."""
    if "$ref" in part:
        part = schema["$defs"][part["$ref"].rpartition("/")[2]]
    for choice in (*part.get("anyOf", ()), *part.get("oneOf", ())):
        yield from _listing(choice, schema, pointer)
    if "enum" in part or "const" in part:
        yield pointer
    if len(pointer) < 5:
        inner = [*part.get("properties", {}).items(), (0, part.get("items"))]
        for key, value in inner:
            if isinstance(value, dict):
                yield from _listing(value, schema, (*pointer, key))


@pytest.mark.slow
@pytest.mark.parametrize("name", SCHEMA_NAMES)
def test_each_value_that_a_message_lists_is_allowed_there(name: str) -> None:
    schema = stored_schema(name)
    for pointer in dict.fromkeys(_listing(schema, schema)):

        def told(value: object, pointer: tuple[str | int, ...] = pointer) -> list[str]:
            for part in reversed(pointer):
                value = [value] if part == 0 else {part: value}
            found = validators.problems(name, value)
            return [
                item.message for item in found if item.pointer == pointer and "; allowed: " in item.message
            ]

        for message in told("no such value"):
            listed = re.findall("`([^`]*)`", message.partition("; allowed: ")[2])
            assert listed
            assert [choice for choice in listed if told(int(choice) if choice.isdigit() else choice)] == []
