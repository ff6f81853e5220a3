"""A model of which comment belongs to which entry, made of PyYAML's marks and of lines, and of nothing that qafiles has.

A comment belongs to the entry below it, or to the one before it on its line; after the last entry of a list or a mapping,
a comment deeper than the entry below is that list's tail, and what stands at the end of a file is the file's.
"""

import json
import re
from dataclasses import dataclass, field
from typing import Any

import yaml

_COMMENT = re.compile(r"#k[0-9]+")

Path = tuple[Any, ...]


class _Loader(yaml.CSafeLoader):
    """Everything but the structure is text, since only marks are asked for."""


_Loader.yaml_implicit_resolvers = {}


@dataclass
class _Entry:
    path: Path
    start: Any
    end: Any
    parent: "_Collection"
    pointer: Path


@dataclass
class _Collection:
    path: Path
    start: Any
    end: Any
    flow: bool
    is_list: bool
    entries: list[_Entry] = field(default_factory=list)

    @property
    def column(self) -> int:
        return int(self.entries[0].start.column)


def _key(node: yaml.Node) -> str:
    """Return what tells an item of a list from others: what it says."""
    if isinstance(node, yaml.ScalarNode):
        return str(node.value)
    if isinstance(node, yaml.SequenceNode):
        return json.dumps([_key(item) for item in node.value])
    # Of a mapping, its first field that is called `k`, so that the others may change.
    pairs = {str(key.value): value for key, value in node.value}
    return _key(pairs["k"]) if "k" in pairs else json.dumps({k: _key(v) for k, v in pairs.items()})


