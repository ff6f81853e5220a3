"""A command line whose site is as an earlier run left it is answered at once, and only where that is so."""

import random
from pathlib import Path

import pytest

from qafiles.__main__ import run
from qafiles.site.asked import SiteLine, said_before, site_line_of
from tests.conftest import committed, git, samples, write
from tests.rules.data_root import data_root
from tests.site.test_kept import _contents, _edits

_TAG = "organizations/acme/projects/shop/tags/smoke.yaml"


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A committed small data root, the current folder's sibling `qa`."""
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    monkeypatch.chdir(tmp_path)
    return committed(tmp_path / "qa", data_root())


@pytest.mark.parametrize(
    ("words", "line"),
    [
        ("site -o out", SiteLine(".", "out")),
        ("-C . site --output=out --title QA --env=test", SiteLine(".", "out", "QA", "test")),
        ("-C .. -C . site -o out", SiteLine("../.", "out")),
    ],
)
def test_plain_command_lines_are_read(words: str, line: SiteLine) -> None:
    assert site_line_of(words.split()) == line


@pytest.mark.parametrize(
    "words",
    [
        "site",
        "site -o",
        "site -oout",
        "site -o=out",
        "site -o -out",
        "site --output=",
        "site -o out -o other",
        "site -o out --rev HEAD",
        "site -o out --staged",
        "site -o out --no-cache",
        "site -o out --results junit.xml",
        "site -o out extra",
        "site -o out --help",
        "-C missing site -o out",
        "help site -o out",
        "site -o \u00e4",
    ],
)
def test_other_command_lines_are_left_to_click(words: str) -> None:
    assert site_line_of(words.split(" ")) is None


@pytest.mark.slow
@pytest.mark.usefixtures("root")
def test_the_answer_is_what_the_command_says(capsys: pytest.CaptureFixture[str]) -> None:
    arguments = ["-C", "qa", "site", "-o", "./out/", "--title", "Shop"]
    assert said_before(arguments) is None
    assert run(arguments) == 0
    assert ", 0 written" not in capsys.readouterr().out
    for _ in range(2):
        expected = said_before(arguments)
        assert run(arguments) == 0
        assert capsys.readouterr().out == expected
    assert said_before([*arguments[:-1], "Other"]) is None
    assert said_before([*arguments, "--env", "test"]) is None
    assert said_before(["-C", "qa", "site", "-o", "other", "--title", "Shop"]) is None


@pytest.mark.slow
def test_whatever_counts_and_is_not_in_files_is_noticed(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    arguments = ["-C", "qa", "site", "-o", "out"]

    def is_answered() -> bool:
        return said_before(arguments) is not None

    run(arguments)
    assert is_answered()
    git(root, "tag", "v1")
    assert not is_answered()
    git(root, "tag", "-d", "v1")
    assert is_answered()
    monkeypatch.setenv("LANG", "de_DE.UTF-8")
    assert not is_answered()
    monkeypatch.delenv("LANG")
    git(root, "checkout", "-q", "-b", "other")
    assert not is_answered()
    git(root, "checkout", "-q", "-")
    git(root, "branch", "-D", "other")
    run(arguments)
    assert is_answered()
    write(root, {".git/info/attributes": "*.yaml text\n"})
    assert not is_answered()


@pytest.mark.slow
def test_an_answer_is_that_of_a_fresh_folder_after_any_edits(root: Path, tmp_path: Path) -> None:
    chance = random.Random(13)  # noqa: S311  # the same edits on every run
    edits = _edits(root, tmp_path / "out")
    arguments = ["-C", "qa", "site", "-o", "out"]
    answered = 0
    for number in range(samples(300, 6)):
        for edit in chance.sample(edits, chance.choice([0, 0, 1, 2])):
            edit(chance)
        if said_before(arguments) is not None:
            answered += 1
            run(["-C", "qa", "site", "--no-cache", "-o", f"fresh-{number}"])
            assert _contents(tmp_path / "out") == _contents(tmp_path / f"fresh-{number}")
        run(arguments)
    assert answered


@pytest.mark.slow
def test_what_changes_between_being_read_and_being_kept_is_not_answered(root: Path, tmp_path: Path) -> None:
    arguments = ["-C", "qa", "site", "-o", "out"]
    run(arguments)
    text = (root / _TAG).read_text()
    for changed in (text.replace("smoke", "embers"), text):
        write(root, {_TAG: changed})
        assert said_before(arguments) is None
        run(arguments)
        run(["-C", "qa", "site", "--no-cache", "-o", f"fresh-{len(changed)}"])
        assert _contents(tmp_path / "out") == _contents(tmp_path / f"fresh-{len(changed)}")
