"""The pages of the manual: which there are, how they begin, and what in them is made from the program."""

import importlib
import pkgutil
import re
import shutil
import subprocess
import sys
from collections.abc import Callable, Mapping
from inspect import cleandoc
from pathlib import Path

import click
import pytest

import qafiles
from qafiles.manual import CONTENTS, TOPICS, page, title
from qafiles.rules import all_rules
from tests.cli.test_examples_of_help import commands
from tests.manual.documents import MANUAL, TOP, blocks, documents, recorded
from tests.manual.field_tables import field_tables
from tests.manual.shell import Shell


def _rule_table() -> str:
    rows = "".join(
        f"| {rule.code}{'*' if rule.configurable else ''} | {rule.name} | {rule.severity} | {rule.title} |\n"
        for rule in all_rules()
    )
    return f"| code | name | severity | reports |\n|---|---|---|---|\n{rows}"


def _commands() -> str:
    """Return each command with its arguments, its help and its options."""
    sections = []
    for path, command in commands():
        context = click.Context(command, info_name=f"qafiles {path}")
        text = re.sub(r"\n(?!\n)(?<!\n\n)", " ", cleandoc(command.help or "").replace("\b\n", ""))
        options = [
            one
            for one in command.get_params(context)
            if isinstance(one, click.Option) and not one.hidden and "--help" not in one.opts
        ]
        records = [record for one in options if (record := one.get_help_record(context))]
        listed = "".join(
            f"- `{' '.join(name.split())}`: {' '.join(said.split())}\n" for name, said in records
        )
        usage = " ".join(["qafiles", path, *command.collect_usage_pieces(context)])
        level = "#" * (len(path.split()) + 1)
        sections.append(f"{level} {path}\n\n`{usage}`\n\n{text}\n\n{listed}".rstrip("\n") + "\n\n")
    return "".join(sections)


def _topics() -> str:
    """Return the pages by chapter, as README links them."""
    return "".join(
        f"- {chapter}: {', '.join(f'[{title(topic)}](qafiles/manual/{topic}.md)' for topic in topics)}\n"
        for chapter, topics in CONTENTS.items()
    )


_GENERATED: Mapping[str, Callable[[], str]] = {
    "rules": _rule_table,
    "commands": _commands,
    "topics": _topics,
    "fields": field_tables,
}
"""Marker -> what stands between `<!-- MARKER -->` and `<!-- /MARKER -->` in a document."""


def test_the_contents_name_every_page_once() -> None:
    assert sorted(TOPICS) == sorted(place.stem for place in MANUAL.glob("*.md"))
    assert len(TOPICS) == len(set(TOPICS))
    assert all(CONTENTS.values())


@pytest.mark.parametrize("topic", TOPICS)
def test_a_page_begins_with_its_title_and_has_no_other_of_its_level(topic: str) -> None:
    text = page(topic)
    outside = re.sub(r"(?ms)^```.*?^```$", "", text)
    assert text.startswith(f"# {title(topic)}\n\n")
    assert re.findall(r"(?m)^# .*", outside) == [f"# {title(topic)}"]
    assert text.endswith("\n")
    assert not text.endswith("\n\n")


@pytest.mark.parametrize("place", documents(), ids=lambda place: place.stem)
def test_what_is_made_from_the_program_is_that_of_the_program(place: Path) -> None:
    text = place.read_text(encoding="utf-8")
    for marker, generate in _GENERATED.items():
        text = re.sub(
            rf"(^<!-- {marker} -->\n).*?(^<!-- /{marker} -->$)",
            lambda m, generate=generate: f"{m[1]}{generate()}{m[2]}",  # type: ignore[misc]
            text,
            flags=re.DOTALL | re.MULTILINE,
        )
    recorded(place, text, "table")


@pytest.mark.parametrize("marker", _GENERATED)
def test_what_is_made_from_the_program_stands_on_one_page(marker: str) -> None:
    assert sum(f"\n<!-- {marker} -->\n" in place.read_text(encoding="utf-8") for place in documents()) == 1


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    """A repository with the example, whose first commit has the tag v1, and a second that changes a test case."""
    shutil.copytree(TOP / "examples" / "acme-qa", tmp_path / "examples" / "acme-qa")
    shell = Shell(tmp_path)
    shell.prepare("git init -q\ngit add -A\ngit commit -qm 'The state of v1'\ngit tag v1")
    shell.prepare(
        "cd examples/acme-qa\nqafiles set todos-survive-a-reload x-priority=high --commit -m 'It matters'"
    )
    return tmp_path


@pytest.mark.slow
@pytest.mark.parametrize(
    "place",
    [place for place in documents() if "```python\n" in place.read_text(encoding="utf-8")],
    ids=lambda place: place.stem,
)
def test_the_python_of_a_document_runs(place: Path, repository: Path) -> None:
    code = "".join(
        block.text for block in blocks(place.read_text(encoding="utf-8")) if block.language == "python"
    )
    result = subprocess.run(
        [sys.executable, "-c", code],
        cwd=repository,
        env=Shell(repository).environment,
        capture_output=True,
        text=True,
        check=False,
    )
    assert result.stderr == ""
    assert result.stdout


def test_the_page_about_python_names_what_the_package_offers_and_what_the_command_line_has() -> None:
    text = page("python-api")
    for name in qafiles.__all__:
        assert re.search(rf"(?m)^\| `{name}\b", text), name
    for name in re.findall(r"`(qafiles(?:\.\w+)+)`", text):
        module, _, attribute = name.rpartition(".")
        # An attribute, or a module of the package, whose import else fails.
        assert hasattr(importlib.import_module(module), attribute) or pkgutil.resolve_name(name) is not None
