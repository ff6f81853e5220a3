import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.loading.loader import load
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root

_TAG = "organizations/acme/projects/shop/tags/slow.yaml"
_UNUSED = {_TAG: "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"}


def _found(settings: str, files: dict[str, str] | None = None) -> list[Diagnostic]:
    texts = data_root({"qafiles.yaml": "version: 1\n" + settings, **(files or _UNUSED)})
    return [*check(load(MemorySource(texts))).diagnostics]


def _brief(found: list[Diagnostic]) -> list[tuple[str, str, str]]:
    return [(item.code, item.severity, item.path) for item in found]


def test_without_settings_a_rule_reports_with_its_own_severity() -> None:
    assert _brief(_found("")) == [("QF407", "info", _TAG)]


@pytest.mark.parametrize("code", ["QF407", "QF40", "QF4"])
def test_a_code_or_a_prefix_is_ignored(code: str) -> None:
    assert _found(f"rules: {{ignore: [{code}]}}\n") == []


def test_a_rule_is_ignored_below_a_glob_only() -> None:
    settings = "rules:\n  paths:\n    organizations/acme/projects/shop/tags/**: {ignore: [QF407]}\n"
    assert _found(settings) == []
    assert _brief(_found(settings.replace("shop", "blog"))) == [
        ("QF407", "info", _TAG),
        ("QF205", "warning", "qafiles.yaml"),
    ]


def test_the_longest_prefix_decides_the_severity() -> None:
    assert _brief(_found("rules: {severity: {QF4: error, QF407: warning}}\n")) == [("QF407", "warning", _TAG)]


def test_what_guards_the_data_can_not_be_switched_off() -> None:
    copy = {_TAG: "id: e1bo6qzu3vn8dx0atf5rg2ch\nname: slow\ncolor: navy\n"}
    found = _found("rules: {ignore: [QF301, QF407]}\n", copy)
    assert [(item.code, item.line, item.column) for item in found] == [("QF301", 1, 5), ("QF205", 2, 18)]


@pytest.mark.parametrize(
    ("code", "hint"), [("QF4011", "did you mean `QF401`?"), ("", "`qafiles explain` lists them")]
)
def test_a_code_that_fits_no_rule_is_an_error(code: str, hint: str) -> None:
    (found,) = [item for item in _found(f"rules: {{ignore: ['{code}', QF407]}}\n") if item.code == "QF205"]
    assert (found.severity, found.hint) == ("error", hint)


def test_settings_with_errors_leave_the_defaults_in_force() -> None:
    found = _found("rules: {ignore: QF407}\n")
    assert _brief(found) == [("QF407", "info", _TAG), ("QF203", "error", "qafiles.yaml")]


@pytest.mark.parametrize(
    ("glob", "hint"),
    [
        (
            "organizations/acme/projects/shop",
            "write `organizations/acme/projects/shop/**` for all files below the folder",
        ),
        ("./organizations/*", "write `organizations/**` for all files below the folder"),
        ("*.yaml", "`*` stays in a folder: write `**/*.yaml`"),
        ("*", "`*` stays in a folder: write `**/*`"),
        ("*.md", "`*` stays in a folder: write `**/*.md`"),
        ("organizations/{acme,other}/**", "`{a,b}` is no part of a glob here: write an entry for each"),
        ("organizations\\\\acme\\\\**", "write `/` between folders"),
        ("organizations/acme/projects/nope/**", "write the path as it is now, or delete the entry"),
        ("**/nope/*.yaml", "write the path as it is now, or delete the entry"),
        ("", "write the path as it is now, or delete the entry"),
    ],
)
def test_a_glob_that_matches_no_file_is_a_finding(glob: str, hint: str) -> None:
    found = [
        item
        for item in _found(f'rules:\n  paths:\n    "{glob}": {{ignore: [QF407]}}\n')
        if item.code == "QF205"
    ]
    assert [(item.severity, item.line, item.column, item.hint) for item in found] == [("warning", 4, 5, hint)]


@pytest.mark.parametrize("glob", ["**", "**/slow.yaml", "organizations/", "/users/*", "[oq]*/**"])
def test_a_glob_that_matches_a_file_is_none(glob: str) -> None:
    assert not [
        item
        for item in _found(f'rules:\n  paths:\n    "{glob}": {{ignore: [QF6]}}\n')
        if item.code == "QF205"
    ]


@pytest.mark.slow
def test_globs_without_number_cost_no_time() -> None:
    globs = "".join(f'    "**/{number}/*": {{ignore: [QF6]}}\n' for number in range(20_000))
    assert len([item for item in _found(f"rules:\n  paths:\n{globs}") if item.code == "QF205"]) <= 101


@pytest.mark.parametrize(
    "name", ["qafiles.yml", ".qafiles.yaml", "QAFILES.yaml", "qafile.yaml", "qafiles.yaml.txt"]
)
def test_a_misnamed_file_beside_the_settings_is_told_as_one_that_nobody_reads(name: str) -> None:
    (found,) = (item for item in _found("", {name: "version: 1\nrules: {ignore: [QF4]}\n"}))
    assert (found.code, found.severity, found.path, found.line) == ("QF205", "warning", name, 1)
    assert "qafiles.yaml" in str(found.hint)


@pytest.mark.parametrize(
    "name", ["docs/qafiles.yml", "qafiles.md", "qa.yaml", ".github/workflows/qafiles.yml"]
)
def test_other_files_are_no_settings(name: str) -> None:
    assert _found("", {name: "x: 1\n"}) == []
