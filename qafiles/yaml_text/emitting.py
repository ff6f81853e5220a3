"""How values are written: ruamel.yaml emits them, in a style that readers of YAML 1.1 and 1.2 take for the same data."""

import io
import math
import re
import sys
from collections.abc import Mapping
from typing import Any, Final

from ruamel.yaml import YAML
from ruamel.yaml.emitter import Emitter
from ruamel.yaml.events import ScalarEvent
from ruamel.yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode
from yaml import SafeLoader

from qafiles.errors import EditRefusedError
from qafiles.parsing import MAX_DEPTH
from qafiles.parsing.scalars import LARGEST_INTEGER
from qafiles.yaml_text.values import UNPRINTABLE, Written

_TAG: Final = "tag:yaml.org,2002:"
_STR: Final = f"{_TAG}str"
_OLD_CONSTANTS: Final = frozenset("yYnN")
"""Truth values of YAML 1.1 that PyYAML, too, takes for text."""

_MARKS: Final = ("?", ":", "--", "...")
"""Beginnings that some readers take for a key or for the end of a document."""

_HEADER: Final = re.compile(r"\|([0-9]?)([-+]?)\Z")
_KEY: Final = "k"
_LONGEST_KEY: Final = 1000


class _Emitter(Emitter):
    """Keys stay on their line, escapes and all, up to the length that YAML allows: https://yaml.org/spec/1.2.2/#82-block-collection-styles."""

    def check_simple_key(self) -> bool:
        if not isinstance(self.event, ScalarEvent):
            return bool(super().check_simple_key())
        if self.analysis is None:
            self.analysis = self.analyze_scalar(self.event.value)
        return len(self.event.value) < _LONGEST_KEY


def _serialized(node: Node) -> str:
    """Return a node as text."""
    yaml = YAML(typ="safe", pure=True)
    yaml.Emitter = _Emitter
    yaml.width = sys.maxsize
    yaml.allow_unicode = True
    yaml.brace_single_entry_mapping_in_flow_sequence = True
    stream = io.StringIO()
    yaml.serialize(node, stream)
    return stream.getvalue()


def in_flow(value: Any, *, quote: str = "", inside: bool = False) -> str:
    """Return a value on one line, `inside` of brackets or not. Raises EditRefusedError."""
    text = _in_place(_node(value, quote, inside=inside), inside=inside)
    if text.startswith("'") and isinstance(value, str) and quote != "'" and _reads_better_doubled(value):
        return _in_place(ScalarNode(_STR, value, style='"'), inside=inside)
    return text


def _in_place(node: Node, *, inside: bool) -> str:
    """Return a node as it stands behind a key, or inside of brackets."""
    if not inside:
        return _behind_key(node)
    return _behind_key(SequenceNode(f"{_TAG}seq", [node], flow_style=True))[1:-1]


def key_text(key: Any, *, flow: bool = False) -> str:
    """Return a key as written. Raises EditRefusedError for a key that is no text."""
    pair = (_key(key, inside=flow), ScalarNode(f"{_TAG}int", "1"))
    text = _serialized(MappingNode(f"{_TAG}map", [pair], flow_style=flow)).strip("\n")
    return text.removeprefix("{" if flow else "").removesuffix(": 1}" if flow else ": 1")


def _behind_key(node: Node) -> str:
    key = ScalarNode(_STR, _KEY)
    text = _serialized(MappingNode(f"{_TAG}map", [(key, node)], flow_style=False))
    return text.removeprefix(f"{_KEY}:").removeprefix(" ").removesuffix("\n")


def block(text: str, column: int, indentation: int) -> Written:
    """Return a text as a literal block scalar, its lines as deep as they were before where YAML can say so."""
    header, *lines = _behind_key(ScalarNode(_STR, text, style="|")).removesuffix("\n...").split("\n")
    digit, chomping = _HEADER.fullmatch(header).groups()  # type: ignore[union-attr]  # it is one
    # Behind a tab, readers can't tell how deep a text is indented.
    digit = digit or text.lstrip("\n").startswith("\t")
    depth = indentation - column if indentation > column else 2
    if digit and depth > 9:
        depth = 2
    below = [" " * (column + depth) + line[2:] if line else "" for line in lines]
    return Written(f"|{depth if digit else ''}{chomping}", below)


