"""`x-source`: where an entity came from, and a name of it."""

from typing import Any

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.errors import AmbiguousNameError, UnknownEntityError
from qafiles.kinds import KIND_FACTS
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.schema.validators import problems
from qafiles.snapshot import Snapshot
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

_SHOP = "organizations/acme/projects/shop"
_BLOG = "organizations/acme/projects/blog"
_OF_BLOG = {
    f"{_BLOG}/project.yaml": "id: m8s3vhn2k6y0qf4zpw7rjc1x\nname: Blog\ndefault_url_route: https://b.example\n"
}


def _case(id_: str, origin: str) -> str:
    return f"id: {id_}123vhn2k6y0qf4zpw7rjc1x\ntest_description: Pay\nurl_route: /\nx-source: {origin}\n"


def _loaded(files: dict[str, str]) -> Snapshot:
    return check(load(MemorySource(data_root({**_OF_BLOG, **files}))))


def _found(files: dict[str, str]) -> list[Diagnostic]:
    return [item for item in _loaded(files).diagnostics if item.code not in {"QF407", "QF409"}]


@pytest.mark.parametrize(
    ("origin", "code", "place", "hint"),
    [
        ("C123", "QF203", (4, 11), "{tool: …, key: …}"),
        ("{tool: testrail}", "QF201", (4, 1), "add `key: …`"),
        ("{tool: testrail, key: 123}", "QF203", (4, 33), "put it in quotes: '123'"),
        ("{tool: testrail, key: ''}", "QF204", (4, 33), "delete the key"),
        ("{tool: testrail, key: ' C1'}", "QF204", (4, 33), "take it away"),
        ("{tool: Test Rail, key: C1}", "QF204", (4, 18), "write `Test-Rail`"),
        ("{tool: testrail, key: C1, url: testrail.io/1}", "QF204", (4, 42), "write `https://testrail.io/1`"),
        ("{tool: testrail, key: C1, link: x}", "QF202", (4, 37), "the keys here are `tool`, `key`, `url`"),
        ("{tol: testrail, key: C1}", "QF202", (4, 12), "did you mean `tool`?"),
        ("", "QF203", (4, 1), "give it a value"),
    ],
)
def test_what_is_no_source_is_told_at_its_place(
    origin: str, code: str, place: tuple[int, int], hint: str
) -> None:
    found = _found({f"{_SHOP}/test_cases/pay.yaml": _case("a", origin)})
    told = [(item.code, (item.line, item.column)) for item in found]
    assert (code, place) in told
    assert any(item.code == code and hint in str(item.hint) for item in found), found


@pytest.mark.parametrize("kind", KIND_FACTS)
def test_every_kind_but_secrets_has_a_source(kind: str) -> None:
    def codes(origin: dict[str, Any]) -> list[str]:
        told = problems(kind, {"x-source": origin})
        return [problem.code for problem in told if problem.pointer[:1] == ("x-source",)]

    is_secret = kind == "secret_value"
    assert codes({"tool": "testrail", "key": "C1"}) == (["QF202"] if is_secret else [])
    assert codes({"tool": "testrail"}) == ["QF202" if is_secret else "QF201"]


_ONE = "{tool: testrail, key: C1}"


@pytest.mark.parametrize(
    ("path", "origin", "found"),
    [
        (f"{_SHOP}/test_cases/b.yaml", _ONE, ["QF315"]),
        (f"{_SHOP}/test_cases/b.yaml", "{tool: xray, key: C1}", []),
        (f"{_SHOP}/test_cases/b.yaml", "{tool: testrail, key: C2}", []),
        (f"{_BLOG}/test_cases/b.yaml", _ONE, []),
    ],
)
def test_a_key_is_unique_per_tool_and_project(path: str, origin: str, found: list[str]) -> None:
    files = {f"{_SHOP}/test_cases/a.yaml": _case("a", _ONE), path: _case("b", origin)}
    assert [item.code for item in _found(files)] == found


