from pathlib import Path

import pytest

from qafiles.diagnostics import Diagnostic
from qafiles.errors import DataRootError, UnknownRevisionError
from qafiles.sources import MemorySource
from qafiles.validation import validate
from tests.conftest import committed, git, write
from tests.diff.states import CASE, PROJECT, SMOKE, state
from tests.rules.data_root import data_root
from tests.sealed import SOPS_CONFIG, sealed

_CASE_TEXT = data_root()[CASE]
_OTHER_CASE = f"{PROJECT}/test_cases/other.yaml"
_OTHER_TEXT = _CASE_TEXT.replace("f2cp7rav4wo9ey1bug6sh3di", "k2v9w1hx8rj0qz4mtb7nc5ap")
_SLOW = f"{PROJECT}/tags/slow.yaml"
_SLOW_TEXT = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"


def _brief(found: tuple[Diagnostic, ...]) -> list[tuple[str, str]]:
    return [(item.code, item.path) for item in found]


def _dangling(text: str) -> str:
    return text.replace("[smoke]", "[smoke, smoek]")


def test_only_what_the_revision_does_not_have_is_reported(tmp_path: Path) -> None:
    folder = committed(tmp_path, state({CASE: _dangling(_CASE_TEXT)}))
    assert validate(folder, since="HEAD") == ()
    write(folder, {_OTHER_CASE: _dangling(_OTHER_TEXT)})
    assert _brief(validate(folder, since="HEAD")) == [("QF401", _OTHER_CASE)]
    git(folder, "add", "-A")
    assert _brief(validate(folder, staged=True, since="HEAD")) == [("QF401", _OTHER_CASE)]
    git(folder, "commit", "-qm", "second")
    assert _brief(validate(folder, "HEAD", since="HEAD~1")) == [("QF401", _OTHER_CASE)]
    assert validate(folder, since="HEAD") == ()


def test_old_findings_stay_old_where_lines_move_and_files_are_renamed(tmp_path: Path) -> None:
    folder = committed(tmp_path, state({CASE: _dangling(_CASE_TEXT)}))
    (folder / CASE).unlink()
    moved = "# a note\n\nx-first: 1\n" + _dangling(_CASE_TEXT)
    write(folder, {f"{PROJECT}/test_cases/start/first.yaml": moved})
    assert validate(folder, since="HEAD") == ()


def test_one_more_finding_of_the_same_kind_is_new(tmp_path: Path) -> None:
    folder = committed(tmp_path, state({CASE: _CASE_TEXT.replace("[smoke]", "[smoke, smoek]")}))
    write(folder, {CASE: _CASE_TEXT.replace("[smoke]", "[smoke, smoek, samoke]")})
    assert len(validate(folder, since="HEAD")) == 1


def test_what_may_not_change_is_reported_beside_what_is_new(tmp_path: Path) -> None:
    folder = committed(tmp_path, state())
    write(folder, {SMOKE: data_root()[SMOKE].replace("e1bo6qzu3vn8dx0atf5rg2ch", "k2v9w1hx8rj0qz4mtb7nc5ap")})
    assert _brief(validate(folder)) == []
    assert _brief(validate(folder, since="HEAD")) == [("QF701", SMOKE)]


def test_a_finding_may_be_new_in_a_file_that_did_not_change(tmp_path: Path) -> None:
    folder = committed(tmp_path, state())
    git(folder, "rm", "-q", SMOKE)
    assert _brief(validate(folder, since="HEAD")) == [("QF401", CASE)]


def test_the_settings_of_the_revision_decide_what_is_ignored(tmp_path: Path) -> None:
    folder = committed(tmp_path, state())
    write(folder, {"qafiles.yaml": "version: 1\nrules: {ignore: [QF407, QF4077]}\n", _SLOW: _SLOW_TEXT})
    assert _brief(validate(folder)) == [("QF205", "qafiles.yaml")]
    assert _brief(validate(folder, since="HEAD")) == [("QF407", _SLOW), ("QF205", "qafiles.yaml")]
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "second")
    write(folder, {"qafiles.yaml": "version: 1\n"})
    assert validate(folder, since="HEAD") == ()


def test_where_secret_names_must_be_unique_is_decided_by_the_revision(tmp_path: Path) -> None:
    blog = "organizations/acme/projects/blog"
    first = {
        ".sops.yaml": SOPS_CONFIG,
        f"{blog}/project.yaml": "id: m8s3vhn2k6y0qf4zpw7rjc1x\nname: Blog\ndefault_url_route: https://blog.example.com\n",
        f"{PROJECT}/secret_values/TOKEN.yaml": sealed("TOKEN", id_="k2v9w1hx8rj0qz4mtb7nc5ap"),
    }
    folder = committed(tmp_path, state(first))
    second = sealed("TOKEN", id_="l2v9w1hx8rj0qz4mtb7nc5ap", project="m8s3vhn2k6y0qf4zpw7rjc1x")
    write(
        folder,
        {
            f"{blog}/secret_values/TOKEN.yaml": second,
            "qafiles.yaml": "version: 1\nunique_secret_names: project\n",
        },
    )
    assert "QF307" not in {item.code for item in validate(folder)}
    assert "QF307" in {item.code for item in validate(folder, since="HEAD")}


def test_everything_is_new_where_the_revision_has_no_data_root(tmp_path: Path) -> None:
    folder = committed(tmp_path, {"README.md": "x"})
    write(folder, state({CASE: _dangling(_CASE_TEXT)}))
    assert _brief(validate(folder, since="HEAD")) == [("QF401", CASE)]


def test_an_unknown_revision_and_a_plain_folder_are_refused(tmp_path: Path) -> None:
    folder = committed(tmp_path / "repo", state())
    with pytest.raises(UnknownRevisionError):
        validate(folder, since="nowhere")
    with pytest.raises(DataRootError):
        validate(write(tmp_path / "plain", state()), since="HEAD")


def test_two_sources_are_compared_without_git() -> None:
    old, new = MemorySource(state()), MemorySource(state({CASE: _dangling(_CASE_TEXT)}))
    assert _brief(validate(new, since=old)) == [("QF401", CASE)]
    assert validate(old, since=new) == ()


def test_a_merge_is_compared_with_what_it_is_merged_with(tmp_path: Path) -> None:
    folder = committed(tmp_path, state({CASE: _dangling(_CASE_TEXT), _SLOW: _SLOW_TEXT}))
    git(folder, "checkout", "-qb", "topic")
    write(folder, {_OTHER_CASE: _OTHER_TEXT.replace("[smoke]", "[slow]")})
    git(folder, "add", "-A")
    git(folder, "commit", "-qm", "used")
    git(folder, "checkout", "-q", "main")
    git(folder, "rm", "-q", _SLOW)
    git(folder, "commit", "-qm", "gone")
    git(folder, "checkout", "-q", "topic")
    assert _brief(validate(folder, merge="main", since="main")) == [("QF401", _OTHER_CASE)]
