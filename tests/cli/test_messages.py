"""Every message names what was given and says the next command; what the shell asks for is always answered."""

import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.cli.conftest import Qafiles
from tests.conftest import git, write
from tests.edits.conftest import example, repository
from tests.rules.data_root import data_root

__all__ = ["example", "repository"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ("validate --rev mian", "did you mean `main`?"),
        ("validate --since mian", "did you mean `main`?"),
        ("validate --merge mian", "did you mean `main`?"),
        ("diff mian", "did you mean `main`?"),
        ("report changes mian..main", "did you mean `main`?"),
        ("validate --rev main..other", "is a range"),
        (
            "validate --since HEAD^-",
            "`HEAD^-` means several commits, and one is asked for; name `HEAD`, or its parent",
        ),
        ("validate --since main^!", "`main^!` means several commits"),
        ("validate --rev HEAD^@", "`HEAD^@` means several commits"),
        ("list tag --rev main...other", "`qafiles diff main...other`"),
        ("diff main other", "Write main..other"),
        ("validate -C /tmp", "-C stands before the command"),
        ("validate --format jsn", "Did you mean json?"),
        ("list tag --format jsno", "Did you mean json?"),
        ("report coverage --format makdown", "Did you mean markdown?"),
        ("list orgs", "Did you mean organization?"),
        ("list taversals", "Did you mean test_traversal?"),
        ("schema tets_case", "Did you mean test_case?"),
        ("show taver:x", "is no kind of entity"),
        ("show traversl:x", "did you mean `traversal:`?"),
        ("new tag acme/shpo/x", "did you mean `acme/shop`?"),
        ("new tag acme/nosuch/x", "`qafiles new project acme/nosuch …` makes it; there are acme/shop"),
        ("new project nosuch/x", "there is no organization `nosuch`"),
        ("report coverage --project nosuch", "there are acme/shop"),
        ("secret run --project shpo -- true", "did you mean project `acme/shop`?"),
        ("secret run --project acme/shop/smoke -- true", "no entity is called"),
        ("report coverag", "did you mean `coverage`?"),
        ("explain QF4011", "did you mean QF401?"),
        ("fmt organizations/acme/projects/shop/tags/smok.yaml", "tags/smoke.yaml`?"),
        ("validate organizations/acme/projects/shop/tags/smok.yaml", "tags/smoke.yaml`?"),
        ("show smok", "did you mean `acme/shop/smoke`?"),
        ("set tags color=red", "no entity is called `tags`, which is a kind; `qafiles list tag` lists them"),
        ("rm browser-configs", "which is a kind; `qafiles list browser_config` lists them"),
        ("show user:nosuchperson", "; `qafiles list user` lists them"),
        ("new", "Missing argument 'KIND'. For example: qafiles new tag acme/"),
        ("new tag", "Missing argument 'HANDLE'. For example: qafiles new tag acme/"),
        ("mv acme/shop/smoke", "Missing argument 'HANDLE'. For example: qafiles mv acme/"),
        ("secret recipients add", "For example: qafiles secret recipients add priya"),
        ("init below", "data roots do not nest"),
        ("validate --format junit --junit-dialect gitlba", "Did you mean gitlab?"),
        ("completion bsh", "Did you mean bash?"),
        ("init other --ci gihub", "Did you mean github?"),
        ("schema tag --draft 2020-21", "Did you mean 2020-12?"),
        ("schema setings", "Did you mean settings?"),
        ("report coverage --project organizations/acme/projects/shpo", "did you mean"),
        ("log acme/shop/smok", "did you mean `acme/shop/smoke`?"),
        ("log smok", "did you mean `acme/shop/smoke`?"),
        ("blame tag:smok", "did you mean tag `acme/shop/smoke`?"),
        ("log tagg:smoke", "did you mean `tag:`?"),
        ("log organizations/acme/projects/shop/tags/smok.yaml", "tags/smoke.yaml`?"),
    ],
)
def test_a_misspelled_argument_gets_the_nearest_one_or_the_next_command(
    repository: Path, qafiles: Qafiles, arguments: str, said: str
) -> None:
    git(repository, "branch", "-M", "main")
    git(repository, "branch", "other")
    result = qafiles(*arguments.split())
    assert result.code in {2, 3}
    assert said in result.err


