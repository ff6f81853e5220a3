import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.version import __version__
from tests.cli.conftest import Qafiles
from tests.conftest import git, write

_TAGS = "organizations/acme/projects/shop/tags"
_CASE = "organizations/acme/projects/shop/test_cases/pay.yaml"
_DANGLING = "id: q1w2e3r4t5y6u7i8o9p0a1s2\ntest_description: Pay\nurl_route: /pay\ntags: [smoek]\n"
_UNUSED = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nname: slow\ncolor: navy\n"


def test_a_clean_data_root_exits_with_0(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("validate")
    assert (result.code, result.err) == (0, "")
    assert result.out == "All good: 8 files, 7 entities; nothing to report.\n"
    assert root.is_dir()


def test_an_error_exits_with_1_and_names_file_line_column_code_and_hint(root: Path, qafiles: Qafiles) -> None:
    write(root, {_CASE: _DANGLING})
    result = qafiles("validate")
    assert result.code == 1
    assert f"{_CASE}:4:8" in result.out
    assert "error[QF401] dangling-reference: no tag is called `smoek`" in result.out
    assert "did you mean `smoke`?" in result.out


def test_infos_never_fail_and_warnings_fail_only_when_strict(root: Path, qafiles: Qafiles) -> None:
    write(root, {f"{_TAGS}/slow.yaml": _UNUSED})
    assert qafiles("validate").code == 0
    assert qafiles("validate", "--strict").code == 0
    write(root, {"user/bob.yaml": "id: k2v9w1hx8rj0qz4mtb7nc5ap\nname: Bob\n"})
    assert qafiles("validate").code == 0
    assert qafiles("validate", "--strict").code == 1


@pytest.mark.parametrize(
    ("options", "codes"),
    [
        ([], ["QF401", "QF407"]),
        (["--select", "QF401"], ["QF401"]),
        (["--select", "qf4"], ["QF401", "QF407"]),
        (["--ignore", "QF401,QF407"], []),
        (["--ignore", "QF401", "--ignore", "QF407"], []),
        (["--select", "QF4", "--ignore", "QF401"], ["QF407"]),
    ],
)
def test_codes_and_prefixes_are_selected_and_ignored(
    root: Path, qafiles: Qafiles, options: list[str], codes: list[str]
) -> None:
    write(root, {_CASE: _DANGLING, f"{_TAGS}/slow.yaml": _UNUSED})
    result = qafiles("validate", "--format", "json", *options)
    assert sorted(found["code"] for found in json.loads(result.out)["diagnostics"]) == codes
    assert result.code == int("QF401" in codes)


def test_a_code_that_fits_no_rule_is_refused(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("validate", "--select", "QF999")
    assert (result.code, result.out) == (2, "")
    assert "`QF999` fits no rule" in result.err
    assert root.is_dir()


def test_paths_limit_what_is_reported(root: Path, qafiles: Qafiles, monkeypatch: pytest.MonkeyPatch) -> None:
    write(root, {_CASE: _DANGLING, f"{_TAGS}/slow.yaml": _UNUSED})
    concise = ("--format", "concise")
    assert qafiles("validate", _TAGS, *concise).out.count("\n") == 1
    assert qafiles("validate", _CASE, *concise).out.startswith(f"{_CASE}:4:8: QF401 ")
    assert qafiles("validate", "users", *concise).out == ""
    monkeypatch.chdir(root / _TAGS)
    assert qafiles("validate", ".", *concise).out.startswith("slow.yaml:1:1: QF407 ")
    assert qafiles("validate", "../test_cases/pay.yaml", *concise).out.startswith(
        "../test_cases/pay.yaml:4:8: QF401 "
    )
    result = qafiles("validate", "nothing.yaml")
    assert result.code == 2
    assert "is no file of the data root" in result.err


def test_the_data_root_is_found_upward_and_with_an_option(
    root: Path, qafiles: Qafiles, tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch
) -> None:
    write(root, {_CASE: _DANGLING})
    monkeypatch.chdir(root / "organizations" / "acme")
    assert qafiles("validate", "--format", "concise").out.startswith("projects/shop/test_cases/pay.yaml:4:8")
    monkeypatch.chdir(tmp_path_factory.mktemp("elsewhere"))
    assert qafiles("-C", root, "validate", "--format", "concise").out.startswith("../")
    assert qafiles("validate").code == 3


@pytest.mark.parametrize(
    ("text", "code", "words"),
    [
        ("version: 2\n", 3, f"says `version: 2`, and this qafiles, {__version__}, reads version 1 only"),
        ("version: [\n", 1, "qafiles.yaml:1:"),
        ("", 1, "the file is empty"),
        ("rules: {}\n", 1, "the file has no `version`, which is required"),
    ],
)
def test_settings_that_can_not_be_used_say_so(
    root: Path, qafiles: Qafiles, text: str, code: int, words: str
) -> None:
    write(root, {"qafiles.yaml": text})
    result = qafiles("validate")
    assert result.code == code
    assert words in result.out + result.err


def test_rev_and_staged_exclude_each_other(root: Path, qafiles: Qafiles) -> None:
    result = qafiles("validate", "--rev", "HEAD", "--staged")
    assert result.code == 2
    assert root.is_dir()


def test_staged_content_is_validated_whatever_the_working_tree_holds(root: Path, qafiles: Qafiles) -> None:
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    write(root, {_CASE: _DANGLING})
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    write(root, {_CASE: _DANGLING.replace("smoek", "smoke")})
    assert (qafiles("validate").code, qafiles("validate", "--staged").code) == (0, 1)
    subprocess.run(["git", "add", "."], cwd=root, check=True)
    write(root, {_CASE: _DANGLING})
    assert (qafiles("validate").code, qafiles("validate", "--staged").code) == (1, 0)
    result = qafiles("validate", "--rev", "HEAD")
    assert result.code == 2
    assert "git knows no commit `HEAD`" in result.err


def test_json_paths_are_relative_to_the_data_root_and_root_to_the_repository(
    root: Path, qafiles: Qafiles
) -> None:
    inner = root / "qa"
    inner.mkdir()
    for item in ("qafiles.yaml", "users", "browser_configs", "organizations"):
        (root / item).rename(inner / item)
    write(inner, {_CASE: _DANGLING})
    subprocess.run(["git", "init", "-q"], cwd=root, check=True)
    document = json.loads(qafiles("-C", inner, "validate", "--format", "json").out)
    assert (document["root"], document["revision"]) == ("qa", None)
    assert [found["path"] for found in document["diagnostics"]] == [_CASE]
    assert f"file=qa/{_CASE},line=4" in qafiles("-C", inner, "validate", "--format", "github").out


def test_a_closed_pipe_ends_quietly(root: Path) -> None:
    for number in range(300):
        write(root, {f"{_TAGS}/t{number}.yaml": "name: x\n"})
    command = f"{sys.executable} -m qafiles validate | head -n 1; echo ${{PIPESTATUS[0]}}"
    found = subprocess.run(["bash", "-c", command], cwd=root, capture_output=True, text=True, check=True)
    assert found.stdout.splitlines()[-1] == "141"
    assert found.stderr == ""


@pytest.mark.slow
def test_colour_is_for_terminals_only(root: Path, qafiles: Qafiles) -> None:
    write(root, {_CASE: _DANGLING})
    assert "\x1b" not in qafiles("validate").out
    script = f"{sys.executable} -m qafiles validate"
    environment = {**os.environ, "TERM": "xterm"}
    environment.pop("NO_COLOR", None)
    run = ["script", "-qec", script, "/dev/null"]
    assert b"\x1b[" in subprocess.run(run, cwd=root, capture_output=True, check=False, env=environment).stdout
    environment["NO_COLOR"] = "1"
    assert (
        b"\x1b["
        not in subprocess.run(run, cwd=root, capture_output=True, check=False, env=environment).stdout
    )


@pytest.mark.parametrize("path", ["..", "/", "../elsewhere", "nowhere"])
def test_a_path_outside_the_data_root_is_refused_and_not_called_good(
    root: Path, qafiles: Qafiles, path: str
) -> None:
    write(root, {_CASE: _DANGLING})
    assert qafiles("validate", path).code == 2


def test_a_data_root_behind_a_link_is_the_same_data_root(
    root: Path, qafiles: Qafiles, tmp_path_factory: pytest.TempPathFactory
) -> None:
    write(root, {_CASE: _DANGLING})
    link = tmp_path_factory.mktemp("links") / "link"
    link.symlink_to(root)
    for folder in (root, link):
        for path in (root / _CASE, link / _CASE):
            assert qafiles("-C", folder, "validate", path, "--select", "QF401").code == 1


@pytest.mark.parametrize(
    "text",
    [
        "secret_value: #canary\n",
        "secret_value: {canary: 1, canary: 2}\n",
        "<<<<<<< canary\n",
        "secret_valeu: canary\n",
        "secret_value: *canary\n",
        "secret_value: &canary x\n",
        "canary: [\n",
        "secret_value: !canary x\n",
    ],
)
def test_no_broken_secret_shows_its_text(root: Path, qafiles: Qafiles, text: str) -> None:
    head = "id: ux5q1gpzr2kh0jmz8w3vcd7n\nproject_id: tz4a98xxat96iws9zmbrgj3b\nsecret_name: PIN\n"
    write(root, {"organizations/acme/projects/shop/secret_values/PIN.yaml": head + text})
    for format_ in ("text", "concise", "json", "github", "sarif", "gitlab", "junit", "rdjson", "summary"):
        result = qafiles("validate", "--format", format_, "--ignore", "QF202")
        assert "canary" not in result.out + result.err
    for command in (
        ["list", "secret_value", "--format", "json"],
        ["list", "secret_value", "--grep", "canary"],
        ["show", "acme/shop/PIN"],
    ):
        assert "canary" not in qafiles(*command).out


def test_a_hostile_file_has_its_findings_listed_up_to_a_limit(root: Path, qafiles: Qafiles) -> None:
    names = " ".join(f"{{{{ secret.N{number} }}}}" for number in range(20_000))
    write(root, {_CASE: f"id: q1w2e3r4t5y6u7i8o9p0a1s2\nurl_route: /\ntest_description: '{names}'\n"})
    found = json.loads(qafiles("validate", "--format", "json").out)["diagnostics"]
    assert len(found) == 101
    assert "19900 more findings of this kind in this file are not listed" in {
        item["message"] for item in found
    }


def test_what_an_illegible_file_may_use_is_not_called_unused(root: Path, qafiles: Qafiles) -> None:
    path = "organizations/acme/projects/shop/test_cases/open.yaml"
    write(root, {path: "tags: [smoke\n"})
    assert {
        item["code"] for item in json.loads(qafiles("validate", "--format", "json").out)["diagnostics"]
    } == {"QF106"}


def test_a_rule_is_selected_by_its_name(root: Path, qafiles: Qafiles) -> None:
    write(root, {_CASE: _DANGLING})
    assert "QF401" in qafiles("validate", "--select", "dangling-reference").out
    assert "QF401" not in qafiles("validate", "--ignore", "Dangling-Reference").out


def test_a_path_in_a_bare_repository_begins_at_the_data_root(root: Path, qafiles: Qafiles) -> None:
    git(root, "init", "-q")
    git(root, "add", "-A")
    git(root, "commit", "-qm", "first")
    bare = root.parent / "bare.git"
    git(root, "clone", "-q", "--bare", ".", bare)
    assert qafiles("-C", bare, "validate", "--rev", "HEAD", "users").code == 0
    assert "is no file of the data root" in qafiles("-C", bare, "validate", "--rev", "HEAD", "nosuch").err


def test_a_damaged_repository_is_not_taken_for_none(root: Path, qafiles: Qafiles) -> None:
    git(root, "init", "-q")
    write(root, {".git/HEAD": "junk"})
    assert "is damaged" in qafiles("validate").out