def _node(value: Any, quote: str = "", depth: int = 0, *, inside: bool = True) -> Node:
    """Return a value as a node that is emitted on one line."""
    if depth > MAX_DEPTH:
        raise EditRefusedError(f"the new value has more than {MAX_DEPTH} levels; flatten it")
    if isinstance(value, Mapping):
        pairs = [(_key(key, inside=True), _node(item, depth=depth + 1)) for key, item in value.items()]
        return MappingNode(f"{_TAG}map", pairs, flow_style=True)
    if isinstance(value, list | tuple):
        items = [_node(item, depth=depth + 1) for item in value]
        return SequenceNode(f"{_TAG}seq", items, flow_style=True)
    if not isinstance(value, str):
        return _constant(value)
    _refuse_surrogates(value)
    return ScalarNode(_STR, value, style=_quote(value, quote, inside=inside))


def _key(key: Any, *, inside: bool) -> ScalarNode:
    if not isinstance(key, str):
        raise EditRefusedError(f"key `{key}` is no text; put it in quotes")
    _refuse_surrogates(key)
    if len(key) >= _LONGEST_KEY:
        raise EditRefusedError(
            f"key `{key[:20]}…` has {len(key)} characters; a key on one line has less than 1000"
        )
    return ScalarNode(_STR, key, style=_quote(key, "", inside=inside))


def _refuse_surrogates(text: str) -> None:
    if not text.isprintable() and any("\ud800" <= char <= "\udfff" for char in text):
        raise EditRefusedError(
            "the new value holds half of a surrogate pair, which is no character; delete it"
        )


def _quote(text: str, quote: str, *, inside: bool) -> str | None:
    """Return the quote that a text needs or had; None leaves it to ruamel.yaml, which knows YAML 1.2 alone."""
    # In other quotes line breaks are folded, and a tab is one that some readers refuse.
    if "\n" in text or "\t" in text or UNPRINTABLE.search(text):
        return '"'
    if quote in {"'", '"'}:
        return quote
    if inside and "?" in text:  # readers of YAML 1.1 end a plain text there
        return "'"
    if text in _OLD_CONSTANTS or text.startswith(_MARKS) or (text and _resolved_by_yaml_1_1(text)):
        return "'"
    return None


def _reads_better_doubled(text: str) -> bool:
    return "'" in text and '"' not in text and "\\" not in text


def _resolved_by_yaml_1_1(text: str) -> bool:
    """Return whether YAML 1.1 takes a plain text for a date, a number of base 60, `on`, or the like."""
    patterns = SafeLoader.yaml_implicit_resolvers.get(text[0], ())
    return any(tag != _STR and pattern.match(text) for tag, pattern in patterns)


def _constant(value: Any) -> ScalarNode:
    if value is None:
        return ScalarNode(f"{_TAG}null", "null")
    if isinstance(value, bool):
        return ScalarNode(f"{_TAG}bool", "true" if value else "false")
    if isinstance(value, int) and -LARGEST_INTEGER - 1 <= value <= LARGEST_INTEGER:
        return ScalarNode(f"{_TAG}int", str(value))
    if isinstance(value, float) and math.isfinite(value):
        # Readers of YAML 1.1 take `1e+20` for text: https://yaml.org/type/float.html
        return ScalarNode(f"{_TAG}float", re.sub(r"\A(-?[0-9]+)e", r"\1.0e", repr(value)))
    if isinstance(value, int | float):
        raise EditRefusedError(f"{value} is a number that JSON and 64 bits can't hold; give it as text")
    raise EditRefusedError(
        f"a value of type {type(value).__name__} can't be written to YAML; "
        "give text, a number, true, false, null, a list or a mapping"
    )