def test_a_repeated_key_is_told_with_both_places() -> None:
    files = {f"{_SHOP}/test_cases/{name}.yaml": _case(name, _ONE) for name in "ab"}
    (found,) = _found(files)
    assert (found.path, found.line, found.column) == (f"{_SHOP}/test_cases/b.yaml", 4, 33)
    assert [(end.path, end.line, end.column) for end in found.related] == [
        (f"{_SHOP}/test_cases/a.yaml", 4, 33)
    ]


def test_outside_of_projects_a_key_is_unique_in_the_data_root() -> None:
    user = f"name: a\nx-source: {_ONE}\n"
    files = {
        "users/a.yaml": f"id: a13vhn2k6y0qf4zpw7rjc1xx\n{user}",
        "users/b.yaml": f"id: b13vhn2k6y0qf4zpw7rjc1xx\n{user}",
    }
    assert [item.code for item in _found(files)] == ["QF315"]
    assert (
        _found({"users/a.yaml": files["users/a.yaml"], f"{_SHOP}/test_cases/b.yaml": _case("b", _ONE)}) == []
    )


_NAMED = {
    f"{_SHOP}/test_cases/a.yaml": _case("a", "{tool: testrail, key: C1}"),
    f"{_SHOP}/test_cases/b.yaml": _case("b", "{tool: xray, key: C1}"),
    f"{_SHOP}/test_cases/c.yaml": _case("c", "{tool: xray, key: 'ABC:7'}"),
    f"{_BLOG}/test_cases/d.yaml": _case("d", "{tool: xray, key: C4}"),
    f"{_SHOP}/test_cases/e.yaml": _case("e", "{tool: xray, key: C4}"),
    f"{_SHOP}/tags/t.yaml": "id: t13vhn2k6y0qf4zpw7rjc1xx\nname: t\ncolor: teal\nx-source: {tool: xray, key: C5}\n",
    f"{_SHOP}/documents/t.yaml": "id: u13vhn2k6y0qf4zpw7rjc1xx\nname: t\ncontent: t\nx-source: {tool: tag, key: C5}\n",
}


@pytest.mark.parametrize(
    ("name", "handle"),
    [
        ("testrail:C1", "acme/shop/a"),
        ("xray:C1", "acme/shop/b"),
        ("ABC:7", "acme/shop/c"),
        ("xray:ABC:7", "acme/shop/c"),
        ("test_case:ABC:7", "acme/shop/c"),
        ("xray:C5", "acme/shop/t"),
        ("document:C5", "acme/shop/t"),
    ],
)
def test_a_key_is_a_name(name: str, handle: str) -> None:
    assert _loaded(_NAMED).find(name).handle == handle
    assert _loaded(_NAMED).find(name, shortened=False).handle == handle


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("C1", ["test_case:acme/shop/a (testrail:C1)", "test_case:acme/shop/b (xray:C1)"]),
        ("xray:C4", ["test_case:acme/blog/d (xray:C4)", "test_case:acme/shop/e (xray:C4)"]),
        ("tag:C5", ["tag:acme/shop/t (xray:C5)", "document:acme/shop/t (tag:C5)"]),
    ],
)
def test_an_ambiguous_key_is_told_with_the_tools(name: str, told: list[str]) -> None:
    with pytest.raises(AmbiguousNameError) as error:
        _loaded(_NAMED).find(name)
    assert all(entity in str(error.value) for entity in told), error.value


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("xray:C44", "did you mean `xray:C4`?"),
        ("testrial:C1", "did you mean `testrail:`?"),
        ("nothing:C1", "is no kind of entity; kinds are"),
    ],
)
def test_an_unknown_key_is_told_with_the_nearest(name: str, told: str) -> None:
    with pytest.raises(UnknownEntityError) as error:
        _loaded(_NAMED).find(name)
    assert told in str(error.value)
