"""Where the fields of a plainly written file stand, told by its lines: PyYAML takes as long to import as hundreds of files to read."""

import re
from collections.abc import Mapping
from typing import Any, Literal, NamedTuple

from qafiles.diagnostics import Pointer, Span
from qafiles.parsing.yaml_rs_reader import INSTALLED, read_plainly_written

# At the beginning of a line stand fields of the root alone: what lies deeper is indented, or has a dash.
_fields_in = re.compile(r"(?m)^([A-Za-z][A-Za-z0-9_.-]*):(?=[ \n])").finditer
# Words or a number without any sign that YAML may mind, and nothing behind them.
_plain_words = re.compile(r" ([A-Za-z0-9/](?:[A-Za-z0-9 _./,;+=?()-]*[A-Za-z0-9_./,;+=?()-])?)\n").match


class PlainFields(NamedTuple):
    """A text, the index in it of each field of its root, and what the fields say."""

    text: str
    starts: Mapping[str, int]
    data: Mapping[str, Any]

    def span(self, pointer: Pointer, at: Literal["value", "key"]) -> Span | None:
        """Return the span of a field or of its value; None where only YAML can tell it.

        What a field lacks is where the field is, and what the root lacks where the first field is.
        """
        name = pointer[0] if pointer else None
        if name not in self.starts:
            name, at = next(iter(self.starts)), "key"
        elif len(pointer) > 1:
            if _holds(self.data[str(name)], pointer[1]):
                return None
            at = "key"
        name = str(name)
        start = self.starts[name]
        line = self.text.count("\n", 0, start) + 1
        behind = len(name) + 1
        if at == "key":
            return Span(line, 1, line, behind)
        value = _plain_words(self.text, start + behind)
        # A text may go on in the next line.
        if value is None or (isinstance(self.data[name], str) and self.data[name] != value[1]):
            return None
        return Span(line, value.start(1) - start + 1, line, value.end(1) - start + 1)


def _holds(value: Any, part: str | int) -> bool:
    """Return whether a value has a part of that name or number."""
    if isinstance(value, list):
        return isinstance(part, int) and 0 <= part < len(value)
    return isinstance(value, dict) and part in value


def plain_fields(content: bytes) -> PlainFields | None:
    """Return the fields of a file whose every line is plainly written; None for any other one, and for one without fields."""
    data = read_plainly_written(content) if INSTALLED else None
    if not isinstance(data, dict) or not data:
        return None
    text = content.decode()
    starts = {match[1]: match.start() for match in _fields_in(text)}
    return PlainFields(text, starts, data) if [*starts] == [*data] else None
