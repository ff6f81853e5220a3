"""The picture of a pull request in README: what the program prints about a branch of the example.

python -m tests.manual.pictures
"""

import io
import re
import shutil
import tempfile
from pathlib import Path
from typing import Final

from rich.console import Console
from rich.text import Text

from tests.manual.documents import TOP
from tests.manual.shell import Shell

PICTURE: Final = TOP / "examples" / "pull-request.svg"
_COMMANDS: Final = ("qafiles diff main...", "qafiles validate --since main")
_TITLE: Final = "A pull request: what it changes, and what it would break"
_CASES: Final = "organizations/acme/projects/swag-labs/test_cases"
_CHANGES: Final = (
    "git init -q && git add -A && git commit -qm 'The state of main' && git switch -qc checkout",
    "qafiles mv tag:acme/swag-labs/cart basket",
    f"sed -i 's/The badge says 2/The badge says 2 and turns red/' {_CASES}/cart/add-two-products.yaml",
    f"sed -i 's/tags: .*/tags: [bascet, regression]/' {_CASES}/cart/remove-on-the-cart-page.yaml",
    f"sed -i 's/as standard_user, cart/with {{{{ secret.SWAG_LAB_PASSWORD }}}}, cart/' {_CASES}/cart/add-two-products.yaml",
    "git add -A && git commit -qm 'Say basket instead of cart'",
)


def shown(folder: Path) -> str:
    """Return what the commands print on a terminal with colours, about a branch of a copy of the example."""
    example = folder / "acme-qa"
    shutil.copytree(TOP / "examples" / "acme-qa", example)
    shell = Shell(example)
    shell.environment |= {"TERM": "xterm-256color", "COLUMNS": "112", "FORCE_COLOR": "1"}
    shell.prepare("\n".join(_CHANGES))
    return "\n".join(
        f"$ {command}\n{shell.run(_on_a_terminal(command)).replace(chr(13), '')}" for command in _COMMANDS
    )


def _on_a_terminal(command: str) -> str:
    # https://man7.org/linux/man-pages/man1/script.1.html
    return f"script -qec 'stty cols 112; {command}' /dev/null"


def drawn(text: str) -> str:
    """Return an SVG of a terminal with this text, which loads nothing."""
    console = Console(
        record=True, width=112, file=io.StringIO(), force_terminal=True, color_system="truecolor"
    )
    console.print(Text.from_ansi(text))
    svg = console.export_svg(title=_TITLE, unique_id="pull-request")
    return re.sub(r"\s*@font-face \{.*?\}", "", svg, flags=re.DOTALL)


if __name__ == "__main__":
    with tempfile.TemporaryDirectory() as name:
        PICTURE.write_text(drawn(shown(Path(name))), encoding="utf-8")
