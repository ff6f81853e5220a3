"""Every console block of README and of the manual shows what the program prints.

The commands of a document run one after the other in a folder that holds a copy of `examples/acme-qa`, outside git, with a
home and a search path of their own. What a reader need not see is a comment: `<!-- setup`, commands, one a line, and `-->`;
they run at their place in the document. A command may go on in lines that begin with `> `.
"""

import re
import shutil
from pathlib import Path

import pytest

from tests.manual.documents import TOP, documents, recorded
from tests.manual.shell import Shell

_PARTS = re.compile(
    r"(?<=^```console\n)(?P<console>.*?)(?=^```$)|^<!-- setup\n(?P<setup>.*?)^-->$", re.DOTALL | re.MULTILINE
)
_COMMAND = re.compile(r"^\$ (.*(?:\n> .*)*)$", re.MULTILINE)


def _shown() -> list[Path]:
    return [place for place in documents() if "```console\n" in place.read_text(encoding="utf-8")]


@pytest.mark.slow
@pytest.mark.parametrize("place", _shown(), ids=lambda place: place.stem)
def test_every_command_prints_what_the_document_shows(place: Path, tmp_path: Path) -> None:
    examples = tmp_path / "examples"
    shutil.copytree(TOP / "examples" / "acme-qa", examples / "acme-qa")
    shell = Shell(examples)

    def replay(part: re.Match[str]) -> str:
        if part["setup"] is not None:
            shell.prepare(part["setup"])
            return part[0]
        commands = [command.replace("\n> ", "\n") for command in _COMMAND.findall(part["console"])]
        shown = [command.replace("\n", "\n> ") for command in commands]
        return "".join(
            f"$ {line}\n{shell.run(command)}" for line, command in zip(shown, commands, strict=True)
        )

    text = place.read_text(encoding="utf-8")
    recorded(place, _PARTS.sub(replay, text), "output")