@pytest.mark.parametrize(
    ("arguments", "unsaid"), [("validate --verbose", "Did you mean"), ("schema --check", "Did you mean")]
)
@pytest.mark.usefixtures("repository")
def test_an_option_that_is_like_no_other_gets_no_suggestion(
    qafiles: Qafiles, arguments: str, unsaid: str
) -> None:
    result = qafiles(*arguments.split())
    assert result.code == 2
    assert unsaid not in result.err


@pytest.mark.parametrize(
    ("arguments", "named"),
    [
        ("validate --since main", "--since needs a git repository"),
        ("validate --merge main", "--merge needs a git repository"),
        ("validate --rev main", "--rev needs a git repository"),
        ("validate --staged", "--staged needs a git repository"),
        ("diff", "a comparison of revisions needs a git repository"),
    ],
)
def test_without_git_the_option_that_was_given_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qafiles: Qafiles, arguments: str, named: str
) -> None:
    monkeypatch.chdir(write(tmp_path / "plain", data_root()))
    result = qafiles(*arguments.split())
    assert result.code == 3
    assert named in result.err


@pytest.mark.parametrize("name", ["shop", "acme/shop", "organizations/acme/projects/shop", "project:shop"])
def test_a_project_is_named_by_whatever_is_its_own(repository: Path, qafiles: Qafiles, name: str) -> None:
    del repository
    told = qafiles("secret", "run", "--project", name, "--", "true").err
    assert "is called" not in told
    assert "is no" not in told


@pytest.mark.parametrize(
    "options",
    [
        "--project organizations/acme/projects/shop",
        "--project ./organizations/acme/projects/shop/",
        "--project organizations/acme/projects/shop/project.yaml",
        "--project project:acme/shop",
        "--project tz4a98xxat96iws9zmbrgj3b",
        "--organization organizations/acme",
        "--tag organizations/acme/projects/shop/tags/smoke.yaml",
        "--tag tag:acme/shop/smoke",
        "--suite organizations/acme/projects/shop/test_cases/checkout",
    ],
)
def test_a_report_is_limited_by_whatever_names_a_place(
    repository: Path, qafiles: Qafiles, options: str
) -> None:
    case = (repository / "organizations/acme/projects/shop/test_cases/open.yaml").read_text()
    other = case.replace("f2cp", "f3cp")
    write(repository, {"organizations/acme/projects/shop/test_cases/checkout/pay.yaml": other})
    result = qafiles("report", "inventory", *options.split())
    assert (result.code, result.err) == (0, "")
    assert "test cases" in result.out.replace("_", " ")


def test_what_is_gone_is_suggested_by_the_name_that_it_had(repository: Path, qafiles: Qafiles) -> None:
    path = "organizations/acme/projects/shop/tags/nightly.yaml"
    write(repository, {path: "id: h3cp7rav4wo9ey1bug6sh3di\nname: nightly\ncolor: red\n"})
    git(repository, "add", "-A")
    git(repository, "commit", "-qm", "one")
    git(repository, "rm", "-q", path)
    git(repository, "commit", "-qm", "two")
    for name in ("nightl", "acme/shop/nigthly"):
        assert "did you mean `acme/shop/nightly`?" in qafiles("log", name).err
    assert f"did you mean `{path}`?" in qafiles("log", path.replace("nightly", "nigthly")).err
    assert qafiles("log", "nightly").code == 0


def test_explain_prints_the_fields_of_a_kind(qafiles: Qafiles) -> None:
    for word in ("test_case", "test case", "Traversals"):
        result = qafiles("explain", word)
        assert result.code == 0
        assert "required" in result.out


@pytest.mark.skipif(os.name == "nt", reason="a folder in use can't be deleted")
def test_a_current_folder_that_is_gone_is_told_as_such(tmp_path: Path) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    script = f"cd {gone} && rmdir {gone} && exec {sys.executable} -m qafiles validate"
    package = str(Path(__file__).parents[2])
    done = subprocess.run(
        ["sh", "-c", script],
        capture_output=True,
        text=True,
        env={**os.environ, "PYTHONPATH": package},
        check=False,
    )
    assert done.returncode == 3
    assert "the current folder is gone" in done.stderr


