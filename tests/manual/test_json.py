"""The page about JSON names every command that prints it, and the words that stand in it."""

from typing import get_args

import click
import pytest

from qafiles.manual import page
from qafiles.snapshot.field_changes import Form, SecretNote
from tests.cli.test_examples_of_help import commands


def _prints_json(command: click.Command) -> bool:
    return any(
        "--format" in option.opts and isinstance(option.type, click.Choice) and "json" in option.type.choices
        for option in command.params
    )


@pytest.mark.parametrize("path", [path for path, command in commands() if _prints_json(command)])
def test_the_page_names_every_command_with_json(path: str) -> None:
    text = page("json")
    assert f"`{path}`" in text or f"`{path} " in text or f"$ qafiles {path} " in text


@pytest.mark.parametrize("word", [*get_args(Form), *get_args(SecretNote)])
def test_the_page_names_every_form_of_a_change(word: str) -> None:
    assert f"`{word}`" in page("json")
