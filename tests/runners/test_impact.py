"""The test cases that a change of the data concerns: each way in which one depends on something else, and no other."""

import json
from pathlib import Path

import pytest

import qafiles.diff.impact
from qafiles.diff.impact import impact
from qafiles.sources import MemorySource
from tests.cli.conftest import Qafiles
from tests.conftest import committed, git, write
from tests.rules.data_root import data_root

_PROJECT = "organizations/acme/projects/shop"
_OTHER = "organizations/acme/projects/blog"
_CASE = f"{_PROJECT}/test_cases/{{}}.yaml"
_SETTINGS = (
    "version: 1\n"
    "fields: {test_case: {x-owner: {reference: user}, x-after: {reference: test_case}}}\n"
    "environments:\n"
    "  staging: {secret_suffix: _S, shared: [TOKEN], default_url_route: {acme/shop: 'https://s.example.com'}}\n"
)


def _case(number: int, more: str = "", route: str = "/") -> str:
    return f"id: q1w2e3r4t5y6u7i8o9p0a1s{number}\ntest_description: Case {number}\nurl_route: {route}\n{more}"


_BASE = data_root(
    {
        "qafiles.yaml": _SETTINGS,
        "browser_configs/phone.yaml": (
            "id: r1w2e3r4t5y6u7i8o9p0a1s1\nbrowser_config: {channel: chrome, userAgent: '{{ secret.AGENT }}'}\n"
        ),
        "users/bob.yaml": "id: r1w2e3r4t5y6u7i8o9p0a1s2\nname: Bob\n",
        f"{_PROJECT}/documents/pay.yaml": (
            "id: r1w2e3r4t5y6u7i8o9p0a1s3\nname: Pay\ncontent: 'Log in with {{ secret.PASS }}'\n"
        ),
        f"{_PROJECT}/documents/own.yaml": (
            "id: r1w2e3r4t5y6u7i8o9p0a1s4\nname: Own\ncontent: Own\ntest_case_id: own\n"
        ),
        f"{_PROJECT}/tags/slow.yaml": "id: r1w2e3r4t5y6u7i8o9p0a1s5\nname: slow\ncolor: teal\n",
        f"{_PROJECT}/test_traversals/listed.yaml": (
            "id: r1w2e3r4t5y6u7i8o9p0a1s6\ntest_case_id: recorded\nbrowser_config_id: phone\nsecret_values: [TOKEN]\n"
        ),
        **{
            f"{_PROJECT}/secret_values/{name}.yaml": f"id: s1w2e3r4t5y6u7i8o9p0a1s{number}\nsecret_name: {name}\n"
            for number, name in enumerate(("AGENT", "AGENT_S", "PASS", "PASS_S", "TOKEN", "UNUSED"))
        },
        _CASE.format("with-document"): _case(1, "document_id: pay\n"),
        _CASE.format("own"): _case(2),
        _CASE.format("on-the-phone"): _case(3, "browser_configs: [phone]\n"),
        _CASE.format("tagged"): _case(4, "tags: [slow]\n"),
        _CASE.format("recorded"): _case(5),
        _CASE.format("owned"): _case(6, "x-owner: bob\n"),
        _CASE.format("after"): _case(7, "x-after: owned\n"),
        _CASE.format("elsewhere"): _case(
            8, "extra_rules: '{{ secret.TOKEN }}'\n", "https://shop.example.com/a"
        ),
        f"{_OTHER}/project.yaml": (
            "id: t1w2e3r4t5y6u7i8o9p0a1s1\nname: Blog\ndefault_url_route: https://blog.example.com\n"
        ),
        f"{_OTHER}/test_cases/read.yaml": _case(9, "browser_configs: [phone]\n"),
    }
)
_ON_PHONE = {"acme/shop/on-the-phone", "acme/shop/recorded"}
_BY_ROUTE = {
    f"acme/shop/{name}"
    for name in ("with-document", "own", "on-the-phone", "tagged", "recorded", "owned", "after", "open")
}


def _why(files: dict[str, str | None]) -> dict[str, str]:
    """Return why each test case is concerned when files get another text, or None to delete them."""
    after = {path: text for path, text in {**_BASE, **files}.items() if text is not None}
    result = impact(MemorySource(_BASE), MemorySource(after))
    assert not result.left_out.is_missing
    return {case.file.handle: "; ".join(reason.text for reason in case.reasons) for case in result.cases}


def _with(path: str, old: str, new: str) -> dict[str, str | None]:
    assert old in _BASE[path]
    return {path: _BASE[path].replace(old, new)}


_SECRETS = f"{_PROJECT}/secret_values/"