class Model:
    """The entries of a file, and the owner of each comment."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.collections: list[_Collection] = []
        self.entries: list[_Entry] = []
        root = yaml.compose(text, Loader=_Loader)
        self.lines = re.split(r"(?<=\n)", text)
        self.starts = [0]
        for line in self.lines:
            self.starts.append(self.starts[-1] + len(line))
        self.root = root
        self._walk(root, (), ())

    def _end(self, node: Any) -> Any:
        """Return the mark behind the last sign of a value, without the comments that libyaml counts to a block."""
        if isinstance(node, yaml.ScalarNode) or node.flow_style or not node.value:
            return node.end_mark
        last = node.value[-1]
        return self._end(last[1] if isinstance(last, tuple) else last)

    def _walk(self, node: Any, path: Path, pointer: Path) -> None:
        if isinstance(node, yaml.ScalarNode):
            return
        flow = bool(node.flow_style)
        here = _Collection(path, node.start_mark, self._end(node), flow, isinstance(node, yaml.SequenceNode))
        if node.value or flow:
            self.collections.append(here)
        counted: dict[str, int] = {}
        at = node.start_mark.index
        for index, item in enumerate(node.value):
            key, value = item if isinstance(item, tuple) else (item, item)
            name = str(key.value) if isinstance(item, tuple) else f"-{_key(item)}"
            number = counted[name] = counted.get(name, -1) + 1
            inner = (*path, name if not number else f"{name} {number}")
            start = key.start_mark
            if not flow and not isinstance(item, tuple):
                start = self._mark(self._dash(at))
            elif re.search(r"(?<![^\s\[{,:-])\?[ \t\r\n]+\Z", self.text[at : start.index]):
                start = self._mark(self.text.rindex("?", at, start.index))
            end = self._end(value)
            if isinstance(item, tuple) and end.index < key.end_mark.index:
                end = key.end_mark
            where = (*pointer, str(key.value) if isinstance(item, tuple) else index)
            entry = _Entry(inner, start, end, here, where)
            here.entries.append(entry)
            self.entries.append(entry)
            self._walk(value, inner, where)
            at = max(end.index, at)

    def _dash(self, at: int) -> int:
        match = re.compile(r"(?:\s|#[^\n]*)*").match(self.text, at)
        assert match is not None
        return match.end()

    def _mark(self, index: int) -> Any:
        line = self.text.count("\n", 0, index)
        return yaml.Mark("", index, line, index - self.starts[line], None, 0)

    def owner(self, at: int) -> Path:
        """Return the owner of the comment at an index."""
        line = self.text.count("\n", 0, at)
        start = self.starts[line]
        column = at - start
        before = self.text[start:at].strip()
        if re.search(r"(?m)^---", self.text[at : self.entries[0].start.index]):
            return ("HEAD",)
        brackets = [c for c in self.collections if c.flow and c.start.index < at < c.end.index]
        inside = max(brackets, key=lambda c: c.start.index, default=None)
        if before.startswith(("%", "---")) and line < self.entries[0].start.line:
            return ("HEAD",)
        if before:
            return self._on_the_line(at, start, inside)
        around = [
            e
            for e in self.entries
            if e.start.index < at < e.end.index and (inside is None or e.parent is inside)
        ]
        if inside is not None:
            if around:
                return around[-1].path
            below = [e for e in inside.entries if e.start.index > at]
            return below[0].path if below else (*inside.path, "TAIL")
        below = [e for e in self.entries if e.start.index > at]
        if not below and not any(e.end.index > at for e in self.entries):
            limit, next_path = 0, ("END",)
            ended = [c for c in self.collections if not c.flow and c.path]
        else:
            if around and re.match(r"(?:[^\S\n]|#[^\n]*|\n)*:\s", self.text[at:]):
                return max(
                    around, key=lambda e: e.start.index
                ).path  # between a key behind a `?` and its value
            inner = max(around, key=lambda e: e.start.index, default=None)
            nearest = min(below, key=lambda e: e.start.index, default=None)
            if inner is not None and (
                nearest is None or nearest.start.index > inner.end.index or nearest.parent.flow
            ):
                return inner.path  # between a key and its value
            assert nearest is not None
            limit, next_path = nearest.start.column, nearest.path
            line_start = self.starts[nearest.start.line]
            first = [e for e in self.entries if line_start <= e.start.index < nearest.start.index]
            assert not first, "the nearest is the first of its line"
            ended = [c for c in self.collections if not c.flow and c.start.index < at]
            ended = [c for c in ended if not any(e.start.index > at for e in c.entries)]
            ended = [c for c in ended if c.path != nearest.path[: len(c.path)]]
        # Those that end right above: nothing else stands between.
        last = max((e.end.index for e in self.entries if e.end.index <= at), default=0)
        between = re.sub(r"#[^\n]*", "", self.text[last:at])
        ended = [c for c in ended if c.end.index == last and not between.strip()]
        if ended and column > limit:
            fitting = [c for c in ended if c.column <= column]
            chosen = (
                max(fitting, key=lambda c: c.start.index)
                if fitting
                else min(ended, key=lambda c: c.start.index)
            )
            return (*chosen.path, "TAIL")
        return next_path

    def _on_the_line(self, at: int, start: int, inside: _Collection | None) -> Path:
        """Return the entry before a comment on its line, of those whose brackets are still open."""
        found = [
            e
            for e in self.entries
            if e.start.index < at
            and (not e.parent.flow or e.parent.start.index < at < e.parent.end.index)
            and (inside is None or e.parent is inside or e.start.index <= inside.start.index)
        ]
        here = [e for e in found if e.start.index >= start or e.end.index > start]
        if not here and inside is not None:
            here = [e for e in found if e.parent is inside] or [e for e in found if e.end.index > at]
        if inside is not None:
            within = [e for e in here if e.parent is inside]
            here = within or here
        return max(here, key=lambda e: e.start.index).path if here else ("HEAD",)


def model_of(content: bytes) -> Model:
    """Return the model of a file, whose line breaks and byte order mark do not matter."""
    text = content.decode().removeprefix("\ufeff").replace("\r\n", "\n").replace("\r", "\n")
    return Model(text)


def owners(model: Model) -> dict[str, Path]:
    """Return the owner of each comment `#k1`, `#k2`, … of a file; raises AssertionError for one that stands twice."""
    found: dict[str, Path] = {}
    for match in _COMMENT.finditer(model.text):
        assert match.group() not in found, f"{match.group()} stands there twice"
        found[match.group()] = model.owner(match.start())
    return found
