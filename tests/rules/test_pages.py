import re
from pathlib import Path

import pytest

import qafiles.rules
from qafiles.codes import NAMES
from qafiles.loading.loader import load
from qafiles.rules import Rule, all_rules
from qafiles.rules.check import check
from qafiles.sources import MemorySource
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, whole

_BLOCK = re.compile(r"```yaml title=(?P<path>[^\n]+)\n(?P<text>.*?)\n```", re.DOTALL)
_RULES_FOLDER = Path(qafiles.rules.__file__).parent
_NO_RULES = {
    "__init__",
    "allowed_domains",
    "browser_groups",
    "check",
    "commits_between",
    "committed_strays",
    "credential_shapes",
    "credential_values",
    "duplicates",
    "binary_private_key",
    "suspect_files",
    "carried",
    "file_rules",
    "locating",
    "occurrences",
    "reads",
    "stored_findings",
    "of_tests",
    "path_globs",
    "private_key_forms",
    "rule",
    "sops_config",
    "token_forms",
}
"""What rules share."""


def _section(rule: Rule, heading: str) -> str:
    return rule.documentation.split(f"## {heading}\n", 1)[1].split("\n## ", 1)[0]


_BEFORE = " (before)"


def _files(section: str) -> dict[str, str]:
    return {
        match["path"]: whole(match["text"] + "\n")
        for match in _BLOCK.finditer(section)
        if not match["path"].endswith(_BEFORE)
    }


def _files_before(section: str) -> dict[str, str]:
    """Return the files of the state before, which the pages about changes show."""
    return {
        match["path"].removesuffix(_BEFORE): whole(match["text"] + "\n")
        for match in _BLOCK.finditer(section)
        if match["path"].endswith(_BEFORE)
    }


def files_of_example(rule: Rule) -> dict[str, str]:
    """Return the files of a page's example."""
    return _files(_section(rule, "Example"))


_CONFIG = {".sops.yaml": SOPS_CONFIG}
_UNUSED = {"QF407", "QF408", "QF409"}


def _codes(files: dict[str, str], rule: str = "", before: dict[str, str] | None = None) -> set[str]:
    """Return the codes found, without those about unused entities: an example is too small to use all that it has."""
    earlier = load(MemorySource(data_root(_CONFIG | before))) if before else None
    snapshot = load(MemorySource(data_root(_CONFIG | files)))
    found = {found.code for found in check(snapshot, before=earlier).diagnostics}
    return found - (_UNUSED - {rule})


def _codes_in(section: str, rule: str) -> set[str]:
    return _codes(_files(section), rule, _files_before(section))


def test_the_base_data_root_has_no_findings() -> None:
    assert _codes({}) == set()


@pytest.mark.parametrize("rule", all_rules(), ids=lambda rule: rule.code)
def test_a_page_says_why_and_shows_an_example_and_what_to_write_instead(rule: Rule) -> None:
    headings = re.findall(r"(?m)^## (.+)$", rule.documentation)
    assert headings[:3] == ["Why is this bad?", "Example", "Use instead"]
    assert rule.title
    assert not rule.title.endswith(".")
    assert all(_section(rule, heading).strip() for heading in headings)


@pytest.mark.parametrize(
    "rule", [rule for rule in all_rules() if _files(_section(rule, "Example"))], ids=lambda rule: rule.code
)
def test_the_example_of_a_page_yields_exactly_its_rule(rule: Rule) -> None:
    assert _codes_in(_section(rule, "Example"), rule.code) == {rule.code}


@pytest.mark.parametrize(
    "rule",
    [rule for rule in all_rules() if _files(_section(rule, "Use instead"))],
    ids=lambda rule: rule.code,
)
def test_what_a_page_recommends_yields_no_finding(rule: Rule) -> None:
    assert _codes_in(_section(rule, "Use instead"), rule.code) == set()


def test_pages_without_a_runnable_example_are_those_about_what_yaml_can_not_show() -> None:
    without = {rule.code for rule in all_rules() if not _files(_section(rule, "Example"))}
    of_commits = {rule.code for rule in all_rules() if rule.of_access or rule.check_tests} | {
        "QF506",
        "QF509",
        "QF705",
        "QF706",
        "QF709",
    }
    assert without == {"QF101", "QF102", "QF103", "QF104", "QF105", "QF115"} | of_commits


def test_every_module_is_a_rule_of_the_table_and_the_other_way_round() -> None:
    modules = {path.stem for path in _RULES_FOLDER.glob("*.py")} - _NO_RULES
    assert modules == {name.replace("-", "_") for name in NAMES.values()}


def test_codes_and_names_are_unique_and_sorted() -> None:
    assert [*NAMES] == sorted(NAMES)
    assert len(set(NAMES.values())) == len(NAMES)
    assert all(rule.code == code for rule, code in zip(all_rules(), NAMES, strict=True))


_OF_SETTINGS = {"QF205", "QF206", "QF207", "QF208"}


def test_the_loader_reports_exactly_the_rules_without_a_check() -> None:
    without = {
        rule.code
        for rule in all_rules()
        if rule.is_of_loader
        and not (rule.check_changes or rule.check_commits or rule.of_access or rule.check_tests)
    }
    assert without == {code for code in NAMES if code.startswith(("QF1", "QF2")) and code not in _OF_SETTINGS}


def test_rules_about_changes_are_those_that_compare_two_states() -> None:
    assert {rule.code for rule in all_rules() if rule.check_changes is not None} == {
        code for code in NAMES if code.startswith("QF7")
    }


def test_only_rules_that_guard_nothing_can_be_configured() -> None:
    configurable = {rule.code for rule in all_rules() if rule.configurable}
    assert {code[:3] for code in configurable} == {"QF3", "QF4", "QF6", "QF7", "QF9"}
    assert {code for code in configurable if code.startswith("QF7")} == {
        "QF702", "QF705", "QF706", "QF707", "QF708", "QF709",
    }  # fmt: skip
    assert {code for code in configurable if code.startswith("QF3")} == {"QF310", "QF316"}
