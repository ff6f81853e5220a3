import os
import re
import shutil
from collections import Counter
from pathlib import Path

import pytest

import qafiles
from qafiles.__main__ import run
from qafiles.codes import NAMES
from qafiles.rules import rule

_EXAMPLES = Path(__file__).parents[1] / "examples"
_UNSTORABLE = {"QF101", "QF103", "QF304"}
_OF_ONE_STATE = {
    code for code in NAMES if not code.startswith(("QF7", "QF8", "QF9")) and code not in {"QF506", "QF509"}
}
"""The rules that look at one state; the others compare two, or look at tests, and their pages hold their examples."""


def test_the_good_example_has_no_finding_at_all() -> None:
    assert qafiles.validate(_EXAMPLES / "acme-qa") == ()


def test_the_good_example_is_as_large_and_varied_as_promised() -> None:
    snapshot = qafiles.load(_EXAMPLES / "acme-qa")
    sizes = {
        kind: len(snapshot.of_kind(kind))
        for kind in ("project", "test_case", "document", "tag", "test_traversal")
    }
    assert sizes["project"] == 3
    assert sizes["test_case"] >= 56
    assert all(size >= 10 for kind, size in sizes.items() if kind != "project")
    assert {file.data["role"] for file in snapshot.of_kind("member")} == {"admin", "member", "guest"}


@pytest.fixture
def broken(tmp_path: Path) -> Path:
    """A copy of the broken example with the three faults that can't be stored in git on every machine."""
    folder = tmp_path / "broken"
    shutil.copytree(_EXAMPLES / "broken", folder, symlinks=True)
    project = folder / "organizations/acme/projects/shop"
    os.mkfifo(project / "tags/qf101-unreadable-file.yaml")
    (project / "tags/qf103-oversized-file.yaml").write_text("#" * (1024 * 1024 + 1))
    for number, name in enumerate(("qf304-case-clash", "QF304-Case-Clash")):
        (folder / f"browser_configs/{name}.yaml").write_text(
            f"id: {'ab'[number] * 24}\nbrowser_config: {{browserName: webkit}}\n"
        )
    return folder


def test_the_broken_example_has_one_seeded_fault_for_each_rule(broken: Path) -> None:
    found = Counter(diagnostic.code for diagnostic in qafiles.validate(broken))
    assert set(found) == _OF_ONE_STATE
    assert {code for code, number in found.items() if number > 1} <= {"QF111", "QF317", "QF407", "QF409"}


def test_a_fault_is_reported_in_the_file_that_is_named_after_its_rule(broken: Path) -> None:
    for diagnostic in qafiles.validate(broken):
        if (
            diagnostic.code in {"QF205", "QF206", "QF207", "QF208", "QF301", "QF505"}
            or rule(diagnostic.code).severity == "info"
        ):
            continue
        assert re.search(rf"(?i){diagnostic.code}", diagnostic.path), diagnostic


def test_the_broken_example_says_what_was_recorded(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(_EXAMPLES / "broken")
    code = run(["validate"])
    out = capsys.readouterr().out
    recorded = _EXAMPLES / "broken" / "expected.txt"
    if os.environ.get("QAFILES_UPDATE") == "1":
        recorded.write_text(out, encoding="utf-8")
    assert code == 1
    assert recorded.read_text(encoding="utf-8") == out
    told = set(re.findall(r"\[(QF\d+)\]", out))
    assert told == _OF_ONE_STATE - _UNSTORABLE
