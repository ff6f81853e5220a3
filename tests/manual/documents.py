"""README and the pages of the manual, with the blocks in them that tests run."""

import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Final, NamedTuple

TOP: Final = Path(__file__).parents[2]
README: Final = TOP / "README.md"
MANUAL: Final = TOP / "qafiles" / "manual"
UPDATES: Final = os.environ.get("QAFILES_UPDATE") == "1"

_BLOCK = re.compile(r"^```(?P<language>\S*)\n(?P<text>.*?)^```$", re.DOTALL | re.MULTILINE)


def documents() -> list[Path]:
    """Return README and all pages of the manual."""
    return [README, *sorted(MANUAL.glob("*.md"))]


class Block(NamedTuple):
    """A fenced block of a document."""

    language: str
    text: str


def blocks(text: str) -> Iterator[Block]:
    """Yield the fenced blocks of a document."""
    for block in _BLOCK.finditer(text):
        yield Block(block["language"], block["text"])


def recorded(place: Path, text: str, what: str) -> None:
    """Compare a document with what it should be; QAFILES_UPDATE=1 writes it instead."""
    if UPDATES:
        place.write_text(text, encoding="utf-8")
    assert place.read_text(encoding="utf-8") == text, (
        f"QAFILES_UPDATE=1 writes the new {what}, for `git diff` to show"
    )
