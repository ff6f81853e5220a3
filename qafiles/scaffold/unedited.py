"""Files with a last line by which it is known whether anybody has edited them since `init` wrote them."""

import re
from hashlib import sha256
from typing import Final

_LINE: Final = re.compile(r"# qafiles init ([0-9a-f]{16}): [^\n]*\n?\Z")


def with_checksum(text: str) -> str:
    """Return a text of YAML with a last line that holds its checksum."""
    return (
        f"{text}# qafiles init {_checksum(text)}: until this file is edited, `qafiles init --refresh` "
        "replaces it with that of a newer version.\n"
    )


def is_unedited(text: str) -> bool:
    """Return whether a text, whatever its line ends, is what `with_checksum` returned of some text."""
    lines = text.replace("\r\n", "\n")
    match = _LINE.search(lines)
    return match is not None and match[1] == _checksum(lines[: match.start()])


def _checksum(text: str) -> str:
    return sha256(text.encode("utf-8", "surrogateescape")).hexdigest()[:16]