@pytest.mark.parametrize(
    ("files", "concerned"),
    [
        (_with(_CASE.format("own"), "Case 2", "Case two"), {"acme/shop/own"}),
        (_with(_CASE.format("owned"), "Case 6", "Six"), {"acme/shop/owned", "acme/shop/after"}),
        ({_CASE.format("new"): _case(0)}, {"acme/shop/new"}),
        (_with(f"{_PROJECT}/documents/pay.yaml", "Log in", "Sign in"), {"acme/shop/with-document"}),
        (_with(f"{_PROJECT}/documents/own.yaml", "content: Own", "content: O"), {"acme/shop/own"}),
        ({f"{_PROJECT}/documents/own.yaml": None}, {"acme/shop/own"}),
        (_with("browser_configs/phone.yaml", "chrome", "msedge"), {*_ON_PHONE, "acme/blog/read"}),
        (_with(f"{_PROJECT}/tags/slow.yaml", "teal", "red"), {"acme/shop/tagged"}),
        ({f"{_PROJECT}/tags/slow.yaml": None}, {"acme/shop/tagged"}),
        (_with(f"{_PROJECT}/test_traversals/listed.yaml", "[TOKEN]", "[]"), {"acme/shop/recorded"}),
        (
            _with(f"{_PROJECT}/test_traversals/listed.yaml", "recorded", "tagged"),
            {"acme/shop/recorded", "acme/shop/tagged"},
        ),
        (_with("users/bob.yaml", "Bob", "Rob"), {"acme/shop/owned"}),
        (_with("users/ada.yaml", "Ada", "Eve"), set()),
        (_with(f"{_PROJECT}/project.yaml", "Shop", "Store"), set()),
        (_with(f"{_PROJECT}/project.yaml", "https://shop.", "https://store."), _BY_ROUTE),
        (_with(f"{_OTHER}/project.yaml", "https://blog.", "https://b."), {"acme/blog/read"}),
        (_with(_SECRETS + "PASS.yaml", "PASS\n", "PASS\nversion: 2\n"), {"acme/shop/with-document"}),
        (_with(_SECRETS + "PASS_S.yaml", "PASS_S\n", "PASS_S\nversion: 2\n"), {"acme/shop/with-document"}),
        (_with(_SECRETS + "AGENT.yaml", "AGENT\n", "AGENT\nversion: 2\n"), _ON_PHONE),
        (
            _with(_SECRETS + "TOKEN.yaml", "TOKEN\n", "TOKEN\nversion: 2\n"),
            {"acme/shop/recorded", "acme/shop/elsewhere"},
        ),
        (_with(_SECRETS + "UNUSED.yaml", "UNUSED\n", "UNUSED\nversion: 2\n"), set()),
        (_with("qafiles.yaml", "https://s.", "https://t."), _BY_ROUTE),
        (
            _with("qafiles.yaml", "shared: [TOKEN]", "shared: []"),
            {"acme/shop/recorded", "acme/shop/elsewhere"},
        ),
        (_with("qafiles.yaml", "version: 1", "rules: {ignore: [QF409]}\nversion: 1"), set()),
    ],
)
def test_a_change_concerns_the_test_cases_that_depend_on_it(
    files: dict[str, str | None], concerned: set[str]
) -> None:
    assert set(_why(files)) == concerned


def test_the_reason_names_what_changed_and_the_way() -> None:
    assert _why(_with(_CASE.format("own"), "Case 2", "Two")) == {"acme/shop/own": "changed: test_description"}
    assert _why(_with("browser_configs/phone.yaml", "chrome", "msedge"))["acme/shop/recorded"] == (
        "browser config phone changed: browser_config.channel, through traversal acme/shop/listed"
    )
    assert _why(_with(_SECRETS + "PASS_S.yaml", "PASS_S\n", "PASS_S\nversion: 2\n")) == {
        "acme/shop/with-document": "secret acme/shop/PASS_S changed, through document acme/shop/pay"
    }
    assert _why(_with("qafiles.yaml", "https://s.", "https://t."))["acme/shop/own"] == (
        "environment staging: project acme/shop has another URL"
    )
    moved = {_CASE.format("own"): None, _CASE.format("suite/mine"): _BASE[_CASE.format("own")]}
    changed_document = _with(
        f"{_PROJECT}/documents/own.yaml", "test_case_id: own", "test_case_id: suite/mine"
    )
    assert _why({**moved, **changed_document})["acme/shop/suite/mine"] == "moved from acme/shop/own"


def test_an_environment_that_is_new_concerns_what_runs_differently_in_it() -> None:
    files = _with(
        "qafiles.yaml", "environments:\n", "environments:\n  live: {shared: [TOKEN], secret_suffix: _L}\n"
    )
    assert set(_why(files)) == {"acme/shop/with-document", "acme/blog/read", *_ON_PHONE}


def test_what_is_deleted_is_told_and_never_run() -> None:
    after = {path: text for path, text in _BASE.items() if path != _CASE.format("own")}
    result = impact(MemorySource(_BASE), MemorySource(after))
    assert [file.handle for file in result.deleted] == ["acme/shop/own"]
    assert result.cases == ()


