"""The reading of any file by libyaml: fast where the file is good, explained where it is not."""

import codecs
import re
from typing import Any, Final

from yaml import YAMLError
from yaml.cyaml import CParser  # type: ignore[attr-defined]  # a public class that the stubs do not export
from yaml.events import (
    DocumentStartEvent,
    MappingEndEvent,
    MappingStartEvent,
    ScalarEvent,
    SequenceEndEvent,
    SequenceStartEvent,
    StreamEndEvent,
)

from qafiles.parsing.explanation import explain
from qafiles.parsing.refusals import MAX_DEPTH, MAX_SIZE, Parsed, is_lfs_pointer
from qafiles.parsing.scalars import CONSTANTS, NUMBER_STARTS, resolve

_HARMLESS: Final = bytes(set(range(128)) - set(b"<%#?&!"))
_OLD_BREAKS: Final = (b"\xc2\x85", b"\xe2\x80\xa8", b"\xe2\x80\xa9")
"""The line breaks of YAML 1.1."""

_conflict = re.compile(rb"(?:\A|\n|\A\xef\xbb\xbf)<<<<<<<").search
# These need no more than to let no good file's other reading pass: `strictness` decides.
_glued_comment = re.compile(
    rb"#(?:(?<=[\[{,\]}]#)|(?<=[^\s\[{,(]['\"]#)|(?<=[|>]#)|(?<=[|>][-+0-9]#)|(?<=[|>][-+0-9]{2}#))"
).search
_BEFORE_QUOTE: Final = (" ", "\t", "[", "{", ",", "(")
"""What stands before an opening quote, so that `_glued_comment` does not see that a quote closes."""

_glued_question_mark = re.compile(rb"\?(?<=[\[{,\s]\?)\S").search


class _RefusedError(Exception):
    """The quick reader met something that it leaves to `explain`."""


def parse_by_libyaml(content: bytes, most: int = MAX_SIZE) -> Parsed:
    """Return what `parse` does, for any file and without yaml-rs."""
    # One pass over the bytes finds the many files that hold none of these.
    suspects = content.translate(None, _HARMLESS)
    if len(content) <= most and not (suspects and _needs_explaining(content, suspects)):
        try:
            data = _build(content, marked=b"&" in suspects or b"!" in suspects)
            if data.__class__ is not str or not is_lfs_pointer(content):
                return Parsed(data)
        except (_RefusedError, YAMLError, ValueError):
            pass
    return Parsed(*explain(content, most))


def _needs_explaining(content: bytes, suspects: bytes) -> bool:
    """Return whether the bytes hold what libyaml may read in another way than YAML 1.2 does, or read for minutes."""
    return (
        (b"#" in suspects and _glued_comment(content) is not None)
        or (b"?" in suspects and _glued_question_mark(content) is not None)
        or (b"%" in suspects and (content.startswith(b"%") or b"\n%" in content or b"\r%" in content))
        or (b"<<<<<<<" in suspects and _conflict(content) is not None)
        or (not suspects.isascii() and _holds_unusual_characters(content))
    )


def _holds_unusual_characters(content: bytes) -> bool:
    if content.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return True
    return content.find(codecs.BOM_UTF8, 1) > 0 or any(char in content for char in _OLD_BREAKS)


def _build(content: bytes, *, marked: bool) -> Any:
    """Return the data of a file without anything refused, from libyaml's events; `marked` if it may hold properties.

    One loop with its own stack: it takes half the time of `yaml.load` with the C loader, which also keeps the last
    of two equal keys and reads YAML 1.1.
    """
    # Without a line break at its end libyaml drops that of a block scalar.
    next_event: Any = CParser(content if content.endswith(b"\n") else content + b"\n").get_event
    next_event()
    start = next_event()
    if start.__class__ is not DocumentStartEvent or start.version is not None or start.tags:
        raise _RefusedError
    result: list[Any] = []
    parents: list[Any] = []
    parent: Any = result
    in_mapping = False
    key: str | None = None
    flow_line = flow_depth = -1
    while True:
        event = next_event()
        cls = event.__class__
        value: Any
        if cls is ScalarEvent:
            if marked and (event.anchor is not None or event.tag is not None):
                raise _RefusedError
            value = event.value
            if event.implicit[0]:
                if value in CONSTANTS or value[0] in NUMBER_STARTS:
                    value = resolve(value)
            elif event.style not in "|>" and (
                event.start_mark.line != event.end_mark.line or value.endswith(_BEFORE_QUOTE)
            ):
                raise _RefusedError  # the indentation is checked there, and a comment behind the quote
            if key is not None:
                parent[key] = value
                key = None
            elif in_mapping:
                if value.__class__ is not str or value in parent or value == "<<":
                    raise _RefusedError
                key = value
            else:
                parent.append(value)
                if parent is result:
                    break
        elif cls is MappingStartEvent or cls is SequenceStartEvent:
            if (marked and (event.anchor is not None or event.tag is not None)) or len(parents) >= MAX_DEPTH:
                raise _RefusedError
            value = {} if cls is MappingStartEvent else []
            if in_mapping:
                if key is None:
                    raise _RefusedError
                parent[key] = value
            else:
                parent.append(value)
            if event.flow_style and flow_depth < 0:
                flow_depth = len(parents)
                flow_line = event.start_mark.line
            parents.append(parent)
            parent = value
            in_mapping = cls is MappingStartEvent
            key = None
        elif cls is MappingEndEvent or cls is SequenceEndEvent:
            parent = parents.pop()
            if len(parents) == flow_depth:
                if event.end_mark.line != flow_line:
                    raise _RefusedError  # as for quoted text
                flow_depth = -1
            if parent is result:
                break
            in_mapping = parent.__class__ is dict
            key = None
        else:
            raise _RefusedError
    next_event()  # the document's end
    if next_event().__class__ is not StreamEndEvent:
        raise _RefusedError
    return result[0]
