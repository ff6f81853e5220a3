"""What CI takes from README; that what it shows is true, tests/manual finds out for README and manual alike."""

import re

import pytest

from tests.manual.documents import README, TOP


@pytest.mark.parametrize("name", ["example", "tests"])
def test_the_two_commands_are_marked_for_ci(name: str) -> None:
    text = README.read_text(encoding="utf-8")
    assert re.search(rf"<!-- command: {name} -->\n```sh\npython3 -m venv .venv && .*\n```\n", text)
    assert f"readme_command {name}" in (TOP / ".ci" / "run").read_text(encoding="utf-8")
