import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"
_TEXT = "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: smoke\ncolor: teal\n"
_SETTINGS = "version: 1\nfields: {tag: {x-priority: {}, x-owner: {reference: user}}}\n"


def _found(keys: str, settings: str = _SETTINGS) -> list[Diagnostic]:
    texts = data_root({"qafiles.yaml": settings, _TAG: _TEXT + keys})
    return [*check(load(MemorySource(texts))).diagnostics]


@pytest.mark.parametrize(
    ("key", "meant"),
    [
        ("x-prioritiy", "x-priority"),
        ("x-piority", "x-priority"),
        ("x-Priority", "x-priority"),
        ("x-onwer", "x-owner"),
        ("x-owners", "x-owner"),
        ("x-sorce", "x-source"),
        ("x-soruce", "x-source"),
    ],
)
def test_a_key_that_is_nearly_a_declared_one_is_a_warning(key: str, meant: str) -> None:
    (found,) = _found(f"{key}: 1\n")
    assert (found.code, found.severity, found.line, found.column) == ("QF613", "warning", 4, 1)
    assert f"did you mean `{meant}`?" in str(found.hint)


@pytest.mark.parametrize("key", ["x-jira", "x-resource", "x-tester", "x-o", "x-component"])
def test_other_keys_are_free(key: str) -> None:
    assert _found(f"{key}: 1\n") == []


def test_a_key_that_is_declared_is_no_slip() -> None:
    assert _found("x-owners: 1\n", _SETTINGS.replace("x-priority", "x-owners")) == []
