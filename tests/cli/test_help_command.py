"""`qafiles help`."""

import os
import pty
import subprocess
import sys
from pathlib import Path

import pytest

from qafiles.manual import TOPICS, page, title
from tests.cli.conftest import Qafiles
from tests.conftest import write


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_in_a_pipe_is_its_markdown(topic: str, qafiles: Qafiles) -> None:
    assert qafiles("help", topic) == (0, page(topic), "")


def test_the_topics_are_listed_one_a_line_with_their_titles(qafiles: Qafiles) -> None:
    lines = qafiles("help", "--list").out.splitlines()
    assert [line.split(maxsplit=1) for line in lines] == [[topic, title(topic)] for topic in TOPICS]


def test_without_a_topic_every_topic_is_named(qafiles: Qafiles) -> None:
    result = qafiles("help")
    assert result.code == 0
    assert {line.split()[0] for line in result.out.splitlines() if line.startswith("  ")} == {*TOPICS}


@pytest.mark.parametrize(
    ("command", "topic"), [("set", "editing"), ("secret", "secrets"), ("lsp", "editors")]
)
def test_the_topic_of_a_command_is_its_page(command: str, topic: str, qafiles: Qafiles) -> None:
    assert qafiles("help", command).out == page(topic)


@pytest.mark.parametrize(
    ("topic", "hint"),
    [
        ("secretts", "did you mean `secrets`?"),
        ("QF401", "`qafiles explain CODE` prints that of a rule"),
        ("Editting", "did you mean `editing`?"),
        ("../errors", "`qafiles help --list` lists the topics"),
        ("", "`qafiles help --list` lists the topics"),
    ],
)
def test_an_unknown_topic_is_told_the_nearest_one(topic: str, hint: str, qafiles: Qafiles) -> None:
    result = qafiles("help", topic)
    assert (result.code, result.out) == (2, "")
    assert result.err == f"qafiles: the manual has no page `{topic}`; {hint}\n"


def _on_a_terminal(*arguments: str, **environment: str) -> str:
    """Return what the program prints on a terminal of 70 columns."""
    main, side = pty.openpty()
    program = subprocess.Popen(
        [sys.executable, "-m", "qafiles", *arguments],
        stdin=side,
        stdout=side,
        stderr=side,
        env={**os.environ, "COLUMNS": "70", "TERM": "xterm-256color", **environment},
        cwd=Path(__file__).parents[2],
    )
    os.close(side)
    printed = b""
    while True:
        try:
            part = os.read(main, 65536)
        except OSError:  # the end of a terminal on Linux
            break
        if not part:
            break
        printed += part
    os.close(main)
    assert program.wait() == 0
    return printed.decode().replace("\r\n", "\n")


def test_on_a_terminal_a_page_is_laid_out_in_its_columns_and_given_to_the_pager(tmp_path: Path) -> None:
    # Before click 8.2, a PAGER with arguments is no program.
    pager = write(tmp_path, {"pager": "#!/bin/sh\nsed 's/^/>/'\n"}) / "pager"
    pager.chmod(0o755)
    printed = _on_a_terminal("help", "comparing", PAGER=str(pager), NO_COLOR="1")
    assert all(line.startswith(">") for line in printed.splitlines())
    assert max(map(len, printed.splitlines())) <= 71
    assert "```" not in printed
    assert "\x1b" not in printed


@pytest.mark.slow
def test_links_to_other_pages_become_the_commands_that_print_them() -> None:
    printed = " ".join(_on_a_terminal("help", "secrets", PAGER="cat").split())
    assert "(qafiles help secrets-promises)" in printed
    assert ".md" not in printed
