"""Commands that README and the manual name in code are commands of the program, with options that they have."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import click
import pytest

from qafiles.cli.commands import COMMANDS
from tests.cli.test_examples_of_help import commands
from tests.manual.documents import TOP, documents

_CODE = re.compile(r"(?ms)^```(?:sh|yaml|console)\n(.*?)^```$|`([^`]*)`")
_COMMAND = re.compile(
    r"(?<![\w/.-])qafiles ((?:\\\n|[^\n|;&<>)#'\"$`]|'[^'\n]*'|\"[^\"\n]*\"|\$\w+|[a-z]\|[a-z-])*)"
)
_KNOWN = dict(commands())


def named(text: str) -> Iterator[list[str]]:
    """Yield the words of each command that a document names in code, without `qafiles` and -C."""
    for code in _CODE.finditer(text):
        shown = code[1] if code[1] is not None else code[2]
        shown = re.sub(r"(?m)\s# .*$", "", shown)
        if "console" in code[0][:12]:
            # What the program prints is not the document's.
            shown = "".join(f"{line}\n" for line in shown.splitlines() if line.startswith(("$ ", "> ")))
        for command in _COMMAND.finditer(shown):
            words = command[1].replace("\\\n", " ").split()
            while words[:1] == ["-C"]:
                words = words[2:]
            yield words


def faults(words: list[str]) -> Iterator[str]:
    """Yield what is wrong with a command: a name or an option that is not there."""
    if not words or not re.fullmatch("[a-z|-]+", words[0]) or words[0].startswith("-"):
        return
    for name in words[0].split("|"):
        if name not in COMMANDS:
            yield f"no command {name}"
            continue
        path, rest = name, words[1:]
        while isinstance(_KNOWN[path], click.Group) and rest and f"{path} {rest[0]}" in _KNOWN:
            path, rest = f"{path} {rest[0]}", rest[1:]
        options = {option for one in _KNOWN[path].params for option in (*one.opts, *one.secondary_opts)}
        for word in rest[: rest.index("--") if "--" in rest else None]:
            for option in re.findall(r"(?:^|[\[(|])(--[a-z-]+)", word):
                if option not in options | {"--help"}:
                    yield f"{path} has no {option}"


@pytest.mark.parametrize("place", documents(), ids=lambda place: place.stem)
def test_every_command_that_a_document_names_is_there_with_its_options(place: Path) -> None:
    found = [
        f"{fault}: qafiles {' '.join(words)}"
        for words in named(place.read_text(encoding="utf-8"))
        for fault in faults(words)
    ]
    assert found == []


def _messages(place: Path) -> str:
    """Return the texts of a module, with … for what is put into them."""
    lines = []
    for node in ast.walk(ast.parse(place.read_text(encoding="utf-8"))):
        if isinstance(node, ast.JoinedStr):
            parts = (part.value if isinstance(part, ast.Constant) else "…" for part in node.values)
            lines.append("".join(map(str, parts)))
        elif isinstance(node, ast.Constant) and isinstance(node.value, str):
            lines.append(node.value)
    return "\n\n".join(line for line in lines if line.count("`") % 2 == 0)


@pytest.mark.slow
def test_every_command_that_a_message_names_is_there_with_its_options() -> None:
    found = [
        f"{place.relative_to(TOP)}: {fault}: qafiles {' '.join(words)}"
        for place in sorted((TOP / "qafiles").rglob("*.py"))
        for words in named(_messages(place))
        for fault in faults(words)
    ]
    assert found == []


def test_what_is_not_there_is_noticed() -> None:
    text = "`qafiles lits user`, `qafiles -C x secret set A --frm-file b` and\n```sh\nX=$(qafiles show a --rsolve)\n```\n"
    found = [fault for words in named(text) for fault in faults(words)]
    assert found == ["no command lits", "secret set has no --frm-file", "show has no --rsolve"]
