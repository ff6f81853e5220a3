"""Files of plainly written lines in canonical columns: they are in order, or their lines are put in order as they are.

Most files are so. Whatever else is written leaves it to `canonical`, which knows every form of YAML; a test compares both.
"""

import marshal
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from typing import Any, Final, NamedTuple

from qafiles.kinds import HIDDEN_FIELDS
from qafiles.parsing import parse
from qafiles.parsing.values import same
from qafiles.yaml_text.fields import in_order, sorted_items
from qafiles.yaml_text.gaps import MODELINE

# Blank lines of blanks are text in some places, and `\n` may be that of a text in quotes, which is to be a block.
_LEFT_TO_THE_TREE: Final = re.compile(r"^ +$|\\n", re.MULTILINE).search
_KEY_BEHIND_DASH: Final = re.compile(r"- [A-Za-z][A-Za-z0-9_.-]*:(?: |\Z)").match
_NO_VALUE: Final = frozenset({"", "#"})
_SCALARS: Final = frozenset({" |", " |-"})
_LONGEST_KEY: Final = 200
_ITEM: Final = "  - "


class _Field(NamedTuple):
    """The lines of a field by their numbers: from `above` on the comments and blank lines that belong to it, `end` is behind it."""

    above: int
    start: int
    end: int


def formatted_by_lines(
    content: bytes, data: Mapping[str, Any], order: Sequence[str], lists: Iterable[str]
) -> bytes | None:
    """Return the canonical bytes of a plainly written file with this data; None where its lines alone can't tell them.

    `order` is that of the fields, and `lists` are those whose items are sorted.
    """
    text = content.decode()
    may_be_left = " \n" in text or "\\n" in text or text[-1:] == " "
    if (may_be_left and _LEFT_TO_THE_TREE(text)) or not HIDDEN_FIELDS.isdisjoint(data):
        return None
    lines = text.split("\n")
    fields = _fields(lines)
    if fields is None or fields.keys() != data.keys():
        return None
    unsorted = {name: data[name] for name in lists if name in data and data[name] != sorted_items(data[name])}
    names = in_order(fields, order)
    if not unsorted and names == [*fields] and lines[0] and lines[-2] == lines[-2].rstrip(" ") != "":
        return content
    bodies: dict[str, list[str]] = {}
    for name, items in unsorted.items():
        body = lines[fields[name].start : fields[name].end]
        if len(body) != len(items) + 1 or not all(line.startswith(_ITEM) for line in body[1:]):
            return None
        bodies[name] = [
            body[0],
            *(body[1 + number] for number in sorted(range(len(items)), key=items.__getitem__)),
        ]
    after = "\n".join([*_arranged(lines, fields, names, bodies), ""]).lstrip("\n").encode()
    parsed = parse(after)
    expected = {name: sorted_items(data[name]) if name in unsorted else data[name] for name in names}
    return after if not parsed.refusals and _is_same(parsed.data, expected) else None


def _is_same(data: Any, expected: Any) -> bool:
    """Return what `same` does, most often in a tenth of its time."""
    with suppress(ValueError):  # there is something that `marshal` does not know, or it is too deep
        # The first version writes equal values in one way.
        if marshal.dumps(data, 0) == marshal.dumps(expected, 0):
            return True
    return same(data, expected)


def _arranged(
    lines: Sequence[str],
    fields: Mapping[str, _Field],
    names: Sequence[str],
    bodies: Mapping[str, Sequence[str]],
) -> Iterator[str]:
    """Yield the lines with the fields in an order, without blank ones at the end; `bodies` are lines of fields that changed."""
    first, last = next(iter(fields.values())), [*fields.values()][-1]
    yield from lines[: first.above]
    for name in names:
        above, start, end = fields[name]
        yield from lines[above:start]
        yield from bodies.get(name) or lines[start:end]
    tail = "\n".join(lines[last.end :]).rstrip(" \t\r\n")
    if tail:
        yield tail


def _fields(lines: Sequence[str]) -> dict[str, _Field] | None:
    """Return the lines of each field; None where a block or a comment stands in another column than its canonical one."""
    starts: dict[str, tuple[int, int]] = {}
    ends: list[int] = []
    blocks = [(0, False)]
    scalar = ""
    end = 0
    opened = -1
    for number, line in enumerate(lines):
        if not line:
            continue
        if line[0] == "#":
            scalar = ""
            continue
        if scalar:
            if line.startswith(scalar):
                end = number + 1
                continue
            scalar = ""
        rest = line.lstrip(" ")
        column = len(line) - len(rest)
        is_item = rest.startswith("- ")
        while blocks[-1][0] > column:
            blocks.pop()
        if rest[0] == "#":
            return None
        if column == opened + 2:
            blocks.append((column, is_item))
        elif blocks[-1] != (column, is_item):
            return None
        at_key = column
        if is_item:
            if ":" not in rest or not _KEY_BEHIND_DASH(rest):
                opened = -2
                end = number + 1
                continue
            rest = rest[2:]
            at_key += 2
            blocks.append((at_key, False))
        name, _, value = rest.partition(":")
        if not at_key:
            ends.append(end)
            starts[name] = end, number
        if len(name) > _LONGEST_KEY:
            return None
        if value in _SCALARS:
            scalar = " " * (at_key + 2)
            if not lines[number + 1].startswith(scalar) or lines[number + 1][at_key + 2] == " ":
                return None
        opened = at_key if value.lstrip(" ")[:1] in _NO_VALUE else -2
        end = number + 1
    if not starts:
        return None
    ends = [*ends[1:], end]
    result = {
        name: _Field(*places, behind) for (name, places), behind in zip(starts.items(), ends, strict=True)
    }
    first = next(iter(result))
    result[first] = result[first]._replace(above=_behind_head(lines[: result[first].start]))
    return result


def _behind_head(lines: Sequence[str]) -> int:
    """Return how many lines at the top are about the file, and belong to no field."""
    return max(
        (number for number, line in enumerate(lines, 1) if not line or MODELINE.match(line)), default=0
    )
