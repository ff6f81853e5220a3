"""What CI takes from README; that what it shows is true, tests/manual finds out for README and manual alike."""

import html
import os
import re
import tomllib
from pathlib import Path

import pytest

from qafiles.manual import TOPICS
from tests.forked import answer
from tests.manual.documents import README, TOP
from tests.manual.pictures import PICTURE, drawn, shown


@pytest.mark.parametrize("name", ["example", "tests"])
def test_the_two_commands_are_marked_for_ci(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert re.search(rf"<!-- command: {name} -->\n```sh\npython3 -m venv .venv && .*\n```\n", text)
    assert f"readme_command {name}" in (TOP / ".ci" / "run").read_text(encoding="utf-8")


def test_the_first_screen_says_what_for_whom_what_not_and_the_first_command() -> None:
    lines = README.read_text(encoding="utf-8").splitlines()
    screen = "\n".join(lines[:40])
    for words in (
        "**What it is**",
        "**For whom**",
        "**What it is not**",
        "<!-- command: example -->",
        ".venv/bin/qafiles",
    ):
        assert words in screen
    assert len(lines) <= 260


def test_every_page_of_the_manual_is_linked() -> None:
    text = README.read_text(encoding="utf-8")
    assert re.findall(r"\]\(qafiles/manual/(.*?)\.md\)(?=, |$)", text, re.MULTILINE)[-len(TOPICS) :] == [
        *TOPICS
    ]


def test_every_dependency_has_its_reason() -> None:
    project = tomllib.loads((TOP / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [*project["dependencies"], *project["optional-dependencies"]["lsp"]]
    text = README.read_text(encoding="utf-8").partition("## What it is built on\n")[2]
    named = {name.strip() for row in re.findall(r"(?m)^\| (.*?) \|", text) for name in row.split(",")}
    assert {re.split(r"[^\w.-]", requirement)[0] for requirement in needed} <= named


@pytest.mark.slow
def test_the_picture_of_a_pull_request_shows_what_the_program_prints(tmp_path: Path) -> None:
    def words(svg: str) -> str:
        return re.sub(r"\s+", " ", html.unescape("".join(re.findall(r"<text[^>]*>(.*?)</text>", svg))))

    assert words(PICTURE.read_text(encoding="utf-8")) == words(drawn(shown(tmp_path)))


def test_the_first_command_prints_what_stands_below_it() -> None:
    arguments = ["-C", str(TOP / "examples" / "acme-qa"), "validate"]
    printed = answer(arguments, b"", os.environ, together=True).stdout.decode()
    assert f"<!-- output: example -->\n```text\n{printed}```\n" in README.read_text(encoding="utf-8")