def test_a_data_root_that_was_not_there_concerns_all_and_one_that_is_gone_deletes_all() -> None:
    nothing = MemorySource({})
    assert len(impact(nothing, MemorySource(_BASE)).cases) == 10
    gone = impact(MemorySource(_BASE), nothing)
    assert (gone.cases, len(gone.deleted)) == ((), 10)


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    folder = committed(tmp_path / "data", _BASE)
    write(folder, {_CASE.format("own"): _case(2, "extra_rules: gently\n")})
    git(folder, "rm", "-q", _CASE.format("tagged"))
    git(folder, "commit", "-qam", "second")
    return folder


def test_where_nothing_changed_nothing_is_loaded_and_nothing_printed(
    repository: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr(qafiles_impact, "load")
    for format_ in ("text", "ids", "handles", "playwright", "pytest"):
        for revisions in ("HEAD..HEAD", "HEAD"):
            assert qafiles("-C", repository, "impact", revisions, "--format", format_) == (0, "", "")
    document = json.loads(qafiles("-C", repository, "impact", "HEAD..HEAD", "--format", "json").out)
    assert (document["test_cases"], document["deleted"], document["notes"]) == ([], [], [])


qafiles_impact = qafiles.diff.impact


@pytest.mark.parametrize(
    ("format_", "out"),
    [
        ("text", "TEST CASE      WHY\nacme/shop/own  changed: extra_rules\n"),
        ("ids", "q1w2e3r4t5y6u7i8o9p0a1s2\n"),
        ("handles", "acme/shop/own\n"),
        ("playwright", "--grep=@qa:(q1w2e3r4t5y6u7i8o9p0a1s2)\n"),
        ("pytest", "q1w2e3r4t5y6u7i8o9p0a1s2 acme/shop/own\n"),
    ],
)
def test_each_format_is_what_its_reader_takes(
    format_: str, out: str, repository: Path, qafiles: Qafiles
) -> None:
    result = qafiles("-C", repository, "impact", "HEAD~1..HEAD", "--format", format_)
    assert result == (0, out, "note: deleted: acme/shop/tagged\n")


def test_json_has_the_reasons_and_the_deleted(repository: Path, qafiles: Qafiles) -> None:
    document = json.loads(qafiles("-C", repository, "impact", "HEAD~1...HEAD", "--format", "json").out)
    (case,) = document["test_cases"]
    (reason,) = case["reasons"]
    assert (case["handle"], case["title"]) == ("acme/shop/own", "Case 2")
    assert (reason["what"], reason["fields"], reason["via"]) == ("changed", ["extra_rules"], None)
    assert [file["handle"] for file in document["deleted"]] == ["acme/shop/tagged"]
    assert document["before"] == git(repository, "rev-parse", "HEAD~1")


def test_what_a_clone_lacks_is_no_empty_answer(repository: Path, tmp_path: Path, qafiles: Qafiles) -> None:
    git(tmp_path, "clone", "-q", "--depth=1", f"file://{repository}", "shallow")
    shallow = qafiles("-C", tmp_path / "shallow", "impact", "HEAD~1..HEAD")
    assert (shallow.code, shallow.out) == (3, "")
    git(repository, "config", "uploadpack.allowFilter", "true")
    git(tmp_path, "clone", "-q", "--filter=blob:none", "--no-checkout", f"file://{repository}", "partial")
    git(tmp_path / "partial", "remote", "set-url", "origin", "file:///nowhere")
    partial = qafiles("-C", tmp_path / "partial", "impact", "HEAD~1..HEAD")
    assert partial.code == 3
    assert "git lacks the content of" in partial.err


def test_a_file_that_can_not_be_read_is_said(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {_CASE.format("own"): "id: ["})
    result = qafiles("-C", repository, "impact")
    assert result.code == 0
    assert "acme/shop/own  changed (can't be read after)" in result.out
    assert f"note: after: 1 file can't be read: {_CASE.format('own')}" in result.err


def test_environments_that_can_not_be_read_are_said(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {"qafiles.yaml": _SETTINGS.replace("shared: [TOKEN]", "shared: TOKEN")})
    result = qafiles("-C", repository, "impact")
    assert result.code == 0
    assert "note: after: `environments` in qafiles.yaml can't be read" in result.err


def test_an_unknown_revision_is_an_error(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("-C", repository, "impact", "main..gone").code == 2
    assert "Write a..b (or a...b: since they parted)" in qafiles("-C", repository, "impact", "a", "b").err


def test_the_index_is_a_state_too(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {_CASE.format("own"): _case(2, "extra_rules: roughly\n")})
    assert qafiles("-C", repository, "impact", "--staged").out == ""
    git(repository, "add", "-A")
    assert qafiles("-C", repository, "impact", "--staged", "--format", "handles").out == "acme/shop/own\n"
