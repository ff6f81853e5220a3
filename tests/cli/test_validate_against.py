"""`validate` against other states: --since, --merge and --baseline."""

import json
import os
import shutil
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, write

_TAGS = "organizations/acme/projects/shop/tags"
_CASE = "organizations/acme/projects/shop/test_cases/pay.yaml"
_DANGLING = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Pay\nurl_route: /pay\ntags: [smoek]\n"
_UNUSED = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"


@pytest.fixture
def repository(root: Path) -> Path:
    """The small data root with one finding, in git."""
    write(root, {_CASE: _DANGLING})
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    return root


def test_since_reports_what_is_new(repository: Path, qafiles: Qafiles) -> None:
    assert qafiles("validate").code == 1
    result = qafiles("validate", "--since", "HEAD")
    assert (result.code, result.err) == (0, "")
    write(repository, {_CASE: _DANGLING.replace("/pay", "/pay\nallowed_domains: ['*']")})
    result = qafiles("validate", "--since", "HEAD", "--format", "concise", "--strict")
    assert result.code == 1
    assert [line.split(" ")[1] for line in result.out.splitlines()] == ["QF602"]


def test_the_repository_is_looked_for_once_and_each_revision_resolved_once(
    repository: Path,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
    qafiles: Qafiles,
) -> None:
    folder = tmp_path_factory.mktemp("git")
    log, program = folder / "log", folder / "git"
    program.write_text(f'#!/bin/sh\necho "$@" >> "{log}"\nexec "{shutil.which("git")}" "$@"\n')
    program.chmod(0o755)
    monkeypatch.setenv("PATH", os.pathsep.join([str(folder), os.environ["PATH"]]))
    git(repository, "tag", "first")
    log.unlink()
    assert qafiles("validate", "--since", "first").code == 0
    calls = log.read_text().splitlines()
    assert sum("--show-cdup" in call for call in calls) == 1
    assert sum("--verify --quiet first" in call for call in calls) == 1


def test_since_is_combined_with_the_other_options(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {f"{_TAGS}/slow.yaml": _UNUSED, "user/bob.yaml": "id: x\n"})
    found = json.loads(qafiles("validate", "--since", "HEAD", "--format", "json").out)
    assert {item["code"] for item in found["diagnostics"]} == {"QF310", "QF407"}
    assert qafiles("validate", "--since", "HEAD").code == 0
    assert qafiles("validate", "--since", "HEAD", "--strict").code == 1
    assert qafiles("validate", "--since", "HEAD", "--strict", "--select", "QF4").code == 0
    assert qafiles("validate", "--since", "HEAD", "--strict", _TAGS).code == 0


def test_merge_reports_what_merging_would_break(repository: Path, qafiles: Qafiles) -> None:
    git(repository, "checkout", "-qb", "other")
    git(repository, "rm", "-q", f"{_TAGS}/smoke.yaml")
    git(repository, "commit", "-qm", "gone")
    git(repository, "checkout", "-q", "main")
    result = qafiles("validate", "--merge", "other", "--format", "concise")
    assert result.code == 1
    assert "no tag is called `smoke`" in result.out
    text = qafiles("validate", "--merge", "other").out
    assert "organizations/acme/projects/shop/test_cases/open.yaml:2:8" in text
    assert "2 | tags: [smoke]" in text
    found = json.loads(qafiles("validate", "--merge", "other", "--format", "json").out)
    assert found["revision"] is None
    assert qafiles("validate", "organizations", "--merge", "other").code == 1
    assert qafiles("validate", "users", "--merge", "other").code == 0


@pytest.mark.parametrize(
    ("arguments", "code", "words"),
    [
        (["--since", "nowhere"], 2, "git knows no commit `nowhere`"),
        (["--merge", "nowhere"], 2, "git knows no commit `nowhere`"),
        (["--merge", "HEAD", "--staged"], 2, "the index is none"),
        (["--baseline", "nothing.json"], 2, "`--write-baseline"),
        (["--baseline", "qafiles.yaml"], 2, "is no baseline"),
        (["--write-baseline", "nothing/there.json"], 3, "can't be written"),
    ],
)
def test_arguments_that_name_nothing_are_refused(
    repository: Path, qafiles: Qafiles, arguments: list[str], code: int, words: str
) -> None:
    result = qafiles("validate", *arguments)
    assert (result.code, result.out) == (code, "")
    assert words in result.err
    assert repository.is_dir()


@pytest.mark.parametrize(
    "text",
    ["", "[]", "{}", '{"version": 1}', '{"version": 1, "findings": []}', '{"version": 1, "findings": {"a": 1}}',
     '{"version": 2, "findings": {}}', "[" * 100_000, "\x00", "1" * 5000],
)  # fmt: skip
def test_a_baseline_that_is_none_is_refused(text: str, repository: Path, qafiles: Qafiles) -> None:
    write(repository, {"baseline.json": text})
    result = qafiles("validate", "--baseline", "baseline.json")
    assert (result.code, result.out) == (2, "")
    assert "baseline" in result.err


def test_a_baseline_hides_what_was_there_and_nothing_else(repository: Path, qafiles: Qafiles) -> None:
    result = qafiles("validate", "--write-baseline", "known.json")
    assert (result.code, result.err) == (0, "wrote 1 finding to known.json\n")
    result = qafiles("validate", "--baseline", "known.json")
    assert (result.code, result.err) == (0, "1 finding not reported: in the baseline known.json\n")
    write(repository, {_CASE: "# moved\n" + _DANGLING.replace("[smoek]", "[smoek, samoke]")})
    result = qafiles("validate", "--baseline", "known.json", "--format", "concise")
    assert result.code == 1
    assert result.out.count("\n") == 1
    assert "`samoke`" in result.out


def test_entries_of_a_baseline_that_fit_nothing_are_named(repository: Path, qafiles: Qafiles) -> None:
    qafiles("validate", "--write-baseline", "known.json")
    write(repository, {_CASE: _DANGLING.replace("smoek", "smoke")})
    result = qafiles("validate", "--baseline", "known.json")
    assert result.code == 0
    assert f"no longer found, though in the baseline: {_CASE}: QF401" in result.err
    assert "1 entry fits no finding any more; `--write-baseline known.json` drops them" in result.err
    assert "no longer" not in qafiles("validate", "--baseline", "known.json", "--since", "HEAD").err


def test_a_baseline_has_one_line_for_each_finding(repository: Path, qafiles: Qafiles) -> None:
    write(repository, {f"{_TAGS}/slow.yaml": _UNUSED})
    qafiles("validate", "--write-baseline", "known.json")
    text = (repository / "known.json").read_text()
    assert len(text.splitlines()) == 2 + 2
    assert [*json.loads(text)] == ["version", "findings"]


def test_a_baseline_lies_relative_to_the_folder_of_the_command(
    repository: Path,
    qafiles: Qafiles,
    tmp_path_factory: pytest.TempPathFactory,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert qafiles("-C", repository, "validate", "--write-baseline", "known.json").code == 0
    assert (repository / "known.json").is_file()
