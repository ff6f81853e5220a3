"""`man qafiles`."""

import re
import shutil
import subprocess

import pytest

from qafiles.cli.commands import COMMANDS
from qafiles.manual import TOPICS
from qafiles.manual.man_page import man_page
from tests.cli.test_examples_of_help import commands

_MACROS = {".TH", ".SH", ".SS", ".B", ".BR", ".PP", ".IP", ".TP", ".nf", ".fi", ".RS", ".RE"}


def test_every_request_is_one_of_the_macros_of_man() -> None:
    page = man_page()
    assert {line.split()[0] for line in page.splitlines() if line.startswith(".")} <= _MACROS
    assert not re.search(r"(?m)^'", page)
    assert page.isascii()


@pytest.mark.slow
def test_groff_reads_the_man_page_without_a_warning_and_shows_every_command_option_and_topic() -> None:
    if shutil.which("groff") is None:
        pytest.skip("there is no groff on PATH: apt-get install groff-base")
    result = subprocess.run(
        ["groff", "-man", "-Tutf8", "-ww", "-P-c", "-rLL=200n"],
        input=man_page(),
        capture_output=True,
        text=True,
        check=True,
    )
    assert result.stderr == ""
    shown = " ".join(re.sub(".\b", "", result.stdout).split())
    for path, command in commands():
        assert f" {path} qafiles {path} " in shown
        for option in command.params:
            assert all(name in shown for name in option.opts if name.startswith("--"))
    for words in (*COMMANDS, *TOPICS, "EXIT STATUS", "SEE ALSO git(1), sops(1)"):
        assert words in shown
