"""Files that hands, tools and accidents could have made of good ones."""

import random
from collections.abc import Iterator
from functools import cache
from pathlib import Path

_EXAMPLES = Path(__file__).parents[2] / "examples" / "acme-qa"
_SNIPPETS = [
    *(
        "\n",
        "\n\n",
        "\r\n",
        " ",
        "  ",
        "\t",
        "\n  ",
        "\n- ",
        "\n# c\n",
        ": ",
        ":",
        "- ",
        "-",
        "? ",
        "?",
        "#",
        " #",
    ),
    *(
        "|",
        ">",
        "|-",
        "|+",
        ">-",
        "|2",
        '"',
        "'",
        "[",
        "]",
        "{",
        "}",
        ",",
        "&a ",
        "*a",
        "!",
        "!!str ",
        "%",
        "@",
        "`",
    ),
    *(
        "\\",
        "\\n",
        "\\u0041",
        "\\x41",
        "~",
        "null",
        "0x1f",
        "0o17",
        "1e3",
        ".inf",
        "-0",
        "1_000",
        "012",
        "+1",
        ".5",
    ),
    *(
        "5.",
        "---",
        "...",
        "--- ",
        "a: b",
        "x",
        "<<: ",
        "=",
        "{{ secret.X }}",
        "<<<<<<< a\n",
        "%YAML 1.1\n",
        "id: ",
    ),
    *("é", "\U0001f600", "\x85", "\u2028", "\ufeff"),
]
_BYTES = [
    b"\r",
    b"\0",
    b"\x07",
    b"\x7f",
    b"\xff",
    b"\xc3",
    b"\xed\xa0\x80",
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xef\xbf\xbe",
]


@cache
def _originals() -> list[bytes]:
    return [path.read_bytes() for path in sorted(_EXAMPLES.rglob("*.yaml"))]


def mutants(seed: int, count: int, *, text_only: bool = False) -> Iterator[bytes]:
    """Yield changed parts of the example files, and now and then noise; with text_only all are UTF-8 without CR."""
    chance = random.Random(seed)  # noqa: S311  # the same files on every run
    snippets = [snippet.encode() for snippet in _SNIPPETS] + ([] if text_only else _BYTES)
    for _ in range(count):
        kind = chance.random()
        if kind < 0.05 and not text_only:
            yield chance.randbytes(chance.randrange(200))
        elif kind < 0.15:
            yield b"".join(chance.choices(snippets, k=chance.randint(1, 12)))
        else:
            mutant = _changed(chance, snippets)
            yield mutant.decode(errors="ignore").encode() if text_only else mutant


def _changed(chance: random.Random, snippets: list[bytes]) -> bytes:
    """Return an example, or some lines of it, with up to five changes."""
    content = chance.choice(_originals())
    if chance.random() < 0.6:
        lines = content.splitlines(keepends=True)
        begin = chance.randrange(len(lines))
        content = b"".join(lines[begin : begin + chance.randint(1, 6)])
    for _ in range(chance.randint(1, 5)):
        at = chance.randrange(len(content) + 1)
        change = chance.random()
        if change < 0.6:
            content = content[:at] + chance.choice(snippets) + content[at:]
        elif change < 0.85:
            content = content[:at] + content[at + chance.randint(1, 4) :]
        else:
            begin = chance.randrange(len(content) + 1)
            content = content[:at] + content[begin : begin + chance.randint(1, 20)] + content[at:]
    return content
