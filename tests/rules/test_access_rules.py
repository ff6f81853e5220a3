"""QF208 and the types of `access` in qafiles.yaml."""

from typing import get_args

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.kinds import ROLES
from qafiles.layout import KINDS
from qafiles.loading.loader import load
from qafiles.models.access import KindName
from qafiles.models.people import Role
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root


def _findings(access: str) -> list[Diagnostic]:
    files = data_root({"qafiles.yaml": f"version: 1\naccess:\n{access}"})
    return [d for d in check(load(MemorySource(files))).diagnostics if d.path == "qafiles.yaml"]


def test_kinds_and_roles_of_rules_are_those_of_the_tables() -> None:
    assert {*get_args(KindName)} == {*KINDS}
    assert get_args(Role) == ROLES


@pytest.mark.parametrize(
    ("access", "place", "words"),
    [
        ("  repository_admins: [adda]\n", "3:23", "did you mean `ada`?"),
        ("  pgp_keys: {eve: [0123456789ABCDEF0123456789ABCDEF01234567]}\n", "3:14", "lists the users"),
        ("  rules:\n    - {who: [members], may: []}\n", "4:14", "did you mean `member`?"),
        (
            "  rules:\n    - {who: [ada], may: [], kinds: [tag], fields: [colour]}\n",
            "4:52",
            "did you mean `color`?",
        ),
        ("  rules:\n    - {who: [ada], may: [], paths: [tags/*.yaml]}\n", "4:37", "crosses folders"),
        (
            "  rules:\n    - {who: [ada], may: []}\n    - {who: [ada], may: [change], kinds: [tag]}\n",
            "5:7",
            "in front",
        ),
    ],
)
def test_what_means_nothing_is_told_in_its_place(access: str, place: str, words: str) -> None:
    (finding,) = _findings(access)
    assert finding.code == "QF208"
    assert f"{finding.line}:{finding.column}" == place
    assert words in str(finding.hint)


@pytest.mark.parametrize(
    ("access", "code"),
    [
        ("  require_signed: maybe\n", "QF204"),
        ("  rules:\n    - {who: [ada]}\n", "QF201"),
        ("  rules:\n    - {who: [ada], may: [read]}\n", "QF204"),
        ("  rules:\n    - {who: [], may: []}\n", "QF204"),
        ("  rules:\n    - {who: [ada], may: [], kinds: [tags]}\n", "QF204"),
        ("  rule: []\n", "QF202"),
        ("  rules: {who: ada}\n", "QF203"),
    ],
)
def test_what_has_the_wrong_form_is_told_as_in_any_setting(access: str, code: str) -> None:
    assert [finding.code for finding in _findings(access)] == [code]


def test_rules_that_name_people_paths_kinds_and_fields_have_no_finding() -> None:
    access = (
        "  require_signed: platform\n  repository_admins: [ada]\n  rules:\n"
        "    - {who: [member, ada], may: [change], kinds: [test_case], fields: [tags, x-owner]}\n"
        '    - {who: [guest], may: [create, rename, delete], paths: ["browser_configs/**"]}\n'
    )
    assert _findings(access) == []