def _completed(words: str, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> list[str]:
    from qafiles.__main__ import run

    monkeypatch.setenv("_QAFILES_COMPLETE", "bash_complete")
    monkeypatch.setenv("COMP_WORDS", words)
    monkeypatch.setenv("COMP_CWORD", str(len(words.split()) - 1))
    assert run([]) == 0
    out, err = capfd.readouterr()
    assert err == ""
    return [line.partition(",")[2] for line in out.splitlines()]


@pytest.mark.parametrize(
    ("words", "offered"),
    [
        ("qafiles diff ma", "main"),
        ("qafiles diff main..oth", "main..other"),
        ("qafiles diff main...oth", "main...other"),
        ("qafiles validate --since oth", "other"),
        ("qafiles list tag --rev oth", "other"),
        ("qafiles set acme/shop/smoke col", "color="),
        ("qafiles list test_case --where url", "url_route="),
        ("qafiles new test_case ac", "acme/shop/"),
        ("qafiles new tag acme/shop/x col", "color="),
        ("qafiles report coverage --project sh", "shop"),
        ("qafiles report coverage --table ga", "gaps"),
        ("qafiles report cov", "coverage"),
        ("qafiles secret run --project ac", "acme/shop"),
        ("qafiles list tag --format js", "json"),
        ("qafiles validate --select QF40", "QF401"),
    ],
)
def test_the_shell_completes_what_the_command_takes(
    repository: Path,
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    words: str,
    offered: str,
) -> None:
    git(repository, "branch", "-M", "main")
    git(repository, "branch", "other")
    assert offered in _completed(words, monkeypatch, capfd)


def test_completion_is_silent_and_ends_well_whatever_is_broken(
    repository: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    (repository / "qafiles.yaml").write_text("version: [\n")
    shutil.rmtree(repository / ".git" / "objects")
    for words in (
        "qafiles diff ma",
        "qafiles report coverage --table g",
        "qafiles nosuch x",
        "qafiles set x y",
    ):
        _completed(words, monkeypatch, capfd)


@pytest.mark.parametrize(
    "arguments",
    [
        "report coverage --format html -o nothing/there.html",
        "report coverage --format xlsx -o a-file/x.xlsx",
        "site -o a-file/site",
        "schema --write a-file/schemas",
        "validate --write-baseline a-file/baseline.json",
        "init ../a-file/qa",
    ],
)
def test_what_can_not_be_written_is_named_and_nothing_is_lost(
    repository: Path, qafiles: Qafiles, arguments: str
) -> None:
    for place in (repository, repository.parent):
        write(place, {"a-file": "kept\n"})
    before = sorted(path for path in repository.parent.rglob("*") if ".git" not in path.parts)
    result = qafiles(*arguments.split())
    assert result.code == 3
    assert "can't be" in result.err
    assert "Traceback" not in result.err
    assert sorted(path for path in repository.parent.rglob("*") if ".git" not in path.parts) == before
    assert (repository / "a-file").read_text() == (repository.parent / "a-file").read_text() == "kept\n"


@pytest.mark.skipif(not os.path.isdir("/proc/self/fd"), reason="a folder in which nobody may write")  # noqa: PTH112
def test_a_report_that_can_not_be_written_leaves_the_earlier_one(repository: Path, qafiles: Qafiles) -> None:
    out = write(repository.parent / "out", {"report.html": "earlier\n"}) / "report.html"
    assert qafiles("report", "coverage", "--project", "nosuch", "--format", "html", "-o", out).code == 2
    assert out.read_text() == "earlier\n"
    assert qafiles("report", "coverage", "-o", "/proc/self/report.html", "--format", "html").code == 3


@pytest.mark.parametrize("command", ["show", "refs", "log", "blame", "restore"])
def test_a_revision_behind_an_entity_is_named_as_it_was_given(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, qafiles: Qafiles, command: str
) -> None:
    monkeypatch.chdir(write(tmp_path / "plain", data_root()))
    result = qafiles(command, "acme/shop/smoke@main")
    assert (result.code, "ENTITY@REV needs a git repository" in result.err) == (3, True)
    assert "--rev" not in result.err
