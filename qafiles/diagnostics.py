"""The values that describe a problem in the data: where it is, what it is and what to do next."""

from collections.abc import Mapping
from types import MappingProxyType
from typing import Any, Final, Literal, NamedTuple

from qafiles.kinds import Kind

Severity = Literal["error", "warning", "info"]
SEVERITIES: Final[tuple[Severity, ...]] = ("error", "warning", "info")

Pointer = tuple[str | int, ...]
"""The route to a value inside a file: mapping keys and list indices, as in JSON Pointer (RFC 6901)."""


class Span(NamedTuple):
    """A range of text; lines and columns are 1-based, columns count code points, the end is exclusive."""

    line: int
    column: int
    end_line: int
    end_column: int


START: Final = Span(1, 1, 1, 1)


class EntityName(NamedTuple):
    """The entity that a file holds, as far as it is legible."""

    kind: Kind
    id: str | None
    handle: str


class Related(NamedTuple):
    """The other end of a problem: a place in a file, by its pointer, and what is there."""

    path: str
    message: str
    pointer: Pointer = ()


class Finding(NamedTuple):
    """What a rule reports: a problem at a pointer in a file, whose line and column are looked up afterwards.

    `at` says whether the key or the value is meant, and `within` a part of the value's text: the occurrence with that
    number, from 0. `subject` tells findings at one field apart in the fingerprint. `severity` replaces the rule's. `span`
    is the place of what no pointer names, such as a comment.
    """

    path: str
    message: str
    pointer: Pointer = ()
    at: Literal["value", "key"] = "value"
    hint: str | None = None
    related: tuple[Related, ...] = ()
    fixable: bool = False
    subject: str = ""
    severity: Severity | None = None
    within: str = ""
    occurrence: int = 0
    span: Span | None = None

    @property
    def location(self) -> "Location":
        """Where in the file the problem is."""
        return Location(self.pointer, self.at, self.within, self.occurrence)

    def to_plain(self) -> tuple[Any, ...]:
        """Return the same without classes."""
        related = tuple((other.path, other.message, other.pointer) for other in self.related)
        span = tuple(self.span) if self.span is not None else None
        return (
            *(self.path, self.message, self.pointer, self.at, self.hint, related, self.fixable),
            *(self.subject, self.severity, self.within, self.occurrence, span),
        )

    @classmethod
    def from_plain(cls, plain: tuple[Any, ...]) -> "Finding":
        """Return the finding of which `to_plain` made this."""
        *first, related, fixable, subject, severity, within, occurrence, span = plain
        path, message, pointer, at, hint = first
        others = tuple(Related(*other) for other in related)
        place = Span(*span) if span is not None else None
        return cls(
            *(path, message, pointer, at, hint, others, fixable, subject, severity, within, occurrence), place
        )


RuleFinding = tuple[str, Finding]
"""A finding with the code of its rule."""


class Location(NamedTuple):
    """A location inside a file: the value at a pointer, its key, or an occurrence of a text within the value."""

    pointer: Pointer
    at: Literal["value", "key"] = "value"
    within: str = ""
    occurrence: int = 0


Spans = Mapping[str, Mapping[Location, Span]]
"""Where locations lie, by the path of the file."""

NO_SPANS: Final[Spans] = MappingProxyType({})


class RuleFindings(NamedTuple):
    """What the rules found that look at more than one file at a time, so that it can be compared with a later state.

    `by_code` has an entry for each rule that was asked, whose findings have the severity that the settings give them; what is
    ignored is not among them. `spans` are their places, `illegible` the paths of files that can't be read as YAML, and `others`
    a digest of what the source lists beside the files.
    """

    by_code: Mapping[str, tuple[Finding, ...]]
    spans: Spans
    illegible: frozenset[str]
    others: bytes


class RelatedLocation(NamedTuple):
    """The other end of a problem, as line and column."""

    path: str
    line: int
    column: int
    message: str


class Undecided(NamedTuple):
    """What a rule could not decide, as a sentence that says what lacks and which command gets it."""

    code: str
    reason: str


class LeftOut(NamedTuple):
    """What an answer is made without, in sentences; `is_missing` where git lacks some of it, which a fetch would get."""

    sentences: tuple[str, ...] = ()
    is_missing: bool = False

    def __add__(self, other: "LeftOut") -> "LeftOut":  # type: ignore[override]  # no longer tuple
        sentences = (*self.sentences, *(item for item in other.sentences if item not in self.sentences))
        return LeftOut(sentences, self.is_missing or other.is_missing)


NOTHING_LEFT_OUT: Final = LeftOut()


class Diagnostic(NamedTuple):
    """One problem in its place; `path` is relative to the data root and may hold any text that a file name may."""

    code: str
    name: str
    severity: Severity
    message: str
    path: str
    span: Span = START
    entity: EntityName | None = None
    pointer: Pointer | None = None
    hint: str | None = None
    fixable: bool = False
    fingerprint: str = ""
    related: tuple[RelatedLocation, ...] = ()

    @property
    def line(self) -> int:
        """The 1-based line on which the problem begins."""
        return self.span.line

    @property
    def column(self) -> int:
        """The 1-based column, in code points, at which the problem begins."""
        return self.span.column


def json_pointer(pointer: Pointer) -> str:
    """Return the pointer as RFC 6901 text, `/tags/0`; the whole file is the empty text."""
    return "".join("/" + str(part).replace("~", "~0").replace("/", "~1") for part in pointer)
